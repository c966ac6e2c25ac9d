"""Our end of the line to Telegram: one bot, on an event loop of its own, called from any thread.

The token stands in every address that is called, so nothing here lets an address, or an error of a library, out.
"""

import asyncio
import json
import logging
import os
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as Overdue
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock, Thread
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from channels.base import Gone, Refused, Retry, SendError, Unavailable
from channels.telegram.updates import ALLOWED, Account

MOST_UPDATES = 100
GRACE_SECONDS = 15.0
"""Beyond the longest wait for an answer of Telegram."""
WRONG_TOKEN = timedelta(minutes=1)
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_ABSENT = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated", "chat_id is empty")
_KNOWN = ("message text is empty", "message is too long", "button_data_invalid", "reply markup is too long")
"""What may be told of a refusal; other words of it could hold what was sent."""
T = TypeVar("T")


def hush() -> None:
    """Keep the libraries below from telling addresses: they hold the token."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # asks the library for its present types, and not to warn
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)


@dataclass(frozen=True, kw_only=True, slots=True)
class TelegramSettings:
    """Where the Bot API is, and who we are there. `seconds` is the longest wait for an answer."""

    token: str = field(repr=False)
    api_url: str = "https://api.telegram.org"
    seconds: float = 20

    @property
    def account(self) -> Account:
        """The bot's account. Raises ValueError."""
        return Account.of(self.token)


class TelegramLine:
    """Calls the Bot API. `close` ends its loop; after that it must not be used."""

    def __init__(self, settings: TelegramSettings) -> None:
        """Opens no connection yet. Raises ValueError when the token is none."""
        hush()
        self.account = settings.account
        self.settings = settings
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = Thread()
        # Polling has connections of its own, so that a long wait for updates never delays a reply.
        self._polling = _request(settings.seconds, connections=2)
        self._request = _request(settings.seconds, connections=16)
        self.bot = Bot(
            settings.token,
            base_url=f"{settings.api_url}/bot",
            base_file_url=f"{settings.api_url}/file/bot",
            request=self._request,
            get_updates_request=self._polling,
        )

    def run(self, what: Coroutine[Any, Any, T], *, seconds: float | None = None) -> T:
        """The result of a call of the bot. Raises what it raises, and TimedOut when it never ends."""
        future = asyncio.run_coroutine_threadsafe(what, self._running())
        try:
            return future.result((seconds or 2 * self.settings.seconds) + GRACE_SECONDS)
        except Overdue:
            future.cancel()
            raise TimedOut from None

    def updates(self, *, offset: int | None, seconds: float) -> list[object]:
        """What waits for us, as it came. Raises Unavailable.

        It is fetched without the bot's own method, which reads all of a batch before anything of it can be stored and
        fails as a whole over one update that it cannot read.
        """
        asked: dict[str, object] = {"limit": MOST_UPDATES, "timeout": int(seconds), "allowed_updates": _allowed()}
        if offset is not None:
            asked["offset"] = offset
        url = f"{self.settings.api_url}/bot{self.settings.token}/getUpdates?{urlencode(asked)}"
        wait = seconds + self.settings.seconds
        try:
            found = json.loads(self.run(self._polling.retrieve(url, read_timeout=wait), seconds=wait))
        except TelegramError as error:
            raise Unavailable(f"Telegram gives no updates ({told(error)})") from None
        except ValueError:
            raise Unavailable("Telegram's answer cannot be read") from None
        result = found.get("result") if isinstance(found, dict) else None
        if not isinstance(result, list):
            raise Unavailable("Telegram's answer has no updates in it")
        return result

    def prepare_polling(self) -> bool:
        """Take down a webhook, for with one nothing can be fetched; True if there was one. Raises Unavailable."""
        return self._ask(self._take_down())

    def set_webhook(self, url: str, secret: str) -> None:
        """Have updates delivered there. What waits is kept. Raises Unavailable."""
        self._ask(
            self.bot.set_webhook(
                url, secret_token=secret, allowed_updates=list(ALLOWED), drop_pending_updates=False, max_connections=10
            )
        )

    def pending(self) -> int:
        """How many updates wait at Telegram. Raises Unavailable."""
        return int(self._ask(self.bot.get_webhook_info()).pending_update_count)

    def name(self) -> str:
        """The bot's name at Telegram. Raises Unavailable."""
        return str(self._ask(self.bot.get_me()).username)

    def close(self) -> None:
        """Close the connections and end the loop."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None:
            asyncio.run_coroutine_threadsafe(self._shut(), loop).result(GRACE_SECONDS)
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join(GRACE_SECONDS)

    def _ask(self, what: Coroutine[Any, Any, T]) -> T:
        try:
            return self.run(what)
        except TelegramError as error:
            raise Unavailable(f"Telegram does not answer as it should ({told(error)})") from None

    async def _take_down(self) -> bool:
        if not (await self.bot.get_webhook_info()).url:
            return False
        await self.bot.delete_webhook(drop_pending_updates=False)
        return True

    async def _shut(self) -> None:
        await self._polling.shutdown()
        await self._request.shutdown()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = Thread(target=_run, args=(self._loop,), name="telegram", daemon=True)
                self._thread.start()
            return self._loop


def _request(seconds: float, *, connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        read_timeout=seconds,
        write_timeout=seconds,
        connect_timeout=10,
        pool_timeout=seconds,
    )


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    loop.close()


def told(error: TelegramError) -> str:
    """An error in words that hold no address, token or text: its kind, and what is known to be harmless."""
    cause = f", {type(error.__cause__).__name__}" if error.__cause__ is not None else ""
    return f"{type(error).__name__}{cause}"


def as_send_error(error: TelegramError) -> SendError:
    """What an error means for a message that was to be sent."""
    match error:
        case RetryAfter():
            return Retry("Telegram asks us to slow down", after=_pause(error))
        case Forbidden() | ChatMigrated():
            return Gone("the reporter has blocked the chat or left it")
        case InvalidToken():
            return Retry("Telegram does not know our token", after=WRONG_TOKEN)
        case BadRequest():
            return _refused(error.message.lower())
        case _ if isinstance(error.__cause__, _NEVER_SENT):
            return Retry(f"Telegram cannot be reached ({told(error)})")
        case _:
            # Also after a 5xx: a gateway may answer so when the message has gone through.
            return Retry(f"Telegram did not say whether it arrived ({told(error)})", maybe_delivered=True)


def _refused(words: str) -> SendError:
    if any(one in words for one in _ABSENT):
        return Gone("there is no such chat any more")
    why = next((one for one in _KNOWN if one in words), "for a reason that we do not know")
    return Refused(f"Telegram refused it: {why}")


def _pause(error: RetryAfter) -> timedelta:
    found = error.retry_after
    return found if isinstance(found, timedelta) else timedelta(seconds=float(found))


def _allowed() -> str:
    return json.dumps(ALLOWED)
