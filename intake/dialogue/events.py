"""What can happen to a conversation, with all that `step` may know of the world: no clock, no chance, no look-up.

Whoever calls `step` brings the moment, fresh codes, the classifier's hints and the present state of the reports with
the event.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.dialogue.states import TimerKind
from models.chat import ChatFile
from models.masking import PersonalKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A place as it may be offered: its ODS code and its name."""

    code: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hints:
    """What the fast parts of the classifier saw in a text. They propose; the reporter disposes."""

    crisis: bool = False
    safeguarding: bool = False
    risk_now: bool = False
    """Somebody is at risk now. It is only ever believed when it says yes."""
    place: Place | None = None
    """A place that the classifier is sure of."""
    maybe: tuple[Place, ...] = ()
    """Places that it half believes in, likeliest first."""
    specialty: str = ""
    specialty_name: str = ""
    language: str = "en"
    personal: tuple[PersonalKind, ...] = ()
    """Kinds of patients' data that were found, and are masked for officers."""
    out_of_scope: bool = False
    """It reads like a patient's complaint, or a matter for somebody else."""


class Status(StrEnum):
    """Where a report stands, in the words of /status."""

    RECEIVED = "received"
    BEING_READ = "being_read"
    WITH_PROVIDER = "with_provider"
    WAITING = "waiting"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportFacts:
    """What the store knows now of a report that is linked to this chat."""

    reference: str
    status: Status
    received: datetime
    changed: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What comes with every event."""

    at: datetime
    """Now, aware, UTC."""
    nonce: str
    """Fresh, for the buttons of the reply."""
    reference: str
    """Fresh, for a report that may be opened now."""
    code: str
    """Fresh, for an access code that may be shown now."""
    reports: tuple[ReportFacts, ...] = ()
    """Those linked to this chat, oldest first."""
    row: int = 0
    """The inbox row of the message, or 0 when the event is no message."""
    outside: bool = False
    """The channel belongs to an outside company."""
    can_write: bool = True
    """We can write first in this channel."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeTry:
    """A reference with an access code was typed, and was checked. Nobody is told which of the two was wrong."""

    reference: str
    right: bool
    question: int = 0
    """An officer's question about that report that nobody has answered yet, or 0."""
    too_many: bool = False
    """So many tries went wrong lately that this one was not even checked."""
    report: ReportFacts | None = None
    """How the report stands, if the code was right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """Words, files, or something that we cannot use (`odd`)."""

    facts: Facts
    text: str = ""
    files: tuple[ChatFile, ...] = ()
    odd: str = ""
    hints: Hints = Hints()
    code: CodeTry | None = None
    parts: int = 1
    """How many messages these are the words of."""
    told: tuple[tuple[str, str], ...] = ()
    """What was filled in beside the text in a form, by the names of `models.chat.TOLD`."""
    album: bool = False
    """A further part of an album that was asked about already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pressed:
    """A button, by its id and the nonce that it carried."""

    facts: Facts
    option: str
    nonce: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """An earlier message was changed. `of` is its inbox row and `reference` its report, if we know them."""

    facts: Facts
    text: str
    of: int = 0
    reference: str = ""
    hints: Hints = Hints()


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """The person blocked us or left the chat."""

    facts: Facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Grouped:
    """Somebody put us into a group."""

    facts: Facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """An officer asks the reporter something. The text stays in the store; only its number travels."""

    facts: Facts
    question: int
    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Closed:
    """An officer closed a report; `outcome` is what the reporter may be told."""

    facts: Facts
    reference: str
    outcome: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A timer of the state has run out."""

    facts: Facts
    kind: TimerKind
    subject: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WereOffline:
    """We were away for so long that messages may be lost upstream."""

    facts: Facts
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Noticed:
    """The whole classifier saw distress in a message of this report that its fast parts had taken for a plain one."""

    facts: Facts
    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """Handling a message failed again and again; its text is safe and becomes a report as it is."""

    facts: Facts
    text: str = ""


Event = Said | Pressed | Edited | Left | Grouped | Asked | Closed | Due | WereOffline | Noticed | Failed
Message = Said | Pressed | Edited | Left | Grouped | Failed
"""The events that stem from a row of the inbox, which each of them has to end."""
