"""People who work at the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from models.rights import Access, Right, Role, Viewer, may
from models.sign_in import PASSWORD, Stage


@dataclass(frozen=True, kw_only=True, slots=True)
class Officer:
    """Somebody who may sign in. `password_hash` is an Argon2 hash, empty until a password is chosen."""

    id: int
    email: str
    name: str
    password_hash: str
    active: bool
    roles: frozenset[Role] = frozenset({Role.OFFICER})
    names: tuple[str, ...] = ()
    """Other names by which people write of them: nicknames, a maiden name, initials."""
    screened: bool = True
    """Whether all tickets have been searched for their names and places since these last changed."""

    @property
    def viewer(self) -> Viewer:
        """The officer as somebody who looks at tickets."""
        return Viewer(officer_id=self.id, email=self.email, roles=self.roles, screened=self.screened)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A place where an officer has another post. `codes` are all that it stands for: the trust and its sites."""

    place: str
    codes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A signed-in browser. Only a hash of its cookie is kept; `csrf` is bound to it.

    `proved_at` is when the officer last showed that it is them: at the sign-in, or again since.
    """

    officer: Officer
    csrf: str
    expires_at: datetime
    token_hash: str = ""
    stage: Stage = Stage.WHOLE
    way: str = PASSWORD
    last_used_at: datetime | None = None
    proved_at: datetime | None = None


def able_among(officers: Iterable[Officer], access: Access) -> list[Officer]:
    """Those who may be given a ticket on which this is the access."""
    return [one for one in officers if one.active and may(one.viewer, Right.DECIDE, access)]
