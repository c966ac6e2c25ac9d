"""Facts about the figures: they follow every change of a ticket, and count only what the viewer may read."""

from datetime import timedelta

from sqlalchemy import text

from models.clocks import LONDON
from models.rights import SYSTEM, Role
from models.statistics import Asked, Period, Span
from models.ticket import Event, EventKind, TicketState
from models.verdict import Kind
from storage.checks.counting import COUNT_CHECKS
from storage.figuring import build_all
from storage.store import Store, Transaction
from tests.storage.making import MINUTE, NOW, decision, opened, verdict

TODAY = NOW.astimezone(LONDON).date()
ASKED = Asked(period=Period(span=Span.QUARTER, today=TODAY))
WEEK = ASKED.period.bucket_of(TODAY)


def told(tx: Transaction, kind: EventKind, ticket_id: int, minutes: int = 0) -> None:
    tx.tickets.add_event(ticket_id, Event(at=NOW + minutes * MINUTE, kind=kind))


def faults(store: Store) -> list[str]:
    with store._engine.connect() as connection:
        return [fault for check in COUNT_CHECKS for fault in check.look(connection)]


def test_the_figures_follow_every_change_of_a_ticket(store: Store) -> None:
    with store.write() as tx:
        first = opened(tx, seen=verdict(isf=1, themes=("rota",), specialties=("326",)))
        told(tx, EventKind.ACKNOWLEDGEMENT_QUEUED, first, 1)
        told(tx, EventKind.ACKNOWLEDGEMENT_SENT, first, 10)
        told(tx, EventKind.ACKNOWLEDGEMENT_SENT, first, 90)
        tx.tickets.add_verdict(first, verdict(isf=2, themes=("breaks",)), 5, NOW)
        second = opened(tx, seen=verdict(kind=Kind.ENQUIRY, graded=False), received_at=NOW - timedelta(days=7))
    with store.read() as tx:
        [early, late] = sorted(tx.statistics.arrivals(ASKED, SYSTEM), key=lambda one: one.bucket)
        assert (early.bucket, early.kind, early.isf, early.machine, early.wait) == (
            WEEK - 1,
            "enquiry",
            None,
            None,
            None,
        )
        assert (late.bucket, late.isf, late.machine, late.officer, late.wait) == (WEEK, 2, 2, None, 1)
        assert set(tx.statistics.labels(ASKED, SYSTEM)) == {
            ("theme", "rota", WEEK),
            ("theme", "breaks", WEEK),
            ("specialty", "326", WEEK),
        }
        assert tx.statistics.open_now(ASKED, SYSTEM) == {("new", 0): 1, ("new", 1): 1}
    with store.write() as tx:
        tx.tickets.decide(first, decision(isf=3, themes=("rota",), specialties=()), version=2, urgency=9)
        closed = Event(at=NOW, kind=EventKind.CLOSED)
        tx.tickets.set_state(second, TicketState.CLOSED, version=1, event=closed)
    with store.read() as tx:
        assert set(tx.statistics.labels(ASKED, SYSTEM)) == {("theme", "rota", WEEK)}
        assert tx.statistics.places(ASKED, SYSTEM) == {"RWE": (1, 1)}
        assert tx.statistics.closed(ASKED, SYSTEM).total() == 1
        assert tx.statistics.open_before(ASKED, SYSTEM) == 0
        [late] = [one for one in tx.statistics.arrivals(ASKED, SYSTEM) if one.bucket == WEEK]
        assert (late.isf, late.machine, late.officer) == (3, 2, 3)
    assert faults(store) == []


def test_a_serious_concern_that_the_machine_missed_is_listed_the_gravest_first(store: Store) -> None:
    with store.write() as tx:
        for isf, officer in ((1, 2), (0, 4), (2, 2), (1, 1)):
            ticket_id = opened(tx, reference=f"QM-{isf}{officer}", seen=verdict(isf=isf))
            tx.tickets.decide(ticket_id, decision(isf=officer), version=1, urgency=1)
        praise = opened(tx, seen=verdict(isf=0, kind=Kind.GOOD_PRACTICE))
        tx.tickets.decide(praise, decision(isf=2, kind=Kind.GOOD_PRACTICE), version=1, urgency=1)
    with store.read() as tx:
        assert [one.reference for one in tx.statistics.missed(ASKED, SYSTEM)] == ["QM-04", "QM-12"]


def test_a_viewer_counts_only_what_they_may_read(store: Store) -> None:
    with store.write() as tx:
        officer = tx.officers.add(email="o@example.test", name="Ola Officer", at=NOW)
        lead = tx.officers.add(email="l@example.test", name="Lee Lead", roles=(Role.LEAD,), at=NOW)
        nobody = tx.officers.add(email="a@example.test", name="Ari", roles=(Role.AUDITOR,), at=NOW)
        secret, _ = opened(tx, seen=verdict(themes=("rota",))), opened(tx)
        tx.access.restrict(secret, [], at=NOW, actor=lead.email)
    with store.read() as tx:
        counted = {
            one.email: (
                sum(row.number for row in tx.statistics.arrivals(ASKED, one.viewer)),
                tx.statistics.open_now(ASKED, one.viewer).total(),
                tx.statistics.labels(ASKED, one.viewer).total(),
                sum(number for number, _ in tx.statistics.places(ASKED, one.viewer).values()),
            )
            for one in (officer, lead, nobody)
        }
    assert counted == {
        "o@example.test": (1, 1, 0, 1),
        "l@example.test": (2, 2, 1, 2),
        "a@example.test": (0, 0, 0, 0),
    }


def test_the_figures_are_made_again_from_the_tickets_and_what_is_wrong_in_them_is_found(store: Store) -> None:
    with store.write() as tx:
        for number in range(3):
            opened(tx, seen=verdict(themes=("rota",), isf=number))
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE figures SET isf = 3"))
    assert len(faults(store)) == 3
    with store._engine.begin() as connection:
        build_all(connection)
    assert faults(store) == []
