"""`intake web`."""

import typer

from intake.auditing import note_start
from intake.commands.common import ready
from intake.daemon import Daemon
from intake.websites import web_server, web_tasks

app = typer.Typer()


@app.command()
def web(ctx: typer.Context) -> None:
    """Show the web chat and the form until stopped; `intake work` answers what is written there."""
    parts = ready(ctx)
    note_start(parts.store, parts.config, parts.clock)
    Daemon(tasks=web_tasks(parts), servers=(web_server(parts),)).run()
