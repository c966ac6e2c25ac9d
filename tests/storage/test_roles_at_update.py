"""Accounts of a version without roles, after the update."""

import pytest
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import text

from models.rights import Role
from storage.migrating import _config, _script
from storage.store import Store
from tests.storage.making import NOW
from tests.storage.test_migrations import bare, bare_url

__all__ = ["bare", "bare_url"]
ALL = {Role.OFFICER, Role.LEAD, Role.ADMINISTRATOR}


def migrate_to(store: Store, revision: str) -> None:
    script = _script()

    def upgrade(current: object, _context: MigrationContext) -> list[object]:
        return list(script._upgrade_revs(revision, current))  # type: ignore[arg-type]

    with store._engine.begin() as connection:
        environment = EnvironmentContext(_config(), script, fn=upgrade)
        environment.configure(connection=connection)
        with environment.begin_transaction():
            environment.run_migrations()


@pytest.mark.parametrize(
    ("active", "expected"),
    [
        ([True], [ALL]),
        ([True, False], [ALL, {Role.OFFICER}]),
        ([True, True], [{Role.OFFICER}, {Role.OFFICER}]),
        ([], []),
    ],
)
def test_every_account_becomes_officer_and_the_only_one_lead_and_administrator(
    bare: Store, active: list[bool], expected: list[set[Role]]
) -> None:
    migrate_to(bare, "0004")
    for number, may_sign_in in enumerate(active):
        with bare._engine.begin() as connection:
            insert = text(
                "INSERT INTO officers (email, email_key, name, password_hash, active)"
                " VALUES (:email, :email, :email, '', :active)"
            )
            connection.execute(insert, {"email": f"{number}@example.test", "active": may_sign_in})
    bare.migrate()

    with bare.write() as tx:
        officers = tx.officers.all()
        assert [one.roles for one in officers] == expected
        assert not any(one.screened for one in officers)
        for one in officers:
            assert tx.conflicts.search(one.id, NOW)
        assert all(one.screened for one in tx.officers.all())
