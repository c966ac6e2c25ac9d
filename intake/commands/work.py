"""`intake work`."""

import typer

from intake.app import filing_room, filing_tasks, retention_tasks, shadow_tasks, waking_tasks
from intake.auditing import note_start
from intake.chatting import chat_tasks
from intake.classifying import chosen
from intake.commands.common import ready
from intake.daemon import Daemon
from intake.mailing import watch_task

app = typer.Typer()


@app.command()
def work(ctx: typer.Context) -> None:
    """File what is in the inbox until stopped."""
    parts = ready(ctx)
    model, classify = chosen(parts.words, parts.shelf)
    note_start(parts.store, parts.config, parts.clock, model=model)
    room = filing_room(parts, classify)
    extra = (*chat_tasks(parts, classify), *shadow_tasks(parts), *retention_tasks(parts), *waking_tasks(parts))
    Daemon(tasks=(*filing_tasks(parts, room), *extra, watch_task(parts))).run()
