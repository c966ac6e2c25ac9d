"""The webhook: nobody without the secret is heard, and 200 means that it is on disk."""

import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from channels.telegram.line import TelegramLine, TelegramSettings
from channels.telegram.webhook import LARGEST_BODY, WebhookApp
from intake.demo.telegram.server import SmallTelegram
from intake.serving import WebServer
from intake.telegram.composing import WebhookServer
from models.chat import from_raw
from models.message import RawMessage
from tests.waiting import until

SECRET = "s" * 16 + "-0123456789abcdef"
BODY = b'{"update_id": 1, "message": {"message_id": 1, "date": 1, "text": "hi", "chat": {"id": 7, "type": "private"}}}'


class Hook:
    def __init__(self, telegram: SmallTelegram) -> None:
        self.kept: list[RawMessage] = []
        self.fails = 0
        self.telegram = telegram
        self.line = TelegramLine(TelegramSettings(token=telegram.api.token, api_url=telegram.url, seconds=5))
        application = WebhookApp(self.line, self.keep, path="/hook", secret=SECRET, clock=lambda: datetime.now(UTC))
        self.server = WebServer(application, host="127.0.0.1", port=0, name="webhook")

    def keep(self, messages: Sequence[RawMessage]) -> None:
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the disk is full")
        self.kept += messages

    def post(
        self, body: bytes = BODY, *, path: str = "/hook", secret: str = SECRET, kind: str = "application/json"
    ) -> int:
        headers = {"Content-Type": kind, "X-Telegram-Bot-Api-Secret-Token": secret}
        request = urllib.request.Request(self.server.url + path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code


@pytest.fixture
def hook() -> Iterator[Hook]:
    telegram = SmallTelegram()
    telegram.start()
    made = Hook(telegram)
    made.server.start()
    yield made
    made.server.stop()
    made.line.close()
    telegram.stop()


def test_what_is_acknowledged_is_kept(hook: Hook) -> None:
    assert hook.post() == 200
    assert [from_raw(one.raw).text for one in hook.kept] == ["hi"]


def test_what_is_not_kept_is_not_acknowledged(hook: Hook) -> None:
    hook.fails = 1
    assert (hook.post(), len(hook.kept), hook.post(), len(hook.kept)) == (503, 0, 200, 1)


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "\u00e9" * 33])
def test_nobody_without_the_secret_is_heard(hook: Hook, secret: str) -> None:
    assert hook.post(secret=secret) == 404
    assert hook.kept == []


def test_other_paths_other_types_and_too_much_are_refused(hook: Hook) -> None:
    assert hook.post(path="/elsewhere") == 404
    assert hook.post(kind="text/plain") == 415
    assert hook.post(b" " * (LARGEST_BODY + 1)) == 413
    assert hook.post(b"{") == 400
    assert hook.post(b"[" * 100_000) == 400
    assert hook.kept == []


def test_an_update_that_makes_no_sense_is_kept_for_a_person(hook: Hook) -> None:
    assert hook.post(b'{"update_id": 2, "message": 7}') == 200
    assert [bool(one.held) for one in hook.kept] == [True]


def test_telegram_repeats_what_we_could_not_keep_until_it_is(hook: Hook) -> None:
    hook.fails = 3
    server = WebhookServer(hook.server, hook.line, lambda: None, public_url=f"{hook.server.url}/hook", secret=SECRET)
    for chat in (7, 8):
        hook.telegram.people.write(chat, "No registrar.")
    server._line.set_webhook(f"{hook.server.url}/hook", SECRET)
    until(lambda: not hook.telegram.people.waiting)
    assert [from_raw(one.raw).address for one in hook.kept] == ["7", "8"]


def test_a_secret_that_is_too_short_is_none() -> None:
    telegram = SmallTelegram()
    line = TelegramLine(TelegramSettings(token=telegram.api.token))
    with pytest.raises(ValueError, match="32"):
        WebhookApp(line, lambda _: None, path="/", secret="short", clock=lambda: datetime.now(UTC))
    telegram._server.server_close()
