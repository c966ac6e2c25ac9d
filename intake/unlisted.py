"""Places that reporters name and that stand in no list of ours: found again in the verdicts, to be added."""

import re
import shlex
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from classifiers.place_names import NAMES_NOTHING
from classifiers.unknown_places import only_ordinary
from models.framework import Reference
from models.naming import LONGEST, key_of, known_names, on_one_line
from models.rights import Viewer
from models.unlisted import Mention
from models.verdict import UNKNOWN_PLACE, Verdict
from storage.store import Store

SPAN = 2_000
"""Tickets that one question to the store looks through."""
_KINDS = {
    "surgery": "gp",
    "practice": "gp",
    "gp": "gp",
    "medical": "gp",
    "dental": "dental",
    "dentist": "dental",
    "trust": "trust",
    "university": "university",
}
"""Words in a name -> the kind of place that they speak of."""
_LEADING_SIGNS = re.compile(r"^[\W_]+")
_MASKED = re.compile(r"[\[\]]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Unlisted:
    """One name in no list: as it is written most often, and the tickets that have it, oldest first."""

    key: str
    """What it is known by."""
    name: str
    references: tuple[str, ...]
    first: datetime
    """When the oldest of these tickets arrived."""
    last: datetime
    """When the newest did; a later message of an older ticket may have named it since."""


def unlisted(
    store: Store,
    words: Reference,
    viewer: Viewer,
    *,
    since: datetime | None = None,
    before: int | None = None,
    most: int | None = None,
) -> tuple[Unlisted, ...]:
    """The names that a viewer's tickets hold, those of most tickets first.

    `since` leaves out older tickets, `before` those from that number on; with `most` only so many numbers below it are
    looked through. What an officer decided on a place does not matter: the next message with that name would have none
    again.
    """
    known = known_names(words)
    found: dict[str, list[Mention]] = {}
    for one in _mentions(store, viewer, since, before, most):
        for key in names_in((one.text,), known):
            found.setdefault(key, []).append(one)
    return tuple(
        sorted(
            (_one(key, those) for key, those in found.items()),
            key=lambda one: (-len(one.references), one.first, one.name),
        )
    )


def _one(key: str, mentions: list[Mention]) -> Unlisted:
    mentions.sort(key=lambda one: (one.at, one.ticket_id))
    written = Counter(on_one_line(one.text) for one in mentions)
    return Unlisted(
        key=key,
        name=written.most_common(1)[0][0],
        references=tuple(dict.fromkeys(one.reference for one in mentions)),
        first=mentions[0].at,
        last=mentions[-1].at,
    )


def _mentions(
    store: Store, viewer: Viewer, since: datetime | None, before: int | None, most: int | None
) -> Iterator[Mention]:
    """All mentions, so many tickets at a time: nothing is held up in between."""
    if before is None:
        with store.read() as tx:
            before = tx.tickets.newest() + 1
    lowest = 1 if most is None else max(1, before - most)
    while before > lowest:
        span = min(SPAN, before - lowest)
        with store.read() as tx:
            some = tx.tickets.naming_unlisted(viewer, before=before, span=span, since=since)
        yield from some
        before -= span


def unlisted_in(verdicts: tuple[Verdict, ...], words: Reference) -> tuple[str, ...]:
    """The places in no list that verdicts name, as they were written first."""
    written = [one.text for verdict in verdicts for one in verdict.evidence if one.label == UNKNOWN_PLACE]
    return tuple(names_in(written, known_names(words)).values()) if written else ()


def names_in(written: Iterable[str], known: Container[str]) -> dict[str, str]:
    """Those of these words that are names in no list: what each is known by -> as it was written first."""
    named: dict[str, str] = {}
    for name in map(on_one_line, written):
        key = key_of(name)
        if len(name) <= LONGEST and key not in known and may_name(name):
            named.setdefault(key, name)
    return named


def may_name(name: str) -> bool:
    """Whether words could name a place: not "the hospital", "my ward", "the consultant" or what is masked."""
    words = key_of(name).split()
    told = any(len(word) > 1 and word[0].isalpha() and word not in NAMES_NOTHING for word in words)
    return told and not _MASKED.search(name)


def is_ordinary(name: str) -> bool:
    """Whether a name is of words that people write without meaning a place: "bullying", not "Hope Hospice"."""
    return only_ordinary(key_of(name).split())


def kind_of(name: str) -> str:
    """The kind of place that a name speaks of: a proposal, no more."""
    return next((_KINDS[word] for word in key_of(name).split() if word in _KINDS), "other")


def command_for(name: str, config: Path | None = None) -> str:
    """The command that adds a place; only its code is left to fill in.

    A stranger chose the name: it is quoted, and begins with a letter or a digit, so that it is no option.
    """
    plain = _LEADING_SIGNS.sub("", name)
    return f"{adding(config)} {shlex.quote(plain)} --code CODE --kind {kind_of(plain)}"


def adding(config: Path | None) -> str:
    """How the command that adds a place begins, with the settings that are in use."""
    return f"intake {f'--config {shlex.quote(str(config))} ' if config else ''}providers add"
