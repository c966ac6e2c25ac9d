"""Signing in: how far a session has come, and what an officer is told of their sessions and second factor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.rights import Role

PASSWORD = "password"  # noqa: S105 - the name of a way to sign in
LINK = "link"


class Stage(StrEnum):
    """How far a session has come. Only a whole one opens any page of the desk."""

    WHOLE = "whole"
    CODE = "code"
    """The password was right, the code of the second factor is still to come."""
    SETTING_UP = "setting_up"
    """The officer's role wants a second factor, and there is none yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """How a session was opened. `way` is "password", "link" or a provider's name; `device` a browser and a system."""

    at: datetime
    stage: Stage = Stage.WHOLE
    way: str = PASSWORD
    device: str = ""
    proved_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """One session as its officer sees it. `handle` names it in a form; it opens nothing."""

    handle: str
    way: str
    device: str
    opened_at: datetime | None
    last_used_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondFactor:
    """An officer's second factor: since when, and how many recovery codes are left."""

    set_at: datetime
    recovery_codes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryRules:
    """What signing in asks for. Times are those of `[sign_in]` in the settings."""

    second_factor_for: frozenset[Role] = frozenset({Role.LEAD, Role.CUSTODIAN, Role.ADMINISTRATOR})
    idle: timedelta = timedelta(minutes=60)
    """A session that nobody used for so long ends."""
    proof_lasts: timedelta = timedelta(minutes=15)
    """How long a proof that it is still the officer is good for unsealing, exports and rights."""
    unfinished: timedelta = timedelta(minutes=10)
    """How long a sign-in may take from the password to the code."""
    account_tries: int = 8
    """Wrong tries for one account within `window`, before it must wait."""
    client_tries: int = 40
    code_tries: int = 5
    window: timedelta = timedelta(minutes=15)
