"""What signing in needs beyond officers and cookies: second factors, the list of sessions, accounts elsewhere."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from models.officer import Officer
from models.sign_in import SecondFactor, Signed, Stage
from storage.dialect import insert_or_ignore
from storage.officers import officers_where
from storage.sealing import Place, Seals
from storage.sign_in_tables import OutsideAccountTable, RecoveryCodeTable, SecondFactorTable, SessionFactsTable
from storage.tables import OfficerTable, SessionTable

HANDLE = 16
"""Digits of a session's hash by which its officer names it."""
_FACTORS = SecondFactorTable.metadata.tables[SecondFactorTable.__tablename__]


class SignIns:
    """Second factors, sessions and accounts elsewhere, within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def sessions(self, officer_id: int, now: datetime) -> tuple[Signed, ...]:
        """The whole sessions of an officer, the one used last on top."""
        facts = SessionFactsTable
        wanted = (
            select(SessionTable.token_hash, SessionTable.expires_at, facts.way, facts.device)
            .add_columns(facts.opened_at, facts.last_used_at)
            .outerjoin(facts, facts.token_hash == SessionTable.token_hash)
            .where(SessionTable.officer_id == officer_id, SessionTable.expires_at > now)
            .where(func.coalesce(facts.stage, Stage.WHOLE.value) == Stage.WHOLE.value)
            .order_by(facts.last_used_at.desc(), SessionTable.token_hash)
        )
        return tuple(
            Signed(
                handle=row.token_hash[:HANDLE],
                way=row.way or "",
                device=row.device or "",
                opened_at=row.opened_at,
                last_used_at=row.last_used_at,
                expires_at=row.expires_at,
            )
            for row in self._connection.execute(wanted)
        )

    def end_session(self, officer_id: int, handle: str) -> bool:
        """End one session of an officer; False when it is none of theirs."""
        named = func.substr(SessionTable.token_hash, 1, HANDLE) == handle
        ended = delete(SessionTable).where(SessionTable.officer_id == officer_id, named)
        return self._connection.execute(ended).rowcount > 0

    def end_others(self, officer_id: int, token_hash: str) -> int:
        """End all sessions of an officer but this one; gives how many there were."""
        others = (SessionTable.officer_id == officer_id, SessionTable.token_hash != token_hash)
        return self._connection.execute(delete(SessionTable).where(*others)).rowcount

    def used(self, token_hash: str, now: datetime) -> None:
        """Note that a session is in use."""
        self._facts(token_hash, last_used_at=now)

    def proved(self, token_hash: str, now: datetime) -> None:
        """Note that the officer of a session has shown again that it is them."""
        self._facts(token_hash, proved_at=now)

    def second_factor(self, officer_id: int) -> SecondFactor | None:
        """The second factor of an officer, if one is set."""
        set_at = self._connection.execute(
            select(SecondFactorTable.set_at).where(SecondFactorTable.officer_id == officer_id)
        ).scalar()
        left = select(func.count()).where(RecoveryCodeTable.officer_id == officer_id)
        if set_at is None:
            return None
        return SecondFactor(set_at=set_at, recovery_codes=int(self._connection.execute(left).scalar_one()))

    def secret(self, officer_id: int) -> str | None:
        """The secret that codes are made of now. Raises KeyFault or SealBroken."""
        return self._opened(officer_id, "secret")

    def coming(self, officer_id: int, fresh: str) -> str:
        """The secret that is being set up: the one that was shown before, or `fresh`, sealed from now on."""
        insert_or_ignore(self._connection, SecondFactorTable, {"officer_id": officer_id, "last_step": 0})
        known = self._opened(officer_id, "coming")
        if known is None:
            self._set(officer_id, coming=fresh)
        return known or fresh

    def confirm(self, officer_id: int, *, step: int, at: datetime, codes: Collection[str]) -> bool:
        """The secret that was being set up is the second factor from now on, with these digests of recovery codes.

        False when none is being set up.
        """
        secret = self._opened(officer_id, "coming")
        if secret is None:
            return False
        self._set(officer_id, secret=secret, coming=None, set_at=at, last_step=step)
        self.new_codes(officer_id, codes)
        return True

    def new_codes(self, officer_id: int, codes: Collection[str]) -> None:
        """These are the recovery codes from now on, as digests; earlier ones stop to work."""
        self._connection.execute(delete(RecoveryCodeTable).where(RecoveryCodeTable.officer_id == officer_id))
        rows = [{"officer_id": officer_id, "code_hash": code} for code in codes]
        self._connection.execute(insert(RecoveryCodeTable), rows)

    def use_step(self, officer_id: int, step: int) -> bool:
        """Use up the code of this step; False when it, or a later one, was used before."""
        fresh = (SecondFactorTable.officer_id == officer_id, SecondFactorTable.last_step < step)
        return self._connection.execute(update(SecondFactorTable).where(*fresh).values(last_step=step)).rowcount == 1

    def use_recovery_code(self, officer_id: int, code_hash: str) -> bool:
        """Use up a recovery code; False when there is none such."""
        this = (RecoveryCodeTable.officer_id == officer_id, RecoveryCodeTable.code_hash == code_hash)
        return self._connection.execute(delete(RecoveryCodeTable).where(*this)).rowcount == 1

    def reset_second_factor(self, officer_id: int) -> bool:
        """Take the second factor and its recovery codes away; False when there was none."""
        for table in (RecoveryCodeTable, SecondFactorTable):
            gone = self._connection.execute(delete(table).where(table.officer_id == officer_id))
        return gone.rowcount > 0

    def of_outside(self, issuer: str, subject: str) -> Officer | None:
        """The officer to whom an account at a provider belongs, locked out or not."""
        this = (OutsideAccountTable.issuer == issuer, OutsideAccountTable.subject == subject)
        linked = select(OutsideAccountTable.officer_id).where(*this)
        return officers_where(self._connection, OfficerTable.id.in_(linked))

    def link_outside(self, officer_id: int, issuer: str, subject: str, at: datetime) -> bool:
        """Say whose an account at a provider is; False when it is somebody's already."""
        row = {"issuer": issuer, "subject": subject, "officer_id": officer_id, "linked_at": at}
        return insert_or_ignore(self._connection, OutsideAccountTable, row) is not None

    def outside_of(self, officer_id: int) -> tuple[str, ...]:
        """The providers at which an officer has accounts, by their issuers."""
        mine = select(OutsideAccountTable.issuer).where(OutsideAccountTable.officer_id == officer_id).distinct()
        return tuple(sorted(self._connection.execute(mine).scalars()))

    def unlink_outside(self, officer_id: int) -> int:
        """Forget all accounts of an officer at providers; gives how many there were."""
        return self._connection.execute(
            delete(OutsideAccountTable).where(OutsideAccountTable.officer_id == officer_id)
        ).rowcount

    def _facts(self, token_hash: str, **values: Any) -> None:
        this = SessionFactsTable.token_hash == token_hash
        self._connection.execute(update(SessionFactsTable).where(this).values(**values))

    def _opened(self, officer_id: int, column: str) -> str | None:
        wanted = select(_FACTORS.c[column]).where(_FACTORS.c.officer_id == officer_id)
        token = self._connection.execute(wanted).scalar()
        found: str | None = self._seals.open(Place(_FACTORS, column, officer_id), token)
        return found

    def _set(self, officer_id: int, **values: Any) -> None:
        secrets: dict[str, Any] = {name: values.pop(name) for name in ("secret", "coming") if name in values}
        sealed = self._seals.seal(_FACTORS, officer_id, secrets)
        changed = update(_FACTORS).where(_FACTORS.c.officer_id == officer_id)
        self._connection.execute(changed.values(**values, **sealed))
