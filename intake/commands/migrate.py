"""`intake migrate`."""

import typer

from intake.app import assemble
from intake.commands.common import settings
from intake.conflicts import search_for_new

app = typer.Typer()


@app.command()
def migrate(ctx: typer.Context) -> None:
    """Bring the store's tables up to date. Safe to run twice."""
    config = settings(ctx)
    parts = assemble(config)
    if config.store_url.startswith("sqlite"):
        config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    parts.store.migrate()
    search_for_new(parts.store, parts.clock)
    typer.echo("The store is up to date.")
