"""Calls of ours to another program: one JSON document by HTTPS, signed, so that the other side knows it is from us."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from channels.base import Unavailable

SIGNATURE = "X-Intake-Signature"
SECONDS = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """Where we call, and the secret that signs each call: HMAC-SHA256 over the body, as `sha256=HEX`."""

    url: str = field(repr=False)
    secret: str = field(repr=False)

    def call(self, content: Mapping[str, Any]) -> None:
        """Send it; returns when the other side answered 2xx. Raises Unavailable, without the address."""
        body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
        headers = {"Content-Type": "application/json", SIGNATURE: signature(body, self.secret)}
        try:
            answer = requests.post(self.url, data=body, headers=headers, timeout=SECONDS, allow_redirects=False)
        except (requests.RequestException, UnicodeError) as error:
            raise Unavailable(f"the webhook cannot be reached ({type(error).__name__})") from None
        if not 200 <= answer.status_code < 300:
            raise Unavailable(f"the webhook answered {answer.status_code}")


def signature(body: bytes, secret: str) -> str:
    """How a call is signed."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
