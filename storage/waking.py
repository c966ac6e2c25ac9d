"""Hearing of new work: on PostgreSQL a transaction that adds some sends a word, which arrives when it is durable."""

from collections.abc import Callable, Mapping

import psycopg
from psycopg import sql
from sqlalchemy import Engine

from storage.errors import StoreError

INBOX, OUTBOX = "intake_inbox", "intake_outbox"
"""The channels on which triggers of revision 0008 speak."""
_KEEPALIVE = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""A server that died without a word is noticed after a minute."""


class Wakes:
    """One connection of its own that listens. `heard` says whom to wake for each channel. For one thread."""

    def __init__(self, engine: Callable[[], Engine], heard: Mapping[str, Callable[[], None]]) -> None:
        self._engine = engine
        self._heard = dict(heard)
        self._connection: psycopg.Connection | None = None

    @property
    def listening(self) -> bool:
        """Whether a word would be heard now."""
        return self._connection is not None

    def listen(self, seconds: float) -> None:
        """Wait at most so long for a word, and wake whom it is for. Raises StoreError when the server is away.

        After each new connection everybody is woken, since a word may have been spoken while nobody listened.
        """
        try:
            if self._connection is None:
                self._connection = self._connect()
                for wake in self._heard.values():
                    wake()
                return
            for word in self._connection.notifies(timeout=seconds, stop_after=1):
                self._heard[word.channel]()
        except (psycopg.Error, OSError) as fault:
            self.close()
            raise StoreError(f"the database said {type(fault).__name__} to a listener", retry=True) from None

    def close(self) -> None:
        """Stop listening."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connect(self) -> psycopg.Connection:
        engine = self._engine()
        arguments, facts = engine.dialect.create_connect_args(engine.url)
        connection = psycopg.connect(*arguments, **{**_KEEPALIVE, **facts, "autocommit": True})
        for channel in self._heard:
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        return connection
