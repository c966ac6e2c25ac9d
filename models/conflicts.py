"""Whether a text names an officer: then it is not for them.

A conflict that was seen wrongly costs a lead a minute; one that was missed lets somebody read what is said of them. So
the rules lean towards seeing one. What counts: full name, also turned round; a title with the surname or the initials;
an initial with the surname; a surname alone, unless it is an ordinary word; initials alone, unless they are a known
abbreviation; the e-mail address; and every further name that was given for the officer.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from models.ordinary_words import ABBREVIATIONS, SURNAMES

SHORT_TITLES = frozenset({"dr", "mr", "mrs", "ms", "mx", "prof"})
"""Before a surname these always mean a person, whatever is in capitals."""
TITLES = SHORT_TITLES | {"doctor", "professor", "miss", "sister", "matron", "sir", "dame", "lord", "lady", "rev"}
DEGREES = frozenset({"bsc", "cbe", "facp", "frca", "frcp", "frcs", "mba", "mbbs", "mbe", "mrcp", "msc", "obe", "phd"})
SHORTEST_SURNAME = 4
"""Letters of a surname that names somebody by itself: Ng, Li or Lee need a title, a first name or an initial."""
_WORD = re.compile(r"[^\W\d_]+(?:['’`][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’`]s$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Form:
    """One way in which a name can be written: first names, then the surname. `alone`: it needs no first name."""

    first: tuple[str, ...]
    surname: tuple[str, ...]
    alone: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """An officer as people write of them."""

    officer_id: int
    email: str
    forms: tuple[_Form, ...]
    initials: frozenset[str]
    exact: frozenset[str]
    """Further names in capitals, such as initials, that are looked for exactly so."""


class Words:
    """A text, read once and then asked for many people."""

    def __init__(self, text: str) -> None:
        found = [*_WORD.finditer(text)]
        self.raw = [_POSSESSIVE.sub("", one.group()) for one in found]
        folds = {raw: _folded(raw) for raw in set(self.raw)}
        self.folded = [folds[raw] for raw in self.raw]
        self.gaps = [text[one.end() : after.start()] for one, after in pairwise(found)]
        self.lowered = text.casefold()
        self.written: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.raw):
            self.written[word].append(place)
        self.places: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.folded):
            self.places[word].append(place)

    def around(self, place: int) -> tuple[str, str]:
        """A word as written and as compared; two empty texts outside the text."""
        return (self.raw[place], self.folded[place]) if 0 <= place < len(self.raw) else ("", "")


def person(*, officer_id: int, email: str, name: str, names: Iterable[str] = ()) -> Person:
    """An officer by name and further names. A further name of one word is looked for as it is."""
    forms: list[_Form] = _forms(name)
    initials = {letters} if len(letters := _initials(name)) > 1 else set()
    exact = set()
    for other in names:
        if other.isupper() and len(other) <= 4:
            exact.add(other)
        elif len(parts := _parts(other)) == 1:
            forms.append(_Form(first=(), surname=_split(parts[0]), alone=True))
        else:
            forms += _forms(other)
    return Person(
        officer_id=officer_id,
        email=email.casefold(),
        forms=tuple(forms),
        initials=frozenset(initials),
        exact=frozenset(exact),
    )


def names(words: Words, who: Person) -> bool:
    """Whether the text names this person."""
    if who.email and who.email in words.lowered:
        return True
    if any(one in words.written for one in who.exact):
        return True
    if any(_has_initials(words, one) for one in who.initials):
        return True
    return any(_has_form(words, form) for form in who.forms)


def _has_form(words: Words, form: _Form) -> bool:
    length = len(form.surname)
    for place in words.places.get(form.surname[0], ()):
        if tuple(words.folded[place : place + length]) != form.surname:
            continue
        if form.alone or _is_called(words, form, place, place + length):
            return True
    return False


def _is_called(words: Words, form: _Form, start: int, end: int) -> bool:
    """Whether something beside the surname shows that it is one, and may be this person's."""
    capital = words.raw[start][:1].isupper()
    for back in (1, 2, 3):
        raw, folded = words.around(start - back)
        if folded in SHORT_TITLES or (capital and folded in TITLES) or (folded and folded in form.first):
            return True
        if capital and raw.isupper() and form.first and folded[0] == form.first[0][0] and len(raw) <= len(form.first):
            return True
        if not raw[:1].isupper():
            break
    _, after = words.around(end)
    return bool(after) and after in form.first


def _has_initials(words: Words, letters: str) -> bool:
    """Whether the initials stand there: written together, after a title, or with dots."""
    for place in words.written.get(letters, ()):
        if letters not in ABBREVIATIONS or words.around(place - 1)[1] in TITLES:
            return True
    return any(_dotted(words, place, letters) for place in words.written.get(letters[0], ()))


def _dotted(words: Words, place: int, letters: str) -> bool:
    if tuple(words.raw[place : place + len(letters)]) != tuple(letters):
        return False
    return all(words.gaps[place + number].strip() == "." for number in range(len(letters) - 1))


def _forms(name: str) -> list[_Form]:
    parts = _parts(name)
    if not parts:
        return []
    first = tuple(word for part in parts[:-1] for word in _split(part))
    last = parts[-1]
    surname = _split(last)
    whole = "".join(surname)
    ordinary = whole in SURNAMES or len(whole) < SHORTEST_SURNAME
    forms = [_Form(first=first, surname=surname, alone=not ordinary)]
    if len(surname) > 1:
        forms.append(_Form(first=first, surname=(whole,), alone=not ordinary))
        forms += [_Form(first=first, surname=(one,), alone=False) for one in surname]
    if "'" in last.replace("’", "'").replace("`", "'"):
        pieces = tuple(_folded(one) for one in re.split(r"['’`]", last) if one)
        forms.append(_Form(first=first, surname=pieces, alone=not ordinary))
    return forms


def _parts(name: str) -> list[str]:
    """The parts of a name, first names first, without titles and degrees. A hyphen does not part."""
    last, comma, first = name.partition(",")
    turned = f"{first} {last}" if comma and _folded(first.strip()) not in DEGREES else name
    parts = re.findall(r"[^\W\d_]+(?:['’`-][^\W\d_]+)*", turned)
    return [part for part in parts if _folded(part) not in TITLES | DEGREES]


def _split(part: str) -> tuple[str, ...]:
    return tuple(_folded(one) for one in part.split("-"))


def _initials(name: str) -> str:
    return "".join(part[0].upper() for part in _parts(name))


def _folded(word: str) -> str:
    """A word as it is compared: no accents, no apostrophes, no capitals."""
    if word.isascii():
        return word.replace("'", "").replace("`", "").lower()
    plain = unicodedata.normalize("NFKD", word)
    return "".join(one for one in plain if one.isalpha()).casefold()
