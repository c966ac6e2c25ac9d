"""`intake desk`."""

import typer

from intake.app import desk_server
from intake.commands.common import ready
from intake.daemon import Daemon

app = typer.Typer()


@app.command()
def desk(ctx: typer.Context) -> None:
    """Show the officers' desk until stopped."""
    parts = ready(ctx)
    Daemon(servers=(desk_server(parts),)).run()
