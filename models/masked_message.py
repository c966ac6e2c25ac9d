"""A message as officers read it: without patients' personal data, and without who wrote it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from models.identities import again_in, beside_emails_in, emails_in, numbers_in, reporter_in, words_of
from models.masking import PersonalData, masked

FindPersonal = Callable[[str], Iterable[PersonalData]]
"""text -> the personal data of patients in it, which may overlap."""
_DESCRIBED = re.compile(r".* \((?P<what>[^()]*, [\d,.]+ (?:bytes|kB))\)(?P<more>.*)", re.DOTALL)
LONGEST_MASKED = 200_000
"""Characters of a text that officers read: what comes after is looked through by nobody, and stays sealed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MaskedMessage:
    """Subject and text with their masks; `found` is what the masks of the text hide."""

    subject: str
    text: str
    found: tuple[PersonalData, ...]


def mask_message(
    *, subject: str, text: str, name: str, address: str, known: Iterable[PersonalData], find: FindPersonal
) -> MaskedMessage:
    """Mask a message. `known` is what the classifier found in the text, `find` looks through text and subject again.

    `name` and `address` are its writer's. What is personal in the text is masked in the subject too.
    """
    text = text[:LONGEST_MASKED]
    everywhere = _everywhere(text, name, address)
    found = (*known, *find(text), *everywhere)
    again = again_in(subject, words_of(text, found))
    of_subject = (*find(subject), *_everywhere(subject, name, address), *again)
    return MaskedMessage(subject=masked(subject, of_subject), text=masked(text, found), found=found)


def personal_in(text: str, *, name: str, address: str, find: FindPersonal) -> tuple[PersonalData, ...]:
    """What is personal in one text: what `find` finds, every e-mail address, and its writer by `name` and `address`.

    What stands beyond LONGEST_MASKED is not looked through: no officer may be shown it.
    """
    shown = text[:LONGEST_MASKED]
    return (*find(shown), *_everywhere(shown, name, address))


def by_rules_alone(text: str) -> Iterable[PersonalData]:
    """What stands in for a search where nobody could search: every long number and every date."""
    return numbers_in(text)


def without_name(attachment: str) -> str:
    """An attachment as it is shown, `name (type, size bytes)`, without the name, which may be a patient's."""
    found = _DESCRIBED.fullmatch(attachment)
    return f"{found['what']}{found['more']}" if found else "a file"


def _everywhere(text: str, name: str, address: str) -> tuple[PersonalData, ...]:
    return (*reporter_in(text, name=name, address=address), *emails_in(text), *beside_emails_in(text))
