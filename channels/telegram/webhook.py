"""Takes updates in by a webhook: 200 is said after the commit, and to nobody without the secret."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from typing import Any

import structlog

from channels.telegram.fetching import KeepAll, courtesy
from channels.telegram.line import TelegramLine
from channels.telegram.updates import understand

LARGEST_BODY = 128 * 1024
SHORTEST_SECRET = 32
AGAIN_AFTER = b"5"
"""Seconds after which Telegram shall try again when we could not store an update."""
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_log = structlog.get_logger(__name__)


class WebhookApp:
    """An ASGI application with one path. Raises ValueError when the secret is too short to be one."""

    def __init__(
        self, line: TelegramLine, keep: KeepAll, *, path: str, secret: str, clock: Callable[[], datetime]
    ) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"the webhook's secret needs at least {SHORTEST_SECRET} characters")
        self._line = line
        self._keep = keep
        self._path = path
        self._secret = secret.encode()
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers = dict(scope["headers"])
        given = headers.get(b"x-telegram-bot-api-secret-token", b"")
        right = hmac.compare_digest(given, self._secret)
        if scope["path"] != self._path or scope["method"] != "POST" or not right:
            _log.warning("telegram.webhook_refused")
            await _answer(send, 404)
            return
        if headers.get(b"content-type", b"").partition(b";")[0].strip() != b"application/json":
            await _answer(send, 415)
            return
        body = await _body(receive)
        if body is None:
            await _answer(send, 413)
            return
        await _answer(send, *await self._take_in(body))

    async def _take_in(self, body: bytes) -> tuple[int, tuple[tuple[bytes, bytes], ...]]:
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return 400, ()
        message = understand(update, self._line.account, self._clock())
        try:
            if message is not None:
                await asyncio.to_thread(self._keep, [message])
        except Exception as fault:  # noqa: BLE001 - whatever it is, the update is not stored: it must come again
            _log.error("telegram.not_kept", fault=type(fault).__name__)
            return 503, ((b"retry-after", AGAIN_AFTER),)
        asyncio.get_running_loop().run_in_executor(None, courtesy, self._line, [update])
        return 200, ()


async def _body(receive: Receive) -> bytes | None:
    found = b""
    while True:
        message = await receive()
        found += bytes(message.get("body", b""))
        if len(found) > LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return found


async def _answer(send: Send, status: int, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0"), *headers]})
    await send({"type": "http.response.body", "body": b""})
