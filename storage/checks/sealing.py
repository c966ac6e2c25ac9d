"""Checks of the seals: each opens, holds what it says, and has the blind index that belongs to it."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from storage.checks.base import Check
from storage.errors import KeyFault, SealBroken, UnknownKey
from storage.key_checks import check, is_registered
from storage.keys import KeyClass
from storage.packing import as_outgoing
from storage.sealed_rows import SEALED_TABLES, Row, SealedTable
from storage.sealing import Seals
from storage.tables import InboxTable

PIECE = 20
"""Rows opened at a time: a message may have many megabytes."""


def seal_checks(seals: Seals) -> tuple[Check, ...]:
    """The checks that need the keys."""
    return (
        Check(name="the keys are those that the store was sealed with", look=partial(_keys, seals)),
        Check(name="every seal opens in its place", look=partial(_seals, seals)),
    )


def _keys(seals: Seals, connection: Connection) -> Iterator[str]:
    try:
        check(connection, seals.keys, seals.source.where)
    except KeyFault as fault:
        yield str(fault)


def _seals(seals: Seals, connection: Connection) -> Iterator[str]:
    try:
        addresses = any(key.secret for key in seals.keys.of(KeyClass.ADDRESS))
    except KeyFault:
        return  # that has been told
    for sealed in SEALED_TABLES:
        for row in sealed.all(connection, batch=PIECE):
            for column in sealed.columns:
                if addresses or sealed.place(row, column).type.kind is not KeyClass.ADDRESS:
                    yield from _fault(connection, seals, sealed, row, column)


def _fault(connection: Connection, seals: Seals, sealed: SealedTable, row: Row, column: str) -> Iterator[str]:
    place = sealed.place(row, column)
    try:
        value = seals.open(place, row[column], person=sealed.person(row))
        yield from _contents(connection, sealed, row, column, value)
    except UnknownKey as fault:
        known = is_registered(connection, fault.key_id)
        yield str(fault) if known else str(SealBroken(place.table.name, column, row[sealed.key]))
    except SealBroken:
        yield str(SealBroken(place.table.name, column, row[sealed.key]))


def _contents(connection: Connection, sealed: SealedTable, row: Row, column: str, value: Any) -> Iterator[str]:
    if column == "raw" and value is not None:
        size = connection.execute(select(InboxTable.size).where(InboxTable.id == row["id"])).scalar_one()
        if size != len(value):
            yield f"message {row['id']} is not as long as it was when it came"
    if column == "outgoing" and value is not None:
        try:
            as_outgoing(value, "")
        except (ValueError, KeyError, TypeError) as fault:
            yield f"row {row['id']} of {sealed.table.name} cannot be read ({type(fault).__name__})"
