"""What `intake check` says of those who are in distress and of the chats: helplines, contacts, the notice, the bot."""

from collections.abc import Iterator
from datetime import date, timedelta

from intake.config import Config
from intake.dialogue.contacts import CONTACTS
from intake.findings import Finding, Weight
from intake.telegram.composing import missing
from models.framework import Reference

HELPLINE_AGE = timedelta(days=90)


def helplines(words: Reference, today: date) -> Iterator[Finding]:
    """Whether somebody rang the helplines lately."""
    old = [line.name for line in words.helplines.values() if today - line.verified_on > HELPLINE_AGE]
    if old:
        text = f"not checked for {HELPLINE_AGE.days} days: {', '.join(old)}; ring them and set verified_on"
        yield Finding(subject="helplines", weight=Weight.WARNING, text=text)
    else:
        yield Finding(subject="helplines", weight=Weight.FINE)


def chat(config: Config, today: date) -> Iterator[Finding]:
    """Whom the chat names, and where it tells what becomes of the words."""
    old = [one.name for one in CONTACTS if today - one.verified_on > HELPLINE_AGE]
    if old:
        text = f"not checked for {HELPLINE_AGE.days} days: {', '.join(old)}; try them and set verified_on"
        yield Finding(subject="chat.contacts", weight=Weight.WARNING, text=text)
    if not config.chat.notice_url:
        text = "is missing: the chat can point to no full privacy notice"
        yield Finding(subject="chat.notice_url", weight=Weight.WARNING, text=text)


def telegram(config: Config) -> Iterator[Finding]:
    """What an enabled bot lacks; it stays off until it has all of it."""
    if not config.telegram.enabled:
        yield Finding(subject="telegram", weight=Weight.FINE, text="is off")
        return
    yield from (
        Finding(subject=subject, weight=Weight.FAULT, text=f"is missing, so the bot stays off: {text}")
        for subject, _, text in (one.partition(": ") for one in missing(config))
    )
