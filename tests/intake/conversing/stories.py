"""Golden transcripts: stories in text files, told over a real store, with every word of the answers.

> what the learner types        > [Label] presses a button        > (old) [Label] presses one that is stale
> {photo} {voice} {big} {sticker} sends such a thing, words may follow
> edit 2: changes the second message                     web> speaks in another chat, on the web page
@ 15 minutes lets time pass
officer asks 1: words (of the first report)              officer closes 1: words
<ref1> stands for the reference of the first report, <code> for the access code that was shown last
< what we say, and below it [the buttons]                = what stands in the store in the end
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from models.chat import ChatFile, ChatKind, ChatMessage, ChatReply, FileState
from models.rights import SYSTEM
from models.ticket import QueueFilter
from tests.intake.conversing.making import PHOTO, VOICE, Chats

FOLDER = Path(__file__).parents[2] / "transcripts"
FILES = {
    "photo": PHOTO,
    "voice": VOICE,
    "big": replace(PHOTO, kind="document", size=90_000_000, state=FileState.TOO_BIG),
}
LINE = re.compile(r"(web)?> ?(.*)")


class Story:
    """One story being told."""

    def __init__(self, chats: Chats) -> None:
        self.chats = chats
        self.messages = 0
        self.screens: list[ChatReply] = []
        self.code = ""

    def tell(self, script: list[str]) -> Iterator[str]:
        """The script again, with all that is answered."""
        for line in script:
            yield line
            for reply in self._do(line):
                yield from shown(reply)
        yield from self._stands()

    def _do(self, line: str) -> tuple[ChatReply, ...]:
        if line.startswith("@ "):
            number, unit = line[2:].split()
            self.chats.wait(timedelta(**{unit if unit.endswith("s") else f"{unit}s": float(number)}))
        elif line.startswith("officer asks "):
            reference, _, words = line.removeprefix("officer asks ").partition(": ")
            self.chats.ask(self._reference(reference), words)
        elif line.startswith("officer closes "):
            reference, _, words = line.removeprefix("officer closes ").partition(": ")
            self.chats.close(self._reference(reference), words)
        elif found := LINE.fullmatch(line):
            return self._spoken(found[2], ("webchat", "web") if found[1] else ("telegram", "learner"))
        else:
            return ()
        return self._heard("telegram", "learner") + self._heard("webchat", "web")

    def _spoken(self, words: str, where: tuple[str, str]) -> tuple[ChatReply, ...]:
        channel, address = where
        chats = self.chats
        words = re.sub(r"<ref(\d)>", lambda found: self._reference(found[1]), words).replace("<code>", self.code)
        for part in words.split(" // "):
            chats.take(self._message(part, channel, address), channel=channel)
            chats.now += timedelta(seconds=1)
        chats.settle()
        return self._heard(channel, address)

    def _message(self, words: str, channel: str, address: str) -> ChatMessage:
        self.messages += 1
        usual = ChatMessage(address=address, at=self.chats.now, message=str(self.messages))
        if found := re.fullmatch(r"(\(old\) )?\[(.*)\]", words):
            screen = self.screens[0] if found[1] else self.chats.on_screen[channel, address]
            option = next(one.id for one in screen.options if one.label == found[2])
            return replace(usual, kind=ChatKind.PRESS, option=option, nonce=screen.nonce, message="")
        if found := re.fullmatch(r"edit (\d+): (.*)", words):
            return replace(usual, kind=ChatKind.EDIT, edits=found[1], text=found[2], message=found[1])
        if found := re.fullmatch(r"\{(\w+)(?: of (\w+))?\} ?(.*)", words):
            file = FILES.get(found[1])
            files: tuple[ChatFile, ...] = (file,) if file else ()
            return replace(usual, files=files, odd="" if file else found[1], group=found[2] or "", text=found[3])
        return replace(usual, text=words)

    def _heard(self, channel: str, address: str) -> tuple[ChatReply, ...]:
        replies = self.chats.hear(address, channel)
        self.screens += [reply for reply in replies if reply.options]
        for reply in replies:
            found = re.search(r"^(?:\d{5} ){4}\d{5}$", reply.text, re.MULTILINE)
            if found:
                self.code = found[0]
        return replies

    def _reference(self, number: str) -> str:
        with self.chats.store.read() as tx:
            rows = tx.tickets.queue(QueueFilter(), SYSTEM, limit=50).rows
        return sorted(rows, key=lambda one: one.id)[int(number) - 1].reference

    def _stands(self) -> Iterator[str]:
        assert self.chats.balances()
        with self.chats.store.read() as tx:
            rows = tx.tickets.queue(QueueFilter(), SYSTEM, limit=50).rows
            for row in sorted(rows, key=lambda one: one.id):
                ticket = tx.tickets.get(row.reference, SYSTEM)
                terms = tx.questions.terms(row.id)
                assert ticket is not None
                assert terms is not None
                flags = ", ".join(row.red_flags) or "no flag"
                tied = "linked" if tx.conversations.about(row.id) else "not linked"
                told = len(ticket.entries)
                yield f"= {row.reference}: {row.state.value}, {told} messages, {flags}, {terms.level}, {tied}"


def shown(reply: ChatReply) -> Iterator[str]:
    """A reply as a transcript shows it."""
    for line in reply.text.split("\n"):
        yield f"< {line}".rstrip()
    if reply.options:
        yield "< " + " ".join(f"[{option.label}]" for option in reply.options)


def script_of(text: str) -> list[str]:
    """The lines of a transcript that are not answers."""
    return [line for line in text.splitlines() if not line.startswith(("< ", "= ")) and line != "<"]


def names() -> list[str]:
    """The stories there are."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))
