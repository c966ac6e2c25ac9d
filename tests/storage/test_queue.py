from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rights import SYSTEM
from models.ticket import Event, EventKind, QueueFilter, TicketRow, TicketState
from models.verdict import Kind
from storage.store import Store
from tests.storage.making import NOW, opened, verdict
from tests.storage.raw import empty

KINDS = (Kind.CONCERN, Kind.ENQUIRY)
STATES = (TicketState.NEW, TicketState.WAITING, TicketState.CLOSED)
NEVER = datetime.max.replace(tzinfo=UTC)
Spec = tuple[int, int, Kind, TicketState, bool, bool]
"""Urgency, minutes after NOW, kind, state, flagged, needs a person."""
SPECS = st.tuples(
    st.integers(-2, 2), st.integers(0, 2), st.sampled_from(KINDS), st.sampled_from(STATES), st.booleans(), st.booleans()
)
FILTERS = st.builds(
    QueueFilter,
    states=st.lists(st.sampled_from(STATES), unique=True).map(tuple),
    kinds=st.lists(st.sampled_from(KINDS), unique=True).map(tuple),
    provider=st.sampled_from([None, "RWE", "RNQ"]),
    isf=st.sampled_from([None, 1, 3]),
    flagged=st.sampled_from([None, True, False]),
    needs_person=st.sampled_from([None, True, False]),
)


def put(store: Store, specs: list[Spec]) -> None:
    with store.write() as tx:
        for urgency, minutes, kind, state, flagged, needs_person in specs:
            seen = verdict(
                kind=kind,
                isf=3 if urgency > 0 else 1,
                provider="RWE" if minutes else "RNQ",
                red_flags=("violence",) if flagged else (),
                needs_person=needs_person,
            )
            ticket = opened(tx, urgency=urgency, received_at=NOW + timedelta(minutes=minutes), seen=seen)
            if state is not TicketState.NEW:
                tx.tickets.set_state(ticket, state, version=1, event=Event(at=NOW, kind=EventKind.STATE))


def whole(
    store: Store, wanted: QueueFilter, limit: int = 1_000, between: Callable[[], None] = lambda: None
) -> list[TicketRow]:
    """The queue, page after page; `between` is called before each further page."""
    rows: list[TicketRow] = []
    after: str | None = None
    while True:
        with store.read() as tx:
            page = tx.tickets.queue(wanted, SYSTEM, limit=limit, after=after)
        assert len(page.rows) <= limit
        rows += page.rows
        assert len(rows) <= 100, "the pages never end"
        if page.after is None:
            return rows
        after = page.after
        between()


def backwards(store: Store, wanted: QueueFilter, limit: int) -> list[TicketRow]:
    """The queue, page by page from its end."""
    with store.read() as tx:
        first = tx.tickets.queue(wanted, SYSTEM, limit=1_000)
        if not first.rows:
            return []
        assert (first.before, first.after) == (None, None)
        last = tx.tickets.queue(wanted, SYSTEM, limit=1, after=None)
        while last.after is not None:
            last = tx.tickets.queue(wanted, SYSTEM, limit=1, after=last.after)
        rows = list(last.rows)
        before = last.before
        while before is not None:
            page = tx.tickets.queue(wanted, SYSTEM, limit=limit, before=before)
            rows, before = [*page.rows, *rows], page.before
            assert len(rows) <= 100, "the pages never end"
    return rows


def passes(row: TicketRow, wanted: QueueFilter) -> bool:
    return (
        (not wanted.states or row.state in wanted.states)
        and (not wanted.kinds or row.kind in wanted.kinds)
        and wanted.provider in (None, row.provider)
        and wanted.isf in (None, row.isf)
        and wanted.flagged in (None, bool(row.red_flags))
        and wanted.needs_person in (None, row.needs_person)
    )


def place(row: TicketRow) -> tuple[object, ...]:
    return -row.urgency, row.due_at or NEVER, row.received_at, row.id


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(specs=st.lists(SPECS, max_size=12), wanted=FILTERS, limit=st.integers(1, 5))
def test_the_pages_together_are_all_that_is_wanted_in_order(
    store: Store, specs: list[Spec], wanted: QueueFilter, limit: int
) -> None:
    empty(store)
    put(store, specs)
    everything = whole(store, QueueFilter())

    assert len(everything) == len(specs)
    assert everything == sorted(everything, key=place)
    passing = [row for row in everything if passes(row, wanted)]
    assert whole(store, wanted, limit) == passing
    assert backwards(store, wanted, limit) == passing


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    specs=st.lists(SPECS, min_size=2, max_size=8), news=st.lists(SPECS, min_size=1, max_size=4), limit=st.integers(1, 3)
)
def test_new_tickets_between_two_pages_neither_hide_nor_repeat_a_ticket(
    store: Store, specs: list[Spec], news: list[Spec], limit: int
) -> None:
    empty(store)
    put(store, specs)
    before = whole(store, QueueFilter())
    pending = list(news)

    def arrive() -> None:
        if pending:
            put(store, [pending.pop()])

    seen = whole(store, QueueFilter(), limit, between=arrive)

    assert len({row.id for row in seen}) == len(seen)
    assert [row for row in seen if row in before] == before
    assert seen == sorted(seen, key=place)


def test_a_queue_that_is_shown_whole_has_no_further_page(store: Store) -> None:
    put(store, [(1, 0, Kind.CONCERN, TicketState.NEW, False, False)] * 3)
    with store.read() as tx:
        assert tx.tickets.queue(QueueFilter(), SYSTEM, limit=3).after is None
        assert tx.tickets.queue(QueueFilter(), SYSTEM, limit=2).after is not None
        assert tx.tickets.queue(QueueFilter(isf=0), SYSTEM).rows == ()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "W10",
        "WzFd",
        "WzEsMiwzLDQsNV0",
        "bnVsbA",
        "WzEsMSwxZTk5OSwzXQ",
        "A" * 100_000,
        "WzFlNDAsMSwxLDFd",
        "'; --",
    ],
)
def test_a_broken_cursor_is_a_value_error(store: Store, cursor: str) -> None:
    with store.read() as tx, pytest.raises(ValueError, match="no page of the queue"):
        tx.tickets.queue(QueueFilter(), SYSTEM, after=cursor)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cursor=st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: raw.hex()))
def test_any_cursor_is_a_page_or_a_value_error(store: Store, cursor: str) -> None:
    with store.read() as tx, suppress(ValueError):
        assert tx.tickets.queue(QueueFilter(), SYSTEM, after=cursor).rows == ()
