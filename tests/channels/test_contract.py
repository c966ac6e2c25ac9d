"""The contract that every channel keeps: nothing is acknowledged before it is kept, nothing is lost, nothing told."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.base import Gone, Refused, Retry
from models.message import RawMessage
from tests.channels.contract import Tried, Trouble
from tests.channels.graph_tried import GraphTried
from tests.channels.mail_tried import MailTried
from tests.channels.telegram_tried import TelegramTried
from tests.channels.web_tried import WebTried

CHANNELS: dict[str, type[Tried]] = {"mail": MailTried, "graph": GraphTried, "telegram": TelegramTried, "web": WebTried}
MEANING = {
    Trouble.NEVER_SENT: (Retry, False),
    Trouble.BUSY: (Retry, False),
    Trouble.UNKNOWN: (Retry, True),
    Trouble.GONE: (Gone, None),
    Trouble.REFUSED: (Refused, None),
}


@pytest.fixture(params=sorted(CHANNELS))
def tried(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tried]:
    found = CHANNELS[request.param]()
    yield found
    found.close()


class FullDisk(Exception):
    pass


def full(_: RawMessage) -> None:
    raise FullDisk


def test_what_somebody_writes_is_kept_once_with_its_words(tried: Tried) -> None:
    kept: list[RawMessage] = []
    tried.arrives("No registrar was on site.")
    tried.take_in(kept.append)
    tried.take_in(kept.append)
    assert [tried.text_of(message) for message in kept] == ["No registrar was on site."]
    assert kept[0].held is None


def test_nothing_is_acknowledged_before_the_sink_has_returned(tried: Tried) -> None:
    waited: list[int] = []
    tried.arrives("No registrar was on site.")
    tried.take_in(lambda _: waited.append(tried.waits()))
    assert waited == [1]
    tried.take_in(lambda _: None)  # some tell the other end with their next round
    assert tried.waits() == 0


def test_what_the_sink_could_not_keep_comes_again_under_its_old_key(tried: Tried) -> None:
    keys: list[str] = []

    def fails(message: RawMessage) -> None:
        keys.append(message.key)
        raise FullDisk

    tried.arrives("No registrar was on site.")
    with pytest.raises(FullDisk):
        tried.take_in(fails)
    assert tried.waits() == 1
    tried.take_in(lambda message: keys.append(message.key))
    assert (len(keys), len(set(keys))) == (2, 1)


def test_the_same_words_twice_are_two_messages(tried: Tried) -> None:
    kept: list[RawMessage] = []
    for _ in range(2):
        tried.arrives("yes")
    while len(kept) < 2:
        tried.take_in(kept.append)
    assert len({message.key for message in kept}) == 2


@pytest.mark.parametrize("text", ["𝕏" * 10, "ü\u202eabc\u200b", "=1+1|cmd", "<b>&amp;</b>\n\n/start", "a" * 4_000])
def test_odd_and_long_texts_come_in_as_they_are(tried: Tried, text: str) -> None:
    kept: list[RawMessage] = []
    tried.arrives(text)
    tried.take_in(kept.append)
    assert [tried.text_of(message) for message in kept] == [text]


def test_hostile_input_never_raises_and_never_delays_the_next(tried: Tried) -> None:
    kept: list[RawMessage] = []
    least = tried.arrives_hostile()
    tried.arrives("I am next.")
    while tried.waits():
        tried.take_in(kept.append)
    assert len(kept) >= least + 1
    assert "I am next." in [tried.text_of(message) for message in kept if message.held is None]


def test_a_reply_arrives_in_its_words_and_a_long_one_whole(tried: Tried) -> None:
    tried.send("Thank you for telling us.")
    long = "\n\n".join(f"Paragraph {number}: " + "word " * 60 for number in range(40))
    tried.send(long)
    first, *rest = tried.shown()
    assert first.startswith("Thank you for telling us.")
    assert "".join("".join(rest).split()) == "".join(long.split())


def test_every_option_can_be_chosen_with_or_without_buttons(tried: Tried) -> None:
    labels = tuple(f"Choice {chr(65 + number)}" for number in range(12))
    tried.send("Which one?", labels)
    [shown] = tried.shown()
    assert all(label in shown for label in labels)


@pytest.mark.parametrize(
    ("tried", "trouble"),
    [
        (name, trouble)
        for name, channel in sorted(CHANNELS.items())
        for trouble in Trouble
        if trouble in channel.troubles
    ],
    indirect=["tried"],
)
def test_each_trouble_of_sending_has_one_meaning(tried: Tried, trouble: Trouble) -> None:
    kind, maybe = MEANING[trouble]
    tried.trouble(trouble)
    with pytest.raises(kind) as failed:
        tried.send("Thank you for telling us.")
    assert getattr(failed.value, "maybe_delivered", None) is maybe
    assert not any(secret in str(failed.value) for secret in tried.secrets)


def test_no_log_and_no_error_tells_a_secret(
    tried: Tried, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        tried.arrives("The secret words of a learner.")
        with pytest.raises(FullDisk):
            tried.take_in(full)
        tried.take_in(lambda _: None)
        tried.send("The secret words of ours.")
        for trouble in tried.troubles:
            tried.trouble(trouble)
            with pytest.raises((Retry, Gone, Refused)):
                tried.send("The secret words of ours.")
    out, err = capfd.readouterr()
    told = caplog.text + out + err
    assert not [one for one in (*tried.secrets, "secret words") if one in told]
