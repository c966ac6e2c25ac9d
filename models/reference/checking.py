"""What no single row can show: references between rows, bands without gaps, and the rule about category 4."""

import re
from collections.abc import Mapping

from models.reference.rows import Row

KINDS = frozenset({"trust", "site", "icb", "university", "gp", "dental", "other"})
CARE = frozenset({"acute", "mental", "community", "ambulance"})
CATEGORIES = frozenset("01234")
LETTERS = frozenset({"question", "reply", "closing"})
SCORES = sorted({impact * likelihood for impact in range(1, 6) for likelihood in range(1, 6)})

Tables = Mapping[str, Mapping[str, Row]]


def check_links(tables: Tables, faults: list[str]) -> None:
    """Add a fault for everything that points nowhere or contradicts itself."""
    _providers(tables["providers.csv"], faults)
    _codes_exist(tables, "ambiguous_names.csv", "candidates", "providers.csv", faults)
    _codes_exist(tables, "themes.toml", "standards", "standards.csv", faults)
    for row in tables["standards.csv"].values():
        if str(row.given["domain"]) not in tables["domains.csv"]:
            faults.append(f"{row.place_of('domain')}: domain {row.given['domain']} is not in domains.csv")
    for row in tables["domains.csv"].values():
        if not row.key.isdigit():
            faults.append(f"{row.place}: the number of a domain must be a number")
    _isf(tables, faults)
    _promises(tables["promises.toml"], faults)
    _letters(tables["letters.toml"], faults)


def _providers(rows: Mapping[str, Row], faults: list[str]) -> None:
    for row in rows.values():
        if row.given["kind"] not in KINDS:
            faults.append(f"{row.place_of('kind')}: kind must be one of {', '.join(sorted(KINDS))}")
        for name in ("parent", "successor"):
            code = row.given.get(name)
            # An ICB's region and a trust's ICB beyond the Midlands need not be listed; a site's trust must be.
            if code and code not in rows and (name == "successor" or row.given["kind"] == "site"):
                faults.append(f"{row.place_of(name)}: {name} {code!r} is not in providers.csv; add it or correct it")
        for code in row.given.get("members", ()):
            if code not in rows:
                faults.append(f"{row.place_of('members')}: member {code!r} is not in providers.csv")
        if not CARE.issuperset(row.given.get("care", ())):
            faults.append(f"{row.place_of('care')}: care must be of {', '.join(sorted(CARE))}")
        if _runs_in_circles(row.key, rows):
            faults.append(f"{row.place}: following parent and successor of {row.key!r} never ends; correct one of them")


def _runs_in_circles(code: str, rows: Mapping[str, Row]) -> bool:
    seen: set[str] = set()
    here: str | None = code
    while here is not None and here in rows:
        if here in seen:
            return True
        seen.add(here)
        given = rows[here].given
        here = given.get("parent") if given.get("kind") == "site" else given.get("successor")
    return False


def _codes_exist(tables: Tables, name: str, field: str, target: str, faults: list[str]) -> None:
    for row in tables[name].values():
        for code in row.given[field]:
            if code not in tables[target]:
                faults.append(f"{row.place_of(field)}: {code!r} is not in {target}; add it or correct it")


def _isf(tables: Tables, faults: list[str]) -> None:
    categories = tables["isf.toml"]
    for row in categories.values():
        if row.key not in CATEGORIES:
            faults.append(f"{row.place}: there is no ISF category {row.key!r}; they are 0 to 4")
    for key in sorted(CATEGORIES - set(categories)):
        faults.append(f"isf.toml:1: category {key} is missing")
    if "4" in categories and categories["4"].given["by_program"]:
        place = categories["4"].place_of("by_program")
        faults.append(f"{place}: category 4 is a Postgraduate Dean's decision; no program may propose it")
    for row in tables["bands.csv"].values():
        allowed = row.key in categories and categories[row.key].given["by_program"]
        if not allowed:
            faults.append(f"{row.place}: a band may only lead to a category that a program may propose, not {row.key}")
    for score in SCORES:
        holding = [
            row.key for row in tables["bands.csv"].values() if row.given["lowest"] <= score <= row.given["highest"]
        ]
        if len(holding) != 1:
            faults.append(f"bands.csv:1: the score {score} is in {len(holding)} bands; it must be in exactly one")


def _promises(rows: Mapping[str, Row], faults: list[str]) -> None:
    for key, row in rows.items():
        if key != "promises":
            faults.append(f"{row.place}: the only table here is [promises]")
            continue
        if row.given["subject"].count("{reference}") != 1:
            faults.append(f"{row.place_of('subject')}: subject must hold {{reference}} once")
        for name, words in row.given.items():
            left = re.sub(
                r"\{(reference|hours|read_within)\}", "", " ".join(words) if isinstance(words, tuple) else words
            )
            if "{" in left or "}" in left:
                faults.append(
                    f"{row.place_of(name)}: only {{reference}}, {{hours}} and {{read_within}} may be in braces"
                )
    if "promises" not in rows:
        faults.append("promises.toml:1: the table [promises] is missing")


def _letters(rows: Mapping[str, Row], faults: list[str]) -> None:
    for key, row in rows.items():
        if key not in LETTERS:
            faults.append(f"{row.place}: there is no letter {key!r}; they are {', '.join(sorted(LETTERS))}")
        if row.given["subject"].count("{reference}") != 1:
            faults.append(f"{row.place_of('subject')}: subject must hold {{reference}} once")
        for name, words in row.given.items():
            left = re.sub(r"\{(reference|hours)\}", "", words)
            if "{" in left or "}" in left:
                faults.append(f"{row.place_of(name)}: only {{reference}} and {{hours}} may be in braces")
    for key in sorted(LETTERS - set(rows)):
        faults.append(f"letters.toml:1: the table [{key}] is missing")
