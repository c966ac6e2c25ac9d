"""Writing the database anew, so that nothing of what was removed is left in free pages, old rows or indexes."""

from sqlalchemy import Engine, text

from storage.tables import Base

_MERGED = "INSERT INTO search_words(search_words) VALUES ('optimize')"
"""FTS5 keeps what was deleted until its parts are merged; this merges all of them."""


def compact(engine: Engine) -> bool:
    """Give back, overwritten, what is free. False when somebody still reads an older state of a SQLite file.

    It needs as much room again as a SQLite file has, and keeps others from writing meanwhile.
    """
    if engine.dialect.name == "sqlite":
        return _sqlite(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in Base.metadata.sorted_tables:
            connection.execute(text(f'VACUUM "{table.name}"'))
    return True


def _sqlite(engine: Engine) -> bool:
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA query_only=OFF")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute(_MERGED)
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found = cursor.fetchone()
        busy = found is None or bool(found[0])
        cursor.execute("PRAGMA secure_delete=OFF")
        cursor.close()
    finally:
        connection.close()
    return not busy
