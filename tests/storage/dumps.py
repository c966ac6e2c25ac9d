"""Everything that a store holds, as somebody would find it who has the disk, the tables, and all the keys."""

from pathlib import Path

from sqlalchemy import make_url, select

from storage.sealed_rows import SEALED_TABLES
from storage.store import Store
from storage.tables import Base


def dump(store: Store) -> str:
    """What `closed` gives, and all seals opened; lower case."""
    found = [closed(store)]
    with store._engine.connect() as connection:
        for sealed in SEALED_TABLES:
            for row in sealed.all(connection, batch=100):
                for column in sealed.columns:
                    place = sealed.place(row, column)
                    found.append(str(store._seals.open(place, row[column], person=sealed.person(row))))
    return "\n".join(found).lower()


def closed(store: Store) -> str:
    """All rows of all tables as they lie there, and the bytes of a SQLite file and its log; lower case."""
    found: list[str] = []
    with store._engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            found += (str(tuple(row)) for row in connection.execute(select(table)))
        if connection.dialect.name == "postgresql":
            found += (str(row) for row in connection.exec_driver_sql("SELECT words::text FROM search_documents"))
    url = make_url(store._url)
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        for file in (path, path.with_name(f"{path.name}-wal")):
            if file.exists():
                found.append(file.read_bytes().decode("utf-8", "replace"))
    return "\n".join(found).lower()
