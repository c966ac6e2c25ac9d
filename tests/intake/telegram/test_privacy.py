"""After an anonymous report whose link was cut, nothing tells who wrote: not the store's file, no log, no answer."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.demo.telegram.server import SmallTelegram
from tests.telegram_bot import TOKEN, RunningBot, running_bot, small_telegram, write_settings
from tests.waiting import until

CHAT = 5_550_001_234
STORY = "The registrar left us alone on the ward again last night and nobody came."
SECRETS = (b"Wilhelmina", b"Quartermaine", b"willa_q", str(CHAT).encode(), TOKEN.encode(), TOKEN[5:].encode())


@pytest.fixture
def telegram() -> Iterator[SmallTelegram]:
    with small_telegram() as made:
        made.people.names = {"first_name": "Wilhelmina", "last_name": "Quartermaine", "username": "willa_q"}
        yield made


def answer(bot: RunningBot, label: str, until_said: str) -> None:
    before = len(bot.people.said(CHAT))
    bot.people.press(CHAT, label)
    until(lambda: any(until_said in text for text in bot.people.said(CHAT)[before:]))


def test_nothing_tells_who_wrote_once_the_link_is_cut(
    telegram: SmallTelegram, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = write_settings(tmp_path, telegram.url)
    with caplog.at_level(logging.DEBUG), running_bot(settings, telegram) as bot:
        bot.people.upload(CHAT, "document", b"%PDF-1.4", caption=STORY)
        until(lambda: bot.is_quiet() and len(bot.people.said(CHAT)) == 1)
        bot.people.write(CHAT, "/skip")
        for _ in range(8):
            until(bot.is_quiet)
            labels = [label for label, _ in bot.people.shown[-1].buttons]
            if "3 Anonymous" in labels:
                break
            answer(bot, next(one for one in ("Carry on", "No", "Skip") if one in labels), "")
        answer(bot, "3 Anonymous", "anonymous")
        answer(bot, "Cut the link", "code")
        answer(bot, "I have saved it", "Check")
        answer(bot, "Yes, send it", "Sent")
        until(bot.is_quiet)
        assert len(bot.tickets()) == 1
        assert STORY in bot.tickets()[0].entries[0].text
    out, err = capfd.readouterr()
    found = [("log", one) for one in SECRETS if one in (caplog.text + out + err).encode()]
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.name != "intake.toml":
            content = path.read_bytes()
            found += [(path.name, one) for one in SECRETS if one in content]
    assert found == []
