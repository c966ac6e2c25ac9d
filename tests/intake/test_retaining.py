"""Facts about `intake retention` and `intake hold`, and the daemon's daily work."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from intake.config import Config, ConfigError, load_config
from intake.retaining import A_DAY, LATER, LEASE, RetentionWork, nothing_stops
from models.audit import Act, Action
from models.retention import Kept
from models.rights import SYSTEM, Role
from storage.store import Store
from tests.intake.conftest import Run
from tests.storage.making import NOW
from tests.storage.test_retention import SCHEDULE, Story, told

OLD = Story(4_000, 4_000, None, closed=True, held=False)
LEAD = "lead@nhs.test"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/intake.db")
    store.migrate()
    with store.write() as tx:
        tx.officers.add(email=LEAD, name="Lead", roles=(Role.LEAD,))
        tx.officers.add(email="sam@nhs.test", name="Sam")
    yield store
    store.close()


@pytest.fixture
def settings(tmp_path: Path, kept: Store) -> tuple[str, ...]:
    path = tmp_path / "intake.toml"
    path.write_text(f"data_dir = {json.dumps(str(tmp_path))}\n")
    return "--config", str(path)


def there(store: Store, reference: str) -> bool:
    with store.read() as tx:
        return tx.tickets.get(reference, SYSTEM) is not None


def test_a_dry_run_shows_what_would_go_and_changes_nothing(run: Run, settings: tuple[str, ...], kept: Store) -> None:
    reference = told(kept, OLD)
    code, shown, _ = run(*settings, "retention", "--dry-run")
    assert code == 0
    assert reference in shown
    assert there(kept, reference)
    _, told_json, _ = run(*settings, "retention", "--dry-run", "--json")
    due = {one["kept"]: one["count"] for one in json.loads(told_json)["due"]}
    assert (due["tickets"], due["raw"], due["identity"], due["ignored"]) == (1, 1, 1, 0)


def test_what_is_due_goes_and_is_audited_and_reconcile_balances(
    run: Run, settings: tuple[str, ...], kept: Store
) -> None:
    reference = told(kept, OLD)
    code, shown, _ = run(*settings, "retention")
    assert code == 0
    assert "Gone: raw 1, outbox 1, identity 1, tickets 1." in shown
    assert not there(kept, reference)
    code, shown, _ = run(*settings, "reconcile")
    assert code == 0
    assert "gone since" in shown
    with kept.read() as tx:
        expired = [row.subject for row in tx.audit.rows() if row.action == Action.EXPIRED]
    assert expired == ["raw", "outbox", "identity", "tickets"]


def test_a_held_ticket_stays_and_is_named_until_the_hold_ends(run: Run, settings: tuple[str, ...], kept: Store) -> None:
    reference = told(kept, OLD)
    lead = ("--as", LEAD)
    assert run(*settings, "hold", reference, *lead)[0] == 2
    assert run(*settings, "hold", reference, "--as", "sam@nhs.test", "--reason", "x")[0] == 2
    assert run(*settings, "hold", "QM-0", *lead, "--reason", "x")[0] == 1
    assert run(*settings, "hold", reference.lower(), *lead, "--reason", "a court asks")[0] == 0
    assert "a court asks" in run(*settings, "hold", *lead)[1]
    code, shown, _ = run(*settings, "retention")
    assert code == 1
    assert "on legal hold" in shown
    assert "1 are older than tickets_days and on legal hold" in run(*settings, "check", "--offline")[1]
    assert there(kept, reference)
    assert run(*settings, "hold", reference, *lead, "--lift")[0] == 0
    assert run(*settings, "retention")[0] == 0
    assert not there(kept, reference)
    with kept.read() as tx:
        acts = [(row.actor, row.subject) for row in tx.audit.rows() if row.action == Action.LEGAL_HOLD_CHANGED]
    assert acts == [(LEAD, reference)] * 2


def test_one_process_does_it_at_a_time(kept: Store) -> None:
    reference = told(kept, OLD)
    first, second = (
        RetentionWork(store=kept, schedule=SCHEDULE, holder=name, clock=lambda: NOW) for name in ("one", "two")
    )
    with kept.write() as tx:
        tx.leases.take(LEASE, "two", now=NOW, ttl=timedelta(minutes=1))
    assert first.step(nothing_stops) == LATER
    assert there(kept, reference)
    with kept.write() as tx:
        lease = tx.leases.take("other", "two", now=NOW, ttl=timedelta(minutes=1))
    assert lease is not None
    later = RetentionWork(store=kept, schedule=SCHEDULE, holder="one", clock=lambda: NOW + timedelta(hours=1))
    assert later.step(nothing_stops) == A_DAY
    assert not there(kept, reference)
    assert second.due()[0].count == 0


def test_no_part_of_a_ticket_may_be_kept_longer_than_the_whole() -> None:
    with pytest.raises(ConfigError, match="identity_days"):
        load_config(None, {"INTAKE__RETENTION__IDENTITY_DAYS": "5000"})
    forever = load_config(None, {"INTAKE__RETENTION__TICKETS_DAYS": "0", "INTAKE__RETENTION__RAW_DAYS": "0"})
    assert Kept.TICKETS not in forever.retention.schedule
    assert Config().retention.schedule[Kept.IGNORED] == timedelta(days=90)


def test_old_acts_of_the_audit_chain_go_and_the_rest_is_still_proven(store: Store) -> None:
    with store.write() as tx:
        for day in range(10):
            tx.audit.append(Act(at=NOW + timedelta(days=day), actor="intake", action=Action.EXPIRED, subject="test"))
    now = NOW + timedelta(days=10)
    schedule = {Kept.AUDIT: timedelta(days=4, hours=1)}
    work = RetentionWork(store=store, schedule=schedule, holder="w", clock=lambda: now)
    assert {due.kept: due.count for due in work.due()}[Kept.AUDIT] == 6
    with store.write() as tx:
        lease = tx.leases.take(LEASE, "w", now=now, ttl=timedelta(minutes=1))
    assert lease is not None
    assert work.expire(lease)[Kept.AUDIT] == 6
    with store.read() as tx:
        assert tx.audit.proof().faults == ()
        assert tx.audit.checkpoint().seq == 6
    assert {due.kept: due.count for due in work.due()}[Kept.AUDIT] == 0
