"""Whom the chat points to, and everything else in its wordings that is a setting."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources

from intake.dialogue.prompts import BOOK
from models.framework import Reference

USES = ("support", "people", "patient")


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Where somebody can turn. `verified_on` is when its `owner` last checked it."""

    name: str
    use: str
    text: str
    owner: str
    verified_on: date


def load_contacts(text: str) -> tuple[Contact, ...]:
    """The contacts from TOML; raises ValueError or KeyError, saying what is wrong."""
    found = tuple(Contact(name=name, **facts) for name, facts in tomllib.loads(text).items())
    strange = [one.name for one in found if one.use not in USES]
    if strange:
        raise ValueError(f"contacts.toml: {', '.join(strange)}: use must be one of {', '.join(USES)}")
    return found


CONTACTS = load_contacts((resources.files("intake.dialogue") / "contacts.toml").read_text(encoding="utf-8"))
"""The contacts that ship with the product."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Promised:
    """What the settings say that the chat may promise, in words that fit into its sentences."""

    retention: str
    grace: str
    reopen_days: str
    file_limit: str
    notice_url: str = ""
    web_form_url: str = ""


def spoken_settings(words: Reference, promised: Promised, contacts: tuple[Contact, ...] = CONTACTS) -> dict[str, str]:
    """Place in a wording -> what stands there, from the reference data, the contacts and the settings."""
    team, promises = words.promises.team, words.promises
    return {
        "team": team[0].lower() + team[1:],
        "hours": promises.hours,
        "ack_days": promises.read_within,
        "retention": promised.retention,
        "grace": promised.grace,
        "reopen_days": promised.reopen_days,
        "file_limit": promised.file_limit,
        "upload_link": _sentence("upload_link", promised.web_form_url, before=" "),
        "notice": _sentence("notice", promised.notice_url),
        "web_form": promised.web_form_url or BOOK.settings["no_web_form"],
        "crisis_lines": "\n".join(f"{one.name} ({one.hours}): {one.contact}." for one in words.helplines.values()),
        "crisis_short": _contact(words, "mental_health"),
        "support_lines": _lines(contacts, "support"),
        "people_lines": _lines(contacts, "people"),
        "patient_line": _lines(contacts, "patient"),
    }


def _sentence(name: str, url: str, before: str = "") -> str:
    return before + BOOK.settings[name].format(url=url) if url else ""


def _contact(words: Reference, code: str) -> str:
    known: Mapping[str, object] = words.helplines
    return words.helplines[code].contact if code in known else "999"


def _lines(contacts: tuple[Contact, ...], use: str) -> str:
    return "\n".join(one.text for one in contacts if one.use == use)
