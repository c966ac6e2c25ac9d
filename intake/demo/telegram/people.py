"""What people do in our small Telegram: each act becomes an update, with all that the real one tells of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Condition
from typing import Any

Facts = dict[str, Any]


@dataclass(kw_only=True, slots=True)
class Shown:
    """A message of the bot as a chat shows it."""

    chat: int
    number: int
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    """Labels and what they send back."""
    protected: bool = False
    edits: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file that somebody sent."""

    path: str
    data: bytes
    size: int
    """As Telegram tells it, which a test may let differ from the bytes."""


@dataclass(kw_only=True)
class People:
    """The state that both sides share. Every access holds `changed`, which is notified of all that happens."""

    names: Facts = field(default_factory=lambda: {"first_name": "Ada", "last_name": "Learner", "username": "ada_l"})
    """What the real Telegram tells of everybody who writes."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    changed: Condition = field(default_factory=Condition)
    waiting: list[Facts] = field(default_factory=list)
    """Updates that nobody has confirmed yet, oldest first."""
    shown: list[Shown] = field(default_factory=list)
    own: dict[tuple[int, int], Facts] = field(default_factory=dict)
    """What people wrote, by chat and number."""
    uploads: dict[str, Upload] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    open_presses: set[str] = field(default_factory=set)
    next_update: int = 1_000
    next_number: int = 1

    def push(self, kind: str, body: object) -> int:
        """Put an update of any kind into the queue; gives its number."""
        with self.changed:
            update_id = self.next_update
            self.next_update += 1
            self.waiting.append({"update_id": update_id, kind: body})
            self.changed.notify_all()
            return update_id

    def number(self) -> int:
        """The number of the next message."""
        with self.changed:
            self.next_number += 1
            return self.next_number

    def write(self, chat: int, text: str = "", **more: Any) -> int:
        """Somebody writes; `more` is put into the message. Gives its number."""
        number = self.number()
        message = {**self._head(chat, number), **({"text": text} if text else {}), **more}
        with self.changed:
            self.known.add(chat)
            self.own[chat, number] = message
        self.push("message", message)
        return number

    def change(self, chat: int, number: int, text: str) -> None:
        """Somebody edits a message of theirs."""
        with self.changed:
            message = {**self.own[chat, number], "text": text, "edit_date": int(self.clock().timestamp())}
            self.own[chat, number] = message
        self.push("edited_message", message)

    def press(self, chat: int, label: str) -> str:
        """Somebody presses the newest button of that label; gives the number of the press. Raises LookupError."""
        with self.changed:
            for shown in reversed(self.shown):
                data = dict(shown.buttons).get(label)
                if shown.chat == chat and data is not None:
                    return self.send_back(chat, shown.number, data)
        raise LookupError(f"chat {chat} has no button {label!r}")

    def send_back(self, chat: int, number: int, data: str, *, by: int | None = None) -> str:
        """Send what a button would, or whatever else."""
        press = f"press-{self.number()}"
        with self.changed:
            self.open_presses.add(press)
        message = {"message_id": number, "date": self._now(), "chat": {"id": chat, "type": "private", **self.names}}
        body = {"id": press, "from": self._person(by or chat), "message": message, "data": data}
        self.push("callback_query", {**body, "chat_instance": "1"})
        return press

    def upload(
        self, chat: int, kind: str, data: bytes, *, size: int | None = None, caption: str = "", **more: Any
    ) -> int:
        """Somebody sends a photo, document, voice, video or audio file."""
        file_id = f"file-{self.number()}"
        told = len(data) if size is None else size
        with self.changed:
            self.uploads[file_id] = Upload(path=f"{kind}s/{file_id}", data=data, size=told)
        facts = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": told}
        if kind == "document":
            facts |= {"file_name": "Ada Learner - rota.pdf", "mime_type": "application/pdf"}
        body = [{**facts, "file_id": "thumb", "file_size": 1, "width": 90}, {**facts, "width": 800}]
        sent: Facts = {kind: body if kind == "photo" else facts, **({"caption": caption} if caption else {}), **more}
        return self.write(chat, **sent)

    def block(self, chat: int) -> None:
        """Somebody blocks the bot."""
        with self.changed:
            self.blocked.add(chat)
        self.push("my_chat_member", self._member(chat, "private", "kicked"))

    def unblock(self, chat: int) -> None:
        """Somebody lets the bot in again."""
        with self.changed:
            self.blocked.discard(chat)
        self.push("my_chat_member", self._member(chat, "private", "member"))

    def add_to_group(self, group: int) -> None:
        """Somebody puts the bot into a group."""
        with self.changed:
            self.known.add(group)
        self.push("my_chat_member", self._member(group, "supergroup", "member"))

    def said(self, chat: int) -> list[str]:
        """The texts that a chat shows of the bot, oldest first."""
        with self.changed:
            return [one.text for one in self.shown if one.chat == chat]

    def _head(self, chat: int, number: int) -> Facts:
        return {
            "message_id": number,
            "date": self._now(),
            "from": self._person(chat),
            "chat": {"id": chat, "type": "private", **self.names},
        }

    def _person(self, chat: int) -> Facts:
        return {"id": chat, "is_bot": False, "language_code": "cy", **self.names}

    def _member(self, chat: int, kind: str, status: str) -> Facts:
        bot = {"id": 1, "is_bot": True, "first_name": "Bot"}
        return {
            "chat": {"id": chat, "type": kind, "title": "Ada's group"},
            "from": self._person(77),
            "date": self._now(),
            "old_chat_member": {"user": bot, "status": "left"},
            "new_chat_member": {"user": bot, "status": status, "until_date": 0},
        }

    def _now(self) -> int:
        return int(self.clock().timestamp())
