"""Officers, their sessions, one-time links, and failed sign-ins."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from models.officer import Officer, Session
from models.rights import Role
from models.sign_in import Opening, Stage
from storage.addresses import address_key
from storage.conflicts import Conflicts
from storage.dialect import insert_or_ignore
from storage.errors import StoreError
from storage.rights_tables import AttachmentTable, OfficerProfileTable
from storage.sign_in_tables import SessionFactsTable
from storage.tables import OfficerTable, OneTimeTable, SessionTable, SignInFailureTable

_COLUMNS = (
    OfficerTable.id,
    OfficerTable.email,
    OfficerTable.name,
    OfficerTable.password_hash,
    OfficerTable.active,
    OfficerProfileTable.roles,
    OfficerProfileTable.names,
    OfficerProfileTable.screened,
)


def _officers(*more: Any) -> Select[Any]:
    profile = OfficerProfileTable.officer_id == OfficerTable.id
    return select(*_COLUMNS, *more).select_from(OfficerTable).join(OfficerProfileTable, profile)


def officers_where(connection: Connection, condition: Any) -> Officer | None:
    """The officer for whom a condition holds, locked out or not."""
    found = connection.execute(_officers().where(condition)).first()
    return None if found is None else _officer(found)


class Officers:
    """The officers within one transaction."""

    def __init__(self, connection: Connection, conflicts: Conflicts) -> None:
        self._connection = connection
        self._conflicts = conflicts

    def add(
        self,
        *,
        email: str,
        name: str,
        password_hash: str = "",
        roles: Collection[Role] = (Role.OFFICER,),
        at: datetime | None = None,
    ) -> Officer:
        """Add an officer who may sign in. Raises StoreError when there is one with that address.

        The first tickets are searched for their name at once; if there are more, the officer sees none before
        `tx.conflicts.search` has gone through all of them. `at` is when that begins, now if not given.
        """
        self._conflicts.hold_filing()
        values = {"email": email, "email_key": address_key(email), "name": name, "password_hash": password_hash}
        added = insert_or_ignore(self._connection, OfficerTable, {**values, "active": True})
        if added is None:
            raise StoreError("there is an officer with that e-mail address already")
        profile = {"officer_id": added, "roles": sorted(roles), "names": [], "screened": False}
        self._connection.execute(insert(OfficerProfileTable).values(**profile, screened_to=0))
        self._conflicts.search(added, at or datetime.now(UTC))
        return _officer(self._connection.execute(_officers().where(OfficerTable.id == added)).one())

    def by_email(self, email: str) -> Officer | None:
        """The officer with that address, whatever its case."""
        found = self._connection.execute(_officers().where(OfficerTable.email_key == address_key(email))).first()
        return None if found is None else _officer(found)

    def all(self) -> tuple[Officer, ...]:
        """All officers, by name."""
        found = self._connection.execute(_officers().order_by(OfficerTable.name, OfficerTable.id))
        return tuple(_officer(row) for row in found)

    def set_password(self, officer_id: int, password_hash: str) -> None:
        """Set a password; all sessions of that officer end."""
        self._update(officer_id, password_hash=password_hash)
        self.end_sessions(officer_id)

    def set_hash(self, officer_id: int, password_hash: str) -> None:
        """Keep another hash of the same password; sessions go on."""
        self._update(officer_id, password_hash=password_hash)

    def set_roles(self, officer_id: int, roles: Collection[Role]) -> None:
        """Give an officer these roles and no others. Raises StoreError where nobody would be administrator any more."""
        if Role.ADMINISTRATOR not in roles:
            self._keep_an_administrator(officer_id)
        self._profile(officer_id, roles=sorted(roles))

    def set_names(self, officer_id: int, names: Collection[str], *, at: datetime) -> bool:
        """Set an officer's further names; all tickets are searched for them. True when that is over already."""
        self._conflicts.hold_filing()
        self._profile(officer_id, names=list(names))
        return self._conflicts.search_anew(officer_id, at)

    def attach(self, officer_id: int, place: str, codes: Collection[str], *, at: datetime) -> bool:
        """Attach an officer to a place and to all that it stands for. True when the search of tickets is over."""
        self._conflicts.hold_filing()
        for code in codes:
            insert_or_ignore(
                self._connection, AttachmentTable, {"officer_id": officer_id, "place": place, "code": code}
            )
        return self._conflicts.search_anew(officer_id, at)

    def detach(self, officer_id: int, place: str) -> bool:
        """End an attachment; False when there is none. Conflicts that were found by it stay until a lead lifts them."""
        ended = delete(AttachmentTable).where(AttachmentTable.officer_id == officer_id, AttachmentTable.place == place)
        return self._connection.execute(ended).rowcount > 0

    def places(self, officer_id: int) -> tuple[str, ...]:
        """The places that an officer is attached to."""
        wanted = select(AttachmentTable.place).where(AttachmentTable.officer_id == officer_id).distinct()
        return tuple(sorted(self._connection.execute(wanted).scalars()))

    def set_active(self, officer_id: int, active: bool) -> None:
        """Let in or lock out; locking out ends all sessions and links.

        Raises StoreError for the last administrator who may sign in.
        """
        if not active:
            self._keep_an_administrator(officer_id)
        self._update(officer_id, active=active)
        if not active:
            self.end_sessions(officer_id)
            self._connection.execute(delete(OneTimeTable).where(OneTimeTable.officer_id == officer_id))

    def open_session(
        self, *, officer_id: int, token_hash: str, csrf: str, expires_at: datetime, opening: Opening | None = None
    ) -> None:
        """Sign a browser in. Without an `opening` nothing is known of it, and nothing is proved."""
        values = {"officer_id": officer_id, "token_hash": token_hash, "csrf": csrf, "expires_at": expires_at}
        self._connection.execute(insert(SessionTable).values(values))
        if opening is not None:
            facts = {"stage": opening.stage, "way": opening.way, "device": opening.device, "opened_at": opening.at}
            facts |= {"token_hash": token_hash, "last_used_at": opening.at, "proved_at": opening.proved_at}
            self._connection.execute(insert(SessionFactsTable).values(facts))

    def session(self, token_hash: str, now: datetime, *, idle: timedelta | None = None) -> Session | None:
        """The session of a cookie, whole or not.

        None when it has run out, nobody used it for the time `idle`, or the officer is locked out.
        """
        facts = SessionFactsTable
        found = self._connection.execute(
            _officers(SessionTable.csrf, SessionTable.expires_at, facts.stage, facts.way)
            .add_columns(facts.last_used_at, facts.proved_at)
            .join(SessionTable, SessionTable.officer_id == OfficerTable.id)
            .outerjoin(facts, facts.token_hash == SessionTable.token_hash)
            .where(SessionTable.token_hash == token_hash, SessionTable.expires_at > now, OfficerTable.active.is_(True))
        ).first()
        if found is None or (idle and found.last_used_at and found.last_used_at + idle <= now):
            return None
        return Session(
            officer=_officer(found),
            csrf=found.csrf,
            expires_at=found.expires_at,
            token_hash=token_hash,
            stage=Stage(found.stage or Stage.WHOLE),
            way=found.way or "",
            last_used_at=found.last_used_at,
            proved_at=found.proved_at,
        )

    def close_session(self, token_hash: str) -> None:
        """Sign a browser out."""
        self._connection.execute(delete(SessionTable).where(SessionTable.token_hash == token_hash))

    def end_sessions(self, officer_id: int) -> int:
        """End all sessions of an officer; gives how many there were."""
        return self._connection.execute(delete(SessionTable).where(SessionTable.officer_id == officer_id)).rowcount

    def add_one_time(self, *, officer_id: int, token_hash: str, expires_at: datetime) -> None:
        """Keep a one-time link by its hash."""
        values = {"officer_id": officer_id, "token_hash": token_hash, "expires_at": expires_at}
        self._connection.execute(insert(OneTimeTable).values(values))

    def use_one_time(self, token_hash: str, now: datetime) -> Officer | None:
        """Use a one-time link up; None when there is none, it has run out, or the officer is locked out."""
        officer_id = self._connection.execute(
            delete(OneTimeTable)
            .where(OneTimeTable.token_hash == token_hash, OneTimeTable.expires_at > now)
            .returning(OneTimeTable.officer_id)
        ).scalar()
        if officer_id is None:
            return None
        found = self._connection.execute(
            _officers().where(OfficerTable.id == officer_id, OfficerTable.active.is_(True))
        ).first()
        return None if found is None else _officer(found)

    def note_failure(self, key: str, now: datetime) -> int:
        """Note a try under a key such as an address or a client, before anybody knows how it ends; gives its number."""
        noted = insert(SignInFailureTable).values(key=address_key(key), at=now).returning(SignInFailureTable.id)
        return int(self._connection.execute(noted).scalar_one())

    def forget_failures(self, numbers: Collection[int]) -> None:
        """Take back tries that ended well, or were not looked at."""
        self._connection.execute(delete(SignInFailureTable).where(SignInFailureTable.id.in_(numbers)))

    def failures(self, key: str, since: datetime) -> int:
        """How many failed since then."""
        found = select(func.count()).where(SignInFailureTable.key == address_key(key), SignInFailureTable.at >= since)
        return int(self._connection.execute(found).scalar_one())

    def clear_failures(self, key: str) -> None:
        """Forget the failures under a key."""
        self._connection.execute(delete(SignInFailureTable).where(SignInFailureTable.key == address_key(key)))

    def _keep_an_administrator(self, officer_id: int) -> None:
        """Raise StoreError when this officer is the only administrator who may sign in."""
        self._conflicts.hold_filing()  # two administrators must not remove each other at once
        able = [one.id for one in self.all() if one.active and Role.ADMINISTRATOR in one.roles]
        if able == [officer_id]:
            raise StoreError("this is the last administrator; make somebody else one first")

    def _profile(self, officer_id: int, **values: Any) -> None:
        changed = update(OfficerProfileTable).where(OfficerProfileTable.officer_id == officer_id)
        self._connection.execute(changed.values(**values))

    def _update(self, officer_id: int, **values: Any) -> None:
        self._connection.execute(update(OfficerTable).where(OfficerTable.id == officer_id).values(**values))


def _officer(row: Row[*tuple[Any, ...]]) -> Officer:
    return Officer(
        id=row.id,
        email=row.email,
        name=row.name,
        password_hash=row.password_hash,
        active=row.active,
        roles=frozenset(Role(role) for role in row.roles),
        names=tuple(row.names),
        screened=row.screened,
    )
