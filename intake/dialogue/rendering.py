"""From what is to be said to its words: prompts, settings and the channel's own sentences put together.

The only place where a value of the code becomes a wording. Nothing of a report's text is ever said back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from intake.dialogue.effects import Say
from intake.dialogue.prompts import BOOK, LONGEST_LABEL, Book
from models.chat import ChatTraits, Option
from models.clocks import LONDON

MOMENTS = ("date_time", "time", "received", "changed", "from", "to")
COUNTED = {"n_messages": "messages", "n_files": "files", "n_questions": "questions"}
GROUPED = {
    "risk": "risk",
    "identity": "identity",
    "identity_reminder": "identity_reminder",
    "status_plain": "status",
    "next_step": "next_step",
    "what_was_done": "done",
}
"""Place in a text -> group of wordings that its value is a word of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A message of ours in its words; `options` have their labels."""

    text: str
    options: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """How we speak: the wordings, the settings that stand in them, and the channel that carries them.

    `settings` fill the places that no event fills: hours, ack_days, retention, team, crisis_lines and so on.
    """

    settings: Mapping[str, str]
    traits: ChatTraits
    book: Book = BOOK
    company: str = "Telegram"


def render(say: Say, voice: Voice, *, officer_text: str = "") -> Rendered:
    """The words of a message. Raises KeyError when a place in a text is filled by nobody: a fault of ours."""
    values = {**_of_channel(voice), **voice.settings, "officer_text": officer_text}
    for name, value in say.values.items():
        values[name] = _worded(voice.book, name, value)
    values["numbered_list"] = _numbered(say)
    for name in ("what_was_done", "clear_chat"):
        if name in values:
            values[name] = _filled(values[name], values)
    parts = [_filled(voice.book.prompts[name].text, values).strip() for name in say.prompts]
    options = tuple(Option(id=one.id, label=_label(one.label)) for one in say.options)
    return Rendered(text="\n\n".join(part for part in parts if part), options=options)


def numbered(rendered: Rendered, *, most: int) -> str:
    """The text with its options as numbered lines, for a channel without buttons or with fewer than there are."""
    if not rendered.options or most >= len(rendered.options):
        return rendered.text
    lines = [f"{number}. {_unnumbered(option.label)}" for number, option in enumerate(rendered.options, start=1)]
    return "\n".join([rendered.text, "", *lines])


def _filled(text: str, values: Mapping[str, str]) -> str:
    # One pass only: braces in what an officer wrote are never places.
    return text.format_map(values)


def _of_channel(voice: Voice) -> dict[str, str]:
    settings, company = voice.book.settings, voice.company
    if not voice.traits.outside:
        return {"limits": settings["inside_limits"], "outside_privacy": "", "clear_chat": ""}
    return {
        "limits": settings["outside_limits"].format(company=company),
        "outside_privacy": "\n" + settings["outside_privacy"].format(company=company),
        "clear_chat": "\n\n" + settings["clear_chat"],
    }


def _worded(book: Book, name: str, value: str) -> str:
    if name in MOMENTS:
        return _moment(name, value)
    if name in COUNTED:
        return _count(book, COUNTED[name], int(value))
    if name in GROUPED:
        return book.words[GROUPED[name]].get(value, book.words["count"]["skipped"])
    if name == "kinds":
        return ", ".join(book.words["kinds"].get(kind, kind) for kind in value.split(","))
    if name == "answer":
        group, _, word = value.partition(":")
        return book.words.get(group, {}).get(word, value) if value != "skipped" else book.words["count"]["skipped"]
    return value or (book.words["count"]["skipped"] if name in ("provider", "specialty") else "")


def _moment(name: str, value: str) -> str:
    here = datetime.fromisoformat(value).astimezone(LONDON)
    clock = here.strftime("%H:%M")
    return clock if name == "time" else f"{here.day} {here.strftime('%B %Y')}, {clock}"


def _count(book: Book, what: str, number: int) -> str:
    words = book.words["count"]
    return words.get(f"{what}_{number}", words[f"{what}_n"]).format(n=number)


def _numbered(say: Say) -> str:
    offered = [one.label for one in say.options if one.id.rpartition("_")[2].isdecimal()]
    return "\n".join(f"{number}. {label}" for number, label in enumerate(offered, start=1))


def _label(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"


def _unnumbered(label: str) -> str:
    head, _, rest = label.partition(" ")
    return rest if head.isdecimal() and rest else label
