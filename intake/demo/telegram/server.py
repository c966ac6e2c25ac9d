"""Our small Telegram as a server: the Bot API over HTTP as bots speak it, and webhooks with their retries."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qsl, urlsplit

from intake.demo.telegram.methods import BotApi, Fault, Refusal
from intake.demo.telegram.people import Facts, People

FIRST_RETRY = 0.05
LONGEST_RETRY = 2.0
TOKEN = "4242:demo-token-of-the-small-telegram"  # noqa: S105 - a token of nothing
Page = Callable[[str, str, Facts], tuple[int, str, bytes]]
"""Method, path and form -> status, media type (a redirect's target for 303) and body."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A bot that dies in the middle of a call is no news here."""


class SmallTelegram:
    """Serves one bot on `port` (0: any free one) of this machine until it is stopped."""

    def __init__(self, *, token: str = TOKEN, people: People | None = None, port: int = 0) -> None:
        self.people = people or People()
        self.api = BotApi(people=self.people, token=token)
        self.api.on_webhook = self._wake
        self.page: Page | None = None
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self._threads = [
            Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True),
            Thread(target=self._call_back, daemon=True),
        ]
        self._stopped = Event()

    @property
    def url(self) -> str:
        """Where bots and browsers find it."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Listen."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop listening, and end what still waits."""
        self._stopped.set()
        self._wake()
        with self.people.changed:
            self.api.webhook = {"url": ""}
            self.api._poll += 1
            self.people.changed.notify_all()
        self._server.shutdown()
        self._server.server_close()

    def _wake(self) -> None:
        with self.people.changed:
            self.people.changed.notify_all()

    def _call_back(self) -> None:
        """Deliver to the webhook, oldest first: only a 2xx lets go of an update, anything else is tried again."""
        pause = FIRST_RETRY
        while not self._stopped.is_set():
            with self.people.changed:
                hook, head = self.api.webhook, self.people.waiting[:1]
                if not (hook.get("url") and head):
                    self.people.changed.wait(0.5)
                    continue
            if _deliver(hook, head[0]):
                pause = FIRST_RETRY
                with self.people.changed:
                    if self.people.waiting[:1] == head:
                        del self.people.waiting[0]
                        self.people.changed.notify_all()
            else:
                self._stopped.wait(pause)
                pause = min(2 * pause, LONGEST_RETRY)


def _deliver(hook: Facts, update: Facts) -> bool:
    headers = {"Content-Type": "application/json"}
    if hook["secret"]:
        headers["X-Telegram-Bot-Api-Secret-Token"] = hook["secret"]
    request = urllib.request.Request(hook["url"], json.dumps(update).encode(), headers)  # noqa: S310 - ours
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return bool(200 <= answer.status < 300)
    except (urllib.error.URLError, OSError):
        return False


def _handler(telegram: SmallTelegram) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        here = telegram

    return Handler


class _Handler(BaseHTTPRequestHandler):
    here: SmallTelegram
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_: object) -> None:
        """Say nothing: the paths hold the token."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        split = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        given: Facts = dict(parse_qsl(split.query, keep_blank_values=True))
        if self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            given |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        token = self.here.api.token
        if split.path.startswith(f"/bot{token}/"):
            self._method(split.path.rpartition("/")[2], given)
        elif split.path.startswith(f"/file/bot{token}/"):
            self._file(split.path.removeprefix(f"/file/bot{token}/"))
        elif split.path.startswith(("/bot", "/file/")):
            self._refuse(Refusal(401, "Unauthorized"))
        else:
            self._page(split.path, given)

    def _method(self, method: str, given: Facts) -> None:
        fault = self.here.api.next_fault(method) or Fault(method=method)
        if fault.cut == "before":
            self.close_connection = True
            return
        try:
            fault.raise_status()
            result = self.here.api.call(method, given)
        except Refusal as refusal:
            self._refuse(refusal)
            return
        if fault.cut == "after":
            self.close_connection = True
            return
        self._send(200, "application/json", json.dumps({"ok": True, "result": result}).encode())

    def _refuse(self, refusal: Refusal) -> None:
        answer: Facts = {"ok": False, "error_code": refusal.code, "description": refusal.description}
        if refusal.parameters:
            answer["parameters"] = refusal.parameters
        self._send(refusal.code, "application/json", json.dumps(answer).encode())

    def _file(self, path: str) -> None:
        fault = self.here.api.next_fault("file")
        if fault is not None and fault.cut:
            self.close_connection = True
            return
        found = next((one for one in self.here.people.uploads.values() if one.path == path), None)
        if found is None:
            self._refuse(Refusal(404, "Not Found"))
        else:
            self._send(200, "application/octet-stream", found.data)

    def _page(self, path: str, given: Facts) -> None:
        if self.here.page is None or self.headers.get("Host") != urlsplit(self.here.url).netloc:
            self._send(404, "text/plain", b"Not found")
            return
        self._send(*self.here.page(self.command, path, given))

    def _send(self, status: int, kind: str, body: bytes) -> None:
        try:
            self.send_response(status)
            if status == 303:
                self.send_header("Location", kind)
            else:
                self.send_header("Content-Type", kind)
                self.send_header(
                    "Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
                )
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True
