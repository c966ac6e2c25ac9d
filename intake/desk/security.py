"""What every answer carries: headers that leave a browser nothing to be tricked with."""

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi.responses import PlainTextResponse

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LONGEST_BODY = 1_000_000
"""Bytes of a form. The longest that we send ourselves is far below; what is longer is not even read."""
NO_REFERRER = b"no-referrer"
REFUSED = b", ".join(
    name + b"=()"
    for name in (
        *(b"accelerometer", b"browsing-topics", b"camera", b"display-capture", b"geolocation", b"gyroscope", b"hid"),
        *(b"magnetometer", b"microphone", b"midi", b"payment", b"screen-wake-lock", b"serial", b"usb"),
    )
)
"""What no page of ours may use, nor anything in it."""
FIXED = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"x-permitted-cross-domain-policies", b"none"),
    (b"permissions-policy", REFUSED),
    (b"x-frame-options", b"DENY"),
)


FOR_TLS = (b"strict-transport-security", b"max-age=31536000")
"""A browser that came by TLS once never comes without again, for a year."""


def guards(nonce: str, *, static: bool = False, referrer: bytes = NO_REFERRER) -> list[tuple[bytes, bytes]]:
    """The headers of an answer whose script carries this nonce."""
    caching = b"public, max-age=3600" if static else b"no-store"
    said = ((b"referrer-policy", referrer), (b"content-security-policy", policy(nonce)), (b"cache-control", caching))
    return [*FIXED, *said]


def policy(nonce: str) -> bytes:
    """The Content-Security-Policy: our own files, and the one script that carries this answer's nonce."""
    return (
        "default-src 'none'; "
        f"script-src 'self' 'nonce-{nonce}'; "
        "style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ).encode()


class SecurityHeaders:
    """Adds the headers to every answer, gives every request a nonce, and refuses bodies beyond measure.

    A body of up to `drained` bytes is read to its end before it is refused, so that the browser shows why.
    """

    def __init__(
        self, app: App, *, longest: int = LONGEST_BODY, drained: int = 0, referrer: bytes = NO_REFERRER
    ) -> None:
        self._app = app
        self._longest = longest
        self._drained = drained
        self._referrer = referrer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with its headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        static = scope["path"].startswith(("/assets/", "/static/"))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                theirs = message.get("headers", [])
                # A page that frames a mail, and the frame itself, say more exactly what they may do.
                said = {name.lower() for name, _ in theirs}
                ours = guards(nonce, static=static, referrer=self._referrer)
                if scope.get("scheme") == "https":
                    ours.append(FOR_TLS)
                message["headers"] = [*theirs, *((name, value) for name, value in ours if name not in said)]
            await send(message)

        headers = dict(scope["headers"])
        refusal = _refusal(headers, self._longest)
        if refusal and 0 < _length(headers) <= self._drained:
            await _drain(receive)
        await (refusal or self._app)(scope, receive, send_with_headers)


def _refusal(headers: dict[bytes, bytes], longest: int) -> App | None:
    """The answer to a body that is too long or does not say how long it is; None when it is neither."""
    if _length(headers) > longest:
        return PlainTextResponse("This is too long for us. Go back: what you wrote is still there.", status_code=413)
    if b"transfer-encoding" in headers:
        return PlainTextResponse("Please send it with its length.", status_code=411)
    return None


def _length(headers: dict[bytes, bytes]) -> int:
    return int(headers.get(b"content-length", b"0"))


async def _drain(receive: Receive) -> None:
    more = True
    while more:
        message = await receive()
        more = message["type"] == "http.request" and message.get("more_body", False)
