from models.work import Lease
from storage.store import Store
from tests.storage.making import MINUTE, NOW
from tests.storage.threads import at_once


def take(store: Store, holder: str, minutes: int = 0) -> Lease | None:
    with store.write() as tx:
        return tx.leases.take("imap:a", holder, now=NOW + minutes * MINUTE, ttl=MINUTE)


def test_of_four_that_take_a_lease_at_once_one_has_it(store: Store) -> None:
    held = [lease for lease in at_once(4, lambda which: take(store, f"h{which}")) if lease]

    assert len(held) == 1
    assert held[0].epoch == 1


def test_of_four_that_take_a_lease_that_has_run_out_one_has_it(store: Store) -> None:
    take(store, "gone")

    held = [lease for lease in at_once(4, lambda which: take(store, f"h{which}", minutes=2)) if lease]

    assert [lease.epoch for lease in held] == [2]


def test_a_held_lease_is_nobody_elses_and_another_name_is_another_lease(store: Store) -> None:
    assert take(store, "one")
    assert take(store, "two") is None
    with store.write() as tx:
        assert tx.leases.take("imap:b", "two", now=NOW, ttl=MINUTE)


def test_a_renewed_lease_keeps_its_epoch_and_holds_longer(store: Store) -> None:
    lease = take(store, "one")
    assert lease
    with store.write() as tx:
        renewed = tx.leases.renew(lease, now=NOW + MINUTE, ttl=MINUTE)

    assert renewed == Lease(name="imap:a", holder="one", epoch=1, expires_at=NOW + 2 * MINUTE)
    assert take(store, "two", minutes=2) is None


def test_a_lost_lease_cannot_be_renewed(store: Store) -> None:
    lost = take(store, "one")
    assert lost
    assert take(store, "two", minutes=2)
    with store.write() as tx:
        assert tx.leases.renew(lost, now=NOW + 2 * MINUTE, ttl=MINUTE) is None


def test_a_released_lease_is_free_at_once_and_its_epoch_goes_on_growing(store: Store) -> None:
    first = take(store, "one")
    assert first
    with store.write() as tx:
        tx.leases.release(first)
    second = take(store, "two")

    assert second
    assert second.epoch == 2


def test_a_late_holder_cannot_release_what_is_anothers(store: Store) -> None:
    late = take(store, "one")
    assert late
    assert take(store, "two", minutes=2)
    with store.write() as tx:
        tx.leases.release(late)

    assert take(store, "three", minutes=2) is None
