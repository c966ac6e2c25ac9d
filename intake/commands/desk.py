"""`intake desk`."""

import typer

from intake.auditing import note_start
from intake.commands.common import ready
from intake.daemon import Daemon
from intake.mailing import head_task
from intake.serving import desk_server

app = typer.Typer()


@app.command()
def desk(ctx: typer.Context) -> None:
    """Show the officers' desk until stopped."""
    parts = ready(ctx)
    note_start(parts.store, parts.config, parts.clock)
    Daemon(tasks=(head_task(parts),), servers=(desk_server(parts),)).run()
