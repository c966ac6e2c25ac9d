import pytest

from models.officer import Officer
from storage.store import Store, StoreError
from tests.storage.making import MINUTE, NOW
from tests.storage.threads import at_once


@pytest.fixture
def ann(store: Store) -> Officer:
    with store.write() as tx:
        return tx.officers.add(email="Ann@Example.test", name="Ann Example", password_hash="hash")


def sign_in(store: Store, officer: Officer, token: str = "t" * 64) -> str:
    with store.write() as tx:
        tx.officers.open_session(officer_id=officer.id, token_hash=token, csrf="csrf", expires_at=NOW + MINUTE)
    return token


def test_an_officer_is_found_whatever_the_case_of_the_address(store: Store, ann: Officer) -> None:
    with store.read() as tx:
        assert tx.officers.by_email("ANN@example.TEST") == ann
        assert tx.officers.by_email("bob@example.test") is None
    assert (ann.email, ann.password_hash, ann.active) == ("Ann@Example.test", "hash", True)


def test_a_second_officer_with_the_address_is_refused_in_words_without_it(store: Store, ann: Officer) -> None:
    with pytest.raises(StoreError) as refused, store.write() as tx:
        tx.officers.add(email="ann@example.test", name="Another")

    assert not refused.value.retry
    assert "ann" not in str(refused.value).lower()
    with store.read() as tx:
        assert tx.officers.all() == (ann,)


def test_officers_are_listed_by_name(store: Store, ann: Officer) -> None:
    with store.write() as tx:
        bob = tx.officers.add(email="b@example.test", name="Zed")
        abe = tx.officers.add(email="c@example.test", name="Abe")
        assert tx.officers.all() == (abe, ann, bob)


def test_a_session_holds_until_it_runs_out(store: Store, ann: Officer) -> None:
    token = sign_in(store, ann)
    with store.read() as tx:
        session = tx.officers.session(token, NOW)
        assert session
        assert (session.officer, session.csrf, session.expires_at) == (ann, "csrf", NOW + MINUTE)
        assert tx.officers.session(token, NOW + MINUTE) is None
        assert tx.officers.session("another", NOW) is None


def test_signing_out_ends_that_session_only(store: Store, ann: Officer) -> None:
    one, two = sign_in(store, ann, "1"), sign_in(store, ann, "2")
    with store.write() as tx:
        tx.officers.close_session(one)
        assert tx.officers.session(one, NOW) is None
        assert tx.officers.session(two, NOW)


def test_a_new_password_ends_that_officers_sessions_only(store: Store, ann: Officer) -> None:
    with store.write() as tx:
        bob = tx.officers.add(email="bob@example.test", name="Bob")
    anns, bobs = sign_in(store, ann, "1"), sign_in(store, bob, "2")
    with store.write() as tx:
        tx.officers.set_password(ann.id, "new hash")
        found = tx.officers.by_email(ann.email)
        assert found
        assert found.password_hash == "new hash"
        assert tx.officers.session(anns, NOW) is None
        assert tx.officers.session(bobs, NOW)


def test_an_officer_who_is_locked_out_has_no_session_then_or_after(store: Store, ann: Officer) -> None:
    token = sign_in(store, ann)
    with store.write() as tx:
        tx.officers.add_one_time(officer_id=ann.id, token_hash="once", expires_at=NOW + MINUTE)
        tx.officers.set_active(ann.id, False)
        assert tx.officers.session(token, NOW) is None
        assert tx.officers.use_one_time("once", NOW) is None
        tx.officers.set_active(ann.id, True)
        assert tx.officers.session(token, NOW) is None


def test_a_one_time_link_works_once(store: Store, ann: Officer) -> None:
    with store.write() as tx:
        tx.officers.add_one_time(officer_id=ann.id, token_hash="once", expires_at=NOW + MINUTE)
    with store.write() as tx:
        assert tx.officers.use_one_time("once", NOW) == ann
        assert tx.officers.use_one_time("once", NOW) is None


def test_a_one_time_link_that_ran_out_or_never_was_lets_nobody_in(store: Store, ann: Officer) -> None:
    with store.write() as tx:
        tx.officers.add_one_time(officer_id=ann.id, token_hash="once", expires_at=NOW + MINUTE)
        assert tx.officers.use_one_time("once", NOW + MINUTE) is None
        assert tx.officers.use_one_time("never", NOW) is None


def test_of_four_threads_that_use_a_link_at_once_one_is_let_in(store: Store, ann: Officer) -> None:
    with store.write() as tx:
        tx.officers.add_one_time(officer_id=ann.id, token_hash="once", expires_at=NOW + MINUTE)

    def use(_: int) -> Officer | None:
        with store.write() as tx:
            return tx.officers.use_one_time("once", NOW)

    assert [officer for officer in at_once(4, use) if officer] == [ann]


def test_failed_sign_ins_are_counted_by_key_and_time_until_cleared(store: Store) -> None:
    with store.write() as tx:
        for minutes in (0, 1, 2):
            tx.officers.note_failure("Ann@example.test", NOW + minutes * MINUTE)
        tx.officers.note_failure("192.0.2.1", NOW)

        assert tx.officers.failures("ann@EXAMPLE.test", NOW) == 3
        assert tx.officers.failures("ann@example.test", NOW + MINUTE) == 2
        tx.officers.clear_failures("ann@example.test")
        assert tx.officers.failures("ann@example.test", NOW) == 0
        assert tx.officers.failures("192.0.2.1", NOW) == 1


def test_a_session_of_nobody_is_refused(store: Store) -> None:
    with pytest.raises(StoreError) as refused, store.write() as tx:
        tx.officers.open_session(officer_id=99, token_hash="t", csrf="c", expires_at=NOW)
    assert not refused.value.retry
