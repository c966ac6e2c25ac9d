"""Microsoft Graph in small, over real HTTP: the calls for one mailbox that we make, and its faults.

Written after Microsoft's published description of the calls; it asks for what the real one asks for (a token, immutable
ids, base64) and answers as that says.
"""

import base64
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.answering import Answering, served

BOX = "quality.me@trust.test"
PAGE = 3
"""Mails on a page, however many are asked for: so that a few make several pages."""


@dataclass
class Stored:
    """A mail in a folder."""

    id: str
    folder: str
    raw: bytes
    is_read: bool = False


@dataclass
class Fault:
    """What the next calls whose method and path hold `on` meet. `times` 0 means for ever."""

    on: str
    status: int = 500
    code: str = "InternalServerError"
    headers: dict[str, str] = field(default_factory=dict)
    cut: str = ""
    """`before` or `after` the call was done: then the line breaks."""
    times: int = 1


@dataclass
class SmallGraph:
    """The mailbox, what was sent from it, and the calls that were made. Empty `good` means that any token is good."""

    port: int = 0
    good: set[str] | dict[str, str] = field(default_factory=set)
    any_token: bool = True
    folders: dict[str, tuple[str, str]] = field(default_factory=lambda: {"in": ("Inbox", "")})
    mails: list[Stored] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    next_page_elsewhere: str = ""
    lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1.0"

    def arrive(self, raw: bytes, *, folder: str = "in", is_read: bool = False) -> Stored:
        """A mail comes."""
        with self.lock:
            # Real ids hold these signs, too.
            mail = Stored(id=f"AAkALg/+{secrets.token_hex(8)}=", folder=folder, raw=raw, is_read=is_read)
            self.mails.append(mail)
        return mail

    def contents(self, name: str = "Inbox") -> list[bytes]:
        """The mails in a folder, oldest first."""
        with self.lock:
            found = [one for one, (title, _) in self.folders.items() if title == name]
            return [mail.raw for mail in self.mails if mail.folder in found]


class _Refused(Exception):
    def __init__(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.headers = status, code, headers or {}


class _Cut(Exception):
    pass


class _Handler(Answering):
    graph: SmallGraph
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def get(self) -> None:
        self._serve("GET")

    def post(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        body = self.received()
        split = urlsplit(self.path)
        path = unquote(split.path)
        self.graph.calls.append(f"{method} {path}")
        asked = {name: values[0] for name, values in parse_qs(split.query).items()}
        try:
            fault = self._fault(f"{method} {path}")
            self._authorised()
            if fault is not None and fault.cut != "after":
                raise _Cut if fault.cut else _Refused(fault.status, fault.code, fault.headers)
            with self.graph.lock:
                status, answer = self._answer(method, path, split.path, asked, body)
            if fault is not None:
                raise _Cut
        except _Refused as refused:
            words = {"error": {"code": refused.code, "message": f"about {BOX}: the secret words"}}
            self.say(refused.status, json.dumps(words).encode(), refused.headers)
        except _Cut:
            self.close_connection = True
        else:
            self.say(status, answer if isinstance(answer, bytes) else json.dumps(answer).encode(), {})

    def _fault(self, call: str) -> Fault | None:
        with self.graph.lock:
            for fault in self.graph.faults:
                if fault.on in call:
                    fault.times -= 1
                    if fault.times == 0:
                        self.graph.faults.remove(fault)
                    return fault
        return None

    def _authorised(self) -> None:
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or not token or not (self.graph.any_token or token in self.graph.good):
            raise _Refused(401, "InvalidAuthenticationToken")

    def _answer(  # noqa: C901 - a table of calls
        self, method: str, path: str, quoted: str, asked: dict[str, str], body: bytes
    ) -> tuple[int, Any]:
        root = f"/v1.0/users/{BOX}"
        if not path.startswith(f"{root}/"):
            raise _Refused(404, "ErrorInvalidUser")
        parts = [unquote(one) for one in quoted.split("/")[4:]]
        match method, parts:
            case "GET", ["mailFolders", "inbox"]:
                return 200, {"id": "in", "displayName": "Inbox"}
            case "GET", ["mailFolders"]:
                return 200, {"value": self._folders("", asked)}
            case "GET", ["mailFolders", above, "childFolders"]:
                return 200, {"value": self._folders(above, asked)}
            case "POST", ["mailFolders"]:
                return 201, self._made("", json.loads(body))
            case "POST", ["mailFolders", above, "childFolders"]:
                return 201, self._made(above, json.loads(body))
            case "GET", ["mailFolders", folder, "messages"]:
                return 200, self._page(folder, asked)
            case "GET", ["messages", mail_id, "$value"]:
                return 200, self._mail(mail_id).raw
            case "GET", ["messages", mail_id]:
                return 200, {"internetMessageHeaders": _headers(self._mail(mail_id).raw)}
            case "POST", ["messages", mail_id, "move"]:
                return 201, self._moved(mail_id, json.loads(body)["destinationId"])
            case "POST", ["sendMail"]:
                if self.headers.get("Content-Type") != "text/plain":
                    raise _Refused(400, "ErrorInvalidRequest")
                self.graph.sent.append(base64.b64decode(body, validate=True))
                return 202, b""
        raise _Refused(400, "BadRequest")

    def _folders(self, above: str, asked: dict[str, str]) -> list[dict[str, str]]:
        wanted = asked["$filter"].removeprefix("displayName eq '").removesuffix("'").replace("''", "'")
        known = self.graph.folders.items()
        return [{"id": one, "displayName": name} for one, (name, under) in known if (name, under) == (wanted, above)]

    def _made(self, above: str, asked: dict[str, str]) -> dict[str, str]:
        name = asked["displayName"]
        if (name, above) in self.graph.folders.values():
            raise _Refused(409, "ErrorFolderExists")
        made = f"AAMk/{secrets.token_hex(6)}="
        self.graph.folders[made] = (name, above)
        return {"id": made, "displayName": name}

    def _page(self, folder: str, asked: dict[str, str]) -> dict[str, Any]:
        if folder not in self.graph.folders:
            raise _Refused(404, "ErrorItemNotFound")
        if self.headers.get("Prefer") != 'IdType="ImmutableId"':
            raise _Refused(400, "ThisTestWantsImmutableIds")
        here = [mail for mail in self.graph.mails if mail.folder == folder]
        start = int(asked.get("$skip", 0))
        answer: dict[str, Any] = {"value": [{"id": mail.id} for mail in here[start : start + PAGE]]}
        if start + PAGE < len(here):
            base = self.graph.next_page_elsewhere or f"http://127.0.0.1:{self.graph.port}"
            answer["@odata.nextLink"] = f"{base}/v1.0/users/{BOX}/mailFolders/{folder}/messages?$skip={start + PAGE}"
        return answer

    def _mail(self, mail_id: str) -> Stored:
        for mail in self.graph.mails:
            if mail.id == mail_id:
                return mail
        raise _Refused(404, "ErrorItemNotFound")

    def _moved(self, mail_id: str, folder: str) -> dict[str, str]:
        mail = self._mail(mail_id)
        if folder not in self.graph.folders:
            raise _Refused(404, "ErrorFolderNotFound")
        mail.folder = folder
        return {"id": mail.id}


def _headers(raw: bytes) -> list[dict[str, str]]:
    lines = raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")
    return [{"name": line.partition(":")[0], "value": line.partition(":")[2].strip()} for line in lines]


@contextmanager
def small_graph() -> Iterator[SmallGraph]:
    """A running Graph with an empty mailbox."""
    graph = SmallGraph()
    with served(_Handler, graph=graph) as graph.port:
        yield graph
