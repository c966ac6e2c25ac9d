"""`intake migrate`."""

import typer

from intake.app import assemble
from intake.commands.settings import settings
from intake.conflicts import search_for_new
from intake.keys import key_source

app = typer.Typer()
WARNING = "neither the store nor a backup can be opened, and no backup holds them: keep a copy of them elsewhere."


@app.command()
def migrate(ctx: typer.Context) -> None:
    """Bring the store's tables up to date, and make the keys of a new store. Safe to run twice."""
    config = settings(ctx)
    parts = assemble(config)
    if config.store_url.startswith("sqlite"):
        config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = key_source(config).load() is None
    parts.store.migrate()
    search_for_new(parts.store, parts.clock)
    typer.echo("The store is up to date.")
    if new:
        typer.echo(f"New keys were made: they are in {parts.store.keys_place}. Without them {WARNING}")
