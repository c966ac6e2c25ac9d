"""`intake restore`: put a backup back."""

from pathlib import Path
from typing import Annotated

import typer

from intake.app import App
from intake.auditing import digest_of
from intake.commands.backup import show
from intake.commands.common import Progress, at_hand, examined
from intake.exits import FAILED
from intake.safekeeping import put_back
from storage.store import StoreBusy

app = typer.Typer()


@app.command()
def restore(
    ctx: typer.Context,
    source: Annotated[Path, typer.Argument(help="The backup.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Throw away what the store holds now, and the trained models beside it.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Even though somebody seems to work with the store.")] = False,
) -> None:
    """Put a backup into the empty store that the settings name, SQLite or PostgreSQL, whole or not at all.

    Then run every check of 'intake check --deep'. Exits 1 when the backup is damaged, the store is not empty, or a
    check finds a fault.
    """
    with at_hand(ctx) as parts:
        _insist_on_peace(parts, force=force)
        manifest = put_back(parts, source, replace=replace, told=Progress())
        show(manifest, f"{source} is restored. Everybody signs in anew.")
        if manifest.origin.settings != digest_of(parts.config):
            typer.echo("The settings are others than when the backup was made; look whether they are the right ones.")
        raise typer.Exit(0 if examined(parts.store) else FAILED)


def _insist_on_peace(parts: App, *, force: bool) -> None:
    if force or not parts.store_exists():
        return
    working = parts.store.busy(parts.clock())
    if working:
        raise StoreBusy(f"{'; '.join(working)}. Stop all parts of intake first, or give --force", retry=True)
