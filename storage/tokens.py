"""Tokens of programs within one transaction, and what their writes were answered."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from models.interface import ApiToken, Scope
from models.rights import Role
from storage.dialect import insert_or_ignore
from storage.interface_tables import ApiCallTable, ApiTokenTable

USED_EVERY = timedelta(minutes=1)
"""How often it is written down that a token is in use."""
REMEMBERED = timedelta(hours=24)
"""How long the answer to a write is kept."""


class Tokens:
    """The tokens within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        *,
        name: str,
        prefix: str,
        token_hash: str,
        scopes: Collection[Scope],
        officer_id: int | None,
        role: Role | None,
        made_by: str,
        at: datetime,
        expires_at: datetime,
    ) -> int:
        """Keep a new token by its hash; either an officer's or a service's with a role. Gives its number."""
        values = {
            "name": name,
            "prefix": prefix,
            "token_hash": token_hash,
            "scopes": sorted(scopes),
            "officer_id": officer_id,
            "role": role,
            "made_by": made_by,
            "made_at": at,
            "expires_at": expires_at,
        }
        return int(self._connection.execute(insert(ApiTokenTable).returning(ApiTokenTable.id), values).scalar_one())

    def by_prefix(self, prefix: str) -> ApiToken | None:
        """The token with this prefix, whether it is good or not."""
        wanted = select(*ApiTokenTable.__table__.columns).where(ApiTokenTable.prefix == prefix)
        row = self._connection.execute(wanted).mappings().first()
        return None if row is None else _token(row)

    def all(self) -> tuple[ApiToken, ...]:
        """All tokens, the newest first."""
        wanted = select(*ApiTokenTable.__table__.columns).order_by(ApiTokenTable.id.desc())
        return tuple(_token(row) for row in self._connection.execute(wanted).mappings())

    def used(self, token: ApiToken, at: datetime) -> None:
        """Note that a token is in use."""
        changed = update(ApiTokenTable).where(ApiTokenTable.id == token.id).values(last_used_at=at)
        self._connection.execute(changed)

    def revoke(self, token_id: int, at: datetime) -> ApiToken | None:
        """End a token at once; None when there is none, or when it has ended already."""
        ended = (
            update(ApiTokenTable)
            .where(ApiTokenTable.id == token_id, ApiTokenTable.revoked_at.is_(None))
            .values(revoked_at=at)
            .returning(*ApiTokenTable.__table__.columns)
        )
        row = self._connection.execute(ended).mappings().first()
        return None if row is None else _token(row)

    def begin(self, token_id: int, key: str, fingerprint: str, at: datetime) -> dict[str, Any] | None:
        """Begin a write; None when it is new. Otherwise what it was answered. Raises ValueError for another write.

        Two that come at once wait for each other: the second finds the answer of the first.
        """
        self._connection.execute(delete(ApiCallTable).where(ApiCallTable.at < at - REMEMBERED))
        values = {"token_id": token_id, "key": key, "fingerprint": fingerprint, "at": at, "answer": {}}
        if insert_or_ignore(self._connection, ApiCallTable, values) is not None:
            return None
        row = self._connection.execute(
            select(ApiCallTable.fingerprint, ApiCallTable.answer).where(
                ApiCallTable.token_id == token_id, ApiCallTable.key == key
            )
        ).one()
        if row.fingerprint != fingerprint:
            raise ValueError("this idempotency key belongs to another write")
        return dict(row.answer)

    def answered(self, token_id: int, key: str, answer: dict[str, Any]) -> None:
        """Keep what a write was answered."""
        mine = update(ApiCallTable).where(ApiCallTable.token_id == token_id, ApiCallTable.key == key)
        self._connection.execute(mine.values(answer=answer))


def _token(row: RowMapping) -> ApiToken:
    facts = dict(row)
    facts["scopes"] = frozenset(Scope(one) for one in facts["scopes"] if one in list(Scope))
    facts["role"] = Role(facts["role"]) if facts["role"] else None
    return ApiToken(**facts)
