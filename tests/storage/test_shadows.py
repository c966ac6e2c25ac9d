"""Facts about shadow verdicts: each ticket's first message once for each candidate, and no ticket ever changed."""

from models.learning import Unshadowed
from models.rights import SYSTEM
from storage.store import Store
from tests.storage.making import MINUTE, NOW, entry, opened, received, verdict

LONG_AGO = NOW - 1_000 * MINUTE


def test_each_first_message_is_given_to_a_candidate_once_newest_first(store: Store) -> None:
    with store.write() as tx:
        old = opened(tx, seen=verdict(isf=3), received_at=NOW - 5 * MINUTE)
        new = opened(tx)
        tx.tickets.append(old, entry(received(tx), text="Worse.", new_text="Worse."))
        tx.tickets.add_verdict(old, verdict(isf=0), 0, NOW)
    with store.read() as tx:
        waiting = tx.shadows.missing("v1", since=LONG_AGO, limit=9)
        assert [one.ticket_id for one in waiting] == [new, old]
        assert waiting[1] == Unshadowed(
            ticket_id=old, channel="imap", subject="Rota", text="No rota.", live=verdict(isf=3)
        )
        assert [one.ticket_id for one in tx.shadows.missing("v1", since=NOW - MINUTE, limit=9)] == [new]
        assert [one.ticket_id for one in tx.shadows.missing("v1", since=LONG_AGO, limit=1)] == [new]
    with store.write() as tx:
        assert tx.shadows.add(new, "v1", verdict(), NOW)
        assert not tx.shadows.add(new, "v1", verdict(isf=2), NOW)
    with store.read() as tx:
        assert [one.ticket_id for one in tx.shadows.missing("v1", since=LONG_AGO, limit=9)] == [old]
        assert [one.ticket_id for one in tx.shadows.missing("v2", since=LONG_AGO, limit=9)] == [new, old]


def test_a_candidates_verdicts_stand_beside_the_first_live_ones(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx, reference="QM-A", seen=verdict(isf=1))
        tx.tickets.add_verdict(ticket, verdict(isf=3), 6, NOW)
        tx.shadows.add(ticket, "v1", verdict(isf=2, classifier="rules-1+x.v1"), NOW + MINUTE)
    with store.read() as tx:
        [shadow] = tx.shadows.all("v1")
        assert tx.shadows.all("v2") == ()
    assert (shadow.reference, shadow.at, shadow.model) == ("QM-A", NOW + MINUTE, "v1")
    assert (shadow.live.isf, shadow.candidate.isf, shadow.candidate.classifier) == (1, 2, "rules-1+x.v1")


def test_a_shadow_verdict_changes_nothing_about_its_ticket(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx, reference="QM-A")
        before = tx.tickets.get("QM-A", SYSTEM)
        tx.shadows.add(ticket, "v1", verdict(isf=3, red_flags=("violence",)), NOW)
    with store.read() as tx:
        assert tx.tickets.get("QM-A", SYSTEM) == before
