"""What removing a ticket means for each table that there is."""

from sqlalchemy import Connection, or_

from storage import scrubbing
from storage.chat_erasers import register_chat
from storage.desk_tables import AlertTable, ClockTable, LabelTable, NoticeTable, PauseTable, PresenceTable
from storage.erasing import Step, Subject, by_message, by_ticket, erasers, register
from storage.figure_tables import FigureTable
from storage.interface_tables import HookCallTable
from storage.learning_tables import CorrectionTable, ShadowTable
from storage.letter_tables import LetterTable, NoteTable, TagTable
from storage.link_tables import LinkTable, MergeTable, SplitTable, TaskTable
from storage.mail_tables import MailFactsTable
from storage.retention_tables import EmptiedTable, LegalHoldTable
from storage.rights_tables import ConflictTable, RestrictedToTable, RestrictionTable
from storage.sealing_tables import UnsealingTable
from storage.search_tables import SearchEntryTable, SearchTable
from storage.tables import (
    Base,
    DecisionTable,
    EntryTable,
    EventTable,
    FingerprintTable,
    InboxTable,
    OutboxTable,
    ReporterTable,
    TicketTable,
    VerdictTable,
)

WITHOUT_PERSONAL_DATA = {
    "alarms": "counts and names of mailboxes of ours",
    "api_calls": "references and categories; they go within a day",
    "api_tokens": "hashes, of officers and services",
    "webhooks": "names and addresses of programs",
    "audit_checkpoints": "where the audit chain begins",
    "audit_head": "where the audit chain ends",
    "audit": "acts name tickets and officers only; the chain is never changed",
    "attachments": "places of officers",
    "code_failures": "numbers of conversations and digests of references; they go within the hour",
    "feedback": "nothing ties a row to anybody",
    "heartbeats": "names of mailboxes of ours",
    "leases": "names of processes",
    "officer_profiles": "officers, who are no reporters",
    "officer_preferences": "what officers chose for themselves",
    "officers": "officers, who are no reporters",
    "one_time_tokens": "hashes, of officers",
    "outside_accounts": "officers' accounts at providers",
    "recovery_codes": "hashes, of officers",
    "saved_views": "filters of officers: states, places, dates",
    "seal_keys": "which keys there were; no key",
    "second_factors": "sealed secrets of officers",
    "session_facts": "officers' browsers",
    "sessions": "hashes, of officers",
    "sign_in_failures": "addresses of officers; they go by their own period",
    "standing": "whether the store is open, and where it went",
    "tombstones": "stands where something has gone",
}
"""The tables that no eraser touches, and why."""

_INBOX = Base.metadata.tables[InboxTable.__tablename__]
_TICKETS = Base.metadata.tables[TicketTable.__tablename__]


def _remove_messages(connection: Connection, subject: Subject) -> int:
    return connection.execute(_INBOX.delete().where(_INBOX.c.id.in_(subject.inbox_ids))).rowcount


def _remove_tickets(connection: Connection, subject: Subject) -> int:
    return connection.execute(_TICKETS.delete().where(_TICKETS.c.id.in_(subject.ticket_ids))).rowcount


def _remove_ties(table: type[Base], *columns: str) -> Step:
    """Delete the rows that tie a ticket of the subject to another."""
    plain = Base.metadata.tables[table.__tablename__]

    def remove(connection: Connection, subject: Subject) -> int:
        tied = or_(*(plain.c[name].in_(subject.ticket_ids) for name in columns))
        return connection.execute(plain.delete().where(tied)).rowcount

    return remove


register(EntryTable, anonymise=scrubbing.entries)
register(ReporterTable, anonymise=scrubbing.reporters)
register(OutboxTable, anonymise=scrubbing.outbox)
register(UnsealingTable, anonymise=scrubbing.unsealings)
register(VerdictTable, anonymise=scrubbing.texts(VerdictTable, "verdict"))
register(DecisionTable, anonymise=scrubbing.texts(DecisionTable, "decision"))
register(EventTable, anonymise=scrubbing.texts(EventTable, "detail"))
register(CorrectionTable, anonymise=scrubbing.texts(CorrectionTable, "subject", "text", "verdict", "decision"))
register(ShadowTable, anonymise=scrubbing.texts(ShadowTable, "verdict"))
register(SearchEntryTable, anonymise=scrubbing.texts(SearchEntryTable, "subject", "text"))
for _table in (
    SearchTable,
    ConflictTable,
    RestrictionTable,
    RestrictedToTable,
    LegalHoldTable,
    FigureTable,
    HookCallTable,
):
    register(_table)
register(EmptiedTable, remove=by_message(EmptiedTable))
register(FingerprintTable, remove=by_message(FingerprintTable), anonymise=scrubbing.fingerprints)
register(InboxTable, remove=_remove_messages, anonymise=scrubbing.messages)
register(TicketTable, remove=_remove_tickets, anonymise=scrubbing.texts(TicketTable, "subject"))
register(LetterTable, anonymise=scrubbing.texts(LetterTable, "text", "reason"))
register(NoteTable, anonymise=scrubbing.texts(NoteTable, "text"))
register(TagTable, anonymise=by_ticket(TagTable))
register(PauseTable, anonymise=scrubbing.texts(PauseTable, "reason"))
for _of_the_desk in (ClockTable, AlertTable, NoticeTable, LabelTable, PresenceTable):
    register(_of_the_desk)
register(MailFactsTable, remove=by_message(MailFactsTable), anonymise=scrubbing.mail_facts)
register(TaskTable, anonymise=scrubbing.texts(TaskTable, "text"))
register(LinkTable, remove=_remove_ties(LinkTable, "first_id", "second_id"))
register(MergeTable, remove=_remove_ties(MergeTable, "from_id", "into_id"))
register(SplitTable, remove=_remove_ties(SplitTable, "ticket_id", "from_id"))
register_chat()
ERASERS = erasers
"""All erasers; whoever takes them from here has had them registered."""
