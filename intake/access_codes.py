"""New access codes: drawn, hashed before any transaction is open, and shown to their reporter alone."""

import secrets
from dataclasses import dataclass, field

from argon2 import PasswordHasher

from intake.dialogue.understanding import CODE_DIGITS, as_shown


@dataclass(frozen=True, kw_only=True, slots=True)
class NewCode:
    """A code as its reporter is shown it, and the hash that is kept of it."""

    shown: str = field(repr=False)
    hash: str = field(repr=False)
    where: str = ""
    """The address of the page on which it can be typed, if there is one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeMaker:
    """Makes codes. Hashing is slow on purpose (Argon2id), so no transaction may be open meanwhile."""

    where: str = ""
    hasher: PasswordHasher = field(default_factory=PasswordHasher)

    def __call__(self) -> NewCode:
        """A code of 25 digits, which are 83 bits."""
        code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
        return NewCode(shown=as_shown(code), hash=self.hasher.hash(code), where=self.where)
