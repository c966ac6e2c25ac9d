"""Takes updates in by long polling: what is confirmed to Telegram was on disk before."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from telegram.constants import ChatAction
from telegram.error import TelegramError

from channels.telegram.line import TelegramLine
from channels.telegram.updates import press_of, understand
from models.message import RawMessage

KeepAll = Callable[[Sequence[RawMessage]], None]
"""Keeps messages, all in one transaction; it returns only after they are durable, and raises when none was kept."""
FEW = 5
"""Up to so many new messages at once the people see that we are at it; in a flood this would slow the answers."""
COURTESY_SECONDS = 3.0
_log = structlog.get_logger(__name__)


class Fetching:
    """Fetches batch after batch. The offset lives in memory alone: after a restart Telegram tells us where we are."""

    def __init__(self, line: TelegramLine, clock: Callable[[], datetime]) -> None:
        self._line = line
        self._clock = clock
        self._offset: int | None = None
        self._prepared = False

    def take_in(self, keep: KeepAll, *, seconds: float) -> int:
        """Wait for updates and keep them; gives how many were kept. Raises Unavailable, or what `keep` raises.

        Only after `keep` has returned does the offset move, so what was not kept comes again. The offset is that of
        the last update, not of the greatest: after a quiet week Telegram begins anew with a lower number.
        """
        if not self._prepared:
            if self._line.prepare_polling():
                _log.warning("telegram.webhook_taken_down", hint="was it ours? if not, change the token")
            self._prepared = True
        batch = self._line.updates(offset=self._offset, seconds=seconds)
        if not batch:
            return 0
        now = self._clock()
        messages = [one for update in batch if (one := understand(update, self._line.account, now)) is not None]
        keep(messages)
        numbers = [one["update_id"] for one in batch if isinstance(one, dict) and isinstance(one.get("update_id"), int)]
        self._offset = numbers[-1] + 1 if numbers else self._offset
        courtesy(self._line, batch)
        return len(messages)


def courtesy(line: TelegramLine, batch: Sequence[object]) -> None:
    """End the waiting sign of pressed buttons. It is only a courtesy: what goes wrong here changes nothing."""
    for update in batch:
        press = press_of(update)
        calls = [line.bot.answer_callback_query(press)] if press else []
        chat = _chat_of(update)
        if chat and len(batch) <= FEW and not press:
            calls.append(line.bot.send_chat_action(chat, ChatAction.TYPING))
        for call in calls:
            try:
                line.run(call, seconds=COURTESY_SECONDS)
            except TelegramError as error:
                _log.info("telegram.courtesy_failed", fault=type(error).__name__)


def _chat_of(update: object) -> int:
    message = update.get("message") if isinstance(update, dict) else None
    chat = message.get("chat") if isinstance(message, dict) else None
    known = isinstance(chat, dict) and chat.get("type") == "private" and isinstance(chat.get("id"), int)
    return int(chat["id"]) if known and chat else 0
