"""`intake work`."""

import typer

from intake.app import filing_room, filing_tasks, retention_tasks, shadow_tasks, waking_tasks
from intake.classifying import build_or_do_without
from intake.commands.common import ready
from intake.daemon import Daemon

app = typer.Typer()


@app.command()
def work(ctx: typer.Context) -> None:
    """File what is in the inbox until stopped."""
    parts = ready(ctx)
    room = filing_room(parts, build_or_do_without(parts.words, parts.shelf))
    extra = (*shadow_tasks(parts), *retention_tasks(parts), *waking_tasks(parts))
    Daemon(tasks=(*filing_tasks(parts, room), *extra)).run()
