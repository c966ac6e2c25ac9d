"""The tasks that call and write to officers, put together from the settings."""

from collections.abc import Iterator

from channels.webhook import Webhook
from intake.app import App
from intake.config import Config
from intake.daemon import Task
from intake.escalating import EscalationWork
from intake.mailing import post_to
from intake.paging import Caller, PagingWork


def uncalled(config: Config) -> Iterator[str]:
    """Why a red flag would not reach people by mail or by a call, each with what to do. The desk shows it anyway."""
    mail_to = config.paging.mail_to or config.alarms.mail_to
    webhook_url = config.paging.webhook_url or config.alarms.webhook_url
    if not mail_to and not webhook_url:
        yield "a red flag calls no address and no program; set paging.mail_to or paging.webhook_url"
    elif config.submission is None and not webhook_url:
        yield "a red flag calls nobody by mail without [submission]"
    if not config.sign_in.address:
        yield "sign_in.address is missing, so the mails that call people have no link to the ticket"


def calling_tasks(app: App) -> tuple[Task, ...]:
    """Paging and escalation. Raises ConfigError when a password file cannot be read."""
    paging, alarms = app.config.paging, app.config.alarms
    everybody = paging.mail_to or alarms.mail_to
    own = paging if paging.webhook_url else alarms
    webhook = None
    if own.webhook_url:
        webhook = Webhook(url=own.webhook_url, secret=own.webhook_secret.get_secret_value())
    # Officers are written to, too: so there is a post even when no address is set for everybody.
    page_post, close_pages = post_to(app, everybody or app.config.identity.address)
    notice_post, close_notices = post_to(app, everybody or app.config.identity.address)
    caller = Caller(
        post=page_post, everybody=everybody, webhook=webhook, desk_url=app.config.sign_in.address, repeat=paging.repeat
    )
    pages = PagingWork(store=app.store, clock=app.clock, worker=app.worker, caller=caller)
    late = EscalationWork(
        store=app.store, clock=app.clock, worker=app.worker, post=notice_post, desk_url=app.config.sign_in.address
    )
    return (
        Task(name="paging", step=pages.step, close=close_pages),
        Task(name="escalation", step=late.step, close=close_notices),
    )
