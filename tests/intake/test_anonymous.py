"""After an anonymous report with the link cut nothing here holds who wrote: every place is searched for it."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from models.rights import SYSTEM
from storage.anonymising import anonymise
from storage.content import lines, shapes
from storage.sealed_file import read_lines
from storage.sealed_rows import SEALED_TABLES
from storage.sealing import Purpose
from storage.store import Store
from tests.intake.making import Office, content
from tests.storage.copies import backed_up, key_of

WRITER = "zephyrine.quillfeather@hidden-school.test"
TRACES = ("zephyrine", "quillfeather", "hidden-school", "lee learner")


def places(store: Store) -> Iterator[tuple[str, str]]:
    """Every place of the store with all that it holds, in plain text: what is sealed is opened."""
    with store._engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            for found in connection.execute(text(f'SELECT * FROM "{name}"')):
                yield f"table {name}", repr(tuple(found))
        for sealed in SEALED_TABLES:
            for row in sealed.all(connection, batch=20):
                for column in sealed.columns:
                    place = sealed.place(row, column)
                    value = store._seals.open(place, row[column], person=sealed.person(row))
                    yield f"seal {sealed.table.name}.{column}", repr(value)
        for shape in shapes():
            yield f"copy {shape.name}", "\n".join(lines(connection, shape))
    backup, _ = backed_up(store)
    for line in read_lines(BytesIO(backup), key_of):
        yield "backup", line
    with store.read() as tx:
        for reference in references(store):
            yield "ticket", repr(tx.tickets.get(reference, SYSTEM))
    store.close()  # the last to leave empties the write-ahead log into the file
    if store.engine == "sqlite":
        path = Path(store._url.removeprefix("sqlite:///"))
        for file in path.parent.glob(f"{path.name}*"):
            yield f"file {file.name}", file.read_bytes().decode("latin-1")


def references(store: Store) -> list[str]:
    with store._engine.connect() as connection:
        return list(connection.execute(text("SELECT reference FROM tickets")).scalars())


def held(store: Store) -> set[str]:
    """Where a trace of the writer is found."""
    blind = store._seals.blinds(Purpose.ADDRESS, WRITER)
    traces = [*TRACES, *(one.lower() for one in blind)]
    return {place for place, told in places(store) if any(trace in told.lower() for trace in traces)}


def test_after_the_link_is_cut_no_place_holds_the_reporter(store: Store, capfd: pytest.CaptureFixture[str]) -> None:
    office = Office(store)
    row = office.file(content(f"Reply-To: {WRITER}", sender=WRITER), envelope_from=WRITER)
    office.send()
    before = held(store)
    assert {"seal inbox.raw", "seal reporters.address", "seal outbox.recipient"} <= before
    with store.write() as tx:
        connection = tx.audit._connection
        connection.execute(text("UPDATE reporters SET anonymity = 'anonymous'"))
        anonymise(connection, store._seals, [1], scrub=None, now=office.clock())
    assert held(store) == set()
    said = capfd.readouterr()
    assert [trace for trace in TRACES if trace in (said.out + said.err).lower()] == []
    assert [fault for result in store.examine() for fault in result.faults] == []
    assert row.ticket_reference is not None
    assert office.balances()
