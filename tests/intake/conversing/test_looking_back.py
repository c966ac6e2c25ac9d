"""What we say of ourselves: distress that was seen late, and an outage that may have lost words."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from intake.conversing.outage import tell_outage
from intake.conversing.working import ReadingWork
from intake.telegram.fetching import TelegramPolling
from intake.watching import BOT
from intake.working import Shift
from models.message import RawMessage
from models.verdict import Verdict
from storage.store import Store
from tests.intake.conversing.making import NIGHT, Chats, quiet
from tests.intake.making import READING

STORY = "The registrar left us alone on the ward again and I do not see the point of anything."


def in_distress(_subject: str, _text: str, _channel: str) -> Verdict:
    return replace(quiet("", "", ""), red_flags=("learner_at_risk",))


def read_once_more(chats: Chats) -> None:
    shift = Shift(worker="reading", lease=timedelta(minutes=2))
    work = ReadingWork(room=chats.room, whole=in_distress, files=READING, shift=shift)
    while work.step(lambda: False) == 0:
        pass


def test_distress_that_is_seen_late_still_gets_the_helplines_and_only_once(store: Store) -> None:
    chats = Chats(store)
    chats.say(STORY)
    read_once_more(chats)
    [reply] = chats.hear("learner")
    assert "read your message once more" in reply.text
    assert "116 123" in reply.text
    [answer] = chats.say("What happens now?")
    assert "You do not have to wait for them" in answer.text
    [answer] = chats.press("I am safe")
    assert "There is no rush" in answer.text
    chats.say("It was on ward 7 last night, and I was alone there.")
    read_once_more(chats)
    assert chats.hear("learner") == ()


def test_who_has_heard_the_helplines_at_once_does_not_hear_them_again(store: Store) -> None:
    chats = Chats(store, fast=in_distress)
    [reply] = chats.say(STORY)
    read_once_more(chats)
    assert ("116 123" in reply.text, chats.hear("learner")) == (True, ())


def test_after_an_outage_those_with_an_open_report_are_asked_once_to_write_again(store: Store) -> None:
    chats = Chats(store)
    chats.say(STORY, "one")
    chats.say(STORY, "two")
    chats.say("hi", "three")
    for _ in range(2):
        tell_outage(chats.room, channel="telegram", since=NIGHT, until=NIGHT + timedelta(hours=20))
    for address in ("one", "two"):
        [reply] = chats.hear(address)
        assert reply.text.startswith("We were offline from 24 November 2026, 03:00 to 24 November 2026, 23:00.")
    assert chats.hear("three") == ()


class Line:
    """A line on which nothing comes."""

    def take_in(self, _keep: Callable[[Sequence[RawMessage]], None], *, seconds: float) -> int:
        return int(seconds * 0)


def test_an_outage_is_noticed_at_its_end_by_a_new_process_and_by_the_one_that_saw_it(store: Store) -> None:
    now = [NIGHT]
    told: list[tuple[datetime, datetime]] = []

    def polling() -> TelegramPolling:
        return TelegramPolling(
            fetching=Line(),  # type: ignore[arg-type]
            bot_id="1",
            store=store,
            worker="w",
            ttl=timedelta(minutes=2),
            seconds=0,
            clock=lambda: now[0],
            back=lambda since, until: told.append((since, until)),
        )

    first = polling()
    first.step(lambda: False)
    now[0] += timedelta(hours=11)
    first.step(lambda: False)
    assert told == []
    now[0] += timedelta(hours=13)
    first.step(lambda: False)
    first.close()
    since = now[0]
    now[0] += timedelta(hours=14)
    polling().step(lambda: False)
    assert told == [(since - timedelta(hours=13), since), (since, now[0])]
    with store.read() as tx:
        assert tx.watch.beat_at(BOT) == now[0]
