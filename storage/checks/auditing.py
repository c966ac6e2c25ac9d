"""Checks of the audit chain and of the rights that hang on what the store keeps about officers."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, exists, not_, or_, select, text

from storage.audit import Audit
from storage.checks.base import SHOWN, Check
from storage.rights_tables import AttachmentTable, ConflictTable, OfficerProfileTable
from storage.tables import OfficerTable, TicketTable

TRIGGERS = {
    "sqlite": frozenset(
        {
            "audit_no_update",
            "audit_no_delete",
            "audit_no_replace",
            "audit_checkpoints_no_update",
            "audit_checkpoints_no_delete",
            "audit_head_only_grows",
            "audit_head_no_delete",
        }
    ),
    "postgresql": frozenset(
        f"{table}_{what}"
        for table in ("audit", "audit_head", "audit_checkpoints")
        for what in ("refuses", "refuses_truncate")
    ),
}
_KNOWN = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


def _chain(connection: Connection) -> Iterable[str]:
    proof = Audit(connection, writes=False).proof()
    return (f"act {fault.seq}: {fault.what}" for fault in proof.faults)


def _triggers(connection: Connection) -> Iterator[str]:
    engine = connection.dialect.name
    found = set(connection.execute(text(_KNOWN[engine])).scalars())
    for name in sorted(TRIGGERS[engine] - found):
        yield f"the trigger {name} is not there, or does not fire"


def _profiles(connection: Connection) -> Iterator[str]:
    profile = exists().where(OfficerProfileTable.officer_id == OfficerTable.id)
    for email in connection.execute(select(OfficerTable.email).where(not_(profile))).scalars():
        yield f"{email} has no roles at all"


def _places(connection: Connection) -> Iterator[str]:
    """Conflicts are written down when they are found. That they were shows for the place a ticket has now."""
    place = or_(TicketTable.provider == AttachmentTable.code, TicketTable.site == AttachmentTable.code)
    noted = exists().where(
        ConflictTable.ticket_id == TicketTable.id,
        ConflictTable.officer_id == AttachmentTable.officer_id,
        ConflictTable.kind == "attached",
        ConflictTable.source == AttachmentTable.code,
    )
    missing = (
        select(TicketTable.reference, OfficerTable.email)
        .select_from(AttachmentTable)
        .join(TicketTable, place)
        .join(OfficerTable, OfficerTable.id == AttachmentTable.officer_id)
        .join(OfficerProfileTable, OfficerProfileTable.officer_id == OfficerTable.id)
        .where(OfficerProfileTable.screened.is_(True), not_(noted))
        .distinct()
        .limit(SHOWN + 1)
    )
    for reference, email in connection.execute(missing):
        yield f"{reference} is about a place of {email}, and nobody has noticed"


AUDIT_CHECKS: tuple[Check, ...] = (
    Check(name="the audit chain is whole", look=_chain),
    Check(name="the database refuses to change the audit chain", look=_triggers),
    Check(name="every officer has roles", look=_profiles),
    Check(name="no officer sees a ticket about a place of theirs", look=_places),
)
