"""What a reporter may change of a report that is in the store: words, files, place, name; and where it belongs."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from models.sealing import Anonymity
from models.searchable import Masked
from models.ticket import Entry, Reporter, TicketState
from models.work import Ending, InboxItem, Outcome
from storage import indexing
from storage.chat_tables import ConversationTicketTable, SecondReadingTable
from storage.claims import claim
from storage.dialect import insert_or_ignore
from storage.emptying import empty_raw
from storage.entries import ENTRIES
from storage.reporters import Reporters
from storage.sealing import Purpose, Seals
from storage.search_tables import SearchEntryTable
from storage.tables import EntryTable, EventTable, InboxTable, TicketTable

_INBOX = InboxTable.metadata.tables[InboxTable.__tablename__]
REMOVED = "(removed at the reporter's request)"


class ChatReports:
    """Reports that came by chat, within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals
        self._reporters = Reporters(connection, seals)

    def id_of(self, reference: str) -> int | None:
        """The ticket of a reference."""
        return self._connection.execute(select(TicketTable.id).where(TicketTable.reference == reference)).scalar()

    def version_of(self, ticket_id: int) -> tuple[int, TicketState, bool]:
        """The version and state of a ticket, and whether a red flag is on it."""
        wanted = select(TicketTable.version, TicketTable.state, TicketTable.flagged)
        row = self._connection.execute(wanted.where(TicketTable.id == ticket_id)).one()
        return row.version, TicketState(row.state), row.flagged

    def changed_at(self, ticket_id: int) -> datetime | None:
        """When something last happened to a ticket."""
        last = select(func.max(EventTable.at)).where(EventTable.ticket_id == ticket_id)
        return self._connection.execute(last).scalar()

    def ticket_of(self, inbox_id: int) -> int | None:
        """The ticket that a message is part of."""
        return self._connection.execute(select(EntryTable.ticket_id).where(EntryTable.inbox_id == inbox_id)).scalar()

    def join(self, item: InboxItem, rows: tuple[int, ...]) -> bool:
        """Take further waiting messages into the claim of the first; False when one of them is no longer free."""
        table = InboxTable
        free = update(table).where(table.id.in_(rows), table.ending.is_(None), table.claim.is_(None))
        taken = self._connection.execute(free.values(claim=item.claim, attempts=table.attempts + 1))
        return taken.rowcount == len(rows)

    def hand_back(self, item: InboxItem, until: datetime) -> None:
        """Let a message wait for those that follow it, as if it had not been claimed."""
        table = InboxTable
        mine = update(table).where(table.id == item.id, table.claim == item.claim)
        values = {"claim": None, "claimed_until": None, "due_at": until, "attempts": table.attempts - 1}
        self._connection.execute(mine.values(**values))

    def scrub(self, rows: tuple[int, ...], now: datetime) -> None:
        """Wipe the bytes of messages; that they came, and how they ended, stays."""
        empty_raw(self._connection, rows, now)

    def rewrite(self, inbox_id: int, raw: bytes) -> None:
        """Put other bytes in the place of a message's, with less in them."""
        values = {**self._seals.seal(_INBOX, inbox_id, {"raw": raw}), "size": len(raw)}
        self._connection.execute(update(InboxTable).where(InboxTable.id == inbox_id).values(**values))

    def unname(self, rows: tuple[int, ...]) -> None:
        """Forget the channel's own key of messages, by which it could find them again."""
        for row in rows:
            key = f"cut-{secrets.token_hex(12)}"
            values = {
                **self._seals.seal(_INBOX, row, {"key": key}),
                "key_index": self._seals.blind(Purpose.RECEIPT, key),
            }
            self._connection.execute(update(InboxTable).where(InboxTable.id == row).values(**values))

    def remove_words(self, inbox_id: int) -> None:
        """Wipe the words of one message of a report."""
        table = EntryTable
        gone = update(table).where(table.inbox_id == inbox_id)
        sealed = {"subject": "", "text": REMOVED, "new_text": REMOVED, "attachments": []}
        masks = {"masked_subject": "", "masked_text": REMOVED, "masked_attachments": []}
        self._connection.execute(gone.values(**self._seals.seal(ENTRIES, inbox_id, sealed), **masks))
        indexing.set_masked(self._connection, inbox_id, Masked(subject="", text=""))
        opened = select(InboxTable.ticket_id).where(InboxTable.id == inbox_id, InboxTable.ending == Ending.TICKET.value)
        titled = update(TicketTable).where(TicketTable.id.in_(opened))  # its first words are the ticket's title
        self._connection.execute(titled.values(subject=""))

    def reword(self, entry: Entry) -> None:
        """Put other words into a message of a report: those of its documents stand below them now."""
        table = EntryTable
        mine = table.inbox_id == entry.inbox_id
        subject = self._connection.execute(select(table.masked_subject).where(mine)).scalar()
        if subject is None:
            return
        sealed = self._seals.seal(ENTRIES, entry.inbox_id, {"text": entry.text, "new_text": entry.new_text})
        self._connection.execute(update(table).where(mine).values(**sealed, masked_text=entry.masked_text))
        if entry.masked is not None:
            searched = Masked(subject=subject, text=entry.masked.text)
            indexing.set_masked(self._connection, entry.inbox_id, searched)

    def remove_files(self, inbox_id: int) -> None:
        """Forget the files of one message of a report."""
        table = EntryTable
        sealed = self._seals.seal(ENTRIES, inbox_id, {"attachments": [REMOVED]})
        gone = update(table).where(table.inbox_id == inbox_id)
        self._connection.execute(gone.values(**sealed, masked_attachments=[REMOVED]))

    def take_out(self, inbox_id: int) -> bool:
        """Take a message out of its report, to become part of another; False for the one that opened it."""
        ending = self._connection.execute(select(InboxTable.ending).where(InboxTable.id == inbox_id)).scalar()
        if ending != Ending.FOLLOW_UP.value:
            return False
        ticket_id = self.ticket_of(inbox_id)
        self._connection.execute(delete(SearchEntryTable).where(SearchEntryTable.inbox_id == inbox_id))
        self._connection.execute(delete(EntryTable).where(EntryTable.inbox_id == inbox_id))
        self._connection.execute(delete(SecondReadingTable).where(SecondReadingTable.id == inbox_id))
        if ticket_id is not None:
            indexing.index(self._connection, ticket_id)
        return True

    def ends(self, inbox_id: int, outcome: Outcome) -> None:
        """Write another ending of a message that was settled before."""
        values = {"ending": outcome.ending.value, "ticket_id": outcome.ticket_id, "reason": outcome.reason}
        self._connection.execute(update(InboxTable).where(InboxTable.id == inbox_id).values(**values))

    def set_reporter(self, ticket_id: int, *, name: str | None, address: str | None) -> None:
        """What a reporter said of themselves; None leaves it as it is."""
        self._reporters.change(ticket_id, name=name, address=address)

    def forget_if_anonymous(self, ticket_id: int) -> None:
        """Take away what an anonymous reporter may have said of themselves before they chose to be one."""
        if self._reporters.sealed(ticket_id).anonymity is Anonymity.ANONYMOUS:
            self._reporters.change(ticket_id, name="", address="")

    def reporter(self, ticket_id: int) -> Reporter:
        """Who wrote."""
        return self._reporters.opened(ticket_id)

    def set_place(self, ticket_id: int, provider: str) -> None:
        """The place that the reporter named, unless an officer has decided or the machine knew one."""
        table = TicketTable
        open_ = update(table).where(table.id == ticket_id, table.decided.is_(False), table.provider.is_(None))
        self._connection.execute(open_.values(provider=provider, version=table.version + 1))

    def read_again(self, inbox_id: int, ticket_id: int, now: datetime) -> None:
        """Let the whole classifier read a message that its fast parts have read."""
        row = {"id": inbox_id, "ticket_id": ticket_id, "due_at": now, "attempts": 0}
        insert_or_ignore(self._connection, SecondReadingTable, row)

    def readings(self, *, worker: str, now: datetime, until: datetime, limit: int) -> tuple[tuple[int, int, int], ...]:
        """Claim messages that the whole classifier shall read: row, ticket, and how often it was tried."""
        table = SecondReadingTable
        always = table.id.is_not(None)
        rows = claim(self._connection, table, always, worker=worker, now=now, lease=until - now, limit=limit)
        return tuple((row["id"], row["ticket_id"], row["attempts"]) for row in rows)

    def was_read(self, inbox_id: int) -> None:
        """The whole classifier has read a message, or never will."""
        self._connection.execute(delete(SecondReadingTable).where(SecondReadingTable.id == inbox_id))

    def is_tied(self, ticket_id: int) -> bool:
        """Whether any conversation is about a ticket."""
        table = ConversationTicketTable
        return self._connection.execute(select(table.ticket_id).where(table.ticket_id == ticket_id)).first() is not None
