"""By what a place's name is known, however somebody writes it."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from models.folding import folded
from models.framework import Reference

LONGEST = 120
"""Characters of a name; what is longer is none."""
_WORD = re.compile(r"[^\W_]+")
_Listed = tuple[tuple[str, tuple[str, ...]], ...]
"""(code, all names) of each place."""


def key_of(name: str) -> str:
    """What a name is known by: "The Saint Bede’s Hospice" and "st bedes hospice" are one. "" for what is no name.

    Case, accents, apostrophes and other signs, an article before it, `&` for "and" and "St" for "Saint" do not matter.
    """
    plain = unicodedata.normalize("NFKD", folded(name).text).casefold().replace("'", "").replace("&", " and ")
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = ["st" if word == "saint" else word for word in _WORD.findall(plain)]
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def on_one_line(text: str) -> str:
    """The words of a name, without signs that a terminal or a page would obey."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def codes_by_name(words: Reference) -> Mapping[str, frozenset[str]]:
    """What each name of every place that we know is known by -> the codes of the places that go by it."""
    return _codes_by_name(tuple((one.code, (one.name, *one.aliases)) for one in words.providers.values()))


@lru_cache(maxsize=4)
def _codes_by_name(listed: _Listed) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for code, names in listed:
        for key in {key_of(name) for name in names} - {""}:
            found[key] = found.get(key, frozenset()) | {code}
    return found


def known_names(words: Reference) -> dict[str, str]:
    """What each name of every place that we know is known by -> the place's code; "" where several go by it."""
    found = {key: min(codes) if len(codes) == 1 else "" for key, codes in codes_by_name(words).items()}
    return found | {key_of(one.name): "" for one in words.ambiguous_names}
