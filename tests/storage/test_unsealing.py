"""A seal is opened by a right, with a reason, for an anonymous report by two persons, and never unseen."""

from datetime import timedelta

import pytest

from models.rights import Role, Viewer
from models.sealing import Anonymity, UnsealRefused
from models.ticket import NewTicket, Reporter
from storage.store import NotForViewer, Store
from tests.storage.making import NOW, entry, received, verdict

REASON = "to warn them of a danger"
DAY = timedelta(days=1)


def viewer(number: int, role: Role = Role.CUSTODIAN) -> Viewer:
    return Viewer(officer_id=number, email=f"{role}-{number}@example.test", roles=frozenset({role}))


CUSTODIAN, LEAD, OFFICER = viewer(1), viewer(2, Role.LEAD), viewer(3, Role.OFFICER)


def opened(store: Store, anonymity: Anonymity) -> int:
    with store.write() as tx:
        return tx.tickets.open(
            NewTicket(
                reference="QM-A",
                channel="imap",
                received_at=NOW,
                entry=entry(received(tx), text="Mrs Made Up fell.", masked_text="[name] fell."),
                reporter=Reporter(name="Ann", address="ann@home.test", anonymity=anonymity),
                verdict=verdict(),
                urgency=1,
            )
        )


def acts(store: Store) -> list[tuple[str, str, str]]:
    with store.read() as tx:
        return [(row.action, row.actor, row.subject) for row in tx.audit.rows()]


def test_a_named_reporter_is_opened_by_one_person_with_a_reason(store: Store) -> None:
    ticket = opened(store, Anonymity.NAMED)
    with store.write() as tx:
        asked = tx.unsealings.ask(ticket, CUSTODIAN, REASON, NOW)
        found = tx.unsealings.open(asked, CUSTODIAN, NOW)
    assert (found.reporter.name, found.reporter.address, found.entries[0].text) == (
        "Ann",
        "ann@home.test",
        "Mrs Made Up fell.",
    )
    assert acts(store) == [
        ("unseal_asked", CUSTODIAN.email, "QM-A"),
        ("unsealed", CUSTODIAN.email, "QM-A"),
    ]


@pytest.mark.parametrize("who", [LEAD, OFFICER, viewer(4, Role.ADMINISTRATOR), viewer(5, Role.READ_ONLY)])
def test_without_the_right_nobody_asks(store: Store, who: Viewer) -> None:
    ticket = opened(store, Anonymity.NAMED)
    with pytest.raises(NotForViewer), store.write() as tx:
        tx.unsealings.ask(ticket, who, REASON, NOW)
    assert acts(store) == []


def test_without_a_reason_nothing_is_asked(store: Store) -> None:
    ticket = opened(store, Anonymity.NAMED)
    with pytest.raises(UnsealRefused, match="why"), store.write() as tx:
        tx.unsealings.ask(ticket, CUSTODIAN, " because ", NOW)


def test_an_anonymous_reporter_is_opened_by_two_persons_within_a_day(store: Store) -> None:
    ticket = opened(store, Anonymity.ANONYMOUS)
    with store.write() as tx:
        asked = tx.unsealings.ask(ticket, CUSTODIAN, REASON, NOW)
        with pytest.raises(UnsealRefused, match="second person"):
            tx.unsealings.open(asked, CUSTODIAN, NOW)
        with pytest.raises(UnsealRefused, match="agree with themselves"):
            tx.unsealings.approve(asked, CUSTODIAN, NOW)
        with pytest.raises(NotForViewer):
            tx.unsealings.approve(asked, OFFICER, NOW)
        tx.unsealings.approve(asked, LEAD, NOW)
        agreed = tx.unsealings.newest(ticket)
        assert agreed is not None
        with pytest.raises(UnsealRefused, match="answered this already"):
            tx.unsealings.refuse(asked, viewer(9), NOW)
        with pytest.raises(UnsealRefused, match="Only the person who asked"):
            tx.unsealings.open(agreed, viewer(9), NOW)
        with pytest.raises(UnsealRefused, match="time to open it is over"):
            tx.unsealings.open(agreed, CUSTODIAN, NOW + DAY)
        assert tx.unsealings.open(agreed, CUSTODIAN, NOW).reporter.name == "Ann"
    assert [action for action, _, _ in acts(store)] == ["unseal_asked", "unseal_approved", "unsealed"]


def test_a_second_person_may_say_no_and_an_old_question_has_to_be_asked_again(store: Store) -> None:
    ticket = opened(store, Anonymity.ANONYMOUS)
    with store.write() as tx:
        asked = tx.unsealings.ask(ticket, CUSTODIAN, REASON, NOW)
        with pytest.raises(UnsealRefused, match="too old"):
            tx.unsealings.approve(asked, LEAD, NOW + 7 * DAY)
        tx.unsealings.refuse(asked, LEAD, NOW)
        refused = tx.unsealings.newest(ticket)
        assert refused is not None
        with pytest.raises(UnsealRefused, match="said no"):
            tx.unsealings.open(refused, CUSTODIAN, NOW)


def test_the_reason_is_sealed_too(store: Store) -> None:
    ticket = opened(store, Anonymity.NAMED)
    with store.write() as tx:
        tx.unsealings.ask(ticket, CUSTODIAN, REASON, NOW)
        found = tx.unsealings.newest(ticket)
    assert found is not None
    assert found.reason == REASON
    with store._engine.connect() as connection:
        assert REASON.encode() not in bytes(connection.exec_driver_sql("SELECT reason FROM unsealings").scalar_one())
