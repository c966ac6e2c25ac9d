"""The bot as people meet it, over real HTTP, and what goes wrong on the way."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.demo.telegram.server import SmallTelegram
from models.rights import SYSTEM
from tests.telegram_bot import RunningBot, running_bot, small_telegram, write_settings
from tests.telegram_worker import LINE_STEPS, TURN_STEPS, BotWorkers, bot_workers
from tests.waiting import until

STORY = "The registrar left us alone on the ward again last night and nobody came."


@pytest.fixture
def telegram() -> Iterator[SmallTelegram]:
    with small_telegram() as made:
        yield made


@pytest.fixture
def bot(telegram: SmallTelegram, tmp_path: Path) -> Iterator[RunningBot]:
    with running_bot(write_settings(tmp_path, telegram.url), telegram) as made:
        yield made


@pytest.fixture(scope="module")
def workers() -> Iterator[BotWorkers]:
    with bot_workers() as made:
        yield made


def receipts(bot: RunningBot, chat: int) -> int:
    return sum("Your reference is" in text for text in bot.people.said(chat))


def test_a_story_in_pieces_is_one_report_with_one_receipt(bot: RunningBot) -> None:
    for text in (STORY, "It was ward 7.", "And it is still going on."):
        bot.people.write(11, text)
    until(lambda: receipts(bot, 11) == 1 and bot.is_quiet())
    [ticket] = bot.tickets()
    assert [entry.text for entry in ticket.entries] == [STORY, "It was ward 7.", "And it is still going on."]
    assert ticket.row.channel == "telegram"


def test_a_pressed_button_answers_the_question_and_stops_waiting(bot: RunningBot) -> None:
    bot.people.write(11, STORY)
    until(lambda: receipts(bot, 11) == 1)
    press = bot.people.press(11, "Carry on")
    until(lambda: any("risk" in text for text in bot.people.said(11)) and press in bot.telegram.api.answered)
    assert bot.balance().holds


def test_both_versions_of_an_edited_message_are_kept(bot: RunningBot) -> None:
    number = bot.people.write(11, STORY)
    until(lambda: receipts(bot, 11) == 1)
    bot.people.change(11, number, STORY + " It was the third time.")
    until(lambda: any("Both versions" in text for text in bot.people.said(11)))
    [ticket] = bot.tickets()
    assert [entry.text for entry in ticket.entries] == [STORY, STORY + " It was the third time."]


def test_an_album_is_one_turn_and_every_caption_is_kept(bot: RunningBot) -> None:
    bot.people.write(11, STORY)
    until(lambda: receipts(bot, 11) == 1)
    for caption in ("the rota", "", "the board"):
        bot.people.upload(11, "photo", b"\xff\xd8\xff photo", caption=caption, media_group_id="album-1")
    until(lambda: sum("saved your file" in text for text in bot.people.said(11)) == 1 and bot.is_quiet())
    [ticket] = bot.tickets()
    assert [entry.text for entry in ticket.entries] == [STORY, "the rota", "", "the board"]


def test_who_blocks_us_loses_nothing_and_the_reply_that_could_not_go_stays_visible(bot: RunningBot) -> None:
    bot.people.write(11, STORY)
    bot.people.blocked.add(11)
    until(lambda: len(bot.tickets()) == 1 and bot.is_quiet())
    [ticket] = bot.tickets()
    with bot.app.store.read() as tx:
        told = tx.replies.deliveries(ticket.row.id)
    assert [(one.state, "blocked" in one.error) for one in told] == [("failed", True)]
    bot.people.unblock(11)
    bot.people.write(11, "I am back, and it has happened again on the same ward.")
    until(lambda: len(bot.people.said(11)) == 1 and bot.is_quiet())
    assert sum(len(one.entries) for one in bot.tickets()) == 2


def test_a_storm_of_429_delays_and_loses_nothing(bot: RunningBot) -> None:
    bot.telegram.api.fault("sendMessage", times=30, status=429, retry_after=3)
    for chat in range(20, 25):
        bot.people.write(chat, STORY)
    until(lambda: all(receipts(bot, chat) == 1 for chat in range(20, 25)))


def test_a_receipt_whose_fate_is_unknown_is_sent_again(bot: RunningBot) -> None:
    bot.telegram.api.fault("sendMessage", cut="after")
    bot.people.write(11, STORY)
    until(lambda: receipts(bot, 11) == 2 and bot.is_quiet())


def test_faults_of_telegram_stop_nothing(bot: RunningBot) -> None:
    for what in ({"cut": "before"}, {"cut": "after"}, {"status": 502}, {"status": 409}, {"status": 401}):
        bot.telegram.api.fault("getUpdates", **what)
    for chat in range(20, 25):
        bot.people.write(chat, STORY)
    until(lambda: all(receipts(bot, chat) == 1 for chat in range(20, 25)) and bot.is_quiet())
    assert (bot.balance().received, bot.balance().tickets) == (5, 5)


def test_a_group_is_told_why_and_left_and_nothing_of_it_is_kept(bot: RunningBot) -> None:
    bot.people.add_to_group(-100_77)
    until(lambda: bot.telegram.api.left == [-100_77])
    until(bot.is_quiet)
    assert ("only work in a private chat" in bot.people.said(-100_77)[0], bot.tickets()) == (True, [])


def test_an_update_that_makes_no_sense_is_held_and_delays_nobody(bot: RunningBot) -> None:
    bot.people.push("message", {"chat": "nobody", "text": "words of nobody"})
    bot.people.write(11, STORY)
    until(lambda: receipts(bot, 11) == 1 and bot.is_quiet())
    assert (bot.balance().quarantined, bot.balance().tickets, bot.balance().holds) == (1, 1, True)


def test_after_a_quiet_week_lower_numbers_are_taken_in_too(bot: RunningBot) -> None:
    bot.people.write(11, STORY)
    until(lambda: not bot.people.waiting)
    bot.people.next_update = 5
    bot.people.write(12, STORY)
    until(lambda: receipts(bot, 11) == receipts(bot, 12) == 1 and bot.is_quiet())


def test_two_processes_take_everything_in_once(telegram: SmallTelegram, tmp_path: Path) -> None:
    settings = write_settings(tmp_path, telegram.url)
    with running_bot(settings, telegram) as first, running_bot(settings, telegram) as second:
        for chat in range(20, 30):
            telegram.people.write(chat, STORY)
        until(lambda: all(receipts(first, chat) for chat in range(20, 30)) and second.is_quiet())
        assert (first.balance().received, first.balance().holds) == (10, True)
    assert all(receipts(first, chat) == 1 for chat in range(20, 30))


@pytest.mark.parametrize("step", [f"line:{one}" for one in LINE_STEPS] + [f"turn:{one}" for one in TURN_STEPS])
def test_a_bot_killed_at_any_step_has_each_message_once_and_each_receipt(
    step: str, telegram: SmallTelegram, tmp_path: Path, workers: BotWorkers
) -> None:
    # On a busy machine a shorter lease runs out in mid-work. Each sender has one reply in flight of unknown fate
    # after the kill, and three could leave three to be sent again: so here there is one.
    settings = write_settings(tmp_path, telegram.url, lease=3, more="senders = 1")
    for chat in (11, 12):
        telegram.people.write(chat, STORY)
    assert workers.die(settings, step=step) == signal.SIGKILL
    with running_bot(settings, telegram, times=1) as bot:
        until(lambda: all(receipts(bot, chat) for chat in (11, 12)) and bot.is_quiet())
        texts = [entry.text for ticket in bot.tickets() for entry in ticket.entries]
        assert (texts, bot.balance().holds) == ([STORY, STORY], True)
        assert sum(receipts(bot, chat) for chat in (11, 12)) == (3 if step in ("line:delivered", "line:settled") else 2)
        with bot.app.store.read() as tx:
            assert all(tx.tickets.get(ticket.row.reference, SYSTEM) for ticket in bot.tickets())
