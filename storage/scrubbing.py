"""What taking the person out means for each table: the content stays, the person does not."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select, update

from models.work import Delivery
from storage.chat_tables import QuestionTable
from storage.emptying import empty_outbox, empty_raw
from storage.entries import ENTRIES, open_entry
from storage.erasing import Scrub, Step, Subject
from storage.mail_tables import MailFactsTable
from storage.sealed_rows import unsealing_bound
from storage.sealing import Place, Seals
from storage.sealing_tables import UnsealingTable
from storage.tables import Base, FingerprintTable, InboxTable, OutboxTable, ReporterTable

CANCELLED = "The person was erased before this was sent."
_REASON_GONE = "(erased with the person)"


_WRITTEN = frozenset({"text", "reason", "subject"})


def scrubbed(value: Any, scrub: Scrub, *, written: bool = True) -> Any:
    """A value with every text in it scrubbed that somebody wrote. Within JSON codes stay: they are one word each."""
    if isinstance(value, str):
        return scrub(value) if written or " " in value else value
    if isinstance(value, Mapping):
        return {key: scrubbed(item, scrub, written=key in _WRITTEN) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [scrubbed(item, scrub, written=written) for item in value]
    return value


def texts(table: type[Base], *columns: str) -> Step:
    """Scrub these plain columns, texts or JSON, in the rows of the subject's tickets."""
    plain = Base.metadata.tables[table.__tablename__]
    owner = plain.c["ticket_id" if "ticket_id" in plain.c else "id"]
    (key,) = plain.primary_key

    def anonymise(connection: Connection, subject: Subject) -> int:
        changed = 0
        wanted = select(key, *(plain.c[name] for name in columns)).where(owner.in_(subject.ticket_ids))
        for row in connection.execute(wanted).mappings().all():
            new = {name: scrubbed(row[name], subject.scrub) for name in columns}
            if any(new[name] != row[name] for name in columns):
                changed += connection.execute(update(plain).where(key == row[key.name]).values(new)).rowcount
        return changed

    return anonymise


def entries(connection: Connection, subject: Subject) -> int:
    """Seal what was written anew without the person; its Message-ID goes."""
    seals = _seals(subject)
    rows = connection.execute(select(ENTRIES).where(ENTRIES.c.ticket_id.in_(subject.ticket_ids))).mappings().all()
    for row in rows:
        shown = {name: scrubbed(row[name], subject.scrub) for name in ("masked_subject", "masked_text")}
        told = _originals(seals, row, subject) if subject.knows_the_person else _only_masked(row)
        sealed = seals.seal(ENTRIES, row["inbox_id"], told)
        values = {**shown, **sealed, "message_id": None, "message_index": None}
        connection.execute(update(ENTRIES).where(ENTRIES.c.id == row["id"]).values(values))
    return len(rows)


def _originals(seals: Seals, row: Mapping[Any, Any], subject: Subject) -> dict[str, Any]:
    names = ("subject", "text", "new_text", "attachments")
    opened = {name: open_entry(seals, row["inbox_id"], name, row[name]) for name in names}
    return {name: scrubbed(value, subject.scrub) for name, value in opened.items()}


def _only_masked(row: Mapping[Any, Any]) -> dict[str, Any]:
    text = row["masked_text"]
    return {"subject": row["masked_subject"], "text": text, "new_text": text, "attachments": row["masked_attachments"]}


def reporters(connection: Connection, subject: Subject) -> int:
    """Nobody: neither name nor address, nor an index by which the address could be tried."""
    table = _table(ReporterTable)
    nobody = dict.fromkeys(("name", "address", "address_index", "domain_index"))
    return connection.execute(update(table).where(table.c.ticket_id.in_(subject.ticket_ids)).values(nobody)).rowcount


def messages(connection: Connection, subject: Subject) -> int:
    """The bytes go, with the envelopes and the key, which may be a Message-ID. Its keyed hash stays."""
    table, seals = _table(InboxTable), _seals(subject)
    empty_raw(connection, subject.inbox_ids, subject.now)
    for number in subject.inbox_ids:
        connection.execute(update(table).where(table.c.id == number).values(seals.seal(table, number, {"key": ""})))
    return len(subject.inbox_ids)


def mail_facts(connection: Connection, subject: Subject) -> int:
    """Whom else the mail went to goes, and who wrote what was forwarded: from there one finds the person."""
    table = _table(MailFactsTable)
    mine = table.c.inbox_id.in_(subject.inbox_ids)
    return connection.execute(update(table).where(mine).values(people=None)).rowcount


def fingerprints(connection: Connection, subject: Subject) -> int:
    """They hold Message-ID and sender."""
    table = _table(FingerprintTable)
    return connection.execute(table.delete().where(table.c.inbox_id.in_(subject.inbox_ids))).rowcount


def outbox(connection: Connection, subject: Subject) -> int:
    """Recipients and texts go. What still waited is not sent."""
    table = _table(OutboxTable)
    mine = table.c.ticket_id.in_(subject.ticket_ids)
    cancelled = {
        "state": Delivery.WITHHELD.value,
        "error": CANCELLED,
        "settled_at": subject.now,
        "claim": None,
        "claimed_until": None,
    }
    waiting = mine & (table.c.state == Delivery.WAITING.value)
    connection.execute(update(table).where(waiting).values(cancelled))
    numbers: Sequence[int] = connection.execute(select(table.c.id).where(mine)).scalars().all()
    empty_outbox(connection, numbers)
    return len(numbers)


def unsealings(connection: Connection, subject: Subject) -> int:
    """Who opened the seal stays; the reason, which an officer typed, goes."""
    table, seals = _table(UnsealingTable), _seals(subject)
    rows = connection.execute(select(table).where(table.c.ticket_id.in_(subject.ticket_ids))).mappings().all()
    for row in rows:
        sealed = seals.seal(table, unsealing_bound(row), {"reason": _REASON_GONE})
        connection.execute(update(table).where(table.c.id == row["id"]).values(sealed))
    return len(rows)


def questions(connection: Connection, subject: Subject) -> int:
    """What officers asked stays, without the person. Where nobody knows the names, the words go."""
    table, seals = _table(QuestionTable), _seals(subject)
    rows = connection.execute(select(table).where(table.c.ticket_id.in_(subject.ticket_ids))).mappings().all()
    for row in rows:
        told = _REASON_GONE
        if subject.knows_the_person:
            told = subject.scrub(seals.open(Place(table, "text", row["id"]), row["text"]))
        sealed = seals.seal(table, row["id"], {"text": told})
        connection.execute(update(table).where(table.c.id == row["id"]).values(sealed))
    return len(rows)


def _seals(subject: Subject) -> Seals:
    if subject.seals is None:
        raise ValueError("sealed columns are only changed with the keys at hand")
    return subject.seals


def _table(table: type[Base]) -> Table:
    return Base.metadata.tables[table.__tablename__]
