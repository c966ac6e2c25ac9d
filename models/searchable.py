"""What may be searched of a message: nothing of a patient, and nothing of who wrote it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from models.masking import MASKS, PersonalData, masked
from models.words import folded, words_in

LONGEST_MASKED = 20_000
"""Characters of a masked text that are kept: far beyond that nobody has looked for personal data."""
REPORTER, E_MAIL = "[reporter]", "[e-mail address]"
_E_MAIL = re.compile(r"(?<![^\s<>\"'(),;:])<?[^\s<>\"'(),;:]+@[^\s<>\"'(),;]+>?")
_NOT_A_NAME = re.compile(r"\(.*|\[.*| - .*| \| .*| via .*", re.DOTALL)
_ROLE_WORDS = """
a an and the of at in for or my our dr doctor doctors mr mrs ms miss mx prof professor sir dame rev nurse
nurses student students learner learners trainee trainees registrar foundation junior senior midwife
pharmacist apprentice anonymous unknown concerned worried staff team office info mail email admin contact
enquiries enquiry noreply reply me quality safety ward hospital clinic trust nhs uk test user account person
somebody someone
"""
_ROLES = frozenset(_ROLE_WORDS.split())
"""Parts of a display name or mailbox that name nobody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Masked:
    """A message as it may be found and shown: without patients' personal data, and without its reporter."""

    subject: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unmasked:
    """A message in which nobody has looked for personal data yet, and who wrote it."""

    inbox_id: int
    subject: str
    text: str
    name: str
    address: str


def masked_message(subject: str, text: str, found: Iterable[PersonalData], *, name: str, address: str) -> Masked:
    """A message without the personal data `found` in its text, without any e-mail address, and without who wrote it.

    What is masked in the text is masked in the subject too. A part of the reporter's name is masked wherever it
    stands, even where it is an ordinary word: better a word too much than the person. The text is cut at 20,000.
    """
    known = tuple(found)
    subject = subject[:LONGEST_MASKED]
    person = name_words(name, address)
    return Masked(
        subject=without_person(masked_subject(subject, text, known), person),
        text=without_person(masked(text, known)[:LONGEST_MASKED], person),
    )


def masked_subject(subject: str, text: str, found: Iterable[PersonalData]) -> str:
    """The subject without the words that are masked in the text."""
    for one in sorted(found, key=lambda data: data.start - data.end):
        words = text[one.start : one.end].strip()
        if words:
            subject = subject.replace(words, MASKS[one.kind])
    return subject


def name_words(name: str, address: str) -> frozenset[str]:
    """The words by which a person is named: those of the display name, and of the mailbox before the "@"."""
    mailbox = address.partition("@")[0]
    named = {one.word for one in words_in(_NOT_A_NAME.sub("", _E_MAIL.sub(" ", name)))}
    parts = {*re.split(r"[\W\d_]+", mailbox), *re.split(r"[\W_]+", mailbox)}
    boxed = {folded(part) for part in parts if len(part) > 2}
    return frozenset(word for word in named | boxed if len(word) > 1 and word not in _ROLES)


def without_person(text: str, person: frozenset[str]) -> str:
    """The text without these words and without any e-mail address."""
    text = _E_MAIL.sub(E_MAIL, text)
    parts: list[str] = []
    at = 0
    for one in words_in(text):
        if one.word in person or one.word.removesuffix("s") in person:
            parts += [text[at : one.start], REPORTER]
            at = one.end
    return re.sub(r"\[reporter\](?:[ .'’-]+\[reporter\])+", REPORTER, "".join([*parts, text[at:]]))
