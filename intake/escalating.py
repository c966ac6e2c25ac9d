"""What has run out goes to the leads, and officers are told by mail what they wish to be told."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from channels.base import SendError
from intake.daemon import Stopping
from intake.operators import Post, link_to
from models.clocks import LONDON, Breach
from models.desk_work import NEVER_QUIET, About, Notice
from models.officer import Officer
from models.rights import Right, Role, may
from models.ticket import Event, EventKind
from storage.store import Store, Transaction

EVERY = 20.0
AFTER_FAILURE = 120.0
LEASE = timedelta(minutes=2)
SAYS: dict[About, str] = {
    About.RED_FLAG: "has a red flag",
    About.ASSIGNED: "was given to you",
    About.ANSWERED: "the reporter wrote again",
    About.LATE: "a service clock has run out",
    About.MENTIONED: "somebody mentioned you in a note",
    About.TASK: "has a task for you",
}
_log = structlog.get_logger(__name__)


@dataclass(kw_only=True, slots=True)
class EscalationWork:
    """Looks a few times a minute, in one process at a time."""

    store: Store
    clock: Callable[[], datetime]
    worker: str
    post: Post | None = None
    """None: nobody is written to, and notices are let go."""
    desk_url: str = ""
    _started: int | None = field(default=0)
    """How far clocks have been started for tickets from before there were any; None once that is over."""

    def step(self, stopping: Stopping) -> float:
        """Start clocks that are missing, escalate what has run out, and write to officers; gives the pause."""
        now = self.clock()
        if self._started is not None:
            with self.store.write() as tx:
                self._started = tx.clocks.start_missing(after=self._started) or None
        if not self._something_to_do(now):
            return EVERY
        with self.store.write() as tx:
            lease = tx.leases.take("escalation", self.worker, now=now, ttl=LEASE)
            if lease is None:
                return EVERY
            late = tx.clocks.breaches(now)
            for breach in late:
                _escalate(tx, breach, now)
            tx.clocks.told(late, now)
            letters = self._letters(tx, now)
        worked = True
        for officer, notices in letters:
            if stopping():
                break
            worked = self._write(officer, notices) and worked
        with self.store.write() as tx:
            tx.leases.release(lease)
        return EVERY if worked else AFTER_FAILURE

    def _something_to_do(self, now: datetime) -> bool:
        with self.store.read() as tx:
            return bool(tx.clocks.breaches(now, limit=1) or tx.notices.waiting(limit=1))

    def _letters(self, tx: Transaction, now: datetime) -> list[tuple[Officer, list[Notice]]]:
        """Who is written to now, about what; what nobody need be told of any more is let go."""
        officers = {officer.id: officer for officer in tx.officers.all() if officer.active}
        letters: dict[int, list[Notice]] = {}
        idle: list[int] = []
        for notice in tx.notices.waiting():
            officer = officers.get(notice.officer_id)
            if self.post is None or officer is None or not _may_know(tx, officer, notice):
                idle.append(notice.id)
            elif notice.about in NEVER_QUIET or not _quiet(tx, officer, now):
                letters.setdefault(officer.id, []).append(notice)
        tx.notices.done(tuple(idle))
        return [(officers[number], notices) for number, notices in letters.items()]

    def _write(self, officer: Officer, notices: list[Notice]) -> bool:
        if self.post is None:
            return True
        lines = [
            f"{notice.reference}: {SAYS[notice.about]}. {link_to(self.desk_url, notice.reference)}"
            for notice in notices
        ]
        text = "\n".join(
            ("What you wished to be told:", "", *lines, "", "You choose what we write under “Your choices”.")
        )
        try:
            replace(self.post, recipient=officer.email).send(
                name=f"notice.{secrets.token_hex(12)}",
                subject=f"Quality.me desk: {len(notices)} {'thing' if len(notices) == 1 else 'things'} for you",
                text=text + "\n",
                headers=(("Auto-Submitted", "auto-generated"),),
            )
        except SendError as trouble:
            _log.error("notice.not_mailed", why=str(trouble))
            return False
        with self.store.write() as tx:
            tx.notices.done(tuple(notice.id for notice in notices))
        return True


def _escalate(tx: Transaction, breach: Breach, now: datetime) -> None:
    """Let the leads who may see the ticket know, and whoever has it; it stands in the timeline."""
    access, has_it = tx.access.of(breach.ticket_id), tx.assignments.assignee(breach.ticket_id)
    for officer in tx.officers.all():
        leads = Role.LEAD in officer.roles or (has_it is not None and officer.id == has_it.id)
        if officer.active and leads and may(officer.viewer, Right.READ_TICKETS, access):
            tx.notices.add(officer.id, About.LATE, breach.ticket_id, now)
    event = Event(at=now, kind=EventKind.ESCALATED, detail={"clock": breach.clock.value})
    tx.tickets.add_event(breach.ticket_id, event)


def _may_know(tx: Transaction, officer: Officer, notice: Notice) -> bool:
    return tx.access.ticket_for(officer.viewer, Right.READ_TICKETS, notice.reference) is not None


def _quiet(tx: Transaction, officer: Officer, now: datetime) -> bool:
    local = now.astimezone(LONDON)
    return tx.notices.preferences(officer.id).quiet_at(local.time().replace(tzinfo=None))
