"""Programs that are told of tickets, within one transaction: where they are, what they are to be told, how it went."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from models.interface import HookEvent
from models.rights import Role
from storage.claims import claim, settle
from storage.dialect import next_id
from storage.errors import SealBroken
from storage.hooking import may_know
from storage.interface_tables import HookCallTable, WebhookTable
from storage.sealing import Place, Seals
from storage.tables import Base, TicketTable

_HOOKS = Base.metadata.tables[WebhookTable.__tablename__]
_WAITING = HookCallTable.state == "waiting"
KEPT = timedelta(days=30)
"""How long the log of calls is kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hook:
    """A program that is told. Its secret stays sealed."""

    id: int
    name: str
    url: str
    events: tuple[HookEvent, ...]
    role: Role
    made_by: str
    made_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HookCall:
    """One call that is to be made: `reference` is None where the program may not know of the ticket any more."""

    id: int
    claim: str
    attempts: int
    hook: Hook
    secret: str = field(repr=False)
    event: str
    reference: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LogLine:
    """How one call went."""

    webhook_id: int
    event: str
    reference: str
    at: datetime
    attempts: int
    state: str
    error: str
    settled_at: datetime | None


class Webhooks:
    """The webhooks within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def add(
        self,
        *,
        name: str,
        url: str,
        secret: str,
        events: Collection[HookEvent],
        role: Role,
        made_by: str,
        at: datetime,
    ) -> int:
        """Begin to tell a program; gives its number."""
        number = next_id(self._connection, _HOOKS)
        values = {
            "id": number,
            "name": name,
            "url": url,
            "events": sorted(events),
            "role": role,
            "made_by": made_by,
            "made_at": at,
            "disabled_why": "",
            **self._seals.seal(_HOOKS, number, {"secret": secret}),
        }
        self._connection.execute(insert(WebhookTable), values)
        return number

    def all(self) -> tuple[Hook, ...]:
        """All of them, the oldest first."""
        columns = [column for column in _HOOKS.columns if column.name != "secret"]
        rows = self._connection.execute(select(*columns).order_by(_HOOKS.c.id)).mappings()
        return tuple(
            Hook(
                **{
                    **row,
                    "role": Role(row["role"]),
                    "events": tuple(HookEvent(one) for one in row["events"] if one in list(HookEvent)),
                }
            )
            for row in rows
        )

    def remove(self, number: int) -> bool:
        """Tell a program nothing any more, and forget it with the log of its calls; False when there is none."""
        self._connection.execute(delete(HookCallTable).where(HookCallTable.webhook_id == number))
        return self._connection.execute(delete(WebhookTable).where(WebhookTable.id == number)).rowcount == 1

    def enable(self, number: int) -> bool:
        """Tell it again, after it was switched off; False when it was not."""
        changed = update(WebhookTable).where(WebhookTable.id == number, WebhookTable.disabled_at.is_not(None))
        values = {"disabled_at": None, "disabled_why": "", "failing_since": None}
        return self._connection.execute(changed.values(**values)).rowcount == 1

    def disable(self, number: int, why: str, at: datetime) -> None:
        """Switch it off: what waits for it fails, and nothing more is queued."""
        changed = update(WebhookTable).where(WebhookTable.id == number)
        self._connection.execute(changed.values(disabled_at=at, disabled_why=why))
        left = update(HookCallTable).where(HookCallTable.webhook_id == number, _WAITING)
        self._connection.execute(left.values(state="failed", error="It was switched off.", settled_at=at))

    def are_due(self, now: datetime) -> bool:
        """Whether a call may wait to be made."""
        due = select(HookCallTable.id).where(_WAITING, HookCallTable.due_at <= now).limit(1)
        return self._connection.execute(due).first() is not None

    def claim(self, *, worker: str, now: datetime, lease: timedelta, limit: int = 10) -> tuple[HookCall, ...]:
        """Claim calls that wait, the oldest first."""
        rows = claim(self._connection, HookCallTable, _WAITING, worker=worker, now=now, lease=lease, limit=limit)
        hooks = {hook.id: hook for hook in self.all()}
        found = []
        for row in rows:
            hook = hooks[row["webhook_id"]]
            found.append(
                HookCall(
                    id=row["id"],
                    claim=row["claim"],
                    attempts=row["attempts"],
                    hook=hook,
                    secret=self._secret(hook.id),
                    event=row["event"],
                    reference=self._reference(hook, row["ticket_id"]),
                    at=row["at"],
                )
            )
        return tuple(found)

    def prune(self, now: datetime, *, limit: int = 1_000) -> int:
        """Let old lines of the log go, at most so many; gives how many. For the daily work."""
        old = select(HookCallTable.id).where(HookCallTable.settled_at < now - KEPT, HookCallTable.state != "waiting")
        gone = delete(HookCallTable).where(HookCallTable.id.in_(old.limit(limit)))
        return self._connection.execute(gone).rowcount

    def sent(self, call: HookCall, now: datetime) -> None:
        """The program has taken it. Raises LostClaim when the claim is not ours any more."""
        settle(self._connection, HookCallTable, call.id, call.claim, {"state": "sent", "error": "", "settled_at": now})
        self._connection.execute(update(WebhookTable).where(WebhookTable.id == call.hook.id).values(failing_since=None))

    def postpone(self, call: HookCall, *, until: datetime, error: str, now: datetime) -> None:
        """Try again then. Raises LostClaim when the claim is not ours any more."""
        settle(self._connection, HookCallTable, call.id, call.claim, {"due_at": until, "error": error})
        self._failing(call, now)

    def fail(self, call: HookCall, *, error: str, now: datetime) -> None:
        """It will not go. Raises LostClaim when the claim is not ours any more."""
        values = {"state": "failed", "error": error, "settled_at": now}
        settle(self._connection, HookCallTable, call.id, call.claim, values)

    def log(self, number: int, *, limit: int = 20) -> tuple[LogLine, ...]:
        """The last calls to a program, the newest first."""
        table = HookCallTable
        wanted = (
            select(
                table.webhook_id,
                table.event,
                TicketTable.reference,
                table.at,
                table.attempts,
                table.state,
                table.error,
                table.settled_at,
            )
            .join(TicketTable, TicketTable.id == table.ticket_id)
            .where(table.webhook_id == number)
            .order_by(table.id.desc())
            .limit(limit)
        )
        return tuple(LogLine(**row) for row in self._connection.execute(wanted).mappings())

    def _failing(self, call: HookCall, now: datetime) -> None:
        first = update(WebhookTable).where(WebhookTable.id == call.hook.id, WebhookTable.failing_since.is_(None))
        self._connection.execute(first.values(failing_since=now))

    def _secret(self, number: int) -> str:
        """The secret of a program; empty where its seal does not open, so that its calls are refused there."""
        token = self._connection.execute(select(WebhookTable.secret).where(WebhookTable.id == number)).scalar_one()
        try:
            return str(self._seals.open(Place(_HOOKS, "secret", number), token))
        except SealBroken:
            return ""

    def _reference(self, hook: Hook, ticket_id: int) -> str | None:
        if not may_know(self._connection, hook.id, hook.role, ticket_id):
            return None
        wanted = select(TicketTable.reference).where(TicketTable.id == ticket_id)
        return self._connection.execute(wanted).scalar_one()
