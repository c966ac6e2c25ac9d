"""Facts about links, merges, splits and tasks: reversible, and nobody sees more than before."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from models.desk_work import Care
from models.links import CannotMerge, Likeness, LinkKind
from models.officer import Officer
from models.retention import Kept
from models.rights import SYSTEM, Role
from models.sealing import Anonymity
from models.ticket import Reporter, Ticket, TicketState
from storage.store import NotForViewer, Store, Transaction
from tests.storage.making import MINUTE, NOW, entry, filed, followed, opened, received, verdict


def officer(tx: Transaction, name: str = "Ann Officer", *roles: Role) -> Officer:
    email = f"{name.split(maxsplit=1)[0].lower()}@example.test"
    one = tx.officers.add(email=email, name=name, at=NOW)
    tx.officers.set_roles(one.id, frozenset(roles or {Role.OFFICER}))
    return replace(one, roles=frozenset(roles or {Role.OFFICER}))


def got(tx: Transaction, ticket_id: int, who: Officer | None = None) -> Ticket | None:
    reference = tx.tickets.reference_of(ticket_id)
    assert reference is not None
    return tx.tickets.get(reference, who.viewer if who else SYSTEM)


def seen(tx: Transaction, ticket_id: int, who: Officer | None = None) -> Ticket:
    ticket = got(tx, ticket_id, who)
    assert ticket is not None
    return ticket


def told(tx: Transaction, text: str, **facts: Any) -> int:
    return opened(tx, entry=replace(entry(received(tx)), text=text, new_text=text, masked_text=text), **facts)


def test_a_part_is_read_in_the_whole_and_taken_out_again_as_if_nothing_had_been(store: Store) -> None:
    with store.write() as tx:
        ann = officer(tx)
        whole, part = told(tx, "First."), told(tx, "Second.", seen=verdict(isf=3, red_flags=("violence",)), urgency=9)
        before = seen(tx, whole)
        tx.merges.merge(part, whole, viewer=ann.viewer, at=NOW)
        merged, inner = seen(tx, whole, ann), seen(tx, part, ann)
        assert {one.ticket_id for one in tx.alerts.to_tell(again_before=NOW)} == {part, whole}
    assert [one.text for one in merged.entries] == ["First.", "Second."]
    assert (merged.row.isf, merged.row.red_flags, merged.row.urgency) == (3, ("violence",), 9)
    assert [one.reference for one in merged.parts] == [inner.row.reference]
    assert (inner.is_part, inner.whole, inner.row.state) == (True, merged.row, TicketState.CLOSED)
    with store.write() as tx:
        assert tx.merges.undo(part, viewer=ann.viewer, at=NOW) == merged.row.reference
        again, apart = seen(tx, whole, ann), seen(tx, part, ann)
        assert [one.ticket_id for one in tx.alerts.to_tell(again_before=NOW)] == [part], "the flag is the part's again"
    assert again.entries == before.entries
    assert replace(again.row, version=0) == replace(before.row, version=0)
    assert (apart.is_part, apart.row.state, [one.text for one in apart.entries]) == (
        False,
        TicketState.NEW,
        ["Second."],
    )


def test_what_a_reporter_of_a_part_writes_further_is_read_in_the_whole_which_is_new_again(store: Store) -> None:
    whole, part = filed(store), filed(store)
    with store.write() as tx:
        ann = officer(tx)
        tx.merges.merge(part, whole, viewer=ann.viewer, at=NOW)
        row = seen(tx, whole).row
        tx.tickets.set_state(whole, TicketState.CLOSED, version=row.version, event=seen(tx, whole).events[0])
    followed(store, part)
    with store.write() as tx:
        tx.tickets.add_verdict(part, verdict(isf=3, red_flags=("violence",)), 9, NOW)
        ticket, inner = seen(tx, whole, ann), seen(tx, part, ann)
        assert tx.merges.undo(part, viewer=ann.viewer, at=NOW)
        raised = seen(tx, whole).row
    assert (ticket.row.state, len(ticket.entries)) == (TicketState.NEW, 3)
    assert (ticket.row.isf, ticket.row.red_flags) == (3, ("violence",))
    assert inner.row.state is TicketState.CLOSED
    assert raised.isf == 3, "what was raised since stays: an officer looks"
    assert [fault for result in store.examine() for fault in result.faults] == []


def test_a_merge_lets_nobody_see_what_was_not_for_them(store: Store) -> None:
    with store.write() as tx:
        ann, lead, kim = officer(tx), officer(tx, "Lee Lead", Role.LEAD), officer(tx, "Kim Named")
        whole = told(tx, "First.")
        part = told(tx, "Kim Named shouted at me.")
        assert got(tx, part, kim) is None
        assert got(tx, whole, kim) is not None
        tx.access.restrict(part, [ann.id], at=NOW, actor=lead.email)
        tx.merges.merge(part, whole, viewer=ann.viewer, at=NOW)
        assert got(tx, whole, kim) is None, "who is in conflict with the part loses the whole"
        access = tx.access.of(whole)
        assert (access.restricted, access.named) == (True, frozenset({ann.id}))
        tx.merges.undo(part, viewer=ann.viewer, at=NOW)
        assert got(tx, whole, kim) is not None, "and gets it back with the part out of it"
        assert got(tx, part, kim) is None
        assert not tx.access.of(whole).restricted


def test_who_lost_the_whole_gets_it_back_only_without_any_part_and_if_nothing_was_written_on_it(store: Store) -> None:
    with store.write() as tx:
        ann, kim, lee = officer(tx), officer(tx, "Kim Named"), officer(tx, "Lee Else")
        whole, other = told(tx, "First."), told(tx, "Other.")
        parts = [told(tx, f"Kim Named shouted at me, {number}.") for number in range(3)]
        tx.access.restrict(whole, [ann.id, lee.id], at=NOW, actor=ann.email)
        tx.access.restrict(parts[0], [ann.id], at=NOW, actor=ann.email)
        for part in parts[:2]:
            tx.merges.merge(part, whole, viewer=ann.viewer, at=NOW)
        assert tx.access.of(whole).named == frozenset({ann.id})
        tx.merges.undo(parts[0], viewer=ann.viewer, at=NOW)
        assert tx.access.of(whole).conflicts == {kim.id}, "Kim Named is in the other part"
        tx.merges.undo(parts[1], viewer=ann.viewer, at=NOW)
        access = tx.access.of(whole)
        assert (access.conflicts, access.named) == (frozenset(), frozenset({ann.id, lee.id}))
        tx.merges.merge(parts[2], other, viewer=ann.viewer, at=NOW)
        tx.letters.note(other, officer=ann.email, text="What Kim Named did is dreadful.", at=NOW)
        tx.merges.undo(parts[2], viewer=ann.viewer, at=NOW)
        assert got(tx, other, kim) is None, "the note tells of the part"
        told_so = [[event.detail.get("narrow") for event in seen(tx, one).events][-1] for one in (whole, other)]
        assert told_so == [None, True]


def test_what_a_conflict_was_before_a_merge_it_is_after_it(store: Store) -> None:
    first = filed(store)
    second = followed(store, first)
    with store.write() as tx:
        ann, kim = officer(tx), officer(tx, "Kim Named")
        facts: dict[str, Any] = {"verdict": verdict(), "urgency": 3, "viewer": ann.viewer, "at": NOW}
        new = tx.splits.split(first, second, reference="QM-NEW", **facts)
        whole, part = told(tx, "Kim Named is rude."), told(tx, "Second.")
        tx.access.lift(whole, kim.id, at=NOW, actor=ann.email)
        tx.merges.merge(part, whole, viewer=ann.viewer, at=NOW)
        late = entry(received(tx), text="Kim Named again.", new_text="Kim Named again.")
        tx.tickets.append(part, late)
        assert tx.access.of(whole).conflicts == {kim.id}
        tx.merges.undo(part, viewer=ann.viewer, at=NOW)
        assert tx.access.of(whole).conflicts == frozenset()
        assert tx.access.of(part).conflicts == {kim.id}
        tx.merges.merge(new, whole, viewer=ann.viewer, at=NOW)
        assert tx.access.of(whole).conflicts == frozenset(), "what a lead lifted stays lifted"


def test_a_ticket_made_by_a_split_calls_people_for_its_flags_though_the_first_is_taken_care_of(store: Store) -> None:
    first = filed(store)
    second = followed(store, first)
    with store.write() as tx:
        ann = officer(tx)
        seen_in_it = verdict(isf=3, red_flags=("violence",))
        tx.tickets.add_verdict(first, seen_in_it, 9, NOW)
        assert tx.alerts.acknowledge(first, officer=ann.email, at=NOW)
        assert tx.alerts.to_tell(again_before=NOW) == ()
        facts: dict[str, Any] = {"urgency": 9, "viewer": ann.viewer, "at": NOW}
        new = tx.splits.split(first, second, reference="QM-NEW", verdict=seen_in_it, **facts)
        assert [(one.ticket_id, one.flags) for one in tx.alerts.to_tell(again_before=NOW)] == [(new, ("violence",))]
        assert tx.alerts.care(first) == Care(at=NOW, officer=ann.email)


def test_a_part_that_is_not_for_somebody_is_not_in_the_whole_that_they_see(store: Store) -> None:
    with store.write() as tx:
        ann, kim = officer(tx), officer(tx, "Kim Other")
        whole, part = told(tx, "First."), told(tx, "Second.")
        tx.merges.merge(part, whole, viewer=ann.viewer, at=NOW)
        tx.access.restrict(part, [ann.id], at=NOW, actor=ann.email)
        ticket = seen(tx, whole, kim)
        reference = seen(tx, part).row.reference
    assert ([one.text for one in ticket.entries], ticket.parts) == (["First."], ())
    assert reference not in repr(ticket.events)


def test_what_cannot_be_merged_is_refused(store: Store) -> None:
    with store.write() as tx:
        ann, reader = officer(tx), officer(tx, "Rob Reader", Role.READ_ONLY)
        one, two, three = told(tx, "One."), told(tx, "Two."), told(tx, "Three.")
        with pytest.raises(NotForViewer):
            tx.merges.merge(one, two, viewer=reader.viewer, at=NOW)
        with pytest.raises(CannotMerge, match="itself"):
            tx.merges.merge(one, one, viewer=ann.viewer, at=NOW)
        tx.merges.merge(one, two, viewer=ann.viewer, at=NOW)
        for first, second in ((one, three), (three, one), (two, three)):
            with pytest.raises(CannotMerge):
                tx.merges.merge(first, second, viewer=ann.viewer, at=NOW)
        with pytest.raises(CannotMerge):
            tx.merges.undo(three, viewer=ann.viewer, at=NOW)


def test_a_part_stays_as_long_as_its_whole_is_open_or_held(store: Store) -> None:
    late = NOW + 10_000_000 * MINUTE
    schedule = {Kept.TICKETS: 60 * MINUTE}
    whole, part = filed(store), filed(store)
    with store.write() as tx:
        ann = officer(tx)
        for item in tx.outbox.claim(worker="w", now=NOW, lease=MINUTE, limit=9):
            tx.outbox.sent(item, NOW)
        tx.merges.merge(part, whole, viewer=ann.viewer, at=NOW)
        assert tx.retention.due(Kept.TICKETS, late, schedule).count == 0
        row = seen(tx, whole)
        tx.tickets.set_state(whole, TicketState.CLOSED, version=row.row.version, event=row.events[0])
        assert tx.retention.due(Kept.TICKETS, late, schedule).count == 2
        tx.retention.hold(whole, at=NOW, actor=ann.email, reason="A court asks.")
        assert tx.retention.due(Kept.TICKETS, late, schedule).count == 0
        tx.retention.lift(whole)
        tx.retention.remove([part], why="tickets", now=late)
        assert not seen(tx, whole).parts


def test_a_message_is_split_off_and_put_back_by_a_merge(store: Store) -> None:
    first = filed(store)
    second = followed(store, first)
    with store.write() as tx:
        ann, kim = officer(tx), officer(tx, "Kim Other")
        tx.access.restrict(first, [ann.id], at=NOW, actor=ann.email)
        facts: dict[str, Any] = {
            "reference": "QM-NEW",
            "verdict": verdict(),
            "urgency": 3,
            "viewer": ann.viewer,
            "at": NOW,
        }
        opening = seen(tx, first).entries[0].inbox_id
        with pytest.raises(CannotMerge):
            tx.splits.split(first, opening, **facts)
        new = tx.splits.split(first, second, **facts)
        old, made = seen(tx, first, ann), seen(tx, new, ann)
        assert got(tx, new, kim) is None
        assert tx.links.split_from(new) == first
        assert tx.persons.tickets_of("learner@example.test") == (first, new)
    assert (len(old.entries), len(made.entries), made.row.needs_person) == (1, 1, True)
    assert [fault for result in store.examine() for fault in result.faults] == []
    with store.write() as tx:
        tx.merges.merge(new, first, viewer=ann.viewer, at=NOW)
        assert len(seen(tx, first, ann).entries) == 2
    assert [fault for result in store.examine() for fault in result.faults] == []


def test_tickets_are_linked_both_ways_and_unlinked(store: Store) -> None:
    with store.write() as tx:
        ann = officer(tx)
        one, two = told(tx, "One."), told(tx, "Two.")
        assert tx.links.link(two, one, LinkKind.RELATED, viewer=ann.viewer, at=NOW)
        assert not tx.links.link(one, two, LinkKind.RELATED, viewer=ann.viewer, at=NOW)
        assert tx.links.link(one, two, LinkKind.DUPLICATE, viewer=ann.viewer, at=NOW)
        assert [(x.other.id, x.kind) for x in tx.links.of(one, ann.viewer)] == [(two, LinkKind.DUPLICATE)]
        assert [x.other.id for x in tx.links.of(two, ann.viewer)] == [one]
        tx.access.restrict(two, [], at=NOW, actor=ann.email)
        assert tx.links.of(one, ann.viewer) == ()
        assert "reference" not in {name for event in seen(tx, one, ann).events for name in event.detail}
        tx.access.open_up(two)
        assert tx.links.unlink(one, two, viewer=ann.viewer, at=NOW)
        assert not tx.links.unlink(one, two, viewer=ann.viewer, at=NOW)


SHOUTED = "The consultant on ward four shouted at two of us in front of patients on Monday."


def test_what_is_like_a_ticket_is_found_with_its_reasons_and_only_if_it_is_for_the_viewer(store: Store) -> None:
    def reporter(address: str, **facts: Any) -> Reporter:
        return Reporter(name="L", address=address, **facts)

    with store.write() as tx:
        ann, reader = officer(tx), officer(tx, "Rob Reader", Role.READ_ONLY)
        here = {"seen": verdict(provider="RWE", themes=("bullying",))}
        mine = told(tx, SHOUTED, reporter=reporter("a@s.test"), **here)
        words = told(tx, SHOUTED + " Again.", reporter=reporter("b@s.test"), seen=verdict(provider="RWE"))
        person = told(tx, "My rota is late.", reporter=reporter("A@s.test"))
        place = told(tx, "No desk.", reporter=reporter("c@s.test"), **here)
        told(tx, "Far away.", reporter=reporter("d@s.test"), seen=verdict(provider="RX1"))
        hidden = told(tx, SHOUTED, reporter=reporter("a@s.test", anonymity=Anonymity.ANONYMOUS))
        row = seen(tx, mine).row
        found = {one.other.id: set(one.why) for one in tx.links.similar(row, ann.viewer)}
        read = {one.other.id: set(one.why) for one in tx.links.similar(row, reader.viewer)}
        of_hidden = {one.other.id: set(one.why) for one in tx.links.similar(seen(tx, hidden).row, ann.viewer)}
    near = {Likeness.SAME_PROVIDER}
    assert found == {
        words: near | {Likeness.SAME_WORDS},
        person: {Likeness.SAME_PERSON},
        place: near | {Likeness.SAME_THEME},
    }
    assert person not in read, "who may not decide is not told who wrote what"
    assert Likeness.SAME_PERSON not in {why for all_ in of_hidden.values() for why in all_}


def test_tasks_are_kept_until_they_are_done(store: Store) -> None:
    with store.write() as tx:
        ann = officer(tx)
        ticket_id = told(tx, "One.")
        facts: dict[str, Any] = {"officer": ann.email, "at": NOW}
        later = tx.tasks.add(ticket_id, "Ring them.", due=date(2026, 12, 1), owner_id=ann.id, **facts)
        sooner = tx.tasks.add(ticket_id, "Write.", due=date(2026, 11, 20), owner_id=None, **facts)
        assert [one.id for one in tx.tasks.of(ticket_id)] == [sooner, later]
        assert [one.is_late(date(2026, 11, 24)) for one in tx.tasks.of(ticket_id)] == [True, False]
        assert tx.tasks.finish(ticket_id, sooner, done=True, **facts)
        assert not tx.tasks.finish(ticket_id, sooner, done=True, **facts)
        assert [(one.id, one.done_by, one.owner) for one in tx.tasks.of(ticket_id)] == [
            (later, None, "Ann Officer"),
            (sooner, ann.email, ""),
        ]
        assert tx.tasks.finish(ticket_id, sooner, done=False, **facts)


def test_the_balance_counts_a_split_message_as_a_ticket(store: Store) -> None:
    first = filed(store)
    second = followed(store, first)
    with store.write() as tx:
        ann = officer(tx)
        tx.splits.split(first, second, reference="QM-NEW", verdict=verdict(), urgency=3, viewer=ann.viewer, at=NOW)
        balance = tx.inbox.balance()
    assert (balance.tickets, balance.follow_ups) == (2, 0)
