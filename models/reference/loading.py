"""From files to one checked `Reference`."""

from dataclasses import fields
from importlib import resources
from pathlib import Path
from typing import Any

from models.framework import (
    AmbiguousName,
    Band,
    CannedQuestion,
    ClosingOutcome,
    Helpline,
    IsfCategory,
    LetterFrame,
    Promises,
    Provider,
    RedFlag,
    Reference,
    Specialty,
    Standard,
    Theme,
)
from models.reference.checking import check_links
from models.reference.rows import ReferenceDataError, Row, Schema, Shape, check_required, read_rows

IMPORTED = "providers-ods.csv"
"""The overlay file that `intake providers import` writes; the operator's own `providers.csv` wins over it."""

T, N, B, D, L = Shape.TEXT, Shape.NUMBER, Shape.TRUTH, Shape.DAY, Shape.TEXTS

SCHEMAS: dict[str, Schema] = {
    "providers.csv": Schema(
        key="code",
        fields={
            "name": T,
            "kind": T,
            "parent": T,
            "postcode": T,
            "town": T,
            "aliases": L,
            "closed": B,
            "successor": T,
            "members": L,
            "care": L,
        },
        required=frozenset({"name", "kind"}),
    ),
    "ambiguous_names.csv": Schema(key="name", fields={"candidates": L}, required=frozenset({"candidates"})),
    "specialties.csv": Schema(
        key="code",
        fields={"name": T, "group": T, "profession": T, "aliases": L},
        required=frozenset({"name", "group", "profession"}),
    ),
    "domains.csv": Schema(key="number", fields={"text": T}, required=frozenset({"text"})),
    "standards.csv": Schema(key="code", fields={"domain": N, "text": T}, required=frozenset({"domain", "text"})),
    "themes.toml": Schema(
        key="theme",
        fields={"label": T, "meaning": T, "standards": L},
        required=frozenset({"label", "meaning", "standards"}),
    ),
    "isf.toml": Schema(
        key="category",
        fields={"label": T, "meaning": T, "told": L, "follows": L, "by_program": B},
        required=frozenset({"label", "meaning", "by_program"}),
    ),
    "bands.csv": Schema(key="category", fields={"lowest": N, "highest": N}, required=frozenset({"lowest", "highest"})),
    "red_flags.toml": Schema(
        key="red flag", fields={"label": T, "meaning": T}, required=frozenset({"label", "meaning"})
    ),
    "helplines.toml": Schema(
        key="helpline",
        fields={"name": T, "contact": T, "hours": T, "owner": T, "verified_on": D},
        required=frozenset({"name", "contact", "owner", "verified_on"}),
    ),
    "promises.toml": Schema(
        key="table",
        fields={one.name: L if one.name in {"what_next", "work_domains"} else T for one in fields(Promises)},
        required=frozenset(one.name for one in fields(Promises)),
    ),
    "questions.toml": Schema(
        key="question",
        fields={"label": T, "text": T, "about": T},
        required=frozenset({"label", "text", "about"}),
    ),
    "outcomes.toml": Schema(
        key="outcome", fields={"label": T, "words": T, "hint": T}, required=frozenset({"label", "words"})
    ),
    "letters.toml": Schema(
        key="letter",
        fields={"subject": T, "opening": T, "ending": T, "danger": T},
        required=frozenset({"subject", "opening", "ending"}),
    ),
}


def load_reference(overlay: Path | None = None) -> Reference:
    """The shipped reference data with an overlay folder laid over it. Raises ReferenceDataError with every fault."""
    faults: list[str] = []
    tables = {name: _shipped(name, schema, faults) for name, schema in SCHEMAS.items()}
    if overlay is not None:
        _lay_over(tables, overlay, faults)
    if not faults:
        for name, schema in SCHEMAS.items():
            for row in tables[name].values():
                check_required(row, schema, faults)
    if not faults:
        check_links(tables, faults)
    if faults:
        raise ReferenceDataError(tuple(faults))
    return _build(tables)


def _shipped(name: str, schema: Schema, faults: list[str]) -> dict[str, Row]:
    data = (resources.files("models.reference") / name).read_bytes()
    return read_rows(name, data, schema, faults)


def _lay_over(tables: dict[str, dict[str, Row]], overlay: Path, faults: list[str]) -> None:
    try:
        names = sorted(path.name for path in overlay.iterdir() if not path.name.startswith("."))
    except OSError as error:
        faults.append(
            f"{overlay}: the overlay folder cannot be read ({error.strerror}); make it or correct the setting"
        )
        return
    # The import comes first, so that the operator's own file wins.
    for name in sorted(names, key=lambda one: one != IMPORTED):
        target = "providers.csv" if name == IMPORTED else name
        if target not in SCHEMAS:
            faults.append(f"{overlay / name}:1: is no file of the reference data; there are {', '.join(SCHEMAS)}")
            continue
        try:
            data = (overlay / name).read_bytes()
        except OSError as error:
            faults.append(f"{overlay / name}:1: cannot be read ({error.strerror})")
            continue
        for key, row in read_rows(str(overlay / name), data, SCHEMAS[target], faults).items():
            tables[target][key] = row.over(tables[target].get(key))


def _build(tables: dict[str, dict[str, Row]]) -> Reference:
    def made(make: Any, name: str, key: str = "code") -> dict[str, Any]:
        return {row.key: make(**{key: row.key}, **row.given) for row in tables[name].values()}

    ambiguous = made(AmbiguousName, "ambiguous_names.csv", "name")
    return Reference(
        providers=made(Provider, "providers.csv"),
        ambiguous_names=tuple(ambiguous.values()),
        specialties=made(Specialty, "specialties.csv"),
        standards=made(Standard, "standards.csv"),
        domains={int(row.key): row.given["text"] for row in tables["domains.csv"].values()},
        themes=made(Theme, "themes.toml"),
        categories={
            int(row.key): IsfCategory(number=int(row.key), **{"told": (), "follows": (), **row.given})
            for row in sorted(tables["isf.toml"].values(), key=lambda row: int(row.key))
        },
        bands=tuple(
            sorted(
                (Band(category=int(row.key), **row.given) for row in tables["bands.csv"].values()),
                key=lambda band: band.lowest,
            )
        ),
        red_flags=made(RedFlag, "red_flags.toml"),
        helplines={
            row.key: Helpline(code=row.key, **{"hours": "", **row.given}) for row in tables["helplines.toml"].values()
        },
        promises=Promises(**tables["promises.toml"]["promises"].given),
        questions=made(CannedQuestion, "questions.toml"),
        outcomes=made(ClosingOutcome, "outcomes.toml"),
        letters=made(LetterFrame, "letters.toml"),
    )
