"""Facts about what the store keeps of signing in: sessions, second factors, recovery codes, accounts elsewhere."""

from datetime import timedelta

import pytest

from models.officer import Officer
from models.sign_in import Opening, Stage
from storage.store import Store
from tests.storage.making import MINUTE, NOW
from tests.storage.threads import at_once

DAY = timedelta(days=1)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def ann(store: Store) -> Officer:
    with store.write() as tx:
        return tx.officers.add(email="ann@example.test", name="Ann Example", password_hash="hash")


def opened(store: Store, officer: Officer, token: str, **facts: object) -> str:
    token_hash = token * 64
    opening = Opening(at=NOW, **facts)  # type: ignore[arg-type]  # a test's own facts
    with store.write() as tx:
        tx.officers.open_session(
            officer_id=officer.id, token_hash=token_hash, csrf="c", expires_at=NOW + DAY, opening=opening
        )
    return token_hash


def test_a_session_ends_when_nobody_uses_it_and_goes_on_while_somebody_does(store: Store, ann: Officer) -> None:
    token = opened(store, ann, "a")
    idle = 60 * MINUTE
    with store.write() as tx:
        assert tx.officers.session(token, NOW + 59 * MINUTE, idle=idle)
        tx.sign_ins.used(token, NOW + 59 * MINUTE)
        assert tx.officers.session(token, NOW + 118 * MINUTE, idle=idle)
        assert tx.officers.session(token, NOW + 119 * MINUTE, idle=idle) is None
        assert tx.officers.session(token, NOW + 119 * MINUTE), "the absolute limit is another matter"


def test_an_officer_sees_their_whole_sessions_and_ends_one_or_all_others(store: Store, ann: Officer) -> None:
    with store.write() as tx:
        bob = tx.officers.add(email="bob@example.test", name="Bob")
    first, second = opened(store, ann, "a", device="Firefox on Windows"), opened(store, ann, "b", way="nhs")
    third = opened(store, ann, "c")
    opened(store, ann, "d", stage=Stage.CODE)
    bobs = opened(store, bob, "e")
    with store.write() as tx:
        tx.sign_ins.used(second, NOW + MINUTE)
        listed = tx.sign_ins.sessions(ann.id, NOW)
        assert [(one.handle, one.way, one.device) for one in listed] == [
            ("b" * 16, "nhs", ""),
            ("a" * 16, "password", "Firefox on Windows"),
            ("c" * 16, "password", ""),
        ]
        assert not tx.sign_ins.end_session(ann.id, "e" * 16), "another's session is out of reach"
        assert tx.sign_ins.end_session(ann.id, "a" * 16)
        assert tx.officers.session(first, NOW) is None
        assert tx.sign_ins.end_others(ann.id, second) == 2
        assert tx.officers.session(third, NOW) is None
        assert tx.officers.session(second, NOW)
        assert tx.officers.session(bobs, NOW)


def test_a_second_factor_counts_once_its_first_code_came_back_and_its_secret_is_sealed(
    store: Store, ann: Officer
) -> None:
    with store.write() as tx:
        assert tx.sign_ins.coming(ann.id, SECRET) == SECRET
        assert tx.sign_ins.coming(ann.id, "ANOTHER") == SECRET, "loading the page again shows the same one"
        assert tx.sign_ins.second_factor(ann.id) is None
        assert tx.sign_ins.confirm(ann.id, step=7, at=NOW, codes=("x", "y"))
        assert not tx.sign_ins.confirm(ann.id, step=8, at=NOW, codes=("z",)), "nothing is being set up any more"
    with store.read() as tx:
        factor = tx.sign_ins.second_factor(ann.id)
        assert tx.sign_ins.secret(ann.id) == SECRET
        kept = tx.sign_ins._connection.exec_driver_sql("SELECT secret FROM second_factors").scalar_one()
    assert factor is not None
    assert (factor.set_at, factor.recovery_codes) == (NOW, 2)
    assert SECRET.encode() not in bytes(kept)


def test_a_step_is_used_once_and_never_an_earlier_one_even_by_four_at_once(store: Store, ann: Officer) -> None:
    with store.write() as tx:
        tx.sign_ins.coming(ann.id, SECRET)
        tx.sign_ins.confirm(ann.id, step=7, at=NOW, codes=("x",))

    def use(_: int) -> bool:
        with store.write() as tx:
            return tx.sign_ins.use_step(ann.id, 9)

    assert sorted(at_once(4, use)) == [False, False, False, True]
    with store.write() as tx:
        assert not tx.sign_ins.use_step(ann.id, 8)
        assert tx.sign_ins.use_step(ann.id, 10)


def test_a_recovery_code_works_once_and_a_reset_takes_all_away(store: Store, ann: Officer) -> None:
    with store.write() as tx:
        tx.sign_ins.coming(ann.id, SECRET)
        tx.sign_ins.confirm(ann.id, step=7, at=NOW, codes=("x", "y"))
        assert tx.sign_ins.use_recovery_code(ann.id, "x")
        assert not tx.sign_ins.use_recovery_code(ann.id, "x")
        assert tx.sign_ins.reset_second_factor(ann.id)
        assert not tx.sign_ins.use_recovery_code(ann.id, "y")
        assert tx.sign_ins.second_factor(ann.id) is None
        assert not tx.sign_ins.reset_second_factor(ann.id)


def test_an_account_elsewhere_is_one_officers_and_no_other_issuers(store: Store, ann: Officer) -> None:
    with store.write() as tx:
        bob = tx.officers.add(email="bob@example.test", name="Bob")
        assert tx.sign_ins.link_outside(ann.id, "https://one.test", "1", NOW)
        assert not tx.sign_ins.link_outside(bob.id, "https://one.test", "1", NOW)
        assert tx.sign_ins.link_outside(bob.id, "https://two.test", "1", NOW)
        assert tx.sign_ins.of_outside("https://one.test", "1") == ann
        assert tx.sign_ins.of_outside("https://two.test", "1") == bob
        assert tx.sign_ins.unlink_outside(ann.id) == 1
        assert tx.sign_ins.of_outside("https://one.test", "1") is None
