"""Every revision that was ever released comes up to the newest with all that was kept in it, on both engines."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, inspect, select, text

from models.rights import SYSTEM
from models.ticket import QueueFilter, TicketState
from models.work import Ending
from storage.content import lines, shapes
from storage.migrating import migrate_to, revisions
from storage.store import Store
from tests.databases import Databases
from tests.intake.making import Office
from tests.keys import SOURCE
from tests.storage.released import FOLDER, put_in


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store whose tables are not made yet, on each engine in turn."""
    if request.param == "sqlite":
        with closing(Store(request.getfixturevalue("sqlite_url"), SOURCE)) as store:
            yield store
        return
    databases = request.getfixturevalue("postgres_databases")
    assert isinstance(databases, Databases)
    with databases.bare() as url, closing(Store(url, SOURCE)) as store:
        yield store


def grow(store: Store, last: str) -> dict[str, int]:
    """A store of that revision that has lived through all before, with data put in at each; gives its rows."""
    with store._engine.begin() as connection:
        for revision in revisions()[: revisions().index(last) + 1]:
            migrate_to(connection, revision, store._seals)
            put_in(connection, revision)
        _number_on(connection)
    return counted(store)


def _number_on(connection: Connection) -> None:
    # The rows came with their numbers, of which PostgreSQL's sequences know nothing.
    if connection.dialect.name == "postgresql":
        for name in connection.execute(text("SELECT relname FROM pg_class WHERE relkind = 'S'")).scalars().all():
            connection.exec_driver_sql(f"SELECT setval('{name}', 1000)")


def counted(store: Store) -> dict[str, int]:
    with store._engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if not name.startswith("search_words")]
        return {
            name: connection.execute(select(func.count()).select_from(text(f'"{name}"'))).scalar_one() for name in names
        }


def test_every_revision_has_data_of_its_time() -> None:
    assert {path.stem for path in FOLDER.glob("*.sql")} == set(revisions())


def test_a_table_is_filled_by_the_revision_that_made_it(bare: Store) -> None:
    empty = {name for name, number in grow(bare, revisions()[-1]).items() if not number}
    # Documents are made from others, and no file can hold what a key of today has sealed.
    assert empty == {"audit_checkpoints", "search_documents", "unsealings"}


@pytest.mark.parametrize("revision", revisions())
def test_a_store_of_any_revision_comes_up_with_everything_in_it(bare: Store, revision: str) -> None:
    before = grow(bare, revision)
    bare.migrate()
    after = counted(bare)
    with bare.write() as tx:
        for ticket_id in tx.search.tickets():  # as 'intake search rebuild' does
            tx.search.index(ticket_id)
    assert {name: number for name, number in before.items() if after.get(name, 0) < number} == {}
    assert [fault for result in bare.examine() for fault in result.faults] == []
    with bare.read() as tx:
        first, second = tx.tickets.get("QM-AAAA-AAAA", SYSTEM), tx.tickets.get("QM-BBBB-BBBB", SYSTEM)
        queue = tx.tickets.queue(QueueFilter(), SYSTEM).rows
        kept = tx.inbox.message(1)
        assert first is not None
        reporter = tx.tickets.reporters.opened(first.row.id)
        ann = tx.officers.by_email("ANN@trust.test")
    assert second is not None
    assert kept is not None
    assert (reporter.name, reporter.address) == ("Lee Learner", "Lee@School.test")
    assert [entry.text for entry in first.entries] == ["No registrar on nights.", "Still none."]
    assert (first.row.red_flags, first.row.urgency, first.verdicts[0].isf) == (("violence",), 7, 2)
    assert (second.row.state, second.decisions[0].isf, second.decisions[0].reason) == (
        TicketState.CLOSED,
        4,
        "Read twice.",
    )
    assert [row.reference for row in queue] == ["QM-BBBB-BBBB", "QM-AAAA-AAAA"]
    assert kept.raw == b"\x01\x02\xff"
    assert ann is not None
    assert ann.name == "Ann Officer"


@pytest.mark.parametrize("revision", revisions())
def test_a_store_that_came_up_goes_on_working(bare: Store, revision: str) -> None:
    grow(bare, revision)
    bare.migrate()
    office = Office(bare)
    row = office.file()
    assert (row.ending, office.balances()) == (Ending.TICKET, True)
    office.send()
    assert office.waiting() == 0


def test_what_lay_there_in_the_clear_is_gone_from_every_row_and_file(bare: Store) -> None:
    """Sealed in place: no reporter and no raw byte of before is left, in free pages and the log neither."""
    secrets = (b"Lee Learner", b"lee@school.test")
    grow(bare, "0002")
    bare.migrate()
    with bare._engine.connect() as connection:
        dump = "\n".join(line for shape in shapes() for line in lines(connection, shape)).encode().lower()
    bare.close()
    if bare.engine == "sqlite":
        path = Path(bare._url.removeprefix("sqlite:///"))
        dump += b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*")).lower()
    assert [secret for secret in secrets if secret.lower() in dump] == []
