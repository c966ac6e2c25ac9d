"""The tasks that call and write to officers, put together from the settings."""

from channels.webhook import Webhook
from intake.app import App
from intake.daemon import Task
from intake.escalating import EscalationWork
from intake.mailing import post_to
from intake.paging import Caller, PagingWork


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
