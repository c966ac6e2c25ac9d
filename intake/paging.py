"""Red flags call people at once, and again until a named person has acknowledged them at the desk.

No word of the message and no flag leaves the desk: a call names the ticket, that is all.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from channels.base import SendError, Unavailable
from channels.webhook import Webhook
from intake.daemon import Stopping
from intake.operators import Post, link_to
from models.desk_work import About, Alert
from models.rights import Right, may
from models.ticket import Event, EventKind
from models.work import Lease
from storage.store import Store, Transaction

EVERY = 5.0
AFTER_FAILURE = 60.0
LEASE = timedelta(minutes=2)
HEADERS = (("Auto-Submitted", "auto-generated"), ("Importance", "high"))
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """By what ways people are called: mail to one address and to officers who wish it, and another program."""

    post: Post | None = None
    everybody: str = ""
    """The address that is always called; `post` sends to others, too."""
    webhook: Webhook | None = None
    desk_url: str = ""
    repeat: timedelta = timedelta(minutes=15)

    def call(self, alert: Alert, officers: Sequence[str]) -> bool | None:
        """Call all of them: whether one way worked, None when there is none."""
        to = [address for address in dict.fromkeys((self.everybody, *officers)) if address]
        results = [self._mail(alert, address) for address in to if self.post is not None]
        if self.webhook is not None:
            results.append(self._post(alert))
        return any(results) if results else None

    def _mail(self, alert: Alert, address: str) -> bool:
        if self.post is None:
            return False
        minutes = int(self.repeat.total_seconds() // 60)
        pause = "every minute" if minutes == 1 else f"every {minutes} minutes"
        again = "" if not alert.times else f"This is call number {alert.times + 1}. "
        text = (
            f"{again}A message with a red flag is waiting: {alert.reference}.\n\n"
            f"Please open it now: {link_to(self.desk_url, alert.reference)}\n"
            "Choose “I take care of it”, so that everybody knows.\n\n"
            f"Until somebody does, we write again {pause}.\n"
        )
        try:
            replace(self.post, recipient=address).send(
                name=f"page.{secrets.token_hex(12)}",
                subject=f"Red flag: {alert.reference} needs a person now",
                text=text,
                headers=HEADERS,
            )
        except SendError as trouble:
            _log.error("page.not_mailed", ticket=alert.reference, why=str(trouble))
            return False
        return True

    def _post(self, alert: Alert) -> bool:
        content = {
            "page": "red_flag",
            "reference": alert.reference,
            "raised_at": alert.raised_at.isoformat(),
            "call": alert.times + 1,
        }
        try:
            assert self.webhook is not None
            self.webhook.call(content)
        except Unavailable as trouble:
            _log.error("page.not_called", ticket=alert.reference, why=str(trouble))
            return False
        return True


@dataclass(frozen=True, kw_only=True, slots=True)
class PagingWork:
    """Looks every few seconds, in one process at a time, for red flags that nobody has acknowledged."""

    store: Store
    clock: Callable[[], datetime]
    worker: str
    caller: Caller

    def step(self, stopping: Stopping) -> float:
        """Call for what is due; gives the pause in seconds."""
        now = self.clock()
        lease, alerts = self._due(now)
        worked = True
        for alert, officers in alerts:
            if stopping():
                break
            _log.info("page.red_flag", ticket=alert.reference, call=alert.times + 1)
            called = self.caller.call(alert, officers)
            if called is False:
                worked = False
            else:
                self._told(alert, now, called=called is True)
        if lease is not None:
            with self.store.write() as tx:
                tx.leases.release(lease)
        return EVERY if worked else AFTER_FAILURE

    def _due(self, now: datetime) -> tuple[Lease | None, list[tuple[Alert, list[str]]]]:
        before = now - self.caller.repeat
        with self.store.read() as tx:
            if not tx.alerts.to_tell(again_before=before, limit=1):
                return None, []
        with self.store.write() as tx:
            lease = tx.leases.take("paging", self.worker, now=now, ttl=LEASE)
            if lease is None:
                return None, []
            alerts = tx.alerts.to_tell(again_before=before)
            return lease, [(alert, _who_wishes(tx, alert)) for alert in alerts]

    def _told(self, alert: Alert, now: datetime, *, called: bool) -> None:
        with self.store.write() as tx:
            tx.alerts.told(alert.ticket_id, now)
            if called and not alert.times:
                tx.tickets.add_event(alert.ticket_id, Event(at=now, kind=EventKind.PAGED))


def _who_wishes(tx: Transaction, alert: Alert) -> list[str]:
    """Addresses of officers who wish to be called and may decide on this ticket."""
    access = tx.access.of(alert.ticket_id)
    return [
        officer.email
        for officer in tx.officers.all()
        if officer.active
        and may(officer.viewer, Right.DECIDE, access)
        and About.RED_FLAG in tx.notices.preferences(officer.id).mail_about
    ]
