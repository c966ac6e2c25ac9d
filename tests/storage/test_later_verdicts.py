"""A later message may raise its ticket in the queue, never lower it; a decision is an officer's."""

from models.rights import SYSTEM
from models.ticket import Ticket
from models.verdict import Kind, Verdict
from storage.store import Store
from tests.storage.making import MINUTE, NOW, decision, opened, verdict


def after(
    store: Store, first: Verdict, urgency: int, *, then: Verdict, at_urgency: int, decided: bool = False
) -> Ticket:
    with store.write() as tx:
        ticket = opened(tx, reference="QM-A", seen=first, urgency=urgency)
        if decided:
            tx.tickets.decide(ticket, decision(isf=1), version=1, urgency=2)
        tx.tickets.add_verdict(ticket, then, at_urgency, NOW + MINUTE)
        found = tx.tickets.get("QM-A", SYSTEM)
    assert found
    assert found.verdicts == (first, then)
    return found


def test_a_higher_category_raises_the_ticket(store: Store) -> None:
    row = after(store, verdict(isf=1), 2, then=verdict(isf=3, needs_person=True), at_urgency=6).row

    assert (row.isf, row.urgency, row.needs_person, row.version) == (3, 6, True, 2)


def test_a_lower_category_leaves_the_ticket_where_it_was(store: Store) -> None:
    row = after(store, verdict(isf=2, needs_person=True), 4, then=verdict(isf=0), at_urgency=0).row

    assert (row.isf, row.urgency, row.needs_person) == (2, 4, True)


def test_a_flag_in_a_milder_message_does_not_lower_the_category(store: Store) -> None:
    row = after(store, verdict(isf=2), 4, then=verdict(isf=1, red_flags=("violence",)), at_urgency=102).row

    assert (row.isf, row.urgency, row.red_flags) == (2, 102, ("violence",))


def test_a_higher_category_without_a_flag_keeps_the_flag(store: Store) -> None:
    row = after(store, verdict(isf=1, red_flags=("violence",)), 102, then=verdict(isf=3), at_urgency=6).row

    assert (row.isf, row.urgency, row.red_flags) == (3, 102, ("violence",))


def test_flags_of_all_messages_are_shown_once_each(store: Store) -> None:
    first, then = verdict(red_flags=("violence", "harm")), verdict(red_flags=("harm", "fire"))

    assert after(store, first, 102, then=then, at_urgency=102).row.red_flags == ("violence", "harm", "fire")


def test_what_nobody_could_grade_stays_so_until_something_grades_it_higher(store: Store) -> None:
    row = after(store, verdict(isf=1, graded=False), 7, then=verdict(isf=1), at_urgency=2).row
    assert not row.graded
    with store.write() as tx:
        tx.tickets.add_verdict(row.id, verdict(isf=2), 4, NOW + MINUTE)
        found = tx.tickets.get("QM-A", SYSTEM)

    assert found
    assert found.row.graded
    assert (found.row.isf, found.row.urgency) == (2, 7)


def test_a_concern_in_a_later_message_takes_the_ticket_out_of_the_enquiries(store: Store) -> None:
    row = after(store, verdict(kind=Kind.ENQUIRY, isf=0), 0, then=verdict(isf=2), at_urgency=4).row
    assert row.kind is Kind.CONCERN


def test_thanks_in_a_later_message_leave_a_concern_a_concern(store: Store) -> None:
    row = after(store, verdict(), 2, then=verdict(kind=Kind.GOOD_PRACTICE, isf=0), at_urgency=0).row
    assert row.kind is Kind.CONCERN


def test_a_decision_is_not_changed_by_a_later_verdict(store: Store) -> None:
    row = after(store, verdict(), 2, then=verdict(isf=3, kind=Kind.ENQUIRY), at_urgency=6, decided=True).row

    assert (row.isf, row.urgency, row.kind, row.provider) == (1, 2, Kind.CONCERN, "RWE")
    assert (row.decided, row.needs_person, row.version) == (True, False, 3)


def test_a_red_flag_after_a_decision_calls_for_a_person_again(store: Store) -> None:
    flagged = verdict(isf=3, red_flags=("violence",))
    row = after(store, verdict(), 2, then=flagged, at_urgency=106, decided=True).row

    assert (row.needs_person, row.red_flags, row.urgency) == (True, ("violence",), 106)
    assert (row.isf, row.decided) == (1, True)
