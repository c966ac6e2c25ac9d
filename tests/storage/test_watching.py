"""The watch in the store: signs of life only get newer, and an alarm is there until people know that it is over."""

from datetime import timedelta

from models.work import Ending
from storage.store import Store
from tests.storage.making import MINUTE, NOW, ended, filed, message, opened, verdict


def alarms(store: Store) -> dict[str, tuple[str, bool]]:
    """Words, and whether it is over, by name."""
    with store.read() as tx:
        return {alarm.name: (alarm.words, alarm.ended_at is not None) for alarm in tx.watch.alarms()}


def test_a_red_flag_waits_until_somebody_takes_care_of_it(store: Store) -> None:
    with store.write() as tx:
        flagged = [opened(tx, seen=verdict(red_flags=("violence",)), received_at=NOW + MINUTE * one) for one in (1, 0)]
        vitals = tx.watch.vitals(NOW)
        assert (vitals.flags_waiting, vitals.flags_oldest) == (2, NOW)
        for ticket_id in flagged:
            tx.alerts.acknowledge(ticket_id, officer="kim@nhs.test", at=NOW)
        assert (tx.watch.vitals(NOW).flags_waiting, tx.watch.vitals(NOW).flags_oldest) == (0, None)


def test_a_sign_of_life_never_gets_older(store: Store) -> None:
    with store.write() as tx:
        tx.watch.beat("mailbox main", NOW)
        tx.watch.beat("mailbox main", NOW - MINUTE)
        tx.watch.expect("mailbox main", NOW + MINUTE)
        tx.watch.expect("mailbox other", NOW - MINUTE)
        assert tx.watch.vitals(NOW).beats == {"mailbox main": NOW, "mailbox other": NOW - MINUTE}


def test_what_waits_is_counted_with_its_oldest(store: Store) -> None:
    filed(store)
    ended(store, Ending.QUARANTINED, "odd")
    with store.write() as tx:
        tx.inbox.receive(message("a", received_at=NOW + MINUTE))
        tx.inbox.receive(message("b", received_at=NOW))
    with store.read() as tx:
        vitals = tx.watch.vitals(NOW)
    assert (vitals.inbox_waiting, vitals.inbox_oldest) == (2, NOW)
    assert (vitals.outbox_waiting, vitals.outbox_oldest) == (1, NOW)
    assert (vitals.quarantined, vitals.outbox_failed) == (1, 0)


def test_mails_that_failed_count_for_a_week(store: Store) -> None:
    filed(store)
    with store.write() as tx:
        [item] = tx.outbox.claim(worker="w", now=NOW, lease=MINUTE)
        tx.outbox.fail(item, error="no such mailbox", now=NOW)
    with store.read() as tx:
        assert tx.watch.vitals(NOW + timedelta(days=6)).outbox_failed == 1
        assert tx.watch.vitals(NOW + timedelta(days=8)).outbox_failed == 0


def test_an_alarm_that_ends_stays_until_it_is_forgotten(store: Store) -> None:
    with store.write() as tx:
        tx.watch.compare({"inbox": "it waits"}, NOW)
        tx.watch.told("inbox", NOW)
        tx.watch.compare({"inbox": "it waits long"}, NOW)
    assert alarms(store) == {"inbox": ("it waits long", False)}
    with store.write() as tx:
        tx.watch.compare({}, NOW + MINUTE)
    assert alarms(store) == {"inbox": ("it waits long", True)}
    with store.write() as tx:
        tx.watch.forget("inbox")
    assert alarms(store) == {}


def test_an_alarm_that_is_back_before_people_heard_of_its_end_goes_on(store: Store) -> None:
    with store.write() as tx:
        tx.watch.compare({"inbox": "it waits"}, NOW)
        tx.watch.told("inbox", NOW)
        tx.watch.compare({}, NOW + MINUTE)
        tx.watch.compare({"inbox": "again"}, NOW + 2 * MINUTE)
        [alarm] = tx.watch.alarms()
    assert (alarm.words, alarm.since, alarm.told_at, alarm.ended_at) == ("again", NOW, NOW, None)


def test_an_alarm_that_ends_before_anybody_was_told_is_no_news(store: Store) -> None:
    with store.write() as tx:
        tx.watch.compare({"inbox": "it waits"}, NOW)
        tx.watch.compare({}, NOW + MINUTE)
    assert alarms(store) == {}
