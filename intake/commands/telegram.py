"""`intake telegram`."""

import typer

from intake.app import waking_tasks
from intake.auditing import note_start
from intake.commands.common import ready
from intake.config import ConfigError
from intake.daemon import Daemon
from intake.telegram.composing import missing, telegram_parts

app = typer.Typer()


@app.command()
def telegram(ctx: typer.Context) -> None:
    """Take in what people write to the bot and send our replies, until stopped; `intake work` answers them."""
    parts = ready(ctx)
    if not parts.config.telegram.enabled:
        raise ConfigError(("telegram.enabled: is false; the bot is off",))
    if lacks := missing(parts.config):
        raise ConfigError(lacks)
    note_start(parts.store, parts.config, parts.clock)
    bot = telegram_parts(parts)
    Daemon(tasks=(*bot.tasks, *waking_tasks(parts)), servers=bot.servers).run()
