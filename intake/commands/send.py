"""`intake send`."""

import typer

from intake.app import sending_task, waking_tasks
from intake.auditing import note_start
from intake.commands.common import ready
from intake.config import ConfigError
from intake.daemon import Daemon
from intake.mailing import watch_task
from intake.telling import telling_task
from intake.transports import mail_sender

app = typer.Typer()


@app.command()
def send(ctx: typer.Context) -> None:
    """Send what is in the outbox until stopped."""
    parts = ready(ctx)
    if parts.config.submission is None:
        raise ConfigError(("submission: is missing; without it nobody can be answered",))
    note_start(parts.store, parts.config, parts.clock)
    sender = mail_sender(parts.config.submission, parts.config.data_dir)
    Daemon(
        tasks=(sending_task(parts, sender, sender.close), *waking_tasks(parts), telling_task(parts), watch_task(parts))
    ).run()
