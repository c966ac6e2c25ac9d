"""Leases: what only one process may do at a time, with an epoch that fences off a late holder."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from models.work import Lease
from storage.dialect import insert_or_ignore
from storage.tables import LeaseTable


class Leases:
    """The leases within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, name: str, holder: str, *, now: datetime, ttl: timedelta) -> Lease | None:
        """Take a lease that nobody holds or whose time has run out; None when somebody holds it."""
        fresh = {"name": name, "holder": holder, "epoch": 1, "expires_at": now + ttl}
        if insert_or_ignore(self._connection, LeaseTable, fresh) is not None:
            return Lease(name=name, holder=holder, epoch=1, expires_at=now + ttl)
        taken = self._connection.execute(
            update(LeaseTable)
            .where(LeaseTable.name == name, LeaseTable.expires_at < now)
            .values(holder=holder, epoch=LeaseTable.epoch + 1, expires_at=now + ttl)
            .returning(LeaseTable.epoch)
        ).scalar()
        return None if taken is None else Lease(name=name, holder=holder, epoch=taken, expires_at=now + ttl)

    def renew(self, lease: Lease, *, now: datetime, ttl: timedelta) -> Lease | None:
        """Hold it longer; None when it was lost meanwhile."""
        renewed = self._connection.execute(
            update(LeaseTable)
            .where(LeaseTable.name == lease.name, LeaseTable.holder == lease.holder, LeaseTable.epoch == lease.epoch)
            .values(expires_at=now + ttl)
        )
        if renewed.rowcount != 1:
            return None
        return Lease(name=lease.name, holder=lease.holder, epoch=lease.epoch, expires_at=now + ttl)

    def release(self, lease: Lease) -> None:
        """Let the next one in at once. The epoch is kept, so that it goes on growing."""
        held = self._connection.execute(
            select(LeaseTable.expires_at).where(
                LeaseTable.name == lease.name, LeaseTable.holder == lease.holder, LeaseTable.epoch == lease.epoch
            )
        ).scalar()
        if held is not None:
            self._connection.execute(
                update(LeaseTable)
                .where(LeaseTable.name == lease.name, LeaseTable.epoch == lease.epoch)
                .values(expires_at=datetime(1970, 1, 1, tzinfo=held.tzinfo), holder="")
            )
