"""People who work at the desk."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Officer:
    """Somebody who may sign in. `password_hash` is an Argon2 hash, empty until a password is chosen."""

    id: int
    email: str
    name: str
    password_hash: str
    active: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A signed-in browser. Only a hash of its cookie is kept; `csrf` is bound to it."""

    officer: Officer
    csrf: str
    expires_at: datetime
