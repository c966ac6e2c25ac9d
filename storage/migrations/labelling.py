"""What revision 0015 does to the tickets that it finds: note their themes and specialties, to filter by."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from storage.types import Handle, Id, Values

BATCH = 500
_VERDICTS = sa.table("verdicts", sa.column("id", Id), sa.column("ticket_id", Id), sa.column("verdict", Values()))
_DECISIONS = sa.table("decisions", sa.column("id", Id), sa.column("ticket_id", Id), sa.column("decision", Values()))
_LABELS = sa.table("ticket_labels", sa.column("ticket_id", Id), sa.column("label", Handle()))
_TICKETS = sa.table("tickets", sa.column("id", Id))


def label_all(connection: sa.Connection) -> None:
    """A decision's labels where there is one, otherwise those of all verdicts."""
    after = 0
    while True:
        some = sa.select(_TICKETS.c.id).where(_TICKETS.c.id > after).order_by(_TICKETS.c.id).limit(BATCH)
        numbers = list(connection.execute(some).scalars())
        if not numbers:
            return
        after = numbers[-1]
        labels: dict[int, set[str]] = {number: set() for number in numbers}
        for row in connection.execute(_of(_VERDICTS, numbers)).mappings():
            labels[row["ticket_id"]] |= _labels(row["verdict"])
        for row in connection.execute(_of(_DECISIONS, numbers)).mappings():
            labels[row["ticket_id"]] = _labels(row["decision"])
        rows = [{"ticket_id": number, "label": label} for number in numbers for label in sorted(labels[number])]
        if rows:
            connection.execute(sa.insert(_LABELS), rows)


def _of(table: sa.TableClause, numbers: list[int]) -> sa.Select[Any]:
    return sa.select(*table.c).where(table.c.ticket_id.in_(numbers)).order_by(table.c.id)


def _labels(facts: Mapping[str, Any]) -> set[str]:
    themes = {f"theme:{code}" for code in facts.get("themes", ())}
    return themes | {f"specialty:{code}" for code in facts.get("specialties", ())}
