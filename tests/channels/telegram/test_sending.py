"""Sending by Telegram: pace, pieces, changes, and leaving."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from channels.base import Refused, Retry
from channels.telegram.line import TelegramLine, TelegramSettings
from channels.telegram.sender import LONGEST, Pace, TelegramSender, pieces, units
from intake.demo.telegram.server import SmallTelegram
from models.chat import ChatReply, Option

CHAT = 77


@pytest.fixture
def telegram() -> Iterator[SmallTelegram]:
    made = SmallTelegram()
    made.start()
    made.people.known.add(CHAT)
    yield made
    made.stop()


@pytest.fixture
def sender(telegram: SmallTelegram) -> Iterator[TelegramSender]:
    line = TelegramLine(TelegramSettings(token=telegram.api.token, api_url=telegram.url, seconds=5))
    yield TelegramSender(line, Pace(wait=lambda _: None))
    line.close()


def reply(text: str = "Thank you.", **more: object) -> ChatReply:
    return ChatReply(address=str(CHAT), text=text, **more)  # type: ignore[arg-type]


def test_words_with_marks_are_sent_as_they_are(sender: TelegramSender, telegram: SmallTelegram) -> None:
    text = "<b>not bold</b> *nor this* [link](https://x.test) & https://x.test"
    sender.reply(reply(text, protected=True))
    [shown] = telegram.people.shown
    assert (shown.text, shown.protected) == (text, True)


def test_the_same_change_made_twice_has_arrived(sender: TelegramSender, telegram: SmallTelegram) -> None:
    number = sender.reply(reply("You have a message.", options=(Option(id="read", label="Read it"),), nonce="n"))
    for _ in range(2):
        assert sender.reply(reply("The team asks.", replaces=number)) == number
    [shown] = telegram.people.shown
    assert (shown.text, shown.buttons, shown.edits) == ("The team asks.", (), 1)


def test_what_cannot_be_changed_is_sent_anew(sender: TelegramSender, telegram: SmallTelegram) -> None:
    assert sender.reply(reply("The team asks.", replaces="999")) != "999"
    assert telegram.people.said(CHAT) == ["The team asks."]


def test_a_button_that_is_too_long_is_our_fault_and_nothing_is_sent(
    sender: TelegramSender, telegram: SmallTelegram
) -> None:
    with pytest.raises(Refused):
        sender.reply(reply(options=(Option(id="x" * 60, label="Yes"),), nonce="n0nce"))
    assert telegram.api.calls["sendMessage"] == 0


def test_who_asks_to_slow_down_is_heard_and_the_rate_comes_back(
    sender: TelegramSender, telegram: SmallTelegram
) -> None:
    pace = sender._pace
    telegram.api.fault("sendMessage", status=429, retry_after=40)
    with pytest.raises(Retry) as failed:
        sender.reply(reply())
    assert (failed.value.after, pace.rate) == (timedelta(seconds=40), 12.5)
    for _ in range(20):
        sender.reply(reply())
    assert pace.rate == 25


def test_all_senders_together_keep_to_the_pace() -> None:
    at = [0.0]
    waited: list[float] = []
    pace = Pace(10, clock=lambda: at[0], wait=waited.append)
    for _ in range(3):
        pace.take()
    assert [round(one, 3) for one in waited] == [0.1, 0.2]


@pytest.mark.parametrize("sign", ["a", "𝕏", "a b\n", "word " * 50 + "\n\n"])
def test_pieces_fit_and_lose_no_word(sign: str) -> None:
    text = sign * (9_000 // len(sign))
    found = pieces(text)
    assert all(0 < units(one) <= LONGEST for one in found)
    assert "".join("".join(found).split()) == "".join(text.split())
