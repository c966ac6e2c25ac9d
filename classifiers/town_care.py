"""Which trust a town stands for: people name the town, and their post tells the rest.

"ST4 psychiatry, Derby" is another trust than "ST4 paediatrics, Derby", and "GP registrar, Ludlow" is none: her practice
is not named.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from classifiers.cues import words_data
from classifiers.place_names import towns_of
from models.framework import Provider, Reference

PRACTICE = "practice"
"""What is said of a place that is no trust's: general practice, a dentist, a pharmacy, a care home."""
MENTAL = "mental"
USUAL = "acute"
"""What is meant where nothing is said."""
_SAID = words_data("place_words.toml")["care_said"]


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of the phrases among words that are joined by spaces."""
    longest = "|".join(sorted(phrases, key=len, reverse=True))
    return re.compile(f" (?:{longest})(?= )(?<! practice(?= (?:{'|'.join(_SAID['not_practice'])}) ))")


_WARD = _any_of(_SAID["ward"])
_KINDS = [(kind, _any_of(_SAID[kind])) for kind in (MENTAL, PRACTICE, "community")]


def care_of(names: Sequence[str], subject: Sequence[str]) -> str:
    """Of which care the words of a sentence speak; where it says nothing, the subject is asked."""
    return _said(names) or _said(subject) or USUAL


def _said(names: Sequence[str]) -> str | None:
    joined = f" {' '.join(names)} "
    for kind, words in _KINDS:
        if words.search(joined):
            return USUAL if kind != MENTAL and _WARD.search(joined) else kind
    return USUAL if _WARD.search(joined) else None


class TownCare:
    """The trusts of each town and its county, by what care they give."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._there: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        """The trusts by town, or by the code of an ICB, and care."""
        self._areas: dict[str, str | None] = {}
        """The ICB of each town."""
        open_places = [place for place in reference.providers.values() if not place.closed]
        for kind in ("trust", "site"):
            for place in open_places:
                if place.kind == kind:
                    self._add(place)

    def _add(self, place: Provider) -> None:
        trust = self._reference.providers.get(self._reference.organisation_of(place.code) or "")
        if trust is None:
            return
        for care in trust.care:
            self._there[trust.parent or "", care][trust.code] = None
            for town in towns_of(place.town):
                self._there[town, care][trust.code] = None
                self._areas.setdefault(town, trust.parent)

    def trust(self, town: str, care: str) -> str | None:
        """The one trust that gives this care in a town, or in its county. None where there is not just one."""
        there = self._there.get((town, care), {})
        area = self._there.get((self._areas.get(town) or "", care), {}) if care != USUAL else {}
        both = [code for code in there if code in area] or [*there] or [*area]
        return both[0] if len(both) == 1 else None
