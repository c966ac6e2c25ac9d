"""What officers write: letters to a reporter, by the reporter's own way, and notes to each other that never go out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.work import Delivery

MOST_QUESTIONS = 3
"""Questions in one letter: more than that nobody answers."""
LONGEST_LETTER = 4_000
"""Characters of an officer's own words; every channel can carry them."""
LONGEST_TAG = 40


def tag_of(typed: str) -> str:
    """A tag as it is kept and looked for, whoever typed it how; empty for nothing but blanks."""
    return " ".join(typed.split()).casefold()[:LONGEST_TAG].strip()


class Purpose(StrEnum):
    """Why an officer writes."""

    QUESTION = "question"
    REPLY = "reply"
    CLOSING = "closing"


class Way(StrEnum):
    """How a reporter can be written to."""

    MAIL = "mail"
    CHAT = "chat"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True, slots=True)
class WayBack:
    """How the reporter of a ticket can be written to; `why` says in a sentence why not, where there is no way."""

    way: Way
    why: str = ""
    questions_welcome: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class NewLetter:
    """An officer's words to the reporter of a ticket. Those of `Way.NOBODY` were not sent; then `reason` says why."""

    ticket_id: int
    at: datetime
    officer: str
    purpose: Purpose
    way: Way
    text: str
    reason: str = ""
    outcome: str | None = None
    """The code of the outcome, for a closing."""
    outbox_id: int | None = None
    """The mail that carries it."""
    question_id: int | None = None
    """The question of the chat that carries it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter(NewLetter):
    """A letter with how it went: `delivery` is None where nothing was to be sent, or nobody knows."""

    id: int
    delivery: Delivery | None = None
    error: str = ""
    asked: str = ""
    """What became of a question in the chat, as `storage.questions` says it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What officers tell each other about a ticket. It is never sent."""

    id: int
    ticket_id: int
    at: datetime
    officer: str
    text: str
