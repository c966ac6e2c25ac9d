"""Calls of ours to another program: one JSON document by HTTPS, signed, so that the other side knows it is from us."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from channels.base import Unavailable

SIGNATURE = "X-Intake-Signature"
TIMED_SIGNATURE = "X-Intake-Timed-Signature"
TIMESTAMP = "X-Intake-Timestamp"
SECONDS = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """Where we call, and the secret that signs each call.

    `X-Intake-Signature` is the HMAC-SHA256 over the body, as `sha256=HEX`; `X-Intake-Timed-Signature` that over the
    seconds of `X-Intake-Timestamp`, a dot and the body, so that an old call cannot be sent again by somebody else.
    `find` gives the internet address to call for the URL, and may raise Unavailable.
    """

    url: str = field(repr=False)
    secret: str = field(repr=False)
    find: Callable[[str], str] | None = None

    def call(self, content: Mapping[str, Any]) -> None:
        """Send it; returns when the other side answered 2xx. Raises Unavailable, without the address."""
        body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
        now = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            SIGNATURE: signature(body, self.secret),
            TIMESTAMP: now,
            TIMED_SIGNATURE: signature(f"{now}.".encode() + body, self.secret),
        }
        try:
            status = self._post(body, headers)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise Unavailable(f"the webhook cannot be reached ({type(error).__name__})") from None
        if not 200 <= status < 300:
            raise Unavailable(f"the webhook answered {status}")

    def _post(self, body: bytes, headers: dict[str, str]) -> int:
        url, extensions = httpx.URL(self.url), {}
        if self.find is not None:
            # The address is looked up once and called as it is: a name that changes in between leads nowhere else.
            host = urlsplit(self.url).netloc
            extensions = {"sni_hostname": url.host}
            headers = {**headers, "Host": host}
            url = url.copy_with(host=self.find(self.url))
        with (
            httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=self.find is None) as client,
            client.stream("POST", url, content=body, headers=headers, extensions=extensions) as answer,
        ):
            return answer.status_code  # what it says is not read: it may be endless


def signature(body: bytes, secret: str) -> str:
    """How a call is signed."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
