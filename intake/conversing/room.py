"""What conversing needs, and what it draws by chance: references, nonces, access codes."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from argon2 import PasswordHasher

from intake.classifying import Classify
from intake.dialogue.rendering import Voice
from intake.dialogue.understanding import CODE_DIGITS
from intake.references import new_reference
from models.chat import ChatTraits
from models.framework import Reference
from storage.store import Store, Transaction

TERMINAL = ChatTraits(name="terminal", buttons=False, max_text=100_000)
WEBCHAT = ChatTraits(name="webchat", pushes=False, max_text=100_000)
TELEGRAM = ChatTraits(
    name="telegram",
    outside=True,
    edits=True,
    merge=timedelta(seconds=5),
    merge_at_most=timedelta(seconds=15),
)
TRAITS: Mapping[str, ChatTraits] = {one.name: one for one in (TERMINAL, WEBCHAT, TELEGRAM)}
"""Channel -> what it can do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draws:
    """What is drawn by chance. A test draws in its own way."""

    reference: Callable[[], str] = new_reference
    nonce: Callable[[], str] = lambda: secrets.token_urlsafe(9)
    code: Callable[[], str] = lambda: "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatRoom:
    """What conversing needs, handed in by the composition root.

    `fast` is the quick part of the classifier, behind its guard; `settings` fill the wordings; `observe` is told each
    step as it is reached.
    """

    store: Store
    words: Reference
    fast: Classify
    settings: Mapping[str, str]
    clock: Callable[[], datetime]
    observe: Callable[[str], None]
    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    traits: Mapping[str, ChatTraits] = field(default_factory=lambda: TRAITS)
    draws: Draws = Draws()

    def traits_of(self, channel: str) -> ChatTraits:
        """What a channel can do; of an unknown one the least is assumed."""
        return self.traits.get(channel, ChatTraits(name=channel, buttons=False))

    def voice(self, channel: str) -> Voice:
        """How we speak in a channel."""
        return Voice(settings=self.settings, traits=self.traits_of(channel))

    def free_reference(self, tx: Transaction) -> str:
        """A reference that no ticket has."""
        reference = self.draws.reference()
        while tx.reports.id_of(reference) is not None:
            reference = self.draws.reference()
        return reference
