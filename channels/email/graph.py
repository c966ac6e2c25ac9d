"""The line to Microsoft Graph: calls for one mailbox, with a token that is renewed when it is refused.

No redirect is followed and no page is fetched from another server than the settings name, for the token goes with
each call. An address holds the mailbox's name and ids of mails, so nothing here lets an address, or an error of a
library, out.
"""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from channels.base import Unavailable
from channels.email.oauth import Tokens
from channels.email.tls import client_context, insist_on_loopback

WORLD = "https://graph.microsoft.com/v1.0"
LONGEST_PAUSE = timedelta(hours=1)
"""However long it asks us to stay away, we ask again after this."""
_ALWAYS = {"Prefer": 'IdType="ImmutableId"', "Accept-Encoding": "identity"}
_ABOUT_US = frozenset({401, 403, 408, 429, 502, 503, 504})
"""Answers about our rights, our pace, or Graph as a whole."""
_AWAY = 503
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True, kw_only=True, slots=True)
class GraphSettings:
    """Which mailbox, and where Graph is; national clouds have addresses of their own. `timeout` is in seconds."""

    user: str
    tokens: Tokens = field(repr=False)
    url: str = WORLD
    ca_file: Path | None = None
    timeout: float = 30.0

    def __post_init__(self) -> None:
        """Raises ValueError when mail would cross a network unencrypted."""
        url = httpx.URL(self.url)
        insist_on_loopback("tls" if url.scheme == "https" else "none", url.host)


class GraphFault(Exception):
    """A call failed. `status` is 0 when there was no answer; `code` is Graph's own; the text is safe to show."""

    def __init__(
        self, why: str, *, status: int = 0, code: str = "", after: timedelta | None = None, maybe_done: bool = False
    ) -> None:
        super().__init__(why)
        self.status = status
        self.code = code
        self.after = after
        self.maybe_done = maybe_done

    @property
    def is_about_one(self) -> bool:
        """Whether it may concern this one mail only, while others can be had."""
        return self.status >= 400 and self.status not in _ABOUT_US and self.after is None


class GraphLine:
    """Calls for one mailbox, on connections that are kept. Not for several threads at once."""

    def __init__(self, settings: GraphSettings) -> None:
        """Opens no connection yet. Raises Unavailable when the CA file is none."""
        url = httpx.URL(settings.url)
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells every address that is called
        logging.getLogger("httpcore").setLevel(logging.WARNING)
        self._settings = settings
        self._origin = (url.scheme, url.host, url.port)
        self._mailbox = f"{settings.url.rstrip('/')}/users/{quote(settings.user, safe='@')}"
        try:
            context = client_context(settings.ca_file)
        except OSError as error:
            raise Unavailable(f"the CA file cannot be used ({type(error).__name__})") from None
        self._client = httpx.Client(timeout=settings.timeout, verify=context, headers=_ALWAYS)

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def ask(self, method: str, path: str, **what: Any) -> dict[str, Any]:
        """The JSON answer to a call below the mailbox. `what` is as httpx takes it. Raises GraphFault, Unavailable."""
        answer = self._call(method, f"{self._mailbox}{path}", **what)
        return _json(answer) if answer.content else {}

    def pages(self, path: str, **what: Any) -> list[dict[str, Any]]:
        """All items of a list, whatever its pages. Raises GraphFault, Unavailable."""
        answer = self.ask("GET", path, **what)
        found = _items(answer)
        while further := answer.get("@odata.nextLink"):
            url = httpx.URL(str(further))
            if (url.scheme, url.host, url.port) != self._origin:
                raise GraphFault("Microsoft Graph names another server for its next page; we do not go there")
            answer = _json(self._call("GET", str(url)))
            found += _items(answer)
        return found

    def bytes(self, path: str, most: int) -> tuple[bytes, bool]:
        """What lies there as it is, and whether that is all: at most so many bytes. Raises GraphFault, Unavailable."""
        answer = self._call("GET", f"{self._mailbox}{path}", stream=True)
        found = bytearray()
        try:
            for piece in answer.iter_bytes():
                found += piece
                if len(found) > most:
                    return bytes(found), False
        except httpx.HTTPError as error:
            raise GraphFault(f"Microsoft Graph broke off ({type(error).__name__})") from None
        finally:
            answer.close()
        return bytes(found), True

    def _call(self, method: str, url: str, *, stream: bool = False, **what: Any) -> httpx.Response:
        tokens = self._settings.tokens
        answer = self._try(method, url, stream=stream, **what)
        if answer.status_code == 401:  # it may have been revoked before its time
            answer.close()
            tokens.forget()
            answer = self._try(method, url, stream=stream, **what)
        if answer.is_success:
            return answer
        fault = _fault(answer)
        answer.close()
        raise fault

    def _try(self, method: str, url: str, *, stream: bool, **what: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._settings.tokens.token()}", **what.pop("headers", {})}
        try:
            asked = self._client.build_request(method, url, headers=headers, **what)
            return self._client.send(asked, stream=stream)
        except _NEVER_SENT as error:
            raise GraphFault(f"Microsoft Graph cannot be reached ({type(error).__name__})", status=_AWAY) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise GraphFault(f"Microsoft Graph broke off ({type(error).__name__})", maybe_done=True) from None


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:  # a UnicodeDecodeError is one, too
        found = None
    if not isinstance(found, dict):
        raise GraphFault("Microsoft Graph does not answer as it should", status=answer.status_code)
    return found


def _items(answer: dict[str, Any]) -> list[dict[str, Any]]:
    items = answer.get("value")
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def _fault(answer: httpx.Response) -> GraphFault:
    try:
        answer.read()
        error = _json(answer).get("error")
    except (httpx.HTTPError, GraphFault):
        error = None
    told = error.get("code") if isinstance(error, dict) else None
    # Its code only: the message beside it may hold an address.
    code = told if isinstance(told, str) and told.isascii() and told.isalnum() and len(told) < 60 else ""
    status = answer.status_code
    words = f"Microsoft Graph answered {status}{f' ({code})' if code else ''}"
    done = status in (500, 502, 504)
    return GraphFault(words, status=status, code=code, after=_after(answer), maybe_done=done)


def _after(answer: httpx.Response) -> timedelta | None:
    """How long it asks us to stay away, in seconds or until a date."""
    told = answer.headers.get("Retry-After", "").strip()
    if told.isdigit() and told.isascii() and len(told) < 9:
        return min(timedelta(seconds=int(told)), LONGEST_PAUSE)
    try:
        left = parsedate_to_datetime(told) - datetime.now(UTC)
    except (TypeError, ValueError):
        return None
    return min(max(left, timedelta()), LONGEST_PAUSE)
