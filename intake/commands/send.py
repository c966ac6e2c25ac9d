"""`intake send`."""

import typer

from intake.app import sending_task, smtp_sender, waking_tasks
from intake.auditing import note_start
from intake.commands.common import ready
from intake.config import ConfigError
from intake.daemon import Daemon

app = typer.Typer()


@app.command()
def send(ctx: typer.Context) -> None:
    """Send what is in the outbox until stopped."""
    parts = ready(ctx)
    if parts.config.submission is None:
        raise ConfigError(("submission: is missing; without it nobody can be answered",))
    note_start(parts.store, parts.config, parts.clock)
    sender = smtp_sender(parts.config.submission)
    Daemon(tasks=(sending_task(parts, sender, sender.close), *waking_tasks(parts))).run()
