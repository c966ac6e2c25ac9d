"""Facts about retention: what is due goes, nothing else does, and all sums agree afterwards."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from models.audit import Act, Action
from models.retention import Kept
from models.rights import SYSTEM
from models.search import parse
from models.searchable import Masked
from models.ticket import Event, EventKind, NewTicket, Reporter, TicketState
from models.work import Ending, Outcome
from storage.erasers import WITHOUT_PERSONAL_DATA
from storage.erasing import registered
from storage.retention_tables import TombstoneTable
from storage.store import Store, Transaction
from storage.tables import Base
from tests.storage.making import NOW, claimed, decision, entry, outgoing, received, verdict
from tests.storage.raw import empty

DAY = timedelta(days=1)
SCHEDULE: Mapping[Kept, timedelta] = {kept: 10 * number * DAY for number, kept in enumerate(Kept, start=1)}
LONGEST = 120


class Story(NamedTuple):
    """A ticket: days since it was opened, since it was last touched, since a follow-up; closed; on hold."""

    opened: int
    touched: int
    followed: int | None
    closed: bool
    held: bool


class Stray(NamedTuple):
    """A message that became no ticket: days since it came, how it ended, whether somebody has looked at it."""

    came: int
    ending: Ending | None
    looked: bool


AGES = st.integers(0, LONGEST)
STORIES = st.builds(
    lambda ages, followed, closed, held: Story(max(ages), min(ages), followed and min(ages), closed, held),
    st.tuples(AGES, AGES),
    st.sampled_from([None, True]),
    st.booleans(),
    st.booleans(),
).map(lambda story: story._replace(followed=None if story.followed is None else int(story.followed)))
STRAYS = st.builds(Stray, AGES, st.sampled_from([Ending.IGNORED, Ending.QUARANTINED, None]), st.booleans())


def told(store: Store, story: Story) -> str:
    """A ticket with this story; gives its reference."""
    at, touched = NOW - story.opened * DAY, NOW - story.touched * DAY
    with store.write() as tx:
        ticket_id, reference = _opened(tx, at)
        if story.closed:
            tx.tickets.decide(ticket_id, decision(at=at), version=1, urgency=0)
            event = Event(at=touched, kind=EventKind.STATE)
            tx.tickets.set_state(ticket_id, TicketState.CLOSED, version=2, event=event)
        if story.held:
            tx.retention.hold(ticket_id, at=NOW, actor="lead@example.test", reason="a court asks")
    if story.followed is not None:
        with store.write() as tx:
            inbox_id = _settled(tx, NOW - story.followed * DAY, Outcome(ending=Ending.FOLLOW_UP, ticket_id=ticket_id))
            tx.tickets.append(ticket_id, entry(inbox_id, at=NOW - story.followed * DAY))
            if story.closed:
                ticket = tx.tickets.get(reference, SYSTEM)
                assert ticket
                event = Event(at=touched, kind=EventKind.STATE)
                tx.tickets.set_state(ticket_id, TicketState.CLOSED, version=ticket.row.version, event=event)
    return reference


def _opened(tx: Transaction, at: datetime) -> tuple[int, str]:
    inbox_id = received(tx, received_at=at, envelope_from="zoe@home.test", raw=b"From: zoe@home.test")
    reference = f"QM-{inbox_id}"
    new = NewTicket(
        reference=reference,
        channel="imap",
        received_at=at,
        entry=entry(inbox_id, at=at, masked=Masked(subject="", text=f"story {inbox_id}")),
        reporter=Reporter(name="Zoe Quill", address="zoe@home.test"),
        verdict=verdict(),
        urgency=0,
    )
    ticket_id = tx.tickets.open(new)
    mail = outgoing(f"{reference}@example.test", recipient="zoe@home.test")
    tx.outbox.add(ticket_id, mail, purpose="acknowledgement", now=at)
    (item,) = tx.outbox.claim(worker="w", now=at, lease=DAY)
    tx.outbox.sent(item, at)
    (waiting,) = claimed(tx, now=at)
    tx.inbox.settle(waiting, Outcome(ending=Ending.TICKET, ticket_id=ticket_id), at)
    return ticket_id, reference


def _settled(tx: Transaction, at: datetime, outcome: Outcome) -> int:
    received(tx, received_at=at)
    (item,) = claimed(tx, now=at)
    tx.inbox.settle(item, outcome, at)
    return item.id


def strayed(store: Store, stray: Stray) -> int:
    at = NOW - stray.came * DAY
    with store.write() as tx:
        if stray.ending is None:
            return received(tx, received_at=at)
        inbox_id = _settled(tx, at, Outcome(ending=stray.ending, reason="because"))
        if stray.looked:
            act = Action.MESSAGE_DOWNLOADED
            tx.audit.append(Act(at=at, actor="o@example.test", action=act, subject=f"message {inbox_id}"))
    return inbox_id


def never_again(store: Store) -> None:
    """Begin with numbers that no message had before: the audit chain cannot be emptied, and still speaks of those."""
    with store.write() as tx:
        spoken = [row.subject.rpartition(" ")[2] for row in tx.audit.rows() if row.subject.startswith("message ")]
        stone = {"inbox_id": max(map(int, spoken), default=0), "ending": "ignored", "why": "test", "at": NOW}
        tx.retention._connection.execute(insert(TombstoneTable).values(stone))


def run(store: Store) -> None:
    """Let everything go that is due, as the daemon does, a few at a time."""
    for kept in Kept:
        while True:
            with store.write() as tx:
                if not tx.retention.expire(kept, NOW, SCHEDULE, limit=2):
                    break


def age_of(story: Story) -> int:
    """Days since anything happened."""
    ages = [story.opened] if not story.closed else [story.touched]
    return min([*ages, *([] if story.followed is None else [story.followed])])


def is_over(days: int, kept: Kept) -> bool:
    return days * DAY > SCHEDULE[kept]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories=st.lists(STORIES, max_size=5), strays=st.lists(STRAYS, max_size=4))
def test_what_is_due_goes_and_nothing_open_held_fresh_or_unread_and_the_sums_agree(
    store: Store, stories: list[Story], strays: list[Stray]
) -> None:
    empty(store)
    never_again(store)
    written = {told(store, story): story for story in stories}
    lying = {strayed(store, stray): stray for stray in sorted(strays, key=lambda one: one.ending is None)}
    with store.read() as tx:
        before = tx.inbox.balance()
        assert before.holds, before.faults
        tickets = {reference: tx.tickets.get(reference, SYSTEM) for reference in written}
        would_go = {kept: tx.retention.due(kept, NOW, SCHEDULE) for kept in (Kept.TICKETS, Kept.IGNORED)}

    run(store)

    with store.write() as tx:
        after = tx.inbox.balance()
        assert after.holds, after.faults
        assert (after.received, after.tickets, after.follow_ups) == (before.received, before.tickets, before.follow_ups)
        assert (after.ignored, after.quarantined, after.waiting) == (before.ignored, before.quarantined, before.waiting)
        assert tx.search.faults() == ()
        for reference, story in written.items():
            number = int(reference.removeprefix("QM-"))
            now, old = tx.tickets.get(reference, SYSTEM), tickets[reference]
            assert old is not None
            guarded = not story.closed or story.held
            if guarded or not is_over(age_of(story), Kept.RAW):
                assert now == old
                assert tx.inbox.message(number) is not None
            if not guarded and is_over(age_of(story), Kept.RAW):
                assert tx.inbox.message(number) is None
            gone = not guarded and is_over(age_of(story), Kept.TICKETS)
            assert (now is None) == gone == (reference in would_go[Kept.TICKETS].first)
            assert tx.search.count(parse(f'"story {number}"'), SYSTEM) == (not gone)
            if now is not None and not guarded and is_over(age_of(story), Kept.IDENTITY):
                assert (now.entries, now.decisions) == (old.entries, old.decisions)
        for number, stray in lying.items():
            gone = (stray.ending is Ending.IGNORED and is_over(stray.came, Kept.IGNORED)) or (
                stray.ending is Ending.QUARANTINED and stray.looked and is_over(stray.came, Kept.QUARANTINED)
            )
            assert (tx.inbox.row(number) is None) == gone


def test_what_is_too_old_but_may_not_go_is_named(store: Store) -> None:
    references = [told(store, Story(LONGEST, LONGEST, None, closed=False, held=False))]
    references.append(told(store, Story(LONGEST, LONGEST, None, closed=True, held=True)))
    unread = strayed(store, Stray(LONGEST, Ending.QUARANTINED, looked=False))
    told(store, Story(LONGEST, LONGEST, None, closed=True, held=False))
    waiting = strayed(store, Stray(LONGEST, None, looked=False))
    with store.read() as tx:
        named = [(late.kept, late.first) for late in tx.retention.overdue(NOW, SCHEDULE)]
    assert named == [
        (Kept.TICKETS, (references[0],)),
        (Kept.TICKETS, (references[1],)),
        (Kept.QUARANTINED, (f"message {unread}",)),
        (Kept.IGNORED, (f"message {waiting}",)),
    ]


def test_a_class_without_a_period_stays_for_ever(store: Store) -> None:
    reference = told(store, Story(LONGEST, LONGEST, None, closed=True, held=False))
    with store.write() as tx:
        for kept in Kept:
            assert tx.retention.due(kept, NOW, {}).count == tx.retention.expire(kept, NOW, {}) == 0
        assert tx.retention.overdue(NOW, {}) == ()
        assert tx.tickets.get(reference, SYSTEM) is not None


def test_a_ticket_that_a_new_message_opened_again_stays(store: Store) -> None:
    reference = told(store, Story(LONGEST, LONGEST, None, closed=True, held=False))
    with store.write() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
        assert ticket
        inbox_id = _settled(tx, NOW, Outcome(ending=Ending.FOLLOW_UP, ticket_id=ticket.row.id))
        tx.tickets.append(ticket.row.id, entry(inbox_id, at=NOW))
    run(store)
    with store.read() as tx:
        found = tx.tickets.get(reference, SYSTEM)
        assert found is not None
        assert tx.tickets.reporters.opened(found.row.id).name == "Zoe Quill"
        assert tx.inbox.balance().holds


def test_sign_ins_that_are_over_go(store: Store) -> None:
    with store.write() as tx:
        officer = tx.officers.add(email="o@example.test", name="O")
        for days, token in ((200, "old"), (0, "new")):
            at = NOW - days * DAY
            tx.officers.open_session(officer_id=officer.id, token_hash=token, csrf="", expires_at=at + DAY)
            tx.officers.add_one_time(officer_id=officer.id, token_hash=token, expires_at=at + DAY)
            tx.officers.note_failure("o@example.test", at)
    run(store)
    with store.read() as tx:
        assert tx.officers.failures("o@example.test", NOW - 300 * DAY) == 1
        assert tx.officers.session("new", NOW) is not None


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_every_table_says_how_it_goes_or_why_it_need_not(table: str) -> None:
    assert (table in registered()) != (table in WITHOUT_PERSONAL_DATA), (
        f"register an eraser for {table} (see storage/erasing.py), or name it in WITHOUT_PERSONAL_DATA"
    )


def test_which_chat_a_ticket_came_from_goes_by_its_own_period_and_the_ticket_stays(store: Store) -> None:
    reference = told(store, Story(LONGEST, LONGEST, None, closed=True, held=False))
    with store.write() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
        assert ticket
        where = {"channel": "telegram", "account": "bot", "address": "chat 4711"}
        talk = tx.conversations.register(
            ticket.entries[0].inbox_id, **where, at=NOW - LONGEST * DAY, message="1", album=""
        )
        tx.conversations.link(talk, ticket.row.id)
        assert tx.persons.of_same_chat(ticket.row.id) == (ticket.row.id,)
    with store.write() as tx:
        assert tx.retention.due(Kept.CHAT_LINKS, NOW, SCHEDULE).first == (reference,)
        assert tx.retention.expire(Kept.CHAT_LINKS, NOW, SCHEDULE) == 1
    with store.write() as tx:
        assert tx.retention.due(Kept.CHAT_LINKS, NOW, SCHEDULE).count == 0
        assert tx.conversations.find(**where) is None
        assert tx.tickets.get(reference, SYSTEM) is not None
        assert tx.inbox.balance().holds


def test_no_message_ever_gets_the_number_of_one_that_has_gone(store: Store) -> None:
    gone = strayed(store, Stray(LONGEST, Ending.IGNORED, looked=False))
    run(store)
    assert strayed(store, Stray(0, Ending.QUARANTINED, looked=False)) > gone
    with store.read() as tx:
        assert tx.inbox.balance().holds
