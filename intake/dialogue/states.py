"""Where a conversation stands: a frozen value that goes to JSON and comes back.

What is still to be asked is never kept: it is computed from the slots, so that a question can be added, dropped or
moved without touching a single stored conversation. Nothing of a report's text is in here, no name and no address; only
the name of a place or specialty as it was typed.
"""

import json
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

VERSION = 1
"""Written with every state. A state of an older version is read with today's defaults for what it lacks."""
IDLE = ""
"""The name of no prompt: nothing is being asked."""


class How(StrEnum):
    """Where a slot's value comes from."""

    EMPTY = ""
    TOLD = "told"
    GUESSED = "guessed"
    """The classifier was sure; shown at the end for the reporter to correct."""
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """One fact of a report: a code or word, and how it is shown."""

    value: str = ""
    shown: str = ""
    how: How = How.EMPTY

    @property
    def open(self) -> bool:
        """Whether the question is still to be asked."""
        return self.how is How.EMPTY


class Risk(StrEnum):
    """Answers to RISK.ask."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Level(StrEnum):
    """How much the team may know of the reporter. Until somebody chooses, it is anonymous."""

    NAMED = "named"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"


SLOTS = ("risk", "provider", "specialty", "identity")
"""The questions, in their order; there are no others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A report that this chat is about, and what its reporter has answered so far."""

    reference: str
    opened: str = ""
    """The moment, ISO 8601."""
    risk: Slot = Slot()
    provider: Slot = Slot()
    specialty: Slot = Slot()
    identity: Slot = Slot()
    maybe: tuple[tuple[str, str], ...] = ()
    """Places that it may have been, code and name: one to be confirmed, or several to choose from."""
    name_asked: bool = False
    contact_asked: bool = False
    link_asked: bool = False
    cut: bool = False
    """The reporter wants the link cut when the report is sent."""
    messages: int = 0
    files: int = 0
    sent: bool = False
    alerted: bool = False
    """Officers were told, be it by sending, by quiet or because it is urgent."""
    safeguarded: bool = False
    """SAFEG.child was shown."""
    lapsed: bool = False
    """Nothing more is asked: cancelled, put off, or too long ago."""
    closed: str = ""
    """When an officer closed it, ISO 8601; empty while it is open."""

    def with_slot(self, name: str, slot: Slot) -> "Report":
        """The same with one slot filled."""
        return replace(self, **{name: slot})  # type: ignore[arg-type]

    def slot(self, name: str) -> Slot:
        """A slot by its name; raises AttributeError for one that there is not."""
        found: Slot = getattr(self, name)
        return found


class TimerKind(StrEnum):
    """What is due at a moment."""

    QUIET = "quiet"
    """15 minutes without a word: officers are told with what there is."""
    NUDGE = "nudge"
    LAPSE = "lapse"
    REMIND = "remind"
    WHICH = "which"
    """Nobody said which report a message belongs to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    """Something to do later. Timers are values in the state: nothing is lost when a process dies."""

    kind: TimerKind
    at: str
    """ISO 8601, UTC: sorts as text."""
    subject: str = ""
    """A reference, or the number of a question."""


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """Where a conversation stands. Every value of it is a valid state."""

    asking: str = IDLE
    """The prompt whose answer is awaited."""
    paused: str = IDLE
    """The prompt to return to when what interrupted it is over."""
    nonce: str = ""
    """Of the prompt on screen: a button with another one is stale."""
    offered: tuple[str, ...] = ()
    """The ids of the buttons on screen, in their order, so that a typed number finds its button."""
    current: str = ""
    """The reference of the report that is talked about."""
    reports: tuple[Report, ...] = ()
    tries: int = 0
    """How often the present question got an answer that does not fit."""
    changing: bool = False
    """A question that was answered already is asked again, by going back or from the summary."""
    discreet: bool = True
    question: int = 0
    """The officer's question that waits for an answer, or 0."""
    question_of: str = ""
    last: int = 0
    """The inbox row of the last message that was added to a report."""
    last_of: str = ""
    edit: tuple[int, int] = (0, 0)
    """The rows of an edited message and of its new version."""
    unsure: tuple[int, ...] = ()
    """Rows whose report is not known yet: OPEN.which."""
    erasing: str = ""
    """What DEL.sure is about."""
    closing: str = ""
    """The report that CLOSE.tell and CLOSE.feedback are about."""
    hidden: tuple[str, ...] = ()
    """The kinds of patients' data that were hidden in the last message."""
    crisis_at: str = ""
    crisis: bool = False
    """Somebody in distress has not said yet that we may go on."""
    flood_at: str = ""
    burst_from: str = ""
    burst: int = 0
    opened_on: tuple[str, int] = ("", 0)
    """A day, and how many reports were opened on it."""
    language_told: bool = False
    scope_told: bool = False
    timers: tuple[Timer, ...] = ()
    gone: bool = False

    def report(self, reference: str) -> Report | None:
        """A report of this chat by its reference."""
        return next((one for one in self.reports if one.reference == reference), None)

    @property
    def open_reports(self) -> tuple[Report, ...]:
        """Those that no officer has closed, oldest first."""
        return tuple(one for one in self.reports if not one.closed)

    @property
    def due_at(self) -> datetime | None:
        """When the next timer is due."""
        return min((moment(timer.at) for timer in self.timers), default=None)


def moment(text: str) -> datetime:
    """A moment from its text; raises ValueError."""
    return datetime.fromisoformat(text)


def as_text(at: datetime) -> str:
    """A moment as text that sorts."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def to_json(state: State) -> str:
    """The state as JSON, with the version it was written in."""
    return json.dumps({"version": VERSION, **_plain(state)}, ensure_ascii=True, sort_keys=True)


def from_json(text: str) -> State:
    """The state from JSON. What is unknown, missing or unreadable takes today's default: no state is ever refused.

    A conversation whose state was lost altogether begins anew; its reports are linked in the store and come back with
    the next event's facts.
    """
    try:
        facts = json.loads(text)
    except ValueError:
        return State()
    return _state(facts) if isinstance(facts, dict) else State()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _state(facts: dict[str, Any]) -> State:
    reports = tuple(found for one in _list(facts.get("reports")) if (found := _report(one)) is not None)
    timers = tuple(timer for one in _list(facts.get("timers")) if (timer := _timer(one)) is not None)
    rest = _same_types(State(), {k: v for k, v in facts.items() if k not in ("reports", "timers")})
    return replace(State(), reports=reports, timers=timers, **rest)


def _report(facts: Any) -> Report | None:
    if not isinstance(facts, dict) or not isinstance(facts.get("reference"), str):
        return None
    slots = {name: _slot(facts.get(name)) for name in SLOTS}
    return Report(**{**_same_types(Report(reference=""), facts), **slots})


def _slot(facts: Any) -> Slot:
    if not isinstance(facts, dict) or facts.get("how") not in list(How):
        return Slot()
    return Slot(value=str(facts.get("value", "")), shown=str(facts.get("shown", "")), how=How(facts["how"]))


def _timer(facts: Any) -> Timer | None:
    try:
        moment(facts["at"])
        return Timer(kind=TimerKind(facts["kind"]), at=facts["at"], subject=str(facts.get("subject", "")))
    except (KeyError, TypeError, ValueError):
        return None


def _same_types(usual: Any, facts: dict[str, Any]) -> dict[str, Any]:
    """Of the facts those that the value has a place for, if they are of the type of its default."""
    kept: dict[str, Any] = {}
    for one in fields(usual):
        value, default = facts.get(one.name), getattr(usual, one.name)
        if isinstance(value, list) and isinstance(default, tuple):
            kept[one.name] = _tuple(value, default)
        elif type(value) is type(default):
            kept[one.name] = value
    return kept


def _tuple(value: list[Any], default: tuple[Any, ...]) -> tuple[Any, ...]:
    found = tuple(tuple(one) if isinstance(one, list) else one for one in value)
    return default if default and len(found) != len(default) else found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
