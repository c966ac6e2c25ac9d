"""Sends replies by Telegram: plain text with buttons, no faster than Telegram allows."""

from collections.abc import Callable
from datetime import timedelta
from threading import Lock
from time import monotonic, sleep

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, TelegramError

from channels.base import Gone, Refused, Retry
from channels.telegram.line import TelegramLine, as_send_error
from models.chat import ChatReply

LONGEST = 3_500
"""UTF-16 units of one message; Telegram allows 4,096."""
LONGEST_DATA = 64
"""Bytes that a button can send back."""
A_SECOND = 25.0
"""Messages to all chats; Telegram allows about 30."""
SLOWEST = 1.0
RECOVERY = 1.05
"""With each message that goes through, the rate comes back by this factor."""


class Pace:
    """How fast all senders together may go. It is halved when Telegram complains, and comes back slowly."""

    def __init__(
        self,
        a_second: float = A_SECOND,
        *,
        clock: Callable[[], float] = monotonic,
        wait: Callable[[float], None] = sleep,
    ) -> None:
        self._full = a_second
        self._rate = a_second
        self._clock = clock
        self._wait = wait
        self._next = 0.0
        self._lock = Lock()

    @property
    def rate(self) -> float:
        """Messages a second at the moment."""
        return self._rate

    def take(self) -> None:
        """Wait for our turn."""
        with self._lock:
            now = self._clock()
            at = max(self._next, now)
            self._next = at + 1 / self._rate
        if at > now:
            self._wait(at - now)

    def went(self) -> None:
        """One has gone through."""
        with self._lock:
            self._rate = min(self._full, self._rate * RECOVERY)

    def slow_down(self, after: timedelta) -> None:
        """Telegram complained; nobody sends until then, and more slowly after it."""
        with self._lock:
            self._rate = max(SLOWEST, self._rate / 2)
            self._next = max(self._next, self._clock() + min(after.total_seconds(), 5.0))


class TelegramSender:
    """Sends replies; safe to use from several threads."""

    def __init__(self, line: TelegramLine, pace: Pace | None = None) -> None:
        self._line = line
        self._pace = pace or Pace()

    def reply(self, reply: ChatReply) -> str:
        """Send it; gives Telegram's number of the message. Raises Retry, Gone or Refused."""
        if not reply.address.removeprefix("-").isdecimal():
            raise Gone("this is no chat of Telegram")
        if reply.leave:
            return self._leave(reply)
        if reply.replaces.isdecimal():
            return self._change(reply)
        return self._send(reply)

    def _send(self, reply: ChatReply) -> str:
        parts = pieces(reply.text)
        markup = keyboard(reply)
        number = ""
        for position, text in enumerate(parts):
            last = position == len(parts) - 1
            try:
                number = self._one(reply, text, markup if last else None)
            except Retry as trouble:
                raise Retry(
                    str(trouble), maybe_delivered=trouble.maybe_delivered or position > 0, after=trouble.after
                ) from None
        return number

    def _one(self, reply: ChatReply, text: str, markup: InlineKeyboardMarkup | None) -> str:
        self._pace.take()
        call = self._line.bot.send_message(
            int(reply.address),
            text,
            reply_markup=markup,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            protect_content=reply.protected,
        )
        try:
            sent = self._line.run(call)
        except TelegramError as error:
            raise self._trouble(error) from None
        self._pace.went()
        return str(sent.message_id)

    def _change(self, reply: ChatReply) -> str:
        """Change a message of ours. The same change made twice is no fault: it has arrived."""
        first, *rest = pieces(reply.text)
        if rest:
            return self._send(reply)
        self._pace.take()
        call = self._line.bot.edit_message_text(
            first,
            chat_id=int(reply.address),
            message_id=int(reply.replaces),
            reply_markup=keyboard(reply),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        try:
            self._line.run(call)
        except BadRequest as error:
            words = error.message.lower()
            if "not modified" in words:
                return reply.replaces
            if "message to edit not found" in words or "can't be edited" in words:
                return self._send(reply)
            raise self._trouble(error) from None
        except TelegramError as error:
            raise self._trouble(error) from None
        self._pace.went()
        return reply.replaces

    def _leave(self, reply: ChatReply) -> str:
        """Say why, if one may speak there at all, and leave."""
        try:
            number = self._send(reply)
        except (Gone, Refused):
            number = ""
        try:
            self._line.run(self._line.bot.leave_chat(int(reply.address)))
        except TelegramError as error:
            trouble = self._trouble(error)
            if isinstance(trouble, Retry):
                raise trouble from None
        return number

    def _trouble(self, error: TelegramError) -> Exception:
        trouble = as_send_error(error)
        if isinstance(trouble, Retry) and trouble.after is not None:
            self._pace.slow_down(trouble.after)
        return trouble


def keyboard(reply: ChatReply) -> InlineKeyboardMarkup | None:
    """The buttons, one a row. Raises Refused when one could not send back what it must."""
    if not reply.options:
        return None
    rows = []
    for option in reply.options:
        data = f"1|{reply.nonce}|{option.id}"
        if len(data.encode()) > LONGEST_DATA:
            raise Refused("a button is longer than Telegram allows")
        rows.append([InlineKeyboardButton(option.label, callback_data=data)])
    return InlineKeyboardMarkup(rows)


def pieces(text: str) -> list[str]:
    """A text in messages that Telegram takes, cut between paragraphs, else lines, else words, else anywhere."""
    rest, found = text, []
    while units(rest) > LONGEST:
        head = _fitting(rest)
        cut = next((at for sign in ("\n\n", "\n", " ") if (at := head.rfind(sign)) > len(head) // 2), len(head))
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*found, rest] if rest.strip() or not found else found


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text) + sum(ord(sign) > 0xFFFF for sign in text)


def _fitting(text: str) -> str:
    head = text[:LONGEST]
    while units(head) > LONGEST:
        head = head[: len(head) - max(1, (units(head) - LONGEST) // 2)]
    return head
