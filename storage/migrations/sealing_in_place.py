"""What revision 0003 does to the rows that it finds: seal them, mask them for officers, and make blind indexes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa
from alembic import op

from models.masked_message import MaskedMessage, by_rules_alone, mask_message, without_name
from models.masked_verdict import masked_verdict
from models.masking import PersonalData
from models.verdict import Verdict
from storage.addresses import domain_of
from storage.packing import as_verdict
from storage.sealing import Purpose, Sealed, Seals
from storage.types import Handle, Id, Values, Words

Row = Mapping[Any, Any]
BATCH = 100
OLD_INDEXES = {
    "inbox": ("ix_inbox_ending", "ix_inbox_waiting"),
    "entries": ("ix_entries_message_id", "ix_entries_ticket_id"),
    "reporters": ("ix_reporters_address_key",),
    "outbox": ("ix_outbox_address", "ix_outbox_domain", "ix_outbox_ticket_id", "ix_outbox_waiting"),
    "fingerprints": (),
}
OLD_KEYS = {
    "inbox": ("uq_inbox_channel_account_key", "pk_inbox"),
    "entries": ("uq_entries_inbox_id", "pk_entries"),
    "reporters": ("pk_reporters",),
    "outbox": ("uq_outbox_message_id", "pk_outbox"),
    "fingerprints": ("pk_fingerprints",),
}
WITH_SEQUENCE = ("inbox", "entries", "outbox")
NEW = frozenset(
    {"key_index", "fingerprint_index", "message_index", "masked_subject", "masked_text", "masked_attachments"}
    | {"address_index", "domain_index", "anonymity"}
)
"""Columns that the old tables do not have."""
REWRITTEN = {"tickets": "subject", "verdicts": "classifier", "shadow_verdicts": "model"}
"""Tables of which columns are overwritten, and a text column by which PostgreSQL can be made to write them anew."""

_TICKETS = sa.table("tickets", sa.column("id", Id), sa.column("subject", Words()))
_VERDICTS = sa.table("verdicts", sa.column("id", Id), sa.column("ticket_id", Id), sa.column("verdict", Values()))
_SHADOWS = sa.table("shadow_verdicts", sa.column("id", Id), sa.column("verdict", Values()))


def set_aside(table: str) -> None:
    """Rename a table and free the names of its indexes, keys and sequence."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA legacy_alter_table=ON")  # otherwise references would follow the old table
        op.rename_table(table, f"old_{table}")
        op.execute("PRAGMA legacy_alter_table=OFF")
    else:
        op.rename_table(table, f"old_{table}")
        for key in OLD_KEYS[table]:
            op.execute(f"ALTER TABLE old_{table} DROP CONSTRAINT {key} CASCADE")
        if table in WITH_SEQUENCE:
            op.execute(f"ALTER SEQUENCE {table}_id_seq RENAME TO old_{table}_id_seq")
    for index in OLD_INDEXES[table]:
        op.drop_index(index)


def seal_all(made: Mapping[str, sa.Table]) -> None:
    """Fill the new tables from the old ones, then drop those."""
    connection = op.get_bind()
    config = op.get_context().config
    assert config is not None
    seals: Seals = config.attributes["seals"]
    _copy(connection, made["inbox"], _INBOX, lambda row: _inbox(seals, made["inbox"], row))
    _copy(connection, made["fingerprints"], {}, lambda row: _fingerprint(seals, made["fingerprints"], row))
    for ticket in _each(connection, _TICKETS):
        _seal_ticket(connection, seals, made, ticket["id"])
    _copy(connection, made["outbox"], _OUTBOX, lambda row: _mail(seals, made["outbox"], row))
    for row in _each(connection, _SHADOWS):
        bare = {**row["verdict"], "evidence": [], "personal_data": []}
        connection.execute(sa.update(_SHADOWS).where(_SHADOWS.c.id == row["id"]).values(verdict=bare))
    for table in ("fingerprints", "entries", "reporters", "outbox", "inbox"):
        op.drop_table(f"old_{table}")
    if connection.dialect.name == "postgresql":
        for table in WITH_SEQUENCE:
            highest = connection.execute(sa.select(sa.func.max(made[table].c.id))).scalar()
            if highest is not None:
                sequence = sa.func.pg_get_serial_sequence(table, "id")
                connection.execute(sa.select(sa.func.setval(sequence, highest)))
        for table, column in REWRITTEN.items():
            # What an update leaves behind lies in the file until it is written anew.
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE text USING {column} || ''")


_INBOX = {"key": Words(), "raw": sa.LargeBinary(), "envelope_from": Words(), "envelope_to": Values()}
_OUTBOX = {"address_key": Handle(), "domain": Handle(), "outgoing": Values()}
_ENTRY = {name: Words() for name in ("subject", "text", "new_text", "message_id")} | {"attachments": Values()}
_REPORTER = {name: Words() for name in ("name", "address", "address_key")}


def _old(table: sa.Table, were: Mapping[str, Any]) -> sa.TableClause:
    """The old table: the columns that stay, and those that were otherwise."""
    same = [column for column in table.c if not isinstance(column.type, Sealed) and column.name not in NEW]
    columns = [sa.column(column.name, column.type) for column in same if column.name not in were]
    return sa.table(f"old_{table.name}", *columns, *(sa.column(name, how) for name, how in were.items()))


def _each(connection: sa.Connection, table: sa.TableClause, key: str = "id") -> Iterator[Row]:
    last: Any = None
    while True:
        wanted = sa.select(table).order_by(table.c[key]).limit(BATCH)
        rows = connection.execute(wanted if last is None else wanted.where(table.c[key] > last)).mappings().all()
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1][key]


def _copy(
    connection: sa.Connection, table: sa.Table, were: Mapping[str, Any], sealed: Callable[[Row], dict[str, Any]]
) -> None:
    old = _old(table, were)
    for row in _each(connection, old, "fingerprint" if "fingerprint" in old.c else "id"):
        kept = {name: row[name] for name in old.c.keys() if name not in were}  # noqa: SIM118 - its columns
        connection.execute(sa.insert(table), {**kept, **sealed(row)})


def _inbox(seals: Seals, table: sa.Table, row: Row) -> dict[str, Any]:
    index = seals.blind(Purpose.RECEIPT, row["key"])
    return {"key_index": index, **seals.seal(table, row["id"], {name: row[name] for name in _INBOX})}


def _fingerprint(seals: Seals, table: sa.Table, row: Row) -> dict[str, Any]:
    index = seals.blind(Purpose.FINGERPRINT, row["fingerprint"])
    return {"fingerprint": index, **seals.seal(table, row["inbox_id"], {"source": row["fingerprint"]})}


def _mail(seals: Seals, table: sa.Table, row: Row) -> dict[str, Any]:
    outgoing = dict(row["outgoing"])
    recipient = outgoing.pop("recipient", None)
    key = row["message_id"]
    if recipient is None:
        return {"address_index": None, "domain_index": None, "recipient": None, "outgoing": None}
    return {
        "address_index": seals.blind(Purpose.ADDRESS, row["address_key"]),
        "domain_index": seals.blind(Purpose.DOMAIN, row["domain"]),
        **seals.seal(table, key, {"recipient": recipient}, person=row["ticket_id"]),
        **seals.seal(table, key, {"outgoing": outgoing}),
    }


def _seal_ticket(connection: sa.Connection, seals: Seals, made: Mapping[str, sa.Table], ticket_id: int) -> None:
    """One ticket: its reporter, its messages, and the evidence of its verdicts, all of which name the same persons."""
    entries, reporters = _old(made["entries"], _ENTRY), _old(made["reporters"], _REPORTER)
    reporter = _of(connection, reporters, ticket_id)[0]
    _add_reporter(connection, seals, made["reporters"], reporter)
    verdicts = _of(connection, _VERDICTS, ticket_id)
    read = {row["id"]: as_verdict(row) for row in verdicts}
    for number, row in enumerate(_of(connection, entries, ticket_id)):
        shown = row["new_text"] or row["text"]
        mine = {
            key: one for key, one in read.items() if (number == 0) == (key == verdicts[0]["id"]) and _fits(one, shown)
        }
        masks = _masks(row, shown, reporter, [data for one in mine.values() for data in one.personal_data], bool(mine))
        _add_entry(connection, seals, made["entries"], row, masks)
        for key, one in mine.items():
            del read[key]
            _keep_verdict(connection, key, masked_verdict(one, shown, masks.found))
        if number == 0:
            connection.execute(sa.update(_TICKETS).where(_TICKETS.c.id == ticket_id).values(subject=masks.subject))
    for key, one in read.items():
        _keep_verdict(connection, key, replace(one, evidence=(), personal_data=()))


def _of(connection: sa.Connection, table: sa.TableClause, ticket_id: int) -> list[Row]:
    key = "id" if "id" in table.c else "ticket_id"
    wanted = sa.select(table).where(table.c.ticket_id == ticket_id).order_by(table.c[key])
    return list(connection.execute(wanted).mappings())


def _fits(verdict: Verdict, text: str) -> bool:
    """Whether a verdict was given on this text: nothing says so but its evidence."""
    spans = [one for one in verdict.evidence if one.start is not None and one.end is not None]
    return all(text[one.start : one.end] == one.text for one in spans)


def _masks(row: Row, text: str, reporter: Row, known: list[PersonalData], looked_through: bool) -> MaskedMessage:
    return mask_message(
        subject=row["subject"],
        text=text,
        name=reporter["name"],
        address=reporter["address"],
        known=known,
        find=(lambda _text: ()) if looked_through and known else by_rules_alone,
    )


def _keep_verdict(connection: sa.Connection, verdict_id: int, verdict: Verdict) -> None:
    changed = sa.update(_VERDICTS).where(_VERDICTS.c.id == verdict_id).values(verdict=asdict(verdict))
    connection.execute(changed)


def _add_reporter(connection: sa.Connection, seals: Seals, table: sa.Table, row: Row) -> None:
    key = row["address_key"]
    identity = {"name": row["name"] or None, "address": row["address"] or None}
    columns = {
        "ticket_id": row["ticket_id"],
        "anonymity": "named",
        "address_index": seals.blind(Purpose.ADDRESS, key) if key else None,
        "domain_index": seals.blind(Purpose.DOMAIN, domain_of(key)) if key else None,
        **seals.seal(table, row["ticket_id"], identity, person=row["ticket_id"]),
    }
    connection.execute(sa.insert(table), columns)


def _add_entry(connection: sa.Connection, seals: Seals, table: sa.Table, row: Row, masks: MaskedMessage) -> None:
    index = None if row["message_id"] is None else seals.blind(Purpose.MESSAGE_ID, row["message_id"])
    columns = {
        **{name: row[name] for name in ("id", "ticket_id", "inbox_id", "at", "channel", "defects")},
        "message_index": index,
        "masked_subject": masks.subject,
        "masked_text": masks.text,
        "masked_attachments": [without_name(one) for one in row["attachments"]],
        **seals.seal(table, row["inbox_id"], {name: row[name] for name in _ENTRY}),
    }
    connection.execute(sa.insert(table), columns)
