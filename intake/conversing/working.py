"""The pieces of work that the daemon repeats for the chat: turns, timers, replies, and the slow part of reading."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from channels.base import Unavailable
from intake.classifying import Classify
from intake.conversing.entries import FLAG_OF, weigh
from intake.conversing.judging import judge, keep_judged
from intake.conversing.moves import read_message
from intake.conversing.performance import Performance
from intake.conversing.replying import ReplyRoom, send_reply
from intake.conversing.room import ChatRoom
from intake.conversing.turns import go_on, take_turn
from intake.daemon import Stopping
from intake.dialogue.events import Due, Event, Facts, Noticed
from intake.dialogue.states import Timer, as_text, from_json
from intake.files import Reading
from intake.working import Shift
from models.chat import ChatMessage
from models.ticket import Event as Line
from models.ticket import EventKind
from models.work import Ending, InboxItem, Outcome
from storage.store import LostClaim, SealBroken, StoreError, Transaction

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
MOST_READINGS = 3
CRISIS = FLAG_OF["crisis"]
BATCH = 20
LOOK_AGAIN = 1.0
"""Seconds between two looks for timers that have run out: nothing rings when time passes."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatWork:
    """Takes the turns that wait. After `attempts` failures the words become a report as they are."""

    room: ChatRoom
    shift: Shift
    attempts: int
    answered: Callable[[], None] = lambda: None
    """Called after turns were taken, to wake the senders."""

    def step(self, stopping: Stopping) -> float:
        """Take one batch of turns, each of another conversation; the pause is 0 while there may be more."""
        with self.room.store.write() as tx:
            items = tx.inbox.claim(
                worker=self.shift.worker,
                now=self.room.clock(),
                lease=self.shift.lease,
                limit=self.shift.batch,
                chats=True,
            )
        for item in items:
            try:
                if stopping():
                    self._hand_back(item)
                else:
                    self._take(item)
            except LostClaim:
                _log.warning("chat.claim_lost", inbox_id=item.id)
        if items:
            self.answered()
        return 0.0 if items else self.shift.idle()

    def _hand_back(self, item: InboxItem) -> None:
        with self.room.store.write() as tx:
            tx.reports.hand_back(item, self.room.clock())
            tx.turns.after(item.id)

    def _take(self, item: InboxItem) -> None:
        if item.attempts > 2 * self.attempts:
            self._quarantine(item, f"It was tried {item.attempts - 1} times and never came to an end.")
            return
        try:
            take_turn(self.room, item, failed=item.attempts > self.attempts)
        except LostClaim:
            raise
        except StoreError as fault:
            if fault.retry:
                raise
            self._failed(item, fault)
        except Exception as fault:  # noqa: BLE001 - one message that fails must never stop another conversation
            self._failed(item, fault)

    def _failed(self, item: InboxItem, fault: Exception) -> None:
        kind = type(fault).__name__
        _log.error("chat.failed", inbox_id=item.id, attempts=item.attempts, fault=kind)
        if item.attempts > self.attempts:
            self._quarantine(item, f"It failed {item.attempts} times ({kind}).")
            return
        pause = min(FIRST_PAUSE * 2 ** min(item.attempts - 1, 10), LONGEST_PAUSE)
        with self.room.store.write() as tx:
            tx.inbox.postpone(item, until=self.room.clock() + pause, error=kind)
            tx.turns.after(item.id)

    def _quarantine(self, item: InboxItem, reason: str) -> None:
        with self.room.store.write() as tx:
            tx.inbox.settle(item, Outcome(ending=Ending.QUARANTINED, reason=reason), self.room.clock())
            tx.turns.after(item.id)


@dataclass(frozen=True, kw_only=True, slots=True)
class TimerWork:
    """Lets the timers of conversations run out."""

    room: ChatRoom
    answered: Callable[[], None] = lambda: None

    def step(self, stopping: Stopping) -> float:
        """Take the conversations that are due; the pause is 0 while there may be more."""
        with self.room.store.read() as tx:
            due = tx.conversations.due(self.room.clock(), limit=BATCH)
        for conversation_id in due:
            if stopping():
                break
            try:
                self.run_out(conversation_id)
            except SealBroken:
                _log.error("chat.state_broken", conversation_id=conversation_id)
                with self.room.store.write() as tx:
                    tx.conversations.stop_timers(conversation_id)
        if due:
            self.answered()
        return 0.0 if due else LOOK_AGAIN

    def run_out(self, conversation_id: int) -> None:
        """Let the longest due timer of one conversation run out. Raises StoreError."""
        with self.room.store.write() as tx:
            conversation = tx.conversations.hold(conversation_id)
            if conversation is None:
                return
            now = self.room.clock()
            state = from_json(conversation.state)
            due = min((one for one in state.timers if one.at <= as_text(now)), key=lambda one: one.at, default=None)
            if due is None:
                tx.conversations.keep(conversation_id, state=conversation.state, due_at=state.due_at, at=None)
                return
            cause = f"timer-{conversation_id}-{due.kind}-{due.subject}-{due.at}"
            work = Performance(room=self.room, tx=tx, conversation=conversation, cause=cause)
            go_on(work, _run_out(due))


def _run_out(timer: Timer) -> Callable[[Facts], Event]:
    return lambda facts: Due(facts=facts, kind=timer.kind, subject=timer.subject)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyWork:
    """Sends the replies that wait in one channel, in order within each conversation."""

    room: ReplyRoom
    channel: str
    shift: Shift
    apart: timedelta = timedelta(0)
    """The least time between two replies in one conversation."""

    def step(self, stopping: Stopping) -> float:
        """Send one batch; the pause is 0 while there may be more."""
        with self.room.store.write() as tx:
            items = tx.replies.claim(
                channel=self.channel,
                worker=self.shift.worker,
                now=self.room.clock(),
                lease=self.shift.lease,
                limit=self.shift.batch,
                apart=self.apart,
            )
        for item in items:
            try:
                if stopping():
                    with self.room.store.write() as tx:
                        tx.replies.postpone(item, until=self.room.clock(), error="not sent: the process was stopping")
                else:
                    went = send_reply(self.room, item)
                    _log.info("reply.sent" if went else "reply.not_sent", reply_id=item.id, attempts=item.attempts)
            except LostClaim:
                _log.warning("reply.claim_lost", reply_id=item.id)
        return 0.0 if items else self.shift.idle()


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingWork:
    """Lets the whole classifier read what its fast parts have read: it may raise the grade, never lower it.

    Files are looked into before: for harm, and for the words of documents, which are read along.
    """

    room: ChatRoom
    whole: Classify
    files: Reading
    shift: Shift

    def step(self, stopping: Stopping) -> float:
        """Read one batch; the pause is 0 while there may be more."""
        now = self.room.clock()
        with self.room.store.write() as tx:
            found = tx.reports.readings(
                worker=self.shift.worker, now=now, until=now + self.shift.lease, limit=self.shift.batch
            )
        for row, ticket_id, attempts in found:
            if stopping():
                break
            try:
                self._read(row, ticket_id, attempts)
            except Unavailable as trouble:  # its claim runs out, and then it is tried again
                _log.error("chat.files_not_judged", inbox_id=row, why=str(trouble))
        return 0.0 if found else self.shift.idle()

    def _read(self, row: int, ticket_id: int, attempts: int) -> None:
        with self.room.store.read() as tx:
            message = tx.inbox.message(row)
        chat = read_message(message.raw, message.received_at) if message else None
        if chat is not None and chat.files:
            chat = self._judged(row, ticket_id, chat)
        verdict = self.whole("", chat.spoken, "chat") if chat and chat.spoken else None
        again = verdict is not None and verdict.classifier == "none" and attempts < MOST_READINGS
        if again:
            return
        seen_late = (
            verdict is not None
            and chat is not None
            and CRISIS in verdict.red_flags
            and CRISIS not in self.room.fast("", chat.text, "chat").red_flags
        )
        with self.room.store.write() as tx:
            if seen_late:
                self._support(tx, row, ticket_id)
            if verdict is not None:
                weigh(tx, ticket_id, verdict, Line(at=self.room.clock(), kind=EventKind.PREGRADED))
            tx.reports.was_read(row)

    def _support(self, tx: Transaction, row: int, ticket_id: int) -> None:
        """Say where help is, to somebody whose distress the fast parts did not see."""
        conversation_id = tx.conversations.of_message(row)
        reference = tx.tickets.reference_of(ticket_id)
        if conversation_id is None or reference is None:
            return
        try:
            conversation = tx.conversations.hold(conversation_id)
        except SealBroken:
            _log.error("chat.state_broken", conversation_id=conversation_id)
            return
        if conversation is not None:
            work = Performance(room=self.room, tx=tx, conversation=conversation, cause=f"noticed-{row}")
            go_on(work, lambda facts: Noticed(facts=facts, reference=reference))

    def _judged(self, row: int, ticket_id: int, chat: ChatMessage) -> ChatMessage:
        judged = judge(self.files, chat)
        if not judged.files:
            return chat
        with self.room.store.write() as tx:
            keep_judged(tx, judged, row=row, ticket_id=ticket_id, fast=self.room.fast, now=self.room.clock())
        return replace(chat, files=tuple(judged.files.get(one.ref, one) for one in chat.files))
