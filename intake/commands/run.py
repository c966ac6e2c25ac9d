"""`intake run`."""

import structlog
import typer

from intake.app import filing_room, filing_tasks, retention_tasks, sending_task, shadow_tasks, waking_tasks
from intake.auditing import note_start
from intake.calling import calling_tasks
from intake.chatting import chat_tasks
from intake.classifying import chosen
from intake.commands.common import ready
from intake.daemon import Daemon, Server
from intake.mailing import head_task, listeners, polling_tasks, watch_task
from intake.serving import desk_server
from intake.telegram.composing import telegram_parts
from intake.telling import telling_task
from intake.transports import mail_sender
from intake.websites import web_server, web_tasks

app = typer.Typer()
_log = structlog.get_logger(__name__)


@app.command()
def run(ctx: typer.Context) -> None:
    """Run everything in one process until stopped."""
    parts = ready(ctx)
    model, classify = chosen(parts.words, parts.shelf)
    note_start(parts.store, parts.config, parts.clock, model=model)
    room = filing_room(parts, classify)
    telegram = telegram_parts(parts)
    tasks = [
        *polling_tasks(parts),
        *filing_tasks(parts, room),
        *chat_tasks(parts, classify, telegram.answered),
        *telegram.tasks,
        *shadow_tasks(parts),
        *retention_tasks(parts),
        *waking_tasks(parts),
        head_task(parts),
        telling_task(parts),
        watch_task(parts),
        *calling_tasks(parts),
    ]
    if parts.config.submission is None:
        _log.warning("submission.missing", hint="nobody is acknowledged until [submission] is set")
    else:
        sender = mail_sender(parts.config.submission, parts.config.data_dir)
        tasks.append(sending_task(parts, sender, sender.close))
    servers: list[Server] = [*listeners(parts), *telegram.servers, desk_server(parts)]
    if parts.config.web.enabled:
        servers.append(web_server(parts))
        tasks += web_tasks(parts)
    Daemon(tasks=tasks, servers=servers).run()
