"""Facts about the alarm of silence: told once, told again while it lasts, told when it is over; by mail and by call."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from channels.base import Retry
from channels.webhook import SIGNATURE, Webhook, signature
from intake import operators
from intake.config import load_config
from intake.expiring import ends_of
from intake.settings.alarms import AlarmsConfig
from intake.settings.telegram import TelegramConfig, TelegramWebhookConfig
from intake.watching import BOT, Teller, WatchWork, beat_of, polls, wrong
from models.watching import Vitals
from storage.store import Store
from tests.answering import Answering, served
from tests.certificates import certificate
from tests.intake.making import NOW, Clock, Office, Post

SECRET = "a-secret-of-ours-1"


def vitals(**facts: Any) -> Vitals:
    usual = {"beats": {}, "inbox_waiting": 0, "inbox_oldest": None, "outbox_waiting": 0, "outbox_oldest": None}
    return Vitals(**{**usual, "outbox_failed": 0, "quarantined": 0, **facts})


def ago(minutes: int) -> Any:
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"beats": {beat_of("main"): ago(15)}}, "mailbox main"),
        ({"inbox_waiting": 1, "inbox_oldest": ago(15)}, "inbox"),
        ({"outbox_waiting": 2, "outbox_oldest": ago(30)}, "outbox"),
        ({"outbox_failed": 5}, "outbox failures"),
        ({"quarantined": 10}, "quarantine"),
        ({"flags_waiting": 1, "flags_oldest": ago(60)}, "red flags"),
        ({"beats": {BOT: ago(10)}}, BOT),
        ({"replies_waiting": 1, "replies_oldest": ago(30)}, "replies"),
    ],
)
def test_each_limit_raises_its_own_alarm(facts: dict[str, Any], name: str) -> None:
    assert list(wrong(vitals(**facts), AlarmsConfig(), ["main"], NOW, bot=True)) == [name]


def test_a_bot_that_does_not_fetch_need_not_give_signs_of_life() -> None:
    assert wrong(vitals(beats={BOT: ago(9999)}), AlarmsConfig(), [], NOW) == {}
    hook = TelegramWebhookConfig(public_url="https://bot.example.test/hook")
    assert polls(TelegramConfig(enabled=True))
    assert not polls(TelegramConfig(enabled=True, mode="webhook", webhook=hook))
    assert not polls(TelegramConfig())


@pytest.mark.parametrize(
    "facts",
    [
        {"beats": {beat_of("main"): ago(14)}},
        {"inbox_waiting": 9, "inbox_oldest": ago(14)},
        {"outbox_waiting": 9, "outbox_oldest": ago(29)},
        {"outbox_failed": 4},
        {"quarantined": 9},
        {"beats": {BOT: ago(9)}, "replies_waiting": 9, "replies_oldest": ago(29)},
    ],
)
def test_below_the_limit_all_is_well(facts: dict[str, Any]) -> None:
    assert wrong(vitals(**facts), AlarmsConfig(), ["main"], NOW, bot=True) == {}


def test_a_limit_of_nothing_raises_nothing() -> None:
    silent = AlarmsConfig(mailbox_silent_minutes=0, inbox_minutes=0, outbox_minutes=0, outbox_failed=0, quarantined=0)
    silent = silent.model_copy(update={"telegram_silent_minutes": 0, "replies_minutes": 0})
    beats = {beat_of("main"): ago(9999), BOT: ago(9999)}
    worst = vitals(beats=beats, inbox_oldest=ago(9999), outbox_oldest=ago(9999), replies_oldest=ago(9999))
    assert wrong(worst, silent, ["main"], NOW, bot=True) == {}


def work(store: Store, clock: Clock, post: Post, *, worker: str = "w", webhook: Webhook | None = None) -> WatchWork:
    by_mail = operators.Post(
        sender=post, recipient="it@trust.test", our_address="quality.me@intake.test", domain="intake.test"
    )
    teller = Teller(post=by_mail, webhook=webhook)
    limits = AlarmsConfig()
    return WatchWork(store=store, clock=clock, worker=worker, limits=limits, mailboxes=("main",), teller=teller)


def look(watch: WatchWork, clock: Clock, minutes: int) -> None:
    """Let so many minutes pass, and look each minute."""
    for _ in range(minutes):
        clock.move(minutes=1)
        watch.step(lambda: False)


def test_silence_is_told_once_then_again_after_a_day_and_then_its_end(store: Store) -> None:
    clock, post = Clock(), Post()
    watch = work(store, clock, post)
    look(watch, clock, 15)
    assert post.sent == []
    look(watch, clock, 10)
    assert [mail.subject for mail in post.sent] == ["Quality.me intake: something is wrong (mailbox main)"]
    assert "for 15 minutes" in post.sent[0].text
    clock.move(hours=24)
    look(watch, clock, 2)
    assert len(post.sent) == 2
    with store.write() as tx:
        tx.watch.beat(beat_of("main"), clock())
    look(watch, clock, 3)
    assert [mail.subject for mail in post.sent[2:]] == ["Quality.me intake: well again (mailbox main)"]


def test_an_alarm_that_could_not_be_told_is_told_at_the_next_look(store: Store) -> None:
    clock, post = Clock(), Post(Retry("away"), Retry("away"))
    watch = work(store, clock, post)
    look(watch, clock, 17)
    assert post.sent == []
    look(watch, clock, 2)
    assert len(post.sent) == 1


def test_of_several_processes_one_tells(store: Store) -> None:
    clock, post = Clock(), Post()
    watches = [work(store, clock, post, worker=name) for name in ("a", "b", "c")]
    for _ in range(20):
        clock.move(minutes=1)
        for watch in watches:
            watch.step(lambda: False)
    assert len(post.sent) == 1


@contextmanager
def listening(status: int = 204) -> Iterator[tuple[str, list[tuple[bytes, str]]]]:
    """A program that takes calls: its address, and what it was told with which signature."""
    heard: list[tuple[bytes, str]] = []

    class Handler(Answering):
        def post(self) -> None:
            heard.append((self.received(), self.headers[SIGNATURE]))
            self.send_response(status)
            self.end_headers()

    with served(Handler) as port:
        yield f"http://127.0.0.1:{port}/alarm", heard


def test_a_call_carries_the_alarm_and_a_signature(sqlite_store: Store) -> None:
    clock, post = Clock(), Post(Retry("the mail server is what is down"))
    with listening() as (url, heard):
        look(work(sqlite_store, clock, post, webhook=Webhook(url=url, secret=SECRET)), clock, 18)
    [(body, signed)] = heard
    assert signed == signature(body, SECRET)
    told = json.loads(body)
    assert (told["alarm"], told["state"]) == ("mailbox main", "raised")
    assert post.sent == []


def test_a_call_that_is_refused_is_made_again(sqlite_store: Store) -> None:
    clock = Clock()
    with listening(500) as (url, heard):
        post = Post(*(Retry("away") for _ in range(9)))
        look(work(sqlite_store, clock, post, webhook=Webhook(url=url, secret=SECRET)), clock, 18)
    assert len(heard) == 3


@pytest.mark.parametrize(
    ("url", "secret"),
    [("http://hooks.test/x", SECRET), ("https://hooks.test/x", "short"), ("ftp://localhost/x", SECRET)],
)
def test_calls_go_out_encrypted_and_signed_or_not_at_all(url: str, secret: str) -> None:
    with pytest.raises(ValidationError):
        AlarmsConfig(webhook_url=url, webhook_secret=SecretStr(secret))


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://localhost/x", "https://hooks.test/x"])
def test_calls_to_this_machine_need_no_encryption(url: str) -> None:
    assert AlarmsConfig(webhook_url=url, webhook_secret=SecretStr(SECRET)).webhook_url == url


def test_filing_late_is_seen_through_the_whole_store(store: Store) -> None:
    office, post = Office(store), Post()
    office.take(b"From: a@student.test\r\n\r\nNo registrar.")
    watch = work(store, office.clock, post)
    with store.write() as tx:
        tx.watch.beat(beat_of("main"), office.clock() + timedelta(hours=1))
    look(watch, office.clock, 16)
    assert [mail.subject for mail in post.sent] == ["Quality.me intake: something is wrong (inbox)"]
    assert "1 message has waited too long to be filed" in post.sent[0].text


@pytest.mark.parametrize(
    ("left", "told"),
    [(14, ""), (13, "ends in 13 days"), (1, "ends tomorrow"), (0, "ends today"), (-1, "ended 1 day ago")],
)
def test_what_lets_us_in_is_told_before_it_runs_out(store: Store, left: int, told: str) -> None:
    post = Post()
    ours = operators.Post(sender=post, recipient="it@trust.test", our_address="q@intake.test", domain="intake.test")
    work = WatchWork(
        store=store,
        clock=Clock(),
        worker="a",
        limits=AlarmsConfig(),
        mailboxes=(),
        teller=Teller(post=ours),
        ends=lambda: {"mailboxes.main": NOW.date() + timedelta(days=left)},
    )
    work.step(lambda: False)
    assert [told in mail.text for mail in post.sent] == ([True] if told else [])


def test_the_last_day_of_a_certificate_is_read_and_that_of_a_secret_is_noted(tmp_path: Path) -> None:
    made = certificate(tmp_path, "localhost")
    key = f'certificate_file = "{made.chain}"\nkey_file = "{made.key}"'
    given = {"a": key, "b": "expires_on = 2027-11-30", "c": "", "d": key.replace(str(made.chain), str(made.key))}
    oauth = '[mailboxes.oauth]\nauthority = "https://login.test/x"\nclient_id = "i"\n'
    boxes = [f'[[mailboxes]]\nname = "{name}"\nhost = "h"\nuser = "u"\n{oauth}{one}' for name, one in given.items()]
    path = tmp_path / "intake.toml"
    path.write_text("\n".join(boxes))
    ends = ends_of(load_config(path, {}))
    assert ends["mailboxes.b"] == date(2027, 11, 30)
    assert set(ends) == {"mailboxes.a", "mailboxes.b"}
