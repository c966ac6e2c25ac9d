"""Places and specialties as people type them."""

import re
from functools import lru_cache

from models.framework import Reference
from models.naming import codes_by_name, key_of

_CODE = re.compile(r"\(([^()\s]+)\)\s*$")


def place_name(code: str, words: Reference) -> str:
    """A place as it is shown in a list to choose from."""
    place = words.providers.get(code)
    return f"{place.name} ({code})" if place else code


@lru_cache(maxsize=4)
def _place_names(key: int, listed: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(f"{name} ({code})" for code, name in listed)


def place_names(words: Reference) -> tuple[str, ...]:
    """All places where somebody may train, to choose from."""
    kinds = {"trust", "site", "other", "gp", "dental"}
    listed = tuple((place.code, place.name) for place in words.providers.values() if place.kind in kinds)
    return _place_names(id(words), listed)


@lru_cache(maxsize=4)
def _sites(key: int, listed: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(f"{name} ({code})" for code, name in listed)


def site_names(words: Reference) -> tuple[str, ...]:
    """All sites, to choose from."""
    listed = tuple((place.code, place.name) for place in words.providers.values() if place.kind == "site")
    return _sites(id(words), listed)


@lru_cache(maxsize=4)
def _specialties(key: int, listed: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(f"{name} ({code})" for code, name in listed)


def specialty_names(words: Reference) -> tuple[str, ...]:
    """All specialties, to choose from."""
    return _specialties(id(words), tuple((one.code, one.name) for one in words.specialties.values()))


def place_code(typed: str, words: Reference) -> str | None:
    """The code of a place that was chosen or typed: by code, by "Name (CODE)", by name or by alias."""
    text = typed.strip()
    inside = _CODE.search(text)
    for candidate in (inside[1] if inside else "", text.upper()):
        if candidate in words.providers:
            return candidate
    found = codes_by_name(words).get(key_of(text), frozenset())
    return min(found) if len(found) == 1 else None


def specialty_code(typed: str, words: Reference) -> str | None:
    """The code of a specialty that was chosen or typed."""
    text = typed.strip()
    inside = _CODE.search(text)
    for candidate in (inside[1] if inside else "", text.upper()):
        if candidate in words.specialties:
            return candidate
    found = {one.code for one in words.specialties.values() if key_of(text) == key_of(one.name)}
    return found.pop() if len(found) == 1 else None
