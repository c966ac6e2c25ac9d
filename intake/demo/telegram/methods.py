"""The methods of the Bot API that we use, over the shared state: what the real server answers, faults included."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from intake.demo.telegram.people import Facts, People, Shown

LONGEST_TEXT = 4_096
LONGEST_DATA = 64
LARGEST_DOWNLOAD = 20 * 1024 * 1024
TOO_SOON = 0.5
"""Who asks for the same offset again within so many seconds gets one update at a time."""


class Refusal(Exception):
    """The API says no."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """What goes wrong the next time that a method is called: the line is cut before or after, or a status comes."""

    method: str
    cut: str = ""
    """`before` it has taken effect, or `after`."""
    status: int = 0
    retry_after: int = 0
    description: str = ""

    def raise_status(self) -> None:
        """Raise the Refusal that this fault is, if it is one."""
        if self.status:
            more = {"retry_after": self.retry_after} if self.retry_after else {}
            raise Refusal(self.status, self.description or "a fault", **more)


@dataclass(kw_only=True)
class BotApi:
    """One bot's API."""

    people: People
    token: str
    calls: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    webhook: Facts = field(default_factory=dict)
    on_webhook: Callable[[], None] = lambda: None
    _poll: int = 0
    _asked: tuple[int, float] = (-1, 0.0)

    @property
    def bot_id(self) -> int:
        """The number of the bot, which its token begins with."""
        return int(self.token.partition(":")[0])

    def fault(self, method: str, times: int = 1, **what: Any) -> None:
        """Let a method fail, so many times."""
        with self.people.changed:
            self.faults += [Fault(method=method, **what)] * times

    def next_fault(self, method: str) -> Fault | None:
        """What is to go wrong now, once."""
        with self.people.changed:
            self.calls[method] += 1
            found = next((one for one in self.faults if one.method in (method, "*")), None)
            if found is not None:
                self.faults.remove(found)
            return found

    def call(self, method: str, given: Facts) -> object:
        """Do what a method does; raises Refusal."""
        known: dict[str, Callable[[Facts], object]] = {
            "getMe": lambda _: {"id": self.bot_id, "is_bot": True, "first_name": "Demo", "username": "demo_bot"},
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": lambda _: self._set_webhook({}),
            "getWebhookInfo": lambda _: {
                "url": self.webhook.get("url", ""),
                "has_custom_certificate": False,
                "pending_update_count": len(self.people.waiting),
            },
            "sendMessage": self._send_message,
            "editMessageText": self._edit_message,
            "answerCallbackQuery": self._answer_press,
            "sendChatAction": lambda _: True,
            "getFile": self._get_file,
            "leaveChat": self._leave,
        }
        if method not in known:
            raise Refusal(404, "Not Found")
        return known[method](given)

    def _get_updates(self, given: Facts) -> list[Facts]:
        people = self.people
        offset, limit = int(given.get("offset", 0)), int(given.get("limit", 100))
        until = monotonic() + float(given.get("timeout", 0))
        with people.changed:
            if self.webhook:
                raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
            self._poll += 1
            mine = self._poll
            people.changed.notify_all()  # whoever waited before us is told of the conflict
            self._confirm(offset)
            asked, at = self._asked
            if people.waiting and asked == offset and monotonic() - at < TOO_SOON:
                limit = 1
            self._asked = (offset, monotonic())
            while not people.waiting and monotonic() < until:
                people.changed.wait(until - monotonic())
                if self._poll != mine:
                    raise Refusal(409, "Conflict: terminated by other getUpdates request")
            return people.waiting[:limit]

    def _confirm(self, offset: int) -> None:
        """Forget what comes before the offset; one that the queue does not know confirms nothing."""
        ids = [one["update_id"] for one in self.people.waiting]
        if offset - 1 in ids:
            del self.people.waiting[: ids.index(offset - 1) + 1]
        elif offset in ids:
            del self.people.waiting[: ids.index(offset)]

    def _set_webhook(self, given: Facts) -> bool:
        with self.people.changed:
            self.webhook = {"url": given["url"], "secret": given.get("secret_token", "")} if given.get("url") else {}
            if str(given.get("drop_pending_updates", "")).lower() == "true":
                self.people.waiting.clear()
            self._poll += 1
            self.people.changed.notify_all()
        self.on_webhook()
        return True

    def _send_message(self, given: Facts) -> Facts:
        chat, text = self._reachable(given), _text(given)
        number = self.people.number()
        shown = Shown(
            chat=chat,
            number=number,
            text=text,
            buttons=_buttons(given),
            protected=str(given.get("protect_content", "")).lower() == "true",
        )
        with self.people.changed:
            self.people.shown.append(shown)
            self.people.changed.notify_all()
        return self._message(shown)

    def _edit_message(self, given: Facts) -> Facts:
        chat, text, number = self._reachable(given), _text(given), int(given["message_id"])
        with self.people.changed:
            found = next((one for one in self.people.shown if (one.chat, one.number) == (chat, number)), None)
            if found is None:
                raise Refusal(400, "Bad Request: message to edit not found")
            buttons = _buttons(given)
            if (found.text, found.buttons) == (text, buttons):
                raise Refusal(400, "Bad Request: message is not modified: the new content is the same as the old")
            found.text, found.buttons, found.edits = text, buttons, found.edits + 1
            self.people.changed.notify_all()
            return self._message(found)

    def _answer_press(self, given: Facts) -> bool:
        with self.people.changed:
            if given["callback_query_id"] not in self.people.open_presses:
                raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
            self.people.open_presses.discard(given["callback_query_id"])
            self.answered.append(given["callback_query_id"])
        return True

    def _get_file(self, given: Facts) -> Facts:
        upload = self.people.uploads.get(given["file_id"])
        if upload is None:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if upload.size > LARGEST_DOWNLOAD:
            raise Refusal(400, "Bad Request: file is too big")
        facts = {"file_id": given["file_id"], "file_unique_id": "u", "file_size": upload.size}
        return {**facts, "file_path": upload.path}

    def _leave(self, given: Facts) -> bool:
        self.left.append(int(given["chat_id"]))
        return True

    def _reachable(self, given: Facts) -> int:
        try:
            chat = int(given["chat_id"])
        except (KeyError, ValueError):
            raise Refusal(400, "Bad Request: chat_id is empty") from None
        if chat in self.people.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat not in self.people.known:
            raise Refusal(400, "Bad Request: chat not found")
        return chat

    def _message(self, shown: Shown) -> Facts:
        bot = {"id": self.bot_id, "is_bot": True, "first_name": "Demo"}
        chat = {"id": shown.chat, "type": "private"}
        return {"message_id": shown.number, "date": 1, "from": bot, "chat": chat, "text": shown.text}


def _text(given: Facts) -> str:
    text = str(given.get("text", ""))
    if not text.strip():
        raise Refusal(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        raise Refusal(400, "Bad Request: message is too long")
    return text


def _buttons(given: Facts) -> tuple[tuple[str, str], ...]:
    rows = json.loads(given.get("reply_markup") or "{}").get("inline_keyboard", [])
    buttons = tuple((one["text"], one["callback_data"]) for row in rows for one in row)
    if any(len(data.encode()) > LONGEST_DATA for _, data in buttons):
        raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return buttons
