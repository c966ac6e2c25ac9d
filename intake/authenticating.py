"""Who somebody is: passwords and codes, with limits on guessing, for the desk and for commands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from intake import second_factor
from intake.tries import Tries, account, client, codes
from models.audit import Act, Action
from models.officer import Officer
from models.sign_in import EntryRules
from storage.store import Store

_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody has this password")
"""Checked when there is no such officer, so that the answer takes as long as for one there is."""


class TooManyTries(Exception):
    """There were too many wrong tries; whoever asks has to wait, and is not told whether this one was right."""


def hash_password(password: str) -> str:
    """What is kept of a password: Argon2id."""
    return _hasher.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether a password is the one of this hash; no password is that of an empty one."""
    try:
        return _hasher.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Authenticator:
    """Checks passwords and codes. Every method raises TooManyTries."""

    store: Store
    clock: Callable[[], datetime]
    rules: EntryRules

    @property
    def _tries(self) -> Tries:
        return Tries(store=self.store, clock=self.clock, window=self.rules.window)

    def by_password(self, email: str, password: str, *, host: str | None = None) -> Officer | None:
        """The officer with this address and password; None when they do not go together, for whatever reason.

        `host` is where somebody comes from, if that is known. The answer takes as long for nobody as for somebody.
        """
        limits = {account(email): self.rules.account_tries}
        if host is not None:
            limits[client(host)] = self.rules.client_tries
        begun = self._tries.begin(limits)
        if begun is None:
            raise TooManyTries
        officer = self._officer_with(email, password)
        if officer is not None:
            self._tries.forgive(begun, account(email))
        return officer

    def by_code(self, officer: Officer, typed: str) -> bool:
        """Whether this is a code of the officer's app, or one of their recovery codes; it is used up."""
        begun = self._tries.begin({codes(officer.email): self.rules.code_tries})
        if begun is None:
            raise TooManyTries
        with self.store.write() as tx:
            how = second_factor.use(tx, officer.id, typed, self.clock())
            if how == second_factor.RECOVERY:
                act = Action.RECOVERY_CODE_USED
                tx.audit.append(Act(at=self.clock(), actor=officer.email, action=act, subject=officer.email))
        if how:
            self._tries.forgive(begun, codes(officer.email))
        return bool(how)

    def _officer_with(self, email: str, password: str) -> Officer | None:
        with self.store.read() as tx:
            officer = tx.officers.by_email(email)
        known = officer.password_hash if officer and officer.password_hash else _NOBODY
        right = matches(known, password)
        if not right or officer is None or not officer.active or not officer.password_hash:
            return None
        if _hasher.check_needs_rehash(officer.password_hash):
            with self.store.write() as tx:
                tx.officers.set_hash(officer.id, _hasher.hash(password))
        return officer
