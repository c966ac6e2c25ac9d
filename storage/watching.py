"""Signs of life, what waits, and the alarms that have been raised."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, func, select, update

from models.watching import Alarm, Vitals
from models.work import Delivery, Ending
from storage.chat_tables import ConversationTable, ReplyTable
from storage.desk_tables import AlertTable
from storage.dialect import insert_or_ignore
from storage.interface_tables import WebhookTable
from storage.tables import InboxTable, OutboxTable
from storage.watching_tables import AlarmTable, HeartbeatTable

FAILED_WITHIN = timedelta(days=7)
PUSHED = ("telegram",)
"""Channels whose replies we send; elsewhere they wait until somebody fetches them, for however long."""


class Watch:
    """The watch within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def beat(self, name: str, at: datetime) -> None:
        """Note that something went well."""
        if insert_or_ignore(self._connection, HeartbeatTable, {"name": name, "at": at}) is None:
            newer = update(HeartbeatTable).where(HeartbeatTable.name == name, HeartbeatTable.at < at)
            self._connection.execute(newer.values(at=at))

    def beat_at(self, name: str) -> datetime | None:
        """When something last went well."""
        return self._connection.execute(select(HeartbeatTable.at).where(HeartbeatTable.name == name)).scalar()

    def expect(self, name: str, at: datetime) -> None:
        """Begin to watch for something that has given no sign yet: as if it had just gone well."""
        insert_or_ignore(self._connection, HeartbeatTable, {"name": name, "at": at})

    def vitals(self, now: datetime) -> Vitals:
        """How the intake is now."""
        beats = self._connection.execute(select(HeartbeatTable.name, HeartbeatTable.at))
        waiting, oldest = self._waiting(InboxTable.ending.is_(None), InboxTable.received_at)
        mails, oldest_mail = self._waiting(OutboxTable.state == Delivery.WAITING.value, OutboxTable.created_at)
        sent_by_us = exists().where(
            ConversationTable.id == ReplyTable.conversation_id, ConversationTable.channel.in_(PUSHED)
        )
        replies = self._waiting((ReplyTable.state == Delivery.WAITING.value) & sent_by_us, ReplyTable.created_at)
        flags = self._waiting(AlertTable.acknowledged_at.is_(None), AlertTable.raised_at)
        failed = (OutboxTable.state == Delivery.FAILED.value) & (OutboxTable.settled_at >= now - FAILED_WITHIN)
        return Vitals(
            beats={row.name: row.at for row in beats},
            inbox_waiting=waiting,
            inbox_oldest=oldest,
            outbox_waiting=mails,
            outbox_oldest=oldest_mail,
            outbox_failed=self._waiting(failed, OutboxTable.created_at)[0],
            flags_waiting=flags[0],
            flags_oldest=flags[1],
            hooks_disabled=self._hooks_disabled(),
            quarantined=self._waiting(InboxTable.ending == Ending.QUARANTINED.value, InboxTable.received_at)[0],
            replies_waiting=replies[0],
            replies_oldest=replies[1],
        )

    def quarantined(self, *, most: int = 1_000) -> int:
        """How many messages wait in quarantine for a person; counting stops at `most` + 1."""
        held = InboxTable.ending == Ending.QUARANTINED.value
        some = select(InboxTable.id).where(held).limit(most + 1).subquery()
        return int(self._connection.execute(select(func.count()).select_from(some)).scalar_one())

    def _hooks_disabled(self) -> int:
        counted = select(func.count()).where(WebhookTable.disabled_at.is_not(None))
        return int(self._connection.execute(counted).scalar_one())

    def alarms(self) -> tuple[Alarm, ...]:
        """What is wrong, and what is over without anybody having been told; by name."""
        rows = self._connection.execute(select(*AlarmTable.__table__.columns).order_by(AlarmTable.name)).mappings()
        return tuple(Alarm(**row) for row in rows)

    def compare(self, wrong: Mapping[str, str], now: datetime) -> None:
        """Raise what is newly wrong, and end what is not wrong any more. `wrong` has the words by name."""
        known = {alarm.name: alarm for alarm in self.alarms()}
        for name, words in wrong.items():
            if name not in known:
                insert_or_ignore(self._connection, AlarmTable, {"name": name, "words": words, "since": now})
            elif known[name].ended_at is not None:  # it is back before anybody was told that it was over
                self._change(name, words=words, ended_at=None)
            elif known[name].words != words:
                self._change(name, words=words)
        for name, alarm in known.items():
            if name in wrong or alarm.ended_at is not None:
                continue
            if alarm.told_at is None:
                self.forget(name)
            else:
                self._change(name, ended_at=now)

    def told(self, name: str, at: datetime) -> None:
        """Note that people know that it is wrong."""
        self._change(name, told_at=at)

    def forget(self, name: str) -> None:
        """It is over, and people know, or never heard of it."""
        self._connection.execute(delete(AlarmTable).where(AlarmTable.name == name))

    def _change(self, name: str, **values: Any) -> None:
        self._connection.execute(update(AlarmTable).where(AlarmTable.name == name).values(**values))

    def _waiting(self, which: Any, moment: Any) -> tuple[int, datetime | None]:
        row = self._connection.execute(select(func.count(), func.min(moment)).where(which)).one()
        return int(row[0]), row[1]
