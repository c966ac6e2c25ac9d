"""Whether the keys at hand are those that this store was sealed with, found out before anything goes wrong."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, inspect, select, update

from storage.dialect import insert_or_ignore
from storage.errors import KeyFault, UnknownKey
from storage.keys import Key, KeyClass, KeySet
from storage.sealing import Seals
from storage.sealing_tables import SealKeyTable

PROOF = b"this is the key that it says it is"


def proof_of(key: Key) -> str:
    """What shows later that a key is the same one: of a secret an HMAC, of an address key its public half's digest."""
    if key.kind is KeyClass.ADDRESS:
        return hashlib.sha256(PROOF + key.public).hexdigest()
    assert key.secret is not None
    return hmac.digest(key.secret, PROOF + key.kind.encode(), hashlib.sha256).hex()


def register(connection: Connection, keys: KeySet, now: datetime) -> None:
    """Note the ids of keys that may seal here from now on."""
    for key in keys.keys:
        facts = {"id": key.id, "kind": key.kind.value, "proof": proof_of(key), "seen_at": now, "retired_at": None}
        insert_or_ignore(connection, SealKeyTable, facts)


def check(connection: Connection, keys: KeySet, where: str) -> None:
    """Raises UnknownKey for a key of this store that is not at hand, KeyFault for one that is not the same."""
    for kind in KeyClass:
        keys.current(kind)
    for key_id, called, proof in _registered(connection):
        key = keys.get(key_id)
        if key is None:
            raise UnknownKey(key_id, where, what=f"{called} key")
        if proof_of(key) != proof:
            raise KeyFault(f"the {called} key {key_id} in {where} is not the one that this store was sealed with")


def is_sealed(connection: Connection) -> bool:
    """Whether anything was ever sealed in this database."""
    return inspect(connection).has_table(SealKeyTable.__tablename__) and bool(_registered(connection))


def is_registered(connection: Connection, key_id: str) -> bool:
    """Whether a key of this id ever sealed something here."""
    found = select(SealKeyTable.id).where(SealKeyTable.id == key_id)
    return connection.execute(found).first() is not None


def retire(connection: Connection, ids: Iterable[str], now: datetime) -> None:
    """Note that these keys are not needed any more."""
    connection.execute(update(SealKeyTable).where(SealKeyTable.id.in_(list(ids))).values(retired_at=now))


def prepare(connection: Connection, seals: Seals, now: datetime) -> None:
    """Check the keys, or note them if they are the first. Raises KeyFault."""
    register_first = not is_sealed(connection)
    if register_first:
        register(connection, seals.keys, now)
    check(connection, seals.keys, seals.source.where)


def _registered(connection: Connection) -> list[tuple[str, str, str]]:
    table = SealKeyTable
    found = (
        select(table.id, table.kind, table.proof).where(table.retired_at.is_(None)).order_by(table.seen_at, table.id)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(found)]
