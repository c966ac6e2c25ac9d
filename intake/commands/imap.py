"""`intake imap`."""

import typer

from intake.auditing import note_start
from intake.commands.common import ready
from intake.config import ConfigError
from intake.daemon import Daemon
from intake.mailing import polling_tasks, watch_task

app = typer.Typer()


@app.command()
def imap(ctx: typer.Context) -> None:
    """Fetch from the mailboxes until stopped."""
    parts = ready(ctx)
    if not parts.config.mailboxes:
        raise ConfigError(("mailboxes: there is none; add a [[mailboxes]] section",))
    note_start(parts.store, parts.config, parts.clock)
    Daemon(tasks=(*polling_tasks(parts), watch_task(parts))).run()
