"""By what a place's name is known, however somebody writes it."""

import re

from models.folding import folded
from models.framework import Reference

_OTHER = re.compile(r"[^\w]+")
_SAINT = re.compile(r"\bsaint\b")


def key_of(name: str) -> str:
    """What a name is known by: "Saint Bede’s Hospice" and "st bedes hospice" are one. "" for what is no name."""
    plain = folded(name).text.casefold().replace("'", "").replace("&", " and ")
    return _SAINT.sub("st", _OTHER.sub(" ", plain).strip())


def known_names(words: Reference) -> dict[str, str]:
    """What each name of every place that we know is known by -> the place's code; "" where several go by it."""
    found = {key_of(one.name): "" for one in words.ambiguous_names}
    for place in words.providers.values():
        for name in (place.name, *place.aliases):
            found.setdefault(key_of(name), place.code)
    return found
