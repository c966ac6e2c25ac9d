"""The screening table: which messages become tickets, and which tickets are acknowledged.

Policy as a table one can read aloud. The first rule that applies decides; its name and reason are kept with the
message. Only what is plainly no concern is ignored, and ignored means kept, shown and never acknowledged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from models.message import Automatic, Mail


class Action(StrEnum):
    """What a rule does with a message."""

    TAKE = "take"
    """A ticket, acknowledged."""
    TAKE_SILENTLY = "take_silently"
    """A ticket; the acknowledgement is withheld, with the reason shown."""
    IGNORE = "ignore"
    """No ticket. Kept and shown with the reason."""
    IGNORE_UNLESS_SERIOUS = "ignore_unless_serious"
    """As ignored, unless the classifier sees a red flag in it: then a ticket, not acknowledged."""
    QUARANTINE = "quarantine"
    """A person must look."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What the rules may ask about."""

    mail: Mail
    envelope_from: str | None
    own_addresses: frozenset[str]
    is_our_mail: bool
    """It carries the Message-ID of a mail that we wrote."""
    answers_our_mail: bool
    """It replies to a mail that we wrote."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One line of the table. `reason` is shown to officers."""

    name: str
    applies: Callable[[Case], bool]
    action: Action
    reason: str


def _automatic(*kinds: Automatic) -> Callable[[Case], bool]:
    return lambda case: case.mail.automatic in kinds


def _sender(case: Case) -> str:
    return case.mail.sender.address.lower() if case.mail.sender else ""


def _is_own(case: Case) -> bool:
    return _sender(case) in case.own_addresses


def _is_own_machine(case: Case) -> bool:
    # OWN says no more than that the address is ours: an officer may pass a concern on from it.
    return _is_own(case) and case.mail.automatic not in (None, Automatic.OWN)


def _takes_no_reply(case: Case) -> bool:
    name = _sender(case).partition("@")[0].partition("+")[0]
    return name.translate(_PUNCTUATION) in NO_REPLY


NO_REPLY = frozenset({"noreply", "donotreply", "nepasrepondre", "mailerdaemon", "postmaster"})
_PUNCTUATION = str.maketrans("", "", "-_.")

RULES: tuple[Rule, ...] = (
    Rule(
        name="no-mail",
        applies=lambda case: not case.mail.readable,
        action=Action.QUARANTINE,
        reason="These bytes are not a mail that we can read.",
    ),
    Rule(
        name="own-mail",
        applies=lambda case: case.is_our_mail or _is_own_machine(case),
        action=Action.IGNORE,
        reason="This is a mail that we sent ourselves.",
    ),
    Rule(
        name="bounce",
        applies=_automatic(Automatic.BOUNCE),
        action=Action.IGNORE,
        reason="A mail server says that it could not deliver a mail.",
    ),
    Rule(
        name="receipt",
        applies=_automatic(Automatic.RECEIPT, Automatic.CALENDAR),
        action=Action.IGNORE,
        reason="This is a read receipt or an answer to an invitation.",
    ),
    Rule(
        name="automatic-answer",
        applies=lambda case: case.mail.automatic is Automatic.AUTO_REPLY and case.answers_our_mail,
        action=Action.IGNORE_UNLESS_SERIOUS,
        reason="This is an automatic answer to a mail of ours, such as an out-of-office note.",
    ),
    Rule(
        name="automatic",
        applies=_automatic(Automatic.AUTO_REPLY),
        action=Action.IGNORE_UNLESS_SERIOUS,
        reason="This mail says that a machine sent it.",
    ),
    Rule(
        name="stamped-answer",
        applies=lambda case: case.mail.automatic is Automatic.BULK and case.answers_our_mail,
        action=Action.TAKE_SILENTLY,
        reason="It answers a mail of ours and was stamped as sent in bulk. A person may have written it.",
    ),
    Rule(
        name="list",
        applies=_automatic(Automatic.LIST, Automatic.BULK),
        action=Action.IGNORE_UNLESS_SERIOUS,
        reason="This mail was sent to a mailing list or in bulk.",
    ),
    Rule(
        name="stamped-by-a-machine",
        applies=_automatic(Automatic.GENERATED),
        action=Action.TAKE_SILENTLY,
        reason="A machine put its stamp on this mail; a person may still have written it.",
    ),
    Rule(
        name="null-return-path",
        applies=lambda case: case.envelope_from == "",
        action=Action.TAKE_SILENTLY,
        reason="The mail asks for no answer: its return path is empty.",
    ),
    Rule(
        name="no-sender",
        applies=lambda case: not _sender(case),
        action=Action.TAKE_SILENTLY,
        reason="The mail names no address that we could answer.",
    ),
    Rule(
        name="own-address",
        applies=_is_own,
        action=Action.TAKE_SILENTLY,
        reason="The mail says that it comes from one of our own addresses.",
    ),
    Rule(
        name="no-reply",
        applies=_takes_no_reply,
        action=Action.TAKE_SILENTLY,
        reason="Nobody reads mail at the sender's address.",
    ),
    Rule(
        name="person",
        applies=lambda _case: True,
        action=Action.TAKE,
        reason="A person wrote to us.",
    ),
)


def screen(case: Case) -> Rule:
    """The first rule of the table that applies; the last one always does."""
    return next(rule for rule in RULES if rule.applies(case))
