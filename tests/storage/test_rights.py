"""Who may see which ticket: one function says it in Python, one in SQL, and they never differ."""

from itertools import product
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from models.rights import RIGHTS, SYSTEM, Access, Right, Role, Viewer, may
from models.search import parse
from models.ticket import Event, EventKind, QueueFilter, TicketState
from storage.rights_tables import ConflictTable
from storage.store import NotForViewer, Store, Transaction
from storage.tables import TicketTable
from storage.visibility import visible
from tests.storage.making import NOW, decision, opened
from tests.storage.raw import empty

ROLES = st.frozensets(st.sampled_from(list(Role)))


class Spec(NamedTuple):
    """A ticket: which of three officers are in conflict with it, for which of them that was lifted, who is named."""

    conflicts: frozenset[int]
    lifted: frozenset[int]
    restricted: bool
    named: frozenset[int]


OFFICERS = st.frozensets(st.integers(0, 2))
SPECS = st.builds(Spec, OFFICERS, OFFICERS, st.booleans(), OFFICERS)


def add_conflict(tx: Transaction, ticket_id: int, officer_id: int) -> None:
    values = {"ticket_id": ticket_id, "officer_id": officer_id, "kind": "named", "source": "test", "found_at": NOW}
    tx.access._connection.execute(insert(ConflictTable).values(values))


def make(tx: Transaction, spec: Spec, officers: list[int]) -> int:
    ticket_id = opened(tx)
    if spec.restricted:
        tx.access.restrict(ticket_id, [officers[number] for number in spec.named], at=NOW, actor="lead@example.test")
    for number in spec.conflicts:
        add_conflict(tx, ticket_id, officers[number])
    for number in spec.lifted:
        tx.access.lift(ticket_id, officers[number], at=NOW, actor="lead@example.test")
    return ticket_id


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(roles=st.lists(ROLES, min_size=3, max_size=3), screened=st.booleans(), specs=st.lists(SPECS, max_size=6))
def test_the_function_and_the_sql_say_the_same(
    store: Store, roles: list[frozenset[Role]], screened: bool, specs: list[Spec]
) -> None:
    empty(store)
    with store.write() as tx:
        officers = [
            tx.officers.add(email=f"{number}@example.test", name=f"Officer {number}", roles=each)
            for number, each in enumerate(roles)
        ]
        ids = [make(tx, spec, [officer.id for officer in officers]) for spec in specs]
        viewers = [SYSTEM, *(officer.viewer for officer in officers)]
        viewers.append(Viewer(officer_id=officers[0].id, email="x", roles=roles[0], screened=screened))
    with store.read() as tx:
        access = {ticket_id: tx.access.of(ticket_id) for ticket_id in ids}
        for viewer, right in product(viewers, Right):
            found = select(TicketTable.id).where(visible(viewer, right))
            in_sql = set(tx.access._connection.execute(found).scalars())
            assert in_sql == {ticket_id for ticket_id in ids if may(viewer, right, access[ticket_id])}
        for viewer in viewers:
            seen = {row.id for row in tx.tickets.queue(QueueFilter(), viewer).rows}
            assert seen == {one for one in ids if may(viewer, Right.READ_TICKETS, access[one])}
            assert sum(tx.tickets.counts(viewer).values()) == len(seen)
            assert {hit.row.id for hit in tx.search.find(parse("qm"), viewer).hits} == seen
            assert tx.search.count(parse("qm"), viewer) == len(seen)
            assert sum(tx.tickets.lane_counts(viewer).values()) == len(seen)
            assert tx.access.hidden_from(viewer) == len(ids) - len(seen)
        people = viewers[1:4]
        forgotten = [one for one in ids if not any(may(viewer, Right.DECIDE, access[one]) for viewer in people)]
        assert tx.access.hidden_from_all(people) == tuple(tx.tickets.reference_of(one) for one in forgotten)


def test_every_right_is_somebodys_and_every_role_has_some() -> None:
    assert frozenset().union(*RIGHTS.values()) == frozenset(Right)
    assert RIGHTS.keys() == set(Role)
    assert all(RIGHTS.values())


@pytest.mark.parametrize("role", Role)
def test_no_role_overrides_a_conflict_of_interest(role: Role) -> None:
    viewer = Viewer(officer_id=1, email="a@example.test", roles=frozenset({role}))
    assert not any(may(viewer, right, Access(conflicts=frozenset({1}))) for right in Right)


def test_who_administers_accounts_reads_no_tickets() -> None:
    assert Right.READ_TICKETS not in RIGHTS[Role.ADMINISTRATOR] | RIGHTS[Role.AUDITOR]


def test_a_hidden_ticket_is_as_one_that_does_not_exist(store: Store) -> None:
    with store.write() as tx:
        officer = tx.officers.add(email="a@example.test", name="A")
        ticket_id = opened(tx, reference="QM-A")
        add_conflict(tx, ticket_id, officer.id)
    with store.read() as tx:
        assert tx.tickets.get("QM-A", SYSTEM) is not None
        assert tx.tickets.get("QM-A", officer.viewer) is None
        assert tx.access.ticket_for(officer.viewer, Right.READ_TICKETS, "QM-A") is None
        with pytest.raises(NotForViewer):
            tx.access.insist(officer.viewer, Right.DECIDE, ticket_id)


def test_a_timeline_does_not_mention_what_is_hidden(store: Store) -> None:
    with store.write() as tx:
        officer = tx.officers.add(email="a@example.test", name="A")
        hidden, seen = opened(tx, reference="QM-A"), opened(tx, reference="QM-B")
        add_conflict(tx, hidden, officer.id)
        for other in ("QM-A", "QM-B"):
            event = Event(at=NOW, kind=EventKind.POSSIBLY_RELATED, detail={"reference": other})
            tx.tickets.add_event(seen, event)
    with store.read() as tx:
        mine, whole = tx.tickets.get("QM-B", officer.viewer), tx.tickets.get("QM-B", SYSTEM)
    assert mine is not None
    assert whole is not None
    assert [event.detail["reference"] for event in mine.events] == ["QM-B"]
    assert [event.detail["reference"] for event in whole.events] == ["QM-A", "QM-B"]


def test_nobody_in_conflict_is_named_on_a_restricted_ticket(store: Store) -> None:
    with store.write() as tx:
        officer = tx.officers.add(email="a@example.test", name="A")
        ticket_id = opened(tx)
        add_conflict(tx, ticket_id, officer.id)
        with pytest.raises(NotForViewer):
            tx.access.restrict(ticket_id, [officer.id], at=NOW, actor="lead@example.test")


def test_a_restriction_can_be_changed_and_ended(store: Store) -> None:
    with store.write() as tx:
        ann = tx.officers.add(email="a@example.test", name="A")
        bob = tx.officers.add(email="b@example.test", name="B")
        ticket_id = opened(tx, reference="QM-A")
        tx.access.restrict(ticket_id, [ann.id], at=NOW, actor="lead@example.test")
        assert tx.access.of(ticket_id) == Access(restricted=True, named=frozenset({ann.id}))
        tx.access.restrict(ticket_id, [bob.id], at=NOW, actor="lead@example.test")
        assert tx.tickets.get("QM-A", ann.viewer) is None
        assert tx.tickets.get("QM-A", bob.viewer) is not None
        assert tx.access.open_up(ticket_id)
        assert not tx.access.open_up(ticket_id)
        assert tx.tickets.get("QM-A", ann.viewer) is not None


def test_a_closed_ticket_that_nobody_sees_alarms_nobody(store: Store) -> None:
    with store.write() as tx:
        officer = tx.officers.add(email="a@example.test", name="A")
        ticket_id = opened(tx, reference="QM-A")
        add_conflict(tx, ticket_id, officer.id)
        assert tx.access.hidden_from_all([officer.viewer]) == ("QM-A",)
        tx.tickets.decide(ticket_id, decision(), version=1, urgency=1)
        event = Event(at=NOW, kind=EventKind.STATE)
        tx.tickets.set_state(ticket_id, TicketState.CLOSED, version=2, event=event)
        assert tx.access.hidden_from_all([officer.viewer]) == ()
