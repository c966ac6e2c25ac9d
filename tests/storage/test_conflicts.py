"""Conflicts of interest are found at filing, and again whenever a message, a place or an officer is new."""

from dataclasses import replace
from typing import Any

import pytest

from models.audit import Action
from models.officer import Officer
from models.rights import SYSTEM, Role
from storage.store import Store, StoreError, Transaction
from tests.storage.making import NOW, decision, entry, opened, received, verdict
from tests.storage.threads import at_once

NAMED = "Dr Okonkwo shouted at me."


def add(tx: Transaction, name: str = "Jane Okonkwo", email: str = "jane@example.test") -> Officer:
    return tx.officers.add(email=email, name=name, at=NOW)


def open_one(tx: Transaction, reference: str = "QM-A", text: str = "No rota.", **facts: Any) -> int:
    first = replace(entry(received(tx)), text=text, new_text=text)
    return opened(tx, reference=reference, entry=first, seen=verdict(**facts))


def seen(store: Store, email: str = "jane@example.test") -> set[str]:
    """The tickets that an officer can get."""
    with store.read() as tx:
        officer = tx.officers.by_email(email)
        assert officer is not None
        return {one for one in ("QM-A", "QM-B") if tx.tickets.get(one, officer.viewer)}


def test_who_is_named_in_a_message_does_not_see_its_ticket(store: Store) -> None:
    with store.write() as tx:
        add(tx)
        open_one(tx, "QM-A", NAMED)
        open_one(tx, "QM-B")

    assert seen(store) == {"QM-B"}


def test_that_is_noted_in_the_audit_chain_without_a_word_of_the_message(store: Store) -> None:
    with store.write() as tx:
        add(tx)
        open_one(tx, "QM-A", NAMED)
    with store.read() as tx:
        (row,) = tx.audit.rows()

    assert (row.action, row.subject) == (Action.CONFLICT_FOUND, "QM-A")
    assert row.detail == '{"officer":"jane@example.test","why":"named"}'


def test_a_later_message_that_names_an_officer_hides_the_ticket(store: Store) -> None:
    with store.write() as tx:
        add(tx)
        ticket_id = open_one(tx)
    assert seen(store) == {"QM-A"}
    with store.write() as tx:
        tx.tickets.append(ticket_id, entry(received(tx), text=NAMED))

    assert seen(store) == set()


def test_a_new_officer_does_not_see_what_names_them_already(store: Store) -> None:
    with store.write() as tx:
        open_one(tx, "QM-A", NAMED)
        open_one(tx, "QM-B")
    with store.write() as tx:
        add(tx)

    assert seen(store) == {"QM-B"}


def test_a_further_name_hides_what_it_stands_in(store: Store) -> None:
    with store.write() as tx:
        officer = add(tx)
        open_one(tx, "QM-A", "We call her the Duchess.")
    assert seen(store) == {"QM-A"}
    with store.write() as tx:
        assert tx.officers.set_names(officer.id, ["Duchess"], at=NOW)

    assert seen(store) == set()


@pytest.mark.parametrize(
    "place", [{"provider": "RWE"}, {"site": "RWEAA"}, {"provider_candidates": ("RX1", "RWE")}], ids=str
)
@pytest.mark.parametrize("first", ["ticket", "officer"])
def test_who_belongs_to_a_place_that_may_be_meant_does_not_see_it(
    store: Store, place: dict[str, Any], first: str
) -> None:
    with store.write() as tx:
        if first == "ticket":
            open_one(tx, **place)
        officer = add(tx)
        assert tx.officers.attach(officer.id, "RWE", ["RWE", "RWEAA"], at=NOW)
        if first == "officer":
            open_one(tx, **place)
        open_one(tx, "QM-B", provider="RX1")

    assert seen(store) == {"QM-B"}


def test_a_place_that_is_corrected_to_theirs_hides_the_ticket_and_one_corrected_away_shows_it(store: Store) -> None:
    with store.write() as tx:
        officer = add(tx)
        tx.officers.attach(officer.id, "RWE", ["RWE"], at=NOW)
        ticket_id = open_one(tx, provider="RX1")
    assert seen(store) == {"QM-A"}

    for version, (place, expected) in enumerate([("RWE", set()), ("RX1", {"QM-A"}), ("RWE", set())], start=1):
        with store.write() as tx:
            tx.tickets.decide(ticket_id, decision(provider=place), version=version, urgency=1)
        assert seen(store) == expected


def test_what_a_lead_lifted_stays_lifted_until_a_new_message_names_them_again(store: Store) -> None:
    with store.write() as tx:
        officer = add(tx)
        ticket_id = open_one(tx, "QM-A", NAMED)
    with store.write() as tx:
        assert tx.access.lift(ticket_id, officer.id, at=NOW, actor="lead@example.test") == 1
    assert seen(store) == {"QM-A"}
    with store.write() as tx:
        tx.officers.set_names(officer.id, ["Duchess"], at=NOW)
    assert seen(store) == {"QM-A"}
    with store.write() as tx:
        tx.tickets.append(ticket_id, entry(received(tx), text=NAMED))

    assert seen(store) == set()


def test_an_officer_sees_nothing_before_all_tickets_have_been_searched(store: Store) -> None:
    with store.write() as tx:
        for number in range(201):
            open_one(tx, f"QM-{number}")
        open_one(tx, "QM-A", NAMED)
        open_one(tx, "QM-B")
    with store.write() as tx:
        officer = add(tx)
        assert not officer.screened
    assert seen(store) == set()
    with store.write() as tx:
        assert tx.conflicts.search(officer.id, NOW)

    assert seen(store) == {"QM-B"}


def test_an_officer_and_a_ticket_that_come_at_once_find_each_other(store: Store) -> None:
    def work(which: int) -> None:
        for number in range(15):
            with store.write() as tx:
                if which:
                    open_one(tx, f"QM-{which}-{number}", f"Dr Okonkwo{number * 'o'} did it.")
                else:
                    add(tx, f"Jane Okonkwo{number * 'o'}", f"{number}@example.test")

    at_once(4, work)

    with store.read() as tx:
        for number in range(15):
            officer = tx.officers.by_email(f"{number}@example.test")
            assert officer is not None
            assert officer.screened
            for which in (1, 2, 3):
                assert tx.tickets.get(f"QM-{which}-{number}", SYSTEM) is not None
                assert tx.tickets.get(f"QM-{which}-{number}", officer.viewer) is None


def test_a_locked_out_officer_is_looked_for_all_the_same(store: Store) -> None:
    with store.write() as tx:
        officer = add(tx)
        tx.officers.set_active(officer.id, active=False)
        open_one(tx, "QM-A", NAMED)
        tx.officers.set_active(officer.id, active=True)

    assert seen(store) == set()


def test_an_attachment_is_listed_and_ends(store: Store) -> None:
    with store.write() as tx:
        officer = add(tx)
        tx.officers.attach(officer.id, "RWE", ["RWE", "RWEAA"], at=NOW)
        tx.officers.attach(officer.id, "RX1", ["RX1"], at=NOW)
        assert tx.officers.places(officer.id) == ("RWE", "RX1")
        assert tx.officers.detach(officer.id, "RWE")
        assert not tx.officers.detach(officer.id, "RWE")
        assert tx.officers.places(officer.id) == ("RX1",)


def test_the_last_administrator_stays(store: Store) -> None:
    both = (Role.ADMINISTRATOR, Role.LEAD)
    with store.write() as tx:
        ann = tx.officers.add(email="ann@example.test", name="Ann", roles=both)
        bob = tx.officers.add(email="bob@example.test", name="Bob", roles=both)
        tx.officers.set_roles(bob.id, [Role.OFFICER])
        with pytest.raises(StoreError, match="last administrator"):
            tx.officers.set_roles(ann.id, [Role.LEAD])
        with pytest.raises(StoreError, match="last administrator"):
            tx.officers.set_active(ann.id, active=False)
        tx.officers.set_roles(bob.id, both)
        tx.officers.set_active(ann.id, active=False)
        with pytest.raises(StoreError, match="last administrator"):
            tx.officers.set_active(bob.id, active=False)


def test_two_administrators_cannot_remove_each_other_at_once(store: Store) -> None:
    with store.write() as tx:
        ids = [
            tx.officers.add(email=f"{one}@example.test", name=one, roles=[Role.ADMINISTRATOR]).id for one in ("a", "b")
        ]

    def work(which: int) -> bool:
        try:
            with store.write() as tx:
                tx.officers.set_roles(ids[which], [Role.OFFICER])
        except StoreError:
            return False
        return True

    assert sorted(at_once(2, work)) == [False, True]
