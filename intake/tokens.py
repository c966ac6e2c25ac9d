"""Making tokens for programs: what may be asked for, and what is kept of it."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.audit import Act, Action
from models.interface import NEEDS, SERVICE_ROLES, ApiToken, Scope, service
from models.officer import Officer
from models.rights import Role
from storage.store import Transaction

MARK = "qmi"
DAYS = 90


class TokenRefused(Exception):
    """A token that must not be made; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A token that is asked for: an officer's, or a service's with a role."""

    name: str
    scopes: Collection[Scope]
    officer: Officer | None
    role: Role | None
    days: int


def hashed(token: str) -> str:
    """What is kept of a token: it has 256 random bits, so that one round is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def make_token(tx: Transaction, wish: Wish, *, actor: str, now: datetime, longest_days: int) -> str:
    """Make a token, keep its hash, and give it: it is never seen again. Raises TokenRefused."""
    _check(wish, longest_days)
    prefix = secrets.token_hex(6)
    token = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    tx.tokens.add(
        name=wish.name.strip(),
        prefix=prefix,
        token_hash=hashed(token),
        scopes=wish.scopes,
        officer_id=wish.officer.id if wish.officer else None,
        role=None if wish.officer else wish.role,
        made_by=actor,
        at=now,
        expires_at=now + timedelta(days=wish.days),
    )
    whose = wish.officer.email if wish.officer else f"service:{wish.name.strip()}"
    detail = {"whose": whose, "role": wish.role, "scopes": sorted(wish.scopes), "days": wish.days}
    tx.audit.append(Act(at=now, actor=actor, action=Action.TOKEN_MADE, subject=prefix, detail=detail))
    return token


def revoke_token(tx: Transaction, token_id: int, *, actor: str, now: datetime) -> ApiToken | None:
    """End a token at once; None when there is none that could end."""
    ended = tx.tokens.revoke(token_id, now)
    if ended is not None:
        tx.audit.append(Act(at=now, actor=actor, action=Action.TOKEN_REVOKED, subject=ended.prefix))
    return ended


def _check(wish: Wish, longest_days: int) -> None:
    if not wish.name.strip() or len(wish.name) > 60 or not wish.name.isprintable():
        raise TokenRefused("Give the token a name of at most 60 characters, by which people know what uses it.")
    if not wish.scopes:
        raise TokenRefused("Choose at least one scope.")
    if not 1 <= wish.days <= longest_days:
        raise TokenRefused(f"A token may be good for 1 to {longest_days} days.")
    if (wish.officer is None) == (wish.role is None):
        raise TokenRefused("Name an officer, or a role for a service; one of the two.")
    if wish.role is not None and wish.role not in SERVICE_ROLES:
        raise TokenRefused(f"A service may be {', '.join(one.value for one in SERVICE_ROLES)}.")
    if wish.officer is not None and not wish.officer.active:
        raise TokenRefused("This officer is locked out.")
    viewer = wish.officer.viewer if wish.officer else service(1, wish.name, wish.role or Role.READ_ONLY)
    lacking = sorted(one for one in wish.scopes if NEEDS[one] not in viewer.rights)
    if lacking:
        whose = "This officer" if wish.officer else "A service with this role"
        raise TokenRefused(f"{whose} may not {NEEDS[lacking[0]].value}, which {lacking[0].value} needs.")
