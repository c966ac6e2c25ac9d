"""The chat in a terminal: lines in, replies out, buttons as numbers. The store and the dialogue are the real ones."""

import secrets
from datetime import timedelta
from typing import TextIO

from intake.app import App
from intake.chatting import keep_chat
from intake.conversing.replying import collect
from intake.conversing.room import ChatRoom
from intake.conversing.working import ChatWork, TimerWork
from intake.working import Shift
from models.chat import ChatMessage
from models.message import RawMessage

CHANNEL = "terminal"
HELLO = "Type your words and press Enter. A number chooses an answer. Ctrl-D ends."
MOST_CHARACTERS = 100_000
"""Of one line; the rest of it is another message."""


class Terminal:
    """One person at one terminal."""

    def __init__(self, app: App, room: ChatRoom, *, address: str) -> None:
        self._room = room
        self._address = address
        self._sink = keep_chat(app)
        shift = Shift(worker=f"{app.worker}/terminal", lease=timedelta(seconds=app.config.filing.lease_seconds))
        self._work = ChatWork(room=room, shift=shift, attempts=app.config.chat.attempts)
        self._timers = TimerWork(room=room)

    def talk(self, given: TextIO, shown: TextIO) -> None:
        """Talk until the input ends. Raises StoreError."""
        print(HELLO, file=shown)
        self._show(self.say("/start"), shown)
        for line in iter(lambda: given.readline(MOST_CHARACTERS), ""):
            if line.strip():
                self._show(self.say(line.rstrip("\n")), shown)

    def say(self, text: str) -> tuple[str, ...]:
        """Say something and get the replies, those among them that had waited since the last time."""
        at = self._room.clock()
        message = ChatMessage(address=self._address, at=at, text=text)
        key = secrets.token_urlsafe(16)
        self._sink(RawMessage(channel=CHANNEL, account=CHANNEL, key=key, raw=message.as_raw(), received_at=at))
        while self._work.step(lambda: False) == 0:
            pass
        while self._timers.step(lambda: False) == 0:
            pass
        return self._replies()

    def _replies(self) -> tuple[str, ...]:
        store = self._room.store
        with store.read() as tx:
            found = tx.conversations.find(channel=CHANNEL, account=CHANNEL, address=self._address)
        if found is None:
            return ()
        replies = collect(store, channel=CHANNEL, conversation_id=found, now=self._room.clock())
        return tuple(reply.text for reply in replies)

    def _show(self, replies: tuple[str, ...], shown: TextIO) -> None:
        for text in replies:
            print(f"\n{text}", file=shown)
        shown.flush()
