"""`intake send`."""

import typer

from intake.app import App, sending_task, waking_tasks
from intake.auditing import note_start
from intake.calling import calling_tasks
from intake.commands.common import ready
from intake.config import ConfigError
from intake.daemon import Daemon, Task
from intake.mailing import watch_task
from intake.telling import telling_task
from intake.transports import mail_sender

app = typer.Typer()


@app.command()
def send(ctx: typer.Context) -> None:
    """Send what is in the outbox, tell programs, and call people for red flags, until stopped."""
    parts = ready(ctx)
    tasks = tasks_of(parts)
    note_start(parts.store, parts.config, parts.clock)
    Daemon(tasks=tasks).run()


def tasks_of(parts: App) -> tuple[Task, ...]:
    """All that goes out. Raises ConfigError without a mail server."""
    if parts.config.submission is None:
        raise ConfigError(("submission: is missing; without it nobody can be answered",))
    sender = mail_sender(parts.config.submission, parts.config.data_dir)
    sending = sending_task(parts, sender, sender.close)
    # Those who call people stand here, where a mail server is sure to be: elsewhere a call would count as made.
    return (sending, *calling_tasks(parts), *waking_tasks(parts), telling_task(parts), watch_task(parts))
