"""`intake desk`."""

import typer

from intake.commands.common import ready
from intake.daemon import Daemon
from intake.serving import desk_server

app = typer.Typer()


@app.command()
def desk(ctx: typer.Context) -> None:
    """Show the officers' desk until stopped."""
    parts = ready(ctx)
    Daemon(servers=(desk_server(parts),)).run()
