"""Telling programs what happens to tickets: from the outbox of the webhooks to the world, a call at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from channels.base import Unavailable
from channels.guarded import reachable
from channels.webhook import Webhook
from intake.app import App
from intake.daemon import Stopping, Task
from intake.retry import Again, next_try, tries_within
from intake.settings.webhooks import WebhooksConfig
from models.audit import Act, Action
from models.rights import SYSTEM
from storage.store import LostClaim, Store
from storage.webhooks import HookCall

IDLE_SECONDS = 2.0
HIDDEN = "The program may not know of this ticket any more."
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class TellingWork:
    """Makes the calls that wait. No transaction is open while it talks to another program."""

    store: Store
    clock: Callable[[], datetime]
    worker: str
    lease: timedelta
    config: WebhooksConfig

    def step(self, stopping: Stopping) -> float:
        """Make one batch of calls; the pause is 0 while there may be more."""
        now = self.clock()
        with self.store.read() as tx:
            if not tx.webhooks.are_due(now):
                return IDLE_SECONDS
        with self.store.write() as tx:
            calls = tx.webhooks.claim(worker=self.worker, now=now, lease=self.lease)
        for call in calls:
            if stopping():
                break
            try:
                self._make(call)
            except LostClaim:
                _log.warning("webhook.claim_lost", call=call.id)
        return 0.0 if calls else IDLE_SECONDS

    def _make(self, call: HookCall) -> None:
        if call.reference is None or call.hook.disabled_at is not None:
            with self.store.write() as tx:
                why = HIDDEN if call.reference is None else "It was switched off."
                tx.webhooks.fail(call, error=why, now=self.clock())
            return
        find = partial(reachable, allowed=self.config.allowed)
        webhook = Webhook(url=call.hook.url, secret=call.secret, find=find)
        content = {"id": str(call.id), "event": call.event, "ticket": call.reference, "at": call.at.isoformat()}
        try:
            webhook.call(content)
        except Unavailable as trouble:
            self._trouble(call, str(trouble))
            return
        with self.store.write() as tx:
            tx.webhooks.sent(call, self.clock())

    def _trouble(self, call: HookCall, error: str) -> None:
        now = self.clock()
        plan = next_try(now=now, attempts=call.attempts, most=tries_within(timedelta(hours=self.config.give_up_hours)))
        since = call.hook.failing_since or now
        with self.store.write() as tx:
            if isinstance(plan, Again):
                tx.webhooks.postpone(call, until=plan.at, error=error, now=now)
            else:
                tx.webhooks.fail(call, error=error, now=now)
            if now - since >= timedelta(hours=self.config.disable_hours):
                why = f"It has taken no call since {since:%d %B %Y, %H:%M} UTC."
                tx.webhooks.disable(call.hook.id, why, now)
                tx.audit.append(
                    Act(
                        at=now,
                        actor=SYSTEM.email,
                        action=Action.WEBHOOK_CHANGED,
                        subject=str(call.hook.id),
                        detail={"on": False, "why": "it failed too long"},
                    )
                )
                _log.error("webhook.disabled", webhook=call.hook.id)


def telling_task(app: App) -> Task:
    """The task that tells programs."""
    work = TellingWork(
        store=app.store,
        clock=app.clock,
        worker=f"{app.worker}/telling",
        lease=app.lease,
        config=app.config.webhooks,
    )
    return Task(name="webhooks", step=work.step)
