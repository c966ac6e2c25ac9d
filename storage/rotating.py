"""Changing keys: everything is sealed anew, a few rows at a time, while everybody else goes on working.

What is still to do is seen from the rows themselves: each begins with the id of its key. So it can be broken off at any
moment and run again. The old keys stay readable until `retire`, which takes away none that a row still needs.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, and_, func, or_, select, update

from models.sealing import KeyFacts
from storage.addresses import address_key, domain_of
from storage.engine import reading
from storage.errors import KeyFault
from storage.key_checks import check, register, retire
from storage.keys import ID_BYTES, KeyClass, KeySet, KeyState
from storage.sealed_rows import SEALED_TABLES, Row, SealedTable
from storage.sealing import Purpose, Seals

BATCH = 50
"""Rows in one transaction: others never wait long for it."""
MOST_BYTES = 16 * 1024 * 1024
Told = Callable[[str, int], None]
"""table, rows sealed anew so far."""
_INDEXES: dict[str, dict[str, tuple[str, Purpose, Callable[[str], str]]]] = {
    "inbox": {"key_index": ("key", Purpose.RECEIPT, str)},
    "fingerprints": {"fingerprint": ("source", Purpose.FINGERPRINT, str)},
    "entries": {"message_index": ("message_id", Purpose.MESSAGE_ID, str)},
    "reporters": {
        "address_index": ("address", Purpose.ADDRESS, address_key),
        "domain_index": ("address", Purpose.DOMAIN, domain_of),
    },
    "outbox": {
        "address_index": ("recipient", Purpose.ADDRESS, address_key),
        "domain_index": ("recipient", Purpose.DOMAIN, domain_of),
    },
    "conversations": {"key": ("address", Purpose.CHAT, str)},
}
"""table -> blind index -> what it is of."""


class Rotation:
    """The keys of one store, and how they are changed."""

    def __init__(self, engine: Engine, seals: Seals) -> None:
        self._engine = engine
        self._seals = seals

    def facts(self) -> tuple[KeyFacts, ...]:
        """Every key and how many rows need it."""
        keys = self._seals.keys
        with self._engine.connect() as connection:
            view = connection.execution_options(**reading(connection))
            return tuple(
                KeyFacts(
                    id=key.id,
                    kind=key.kind.value,
                    state=key.state.value,
                    made_at=key.made_at,
                    opens=key.secret is not None,
                    rows=sum(_count(view, _needs(sealed, key.id, key.kind)) for sealed in SEALED_TABLES),
                )
                for key in keys.keys
            )

    def waiting(self) -> dict[str, int]:
        """How many rows of each table are not sealed with the current keys."""
        with self._engine.connect() as connection:
            view = connection.execution_options(**reading(connection))
            return {sealed.table.name: _count(view, self._stale(sealed)) for sealed in SEALED_TABLES}

    def begin(self, kinds: tuple[KeyClass, ...], now: datetime, *, coming: bool) -> bool:
        """Make new keys of these classes the current ones; False when there are old ones, whose change goes on.

        With `coming` they are only made, so that they can be taken to every machine before one of them uses them.
        """
        keys = self._seals.keys
        if any(key.state is KeyState.OLD for key in keys.keys) and not coming:
            return False
        fresh = [kind for kind in kinds if not any(k.state is KeyState.COMING for k in keys.of(kind))]
        # In the file before the store hears of them: a store must never ask for keys that a crash kept from being kept.
        self._keep(keys.added(fresh, now, KeyState.COMING))
        with self._engine.begin() as connection:
            register(connection, self._seals.keys, now)
            check(connection, self._seals.keys, self._seals.source.where)
        if coming:
            return True
        keys = self._seals.keys
        for kind in kinds:
            keys = keys.moved(kind, KeyState.CURRENT, KeyState.OLD).moved(kind, KeyState.COMING, KeyState.CURRENT)
        self._keep(keys)
        return True

    def _keep(self, keys: KeySet) -> None:
        self._seals.source.replace(keys)
        self._seals.refresh()

    def go_on(self, told: Told) -> int:
        """Seal anew what still has old keys; gives how many rows. Raises SealBroken or KeyFault for the first fault."""
        done = 0
        for sealed in SEALED_TABLES:
            number = 0
            while some := self._some(sealed):
                number += some
                told(sealed.table.name, number)
            done += number
        return done

    def retire(self, now: datetime, keep: Callable[[KeySet], None]) -> tuple[str, ...]:
        """Take away the old keys; gives their ids. Raises KeyFault while a row needs one. `keep` gets them before."""
        keys = self._seals.keys
        old = tuple(key for key in keys.keys if key.state is KeyState.OLD)
        if not old:
            return ()
        if left := {table: number for table, number in self.waiting().items() if number}:
            raise KeyFault(f"rows still need the old keys ({_listed(left)}); run 'intake keys rotate' to the end first")
        keep(KeySet(keys=old))
        ids = tuple(key.id for key in old)
        with self._engine.begin() as connection:
            retire(connection, ids, now)
        self._keep(keys.without(ids))
        return ids

    def _some(self, sealed: SealedTable) -> int:
        """Seal some rows anew in one transaction; gives how many, 0 when none is left."""
        table = sealed.table
        key = table.c[sealed.key]
        names = dict.fromkeys((sealed.key, *sealed.known_by, *sealed.columns, *_INDEXES.get(table.name, {})))
        self._seals.refresh()
        done = size = 0
        with self._engine.begin() as connection:
            ids = connection.execute(select(key).where(self._stale(sealed)).order_by(key).limit(BATCH)).scalars().all()
            for row_id in ids:
                wanted = select(*(table.c[name] for name in names)).where(key == row_id).with_for_update()
                row = connection.execute(wanted).mappings().first()
                if row is None:
                    continue
                size += sum(len(row[name] or b"") for name in sealed.columns)
                connection.execute(update(table).where(key == row_id).values(self._anew(sealed, row)))
                done += 1
                if size > MOST_BYTES:
                    break
        return done

    def _anew(self, sealed: SealedTable, row: Row) -> dict[str, Any]:
        seals, changed = self._seals, dict[str, Any]()
        for name in sealed.columns:
            place = sealed.place(row, name)
            if row[name] is not None and not row[name].startswith(seals.header(place.type.kind)):
                changed[name] = seals.resealed(place, row[name], person=sealed.person(row))
        current = seals.keys.current(KeyClass.INDEX).id
        for name, (source, purpose, form) in _INDEXES.get(sealed.table.name, {}).items():
            if row[name] is not None and not row[name].startswith(f"{current}."):
                value = seals.open(sealed.place(row, source), row[source], person=sealed.person(row))
                # Of what is forgotten no new index can be made: one that is of nothing stands in its place.
                changed[name] = seals.blind(purpose, form(secrets.token_hex(32) if value is None else value))
        return changed

    def _stale(self, sealed: SealedTable) -> Any:
        """Rows of which something is not under the current keys."""
        parts = []
        for name in sealed.columns:
            kind = sealed.table.c[name].type.kind  # type: ignore[attr-defined]  # a sealed column
            header = self._seals.header(kind)
            column = sealed.table.c[name]
            parts.append(and_(column.is_not(None), _begins(column, len(header)) != header))
        current = self._seals.keys.current(KeyClass.INDEX).id
        for name in _INDEXES.get(sealed.table.name, {}):
            column = sealed.table.c[name]
            parts.append(and_(column.is_not(None), func.substr(column, 1, 2 * ID_BYTES) != current))
        return or_(*parts)


def _begins(column: Any, length: int) -> Any:
    return func.substr(column, 1, length, type_=column.type.impl_instance)


def _needs(sealed: SealedTable, key_id: str, kind: KeyClass) -> Any:
    parts: list[Any] = []
    if kind is KeyClass.INDEX:
        indexes = _INDEXES.get(sealed.table.name, {})
        parts += [func.substr(sealed.table.c[name], 1, 2 * ID_BYTES) == key_id for name in indexes]
    else:
        for name in sealed.columns:
            column = sealed.table.c[name]
            bare = column.type.impl_instance  # type: ignore[attr-defined]  # a sealed column
            at = 2 if kind is KeyClass.CONTENT else 2 + ID_BYTES
            if kind is KeyClass.CONTENT or column.type.kind is KeyClass.ADDRESS:  # type: ignore[attr-defined]
                parts.append(func.substr(column, at, ID_BYTES, type_=bare) == bytes.fromhex(key_id))
    return or_(False, *parts)


def _count(connection: Connection, which: Any) -> int:
    return int(connection.execute(select(func.count()).where(which)).scalar_one())


def _listed(left: dict[str, int]) -> str:
    return ", ".join(f"{table} {number:,}" for table, number in left.items())
