"""Service clocks within one transaction. They follow the timeline, so that no page can forget to stop one.

The next moment at which a clock of a ticket runs out stands on the ticket itself, for the queue's order and filter.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from models.clocks import Breach, Clock, ClockPolicy, ClockState, Grade, Pause, grade_of
from models.ticket import Event, EventKind, TicketState
from models.verdict import Kind
from storage.desk_tables import ClockTable, PauseTable
from storage.dialect import insert_or_ignore
from storage.moments import NEVER, minute
from storage.tables import TicketTable

PAUSED = "paused"
WAYS_IN: dict[str, tuple[str, ...]] = {
    "e-mail": ("imap", "smtp", "lmtp", "graph"),
    "telegram": ("telegram",),
    "web": ("web", "form", "webchat"),
}
"""How people say it -> the channels that it means."""
MAILS = frozenset(WAYS_IN["e-mail"])
"""Channels whose messages are acknowledged by a mail of their own; a chat acknowledges in the same breath."""
WAITING = "We wait for the reporter."
_STOPS: Mapping[EventKind, tuple[Clock, ...]] = {
    EventKind.ACKNOWLEDGEMENT_SENT: (Clock.ACKNOWLEDGEMENT,),
    EventKind.ACKNOWLEDGEMENT_WITHHELD: (Clock.ACKNOWLEDGEMENT,),
    EventKind.DECIDED: (Clock.READING, Clock.DECISION),
    EventKind.QUESTION: (Clock.READING,),
    EventKind.CLOSED: tuple(Clock),
    EventKind.WITHDRAWN: tuple(Clock),
}
"""What ends which clocks, whoever does it."""
_FACTS = (
    TicketTable.kind,
    TicketTable.isf,
    TicketTable.flagged,
    TicketTable.graded,
    TicketTable.decided,
    TicketTable.state,
)


class Clocks:
    """The clocks within one transaction."""

    def __init__(self, connection: Connection, policy: ClockPolicy) -> None:
        self._connection = connection
        self._policy = policy

    def start(self, ticket_id: int, *, channel: str, at: datetime) -> None:
        """Start all clocks of a ticket, as of its first message."""
        grade, rows = self._grade(ticket_id), []
        for clock in Clock:
            due = self._policy.due(grade, clock, at)
            if due is None:
                continue
            at_once = clock is Clock.ACKNOWLEDGEMENT and channel not in MAILS
            rows.append(_row(ticket_id, clock, at, due, done_at=at if at_once else None))
        if rows:
            self._connection.execute(insert(ClockTable), rows)
        self._show(ticket_id)

    def start_missing(self, *, after: int = 0, limit: int = 200) -> int:
        """Start the clocks of open tickets from before there were any; gives the last number seen, 0 at the end."""
        bare = ~exists().where(ClockTable.ticket_id == TicketTable.id)
        wanted = select(TicketTable.id, TicketTable.channel, TicketTable.received_at, TicketTable.decided).where(
            TicketTable.id > after, TicketTable.state != TicketState.CLOSED.value, bare
        )
        rows = self._connection.execute(wanted.order_by(TicketTable.id).limit(limit)).all()
        for row in rows:
            self.start(row.id, channel="", at=row.received_at)
            if row.decided:
                self._stop(row.id, (Clock.READING, Clock.DECISION), row.received_at)
        return rows[-1].id if len(rows) == limit else 0

    def regrade(self, ticket_id: int) -> None:
        """The grade has changed: open clocks run out by its targets from now on, counted from the same start."""
        grade = self._grade(ticket_id)
        for row in self._open(ticket_id):
            due = self._policy.due(grade, Clock(row.clock), row.started_at, row.paused_days)
            if due is None:
                self._change(ticket_id, [row.clock], done_at=row.started_at)
            elif due != row.due_at:
                self._change(ticket_id, [row.clock], due_at=due, told_at=None)
        self._show(ticket_id)

    def follow(self, ticket_id: int, event: Event) -> None:
        """Do what a line of the timeline means for the clocks."""
        if event.kind in _STOPS:
            self._stop(ticket_id, _STOPS[event.kind], event.at)
            if event.kind in (EventKind.CLOSED, EventKind.WITHDRAWN):
                self._end_pause(ticket_id)
        elif event.kind is EventKind.LETTER_QUEUED or event.kind is EventKind.TOLD_CLOSED:
            stopped = (Clock.READING,) if event.detail.get("purpose") == "question" else (Clock.READING, Clock.REPLY)
            self._stop(ticket_id, stopped, event.at)
        elif event.kind is EventKind.STATE:
            self._moved(ticket_id, event)
        elif event.kind is EventKind.FOLLOW_UP:
            self._restart(ticket_id, (Clock.READING,), event.at)

    def read(self, ticket_id: int, at: datetime) -> None:
        """An officer who may decide has opened it."""
        self._stop(ticket_id, (Clock.READING,), at)

    def pause(self, ticket_id: int, *, reason: str, actor: str, at: datetime) -> bool:
        """Let the clocks stand still; False when they do already, or none runs."""
        if not self._open(ticket_id):
            return False
        row = {"ticket_id": ticket_id, "since": at, "reason": reason, "actor": actor}
        added = insert_or_ignore(self._connection, PauseTable, row) is not None
        self._show(ticket_id)
        return added

    def resume(self, ticket_id: int, at: datetime) -> bool:
        """Let them run on, each as many working days later as have passed; False when they did run."""
        pause = self.paused(ticket_id)
        if pause is None:
            return False
        days, grade = self._policy.days.closings(pause.since, at), self._grade(ticket_id)
        for row in self._open(ticket_id):
            paused = row.paused_days + days
            due = self._policy.due(grade, Clock(row.clock), row.started_at, paused) or row.due_at
            self._change(ticket_id, [row.clock], paused_days=paused, due_at=due)
        self._end_pause(ticket_id)
        return True

    def paused(self, ticket_id: int) -> Pause | None:
        """Why a ticket's clocks stand still; None when they do not."""
        wanted = select(PauseTable.since, PauseTable.reason, PauseTable.actor).where(PauseTable.ticket_id == ticket_id)
        row = self._connection.execute(wanted).first()
        return None if row is None else Pause(since=row.since, reason=row.reason, actor=row.actor)

    def of(self, ticket_id: int) -> tuple[ClockState, ...]:
        """The clocks of a ticket, in the order in which they usually end."""
        table = ClockTable
        wanted = select(table.clock, table.started_at, table.due_at, table.done_at).where(table.ticket_id == ticket_id)
        found = {
            row.clock: ClockState(
                clock=Clock(row.clock), started_at=row.started_at, due_at=row.due_at, done_at=row.done_at
            )
            for row in self._connection.execute(wanted)
        }
        return tuple(found[clock.value] for clock in Clock if clock.value in found)

    def breaches(self, now: datetime, *, limit: int = 100) -> tuple[Breach, ...]:
        """Clocks that have run out and of which nobody was told, the oldest first; none that stands still."""
        table = ClockTable
        wanted = (
            select(table.ticket_id, TicketTable.reference, table.clock, table.due_at)
            .join(TicketTable, TicketTable.id == table.ticket_id)
            .where(table.done_at.is_(None), table.told_at.is_(None), table.due_at <= now)
            .where(~exists().where(PauseTable.ticket_id == table.ticket_id))
            .order_by(table.due_at, table.ticket_id)
            .limit(limit)
        )
        return tuple(
            Breach(ticket_id=row.ticket_id, reference=row.reference, clock=Clock(row.clock), due_at=row.due_at)
            for row in self._connection.execute(wanted)
        )

    def told(self, breaches: Sequence[Breach], at: datetime) -> None:
        """Note that somebody was told of them."""
        for one in breaches:
            self._change(one.ticket_id, [one.clock.value], told_at=at)

    def _moved(self, ticket_id: int, event: Event) -> None:
        before, after = event.detail.get("from"), event.detail.get("to")
        if after != TicketState.NEW:
            self._stop(ticket_id, (Clock.READING,), event.at)
        if after == TicketState.WAITING:
            self.pause(ticket_id, reason=WAITING, actor="intake", at=event.at)
        elif before == TicketState.WAITING:
            self.resume(ticket_id, event.at)
        if after == TicketState.CLOSED:
            self._stop(ticket_id, tuple(Clock), event.at)
            self._end_pause(ticket_id)
        elif before == TicketState.CLOSED:
            self._restart(ticket_id, (Clock.READING, Clock.REPLY), event.at)

    def _restart(self, ticket_id: int, clocks: Sequence[Clock], at: datetime) -> None:
        """Start those again that are over, or were never there. One that still runs is not made later."""
        grade, running = self._grade(ticket_id), {row.clock for row in self._open(ticket_id)}
        for clock in clocks:
            due = self._policy.due(grade, clock, at)
            if due is None or clock.value in running:
                continue
            gone = delete(ClockTable).where(ClockTable.ticket_id == ticket_id, ClockTable.clock == clock.value)
            self._connection.execute(gone)
            self._connection.execute(insert(ClockTable), _row(ticket_id, clock, at, due))
        self._show(ticket_id)

    def _stop(self, ticket_id: int, clocks: Sequence[Clock], at: datetime) -> None:
        if self._change(ticket_id, [clock.value for clock in clocks], done_at=at):
            self._show(ticket_id)

    def _change(self, ticket_id: int, clocks: Sequence[str], **values: Any) -> int:
        mine = update(ClockTable).where(ClockTable.ticket_id == ticket_id, ClockTable.clock.in_(clocks))
        return self._connection.execute(mine.where(ClockTable.done_at.is_(None)).values(**values)).rowcount

    def _open(self, ticket_id: int) -> Sequence[Any]:
        table = ClockTable
        wanted = select(table.clock, table.started_at, table.due_at, table.paused_days)
        return self._connection.execute(wanted.where(table.ticket_id == ticket_id, table.done_at.is_(None))).all()

    def _end_pause(self, ticket_id: int) -> None:
        self._connection.execute(delete(PauseTable).where(PauseTable.ticket_id == ticket_id))
        self._show(ticket_id)

    def _show(self, ticket_id: int) -> None:
        """Let the queue know which clock runs out next."""
        running = self._open(ticket_id)
        due, name = min(((minute(row.due_at), row.clock) for row in running), default=(NEVER, ""))
        if running and self.paused(ticket_id):
            due, name = NEVER, PAUSED
        self._connection.execute(update(TicketTable).where(TicketTable.id == ticket_id).values(due=due, due_clock=name))

    def _grade(self, ticket_id: int) -> Grade:
        row = self._connection.execute(select(*_FACTS).where(TicketTable.id == ticket_id)).one()
        return grade_of(kind=Kind(row.kind), isf=row.isf, flagged=row.flagged, graded=row.graded, decided=row.decided)


def _row(ticket_id: int, clock: Clock, at: datetime, due: datetime, *, done_at: datetime | None = None) -> Any:
    return {
        "ticket_id": ticket_id,
        "clock": clock.value,
        "started_at": at,
        "due_at": due,
        "paused_days": 0,
        "done_at": done_at,
        "told_at": None,
    }
