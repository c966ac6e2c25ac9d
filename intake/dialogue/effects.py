"""What is to be done, as values. The performer (intake/conversing.py) does all of it in one transaction.

Of every event that stems from a message exactly one effect files it: OpenTicket, Append, EditEntry, Answer or Ignore.
`row` is always a row of the inbox.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from intake.dialogue.states import Level
from models.chat import Policy


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A button. `label` is filled in already when it is no fixed one, such as the name of a place."""

    id: str
    label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Say:
    """One message to the person: the texts of these prompts, one after the other, with the buttons of the last.

    `values` fill the places in the texts that are not settings; all wording stands in prompts.toml.
    """

    prompts: tuple[str, ...]
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    options: tuple[Choice, ...] = ()
    nonce: str = ""
    reference: str = ""
    """The report that it is about."""
    policy: Policy = Policy.RESEND
    question: int = 0
    """The officer's question whose text stands in it."""
    secret: bool = False
    """It shows an access code: its text is wiped as soon as it was delivered."""
    replaces_question: bool = False
    """It takes the place of the discreet line that announced the question, where the channel can do that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenTicket:
    """The message opens a report."""

    reference: str
    failed: bool = False
    """It comes from the way out of a fault: nobody understood it, a person must."""
    related: str = ""
    """A report of the same chat that was closed too long ago to be opened again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Append:
    """The message is added to a report; `question` is the prompt that it answers, `label` what a button said."""

    reference: str
    question: str = ""
    label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class EditEntry:
    """The message is the new version of the row `of`; both are kept."""

    reference: str
    of: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The message answers an officer's question, and is added to its report."""

    reference: str
    question: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ignore:
    """The message is no part of a report; the reason is shown to officers. `scrub` also wipes its bytes."""

    reason: str
    scrub: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoveOld:
    """Wipe the earlier version of an edited message."""

    reference: str
    row: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoveFiles:
    """Never fetch, or delete, the files of a message."""

    reference: str
    row: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MoveEntry:
    """Move a message to another report; when `opens` is true it opens that one."""

    row: int
    of: str
    to: str
    opens: bool = False
    by_rule: bool = False
    """Nobody said so: the newest open report was taken."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """A slot was filled or emptied; it stands in the report's timeline."""

    reference: str
    slot: str
    value: str
    shown: str
    how: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SetLevel:
    """How much the team may know of the reporter."""

    reference: str
    level: Level


@dataclass(frozen=True, kw_only=True, slots=True)
class SetReporter:
    """What the reporter said of themselves; `None` leaves it as it is."""

    reference: str
    name: str | None = None
    contact: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """This chat and a report belong together."""

    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CutLink:
    """Destroy what ties this chat to a report: address, raw bytes, replies. After the last reply has gone."""

    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueCode:
    """Keep the hash of an access code, in place of an earlier one."""

    reference: str
    code: str


class Why(StrEnum):
    """Why officers are told."""

    SENT = "sent"
    QUIET = "quiet"
    URGENT = "urgent"
    CRISIS = "crisis"
    SAFEGUARDING = "safeguarding"
    CALL_BACK = "call_back"
    UPDATE_WANTED = "update_wanted"
    NEEDED = "needed"
    """The reporter says that the hidden details are needed."""
    COPY = "copy"
    REOPENED = "reopened"
    FAILED = "failed"


URGENT = frozenset({Why.URGENT, Why.CRISIS, Why.SAFEGUARDING})
"""These put a report at the top of the queue."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertOfficer:
    """Tell officers now. `sure` is false where the reporter was not sure whether anyone is at risk."""

    reference: str
    why: Why
    sure: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Decline:
    """The reporter would rather not answer; `for_good` wants no more questions on that report."""

    reference: str
    question: int
    for_good: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseByReporter:
    """The reporter withdraws a report."""

    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Erase:
    """The reporter wants what can be deleted of a report to be deleted."""

    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reopen:
    """A closed report is open again."""

    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Feedback:
    """How the reporter felt; kept apart from the report."""

    reference: str
    answer: str = ""
    comment: bool = False
    """The message at hand is a comment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Leave:
    """Leave the group that we were put into."""


Filing = OpenTicket | Append | EditEntry | Answer | Ignore
Effect = (
    Filing
    | Say
    | RemoveOld
    | RemoveFiles
    | MoveEntry
    | Record
    | SetLevel
    | SetReporter
    | Link
    | CutLink
    | IssueCode
    | AlertOfficer
    | Decline
    | CloseByReporter
    | Erase
    | Reopen
    | Feedback
    | Leave
)
