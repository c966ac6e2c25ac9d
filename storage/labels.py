"""The themes and specialties of tickets as rows of their own, so that the queue can be filtered by them."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select

from storage.desk_tables import LabelTable
from storage.tables import TicketTable
from storage.types import indexable


def labels_of(themes: Iterable[str], specialties: Iterable[str]) -> frozenset[str]:
    """Themes and specialties as labels."""
    return frozenset({*(f"theme:{code}" for code in themes), *(f"specialty:{code}" for code in specialties)})


def add_labels(connection: Connection, ticket_id: int, labels: frozenset[str]) -> None:
    """Add what a verdict says."""
    known = set(connection.execute(select(LabelTable.label).where(LabelTable.ticket_id == ticket_id)).scalars())
    rows = [{"ticket_id": ticket_id, "label": label} for label in sorted(labels) if indexable(label) not in known]
    if rows:
        connection.execute(insert(LabelTable), rows)


def set_labels(connection: Connection, ticket_id: int, labels: frozenset[str]) -> None:
    """What an officer decided takes the place of all that was there."""
    connection.execute(delete(LabelTable).where(LabelTable.ticket_id == ticket_id))
    add_labels(connection, ticket_id, labels)


def themes_of(connection: Connection, ticket_ids: Iterable[int]) -> dict[int, set[str]]:
    """The themes of each of these tickets that has any: as decided, otherwise as the machine saw them."""
    found: dict[int, set[str]] = {}
    wanted = select(LabelTable.ticket_id, LabelTable.label).where(LabelTable.ticket_id.in_(tuple(ticket_ids)))
    for ticket_id, label in connection.execute(wanted):
        what, _, code = label.partition(":")
        if what == "theme":
            found.setdefault(ticket_id, set()).add(code)
    return found


def labelled(label: str) -> ColumnElement[bool]:
    """The condition on `tickets` that they have this label."""
    return exists().where(LabelTable.ticket_id == TicketTable.id, LabelTable.label == indexable(label))
