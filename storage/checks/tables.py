"""Checks that hold for any table: revision, references, rules, what is unique, the engine's own state, the numbers."""

from collections.abc import Iterator

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKeyConstraint,
    Table,
    UniqueConstraint,
    and_,
    exists,
    func,
    not_,
    select,
    text,
)

from storage.checks.base import Check
from storage.content import numbering
from storage.migrating import head_revision, revision_of
from storage.standing import State, standing
from storage.tables import Base


def _tables() -> list[Table]:
    return list(Base.metadata.sorted_tables)


def _revision(connection: Connection) -> Iterator[str]:
    found = revision_of(connection)
    if found != head_revision():
        yield f"the tables have revision {found}, this version wants {head_revision()}; run 'intake migrate'"


def _standing(connection: Connection) -> Iterator[str]:
    found = standing(connection)
    if found.state is not State.OPEN:
        yield f"the store is not open: {found.state} ({found.place}); 'intake store show' says more"


def _engine(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        for line in connection.execute(text("PRAGMA integrity_check")).scalars():
            if line != "ok":
                yield f"SQLite's own check says: {line}"
        return
    broken = text("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid OR NOT indisready")
    for name in connection.execute(broken).scalars():
        yield f"PostgreSQL's index {name} is not valid; REINDEX it"


def _references(connection: Connection) -> Iterator[str]:
    for table in _tables():
        for constraint in table.foreign_key_constraints:
            yield from _orphans(connection, table, constraint)


def _orphans(connection: Connection, table: Table, constraint: ForeignKeyConstraint) -> Iterator[str]:
    other = constraint.referred_table.alias("other")
    pairs = [(element.parent, other.columns[element.column.name]) for element in constraint.elements]
    met = exists().where(and_(*(mine == theirs for mine, theirs in pairs)))
    lost = select(func.count()).select_from(table).where(and_(*(mine.is_not(None) for mine, _ in pairs)), not_(met))
    number = connection.execute(lost).scalar_one()
    if number:
        names = ", ".join(mine.name for mine, _ in pairs)
        yield f"{number} row(s) of {table.name} name a {names} that is not in {constraint.referred_table.name}"


def _constraints(connection: Connection) -> Iterator[str]:
    for table in _tables():
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                broken = select(func.count()).select_from(table).where(text(f"NOT ({constraint.sqltext})"))
                number = connection.execute(broken).scalar_one()
                if number:
                    yield f"{number} row(s) of {table.name} break the rule {constraint.name}"
            if isinstance(constraint, UniqueConstraint):
                yield from _twice(connection, table, constraint)


def _twice(connection: Connection, table: Table, constraint: UniqueConstraint) -> Iterator[str]:
    columns = list(constraint.columns)
    known = and_(*(column.is_not(None) for column in columns))
    groups = select(func.count()).select_from(table).where(known).group_by(*columns).having(func.count() > 1)
    number = len(connection.execute(groups).all())
    if number:
        names = ", ".join(column.name for column in columns)
        yield f"{number} value(s) of {table.name} stand there twice ({names})"


def _numbers(connection: Connection) -> Iterator[str]:
    if connection.dialect.name != "postgresql":
        return
    for name, last in numbering(connection).items():
        key = Base.metadata.tables[name].autoincrement_column
        highest = connection.execute(select(func.max(key))).scalar() or 0 if key is not None else 0
        asked = connection.execute(select(func.pg_get_serial_sequence(name, "id"))).scalar_one()
        given = connection.execute(text(f"SELECT last_value FROM {asked}")).scalar_one()  # noqa: S608 - named by the database
        if given < highest or last < highest:
            yield f"the numbers of {name} would be given twice: the next is {given + 1}, the highest {highest}"


TABLE_CHECKS: tuple[Check, ...] = (
    Check(name="the tables are those of this version", look=_revision),
    Check(name="the store is open", look=_standing),
    Check(name="the database is whole", look=_engine),
    Check(name="every reference leads to a row", look=_references),
    Check(name="every rule of the tables holds, and what is unique is", look=_constraints),
    Check(name="no number is given twice", look=_numbers),
)
