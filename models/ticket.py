"""A ticket, its timeline, and an officer's decision on it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from models.sealing import Anonymity
from models.searchable import Masked
from models.verdict import LEARNED, Kind, Verdict


class TicketState(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    BEING_READ = "being_read"
    WAITING = "waiting"
    WITH_PROVIDER = "with_provider"
    CLOSED = "closed"


class EventKind(StrEnum):
    """What can happen to a ticket; each becomes one line of its timeline."""

    RECEIVED = "received"
    FOLLOW_UP = "follow_up"
    PREGRADED = "pregraded"
    DECIDED = "decided"
    STATE = "state"
    ACKNOWLEDGEMENT_QUEUED = "acknowledgement_queued"
    ACKNOWLEDGEMENT_SENT = "acknowledgement_sent"
    ACKNOWLEDGEMENT_WITHHELD = "acknowledgement_withheld"
    ACKNOWLEDGEMENT_FAILED = "acknowledgement_failed"
    POSSIBLY_RELATED = "possibly_related"
    CONTINUES = "continues"
    """The reporter answered a ticket that had been closed for too long, so this one was opened."""
    CONTINUED = "continued"
    """The same, seen from the closed ticket."""
    CAME_BACK = "came_back"
    FILE_LOCKED = "file_locked"
    ENCRYPTED = "encrypted"
    READ = "read"
    RESTRICTED = "restricted"
    RESTRICTION_ENDED = "restriction_ended"
    CONFLICT_LIFTED = "conflict_lifted"
    TOLD = "told"
    """The reporter answered one of our questions."""
    ALERTED = "alerted"
    QUESTION = "question"
    ANSWER = "answer"
    NO_ANSWER = "no_answer"
    WITHDRAWN = "withdrawn"
    ERASURE_ASKED = "erasure_asked"
    LINK_CUT = "link_cut"
    TOLD_CLOSED = "told_closed"
    LETTER_QUEUED = "letter_queued"
    """An officer wrote to the reporter."""
    LETTER_SENT = "letter_sent"
    LETTER_FAILED = "letter_failed"
    CLOSED = "closed"
    """An officer closed it with an outcome."""
    ASSIGNED = "assigned"
    CLOCK_PAUSED = "clock_paused"
    CLOCK_RESUMED = "clock_resumed"
    ESCALATED = "escalated"
    """The lead was told that a clock has run out."""
    PAGED = "paged"
    """People were called because of a red flag."""
    ALERT_ACKNOWLEDGED = "alert_acknowledged"
    LINKED = "linked"
    UNLINKED = "unlinked"
    MERGED = "merged"
    UNMERGED = "unmerged"
    SPLIT = "split"
    TASK_ADDED = "task_added"
    TASK_DONE = "task_done"
    HOLD_BEGUN = "hold_begun"
    HOLD_ENDED = "hold_ended"


class FileState(StrEnum):
    """What became of an attached file. The mail with all its bytes is kept in every case."""

    READ = "its words stand below the message"
    KEPT = "not opened"
    UNREADABLE = "its words could not be read"
    UNCHECKED = "not checked for malware: the scanner did not answer"
    TOO_LARGE = "too large to be opened"
    TOO_MANY = "not opened: the mail brings too many files"
    LOCKED = "locked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One message of a ticket, whole: the one that opened it, or one that followed. What is masked is for officers."""

    inbox_id: int
    at: datetime
    channel: str
    subject: str
    text: str
    new_text: str
    masked_subject: str
    masked_text: str
    attachments: tuple[str, ...] = ()
    """Names with type and size, ready to show."""
    masked_attachments: tuple[str, ...] = ()
    """Without the names."""
    defects: tuple[str, ...] = ()
    message_id: str | None = None
    masked: Masked | None = None
    """What may be searched of it; None when nobody has looked for personal data in it. It is kept with the index."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MaskedEntry:
    """A message of a ticket as officers read it: nobody's personal data in it that the machine could find."""

    inbox_id: int
    at: datetime
    channel: str
    subject: str
    text: str
    """What is new in the message; the whole of it where nothing is."""
    attachments: tuple[str, ...] = ()
    """Types and sizes."""
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reporter:
    """Who wrote. Kept apart from the ticket's content, and sealed; `address` is empty when there is none."""

    name: str
    address: str
    anonymity: Anonymity = Anonymity.NAMED


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedReporter:
    """What may be told of a reporter without opening the seal."""

    anonymity: Anonymity
    has_name: bool
    has_address: bool

    @property
    def is_cut(self) -> bool:
        """Whether nothing of the person is kept: nobody can find them or write to them any more."""
        return not (self.has_name or self.has_address)


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One line of a ticket's timeline. `actor` is an officer's e-mail address or `intake`."""

    at: datetime
    kind: EventKind
    actor: str = "intake"
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What an officer decided. It stands beside the machine's verdict, never over it. `isf` may be 0 to 4."""

    officer: str
    at: datetime
    kind: Kind
    provider: str | None
    site: str | None
    specialties: tuple[str, ...]
    themes: tuple[str, ...]
    impact: int | None
    likelihood: int | None
    isf: int
    reason: str
    red_flags: tuple[str, ...] | None = None
    """None where the officer was not asked for them: then the machine's stand."""
    standards: tuple[str, ...] | None = None
    """Standards of the framework that it touches; None where the officer was not asked: then those of the themes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTicket:
    """All that is needed to open a ticket."""

    reference: str
    channel: str
    received_at: datetime
    entry: Entry
    reporter: Reporter
    verdict: Verdict
    urgency: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketRow:
    """A ticket as the queue shows it: no reporter, no text beyond the subject."""

    id: int
    reference: str
    version: int
    state: TicketState
    channel: str
    received_at: datetime
    subject: str
    kind: Kind
    provider: str | None
    site: str | None
    isf: int
    """The officer's category where there is a decision, otherwise the machine's."""
    decided: bool
    needs_person: bool
    graded: bool
    red_flags: tuple[str, ...]
    urgency: int
    due_at: datetime | None = None
    """When the next service clock runs out; None while none runs."""
    due_clock: str = ""
    """Which one that is, as in `models.clocks.Clock`; `paused` while they stand still."""
    assignee_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """A ticket as officers see it: its row, masked messages, verdicts and decisions (oldest first) and timeline.

    The evidence of its verdicts stands in the masked texts. Messages, verdicts and timeline of tickets that are merged
    into it are among its own, after them; those of tickets that are not for the viewer are not.
    """

    row: TicketRow
    entries: tuple[MaskedEntry, ...]
    reporter: SealedReporter
    verdicts: tuple[Verdict, ...]
    decisions: tuple[Decision, ...]
    events: tuple[Event, ...]
    parts: tuple[TicketRow, ...] = ()
    """The tickets merged into it that are for the viewer."""
    of_parts: frozenset[int] = frozenset()
    """The numbers of the messages that are theirs."""
    is_part: bool = False
    """Whether it is merged into another ticket."""
    whole: TicketRow | None = None
    """That other ticket, if it is for the viewer."""

    @property
    def first_reading(self) -> Verdict:
        """What the whole classifier said of the first message: in a chat the quick rules had answered before it."""
        learned = (one for one in self.verdicts if LEARNED in one.classifier)
        return next(learned, self.verdicts[0])


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFilter:
    """Which tickets a queue shows; an empty tuple or `None` means all of them."""

    states: tuple[TicketState, ...] = ()
    kinds: tuple[Kind, ...] = ()
    provider: str | None = None
    isf: int | None = None
    flagged: bool | None = None
    needs_person: bool | None = None
    site: str | None = None
    channels: tuple[str, ...] = ()
    assignee_id: int | None = None
    unassigned: bool = False
    labels: tuple[str, ...] = ()
    """Themes and specialties as `theme:…` and `specialty:…`; a ticket has all of them."""
    tags: tuple[str, ...] = ()
    received_since: datetime | None = None
    received_before: datetime | None = None
    due_before: datetime | None = None
    """A clock runs out by then, or has run out."""
    paused: bool = False
    junk: bool | None = None
    """Those that the mail server called junk and nobody has decided on; or all but those."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueuePage:
    """One page of the queue, in its order; `after` asks for the next page and `before` for the one above, if any."""

    rows: tuple[TicketRow, ...]
    after: str | None
    before: str | None = None
