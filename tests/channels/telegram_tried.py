"""Telegram under the contract of all channels, on a small Telegram over real HTTP."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from channels.telegram.fetching import Fetching
from channels.telegram.line import TelegramLine, TelegramSettings
from channels.telegram.sender import Pace, TelegramSender
from intake.demo.telegram.server import SmallTelegram
from models.chat import ChatReply, Option, from_raw
from models.message import RawMessage
from tests.channels.contract import Keep, Tried, Trouble
from tests.channels.telegram.hostile import UPDATES

CHAT = 5_550_001_234
TOKEN = "4242:a-secret-token-of-the-tests"
FAULTS: dict[Trouble, dict[str, Any]] = {
    Trouble.BUSY: {"status": 429, "retry_after": 7},
    Trouble.UNKNOWN: {"cut": "after"},
    Trouble.REFUSED: {"status": 400, "description": "Bad Request: message text is empty"},
    Trouble.GONE: {"status": 403, "description": "Forbidden: bot was blocked by the user"},
}


class TelegramTried(Tried):
    buttons = True
    secrets = (TOKEN, "a-secret-token", str(CHAT), "ada_l", "Learner")

    def __init__(self) -> None:
        self.telegram = SmallTelegram(token=TOKEN)
        self.telegram.start()
        self.telegram.people.known.add(CHAT)
        self._lines = [self._line(self.telegram.url)]
        self._fetching = Fetching(self._lines[0], lambda: datetime.now(UTC))
        self._sender = self._sending(self._lines[0])

    def arrives(self, text: str) -> None:
        self.telegram.people.write(CHAT, text)

    def arrives_hostile(self) -> int:
        for kind, body in UPDATES:
            self.telegram.people.push(kind, body)
        return sum(not nothing_comes(kind, body) for kind, body in UPDATES)

    def take_in(self, keep: Keep) -> None:
        def keep_all(messages: Sequence[RawMessage]) -> None:
            for message in messages:
                keep(message)

        self._fetching.take_in(keep_all, seconds=0)

    def waits(self) -> int:
        return len(self.telegram.people.waiting)

    def text_of(self, message: RawMessage) -> str:
        return from_raw(message.raw).text

    def send(self, text: str, options: tuple[str, ...] = ()) -> None:
        made = tuple(Option(id=f"choice_{number}", label=label) for number, label in enumerate(options))
        self._sender.reply(ChatReply(address=str(CHAT), text=text, options=made, nonce="n0nce"))

    def shown(self) -> list[str]:
        people = self.telegram.people
        return [" ".join((one.text, *(label for label, _ in one.buttons))) for one in people.shown]

    def trouble(self, trouble: Trouble) -> None:
        if trouble is Trouble.NEVER_SENT:
            self._lines.append(self._line("http://127.0.0.1:9"))
            self._sender = self._sending(self._lines[-1])
        else:
            self._sender = self._sending(self._lines[0])
            self.telegram.api.fault("sendMessage", **FAULTS[trouble])

    def close(self) -> None:
        for line in self._lines:
            line.close()
        self.telegram.stop()

    def _line(self, url: str) -> TelegramLine:
        return TelegramLine(TelegramSettings(token=TOKEN, api_url=url, seconds=5))

    def _sending(self, line: TelegramLine) -> TelegramSender:
        return TelegramSender(line, Pace(wait=lambda _: None))


def nothing_comes(kind: str, body: object) -> bool:
    """Whether of an update nothing is kept, as of other bots, or of a button that belongs to no chat."""
    if not isinstance(body, dict):
        return False
    if kind == "callback_query" and "message" not in body:
        return True
    writer = body.get("from")
    return isinstance(writer, dict) and writer.get("is_bot") is True
