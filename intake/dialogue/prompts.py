"""The wordings, read once from prompts.toml: prompts with their buttons, and what people type instead of pressing."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any

from models.chat import Policy

LONGEST_LABEL = 27
"""Characters of a button, so that none is cut on a small phone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PromptOption:
    """A button of a prompt. An empty label stands for as many buttons as the code has to offer at that place."""

    id: str
    label: str
    only_outside: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """One thing that the chat says."""

    name: str
    text: str
    options: tuple[PromptOption, ...] = ()
    policy: Policy = Policy.RESEND
    interrupts: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """All wordings of one language."""

    prompts: Mapping[str, Prompt]
    settings: Mapping[str, str]
    """Sentences that stand in a prompt or not, depending on the channel and the settings."""
    words: Mapping[str, Mapping[str, str]]
    """Group -> word of the code -> its wording."""
    typed: Mapping[str, tuple[str, ...]]
    """Id of a button or command -> what people type instead, folded as `understanding.folded` does."""


def load_book(text: str) -> Book:
    """The wordings from TOML; raises ValueError, saying where it is wrong."""
    data = tomllib.loads(text)
    words, typed, settings = data.pop("words"), data.pop("typed"), data.pop("settings")
    return Book(
        prompts=MappingProxyType({name: _prompt(name, facts) for name, facts in data.items()}),
        settings=MappingProxyType(settings),
        words=MappingProxyType({group: MappingProxyType(values) for group, values in words.items()}),
        typed=MappingProxyType({key: tuple(values) for key, values in typed.items()}),
    )


def _prompt(name: str, facts: Mapping[str, Any]) -> Prompt:
    unknown = facts.keys() - {"text", "options", "policy", "interrupts"}
    if unknown or not str(facts.get("text", "")).strip():
        raise ValueError(f"prompt {name}: {', '.join(sorted(unknown)) or 'has no text'}")
    return Prompt(
        name=name,
        text=facts["text"].strip(),
        options=tuple(
            PromptOption(id=one["id"], label=one["label"], only_outside=one.get("only") == "outside")
            for one in facts.get("options", ())
        ),
        policy=Policy(facts.get("policy", Policy.RESEND)),
        interrupts=bool(facts.get("interrupts", False)),
    )


BOOK = load_book((resources.files("intake.dialogue") / "prompts.toml").read_text(encoding="utf-8"))
"""The English wordings that ship with the product."""
