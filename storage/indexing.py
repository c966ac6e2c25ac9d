"""Writing the index of the search: always in the transaction that writes what is to be found."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, RowMapping, delete, exists, insert, literal, select, update

from models.search import place_word
from models.searchable import Masked
from models.ticket import Entry, NewTicket
from storage.lexemes import document, words_of
from storage.search_tables import Lexemes, SearchEntryTable, SearchTable
from storage.tables import Base, TicketTable

_DOCUMENTS = Base.metadata.tables[SearchTable.__tablename__]
_ENTRIES = Base.metadata.tables[SearchEntryTable.__tablename__]


def add_first(connection: Connection, ticket_id: int, new: NewTicket) -> None:
    """Index a new ticket with its first message. Nothing has to be read for it."""
    masked = _keep(connection, ticket_id, new.entry)
    words = _words(new.reference, new.verdict.provider, new.verdict.site, [masked.subject, masked.text])
    row = {"ticket_id": ticket_id, "words": document(words, connection.dialect.name)}
    connection.execute(_DOCUMENTS.insert(), row)


def add_entry(connection: Connection, ticket_id: int, entry: Entry) -> None:
    """Keep what may be searched of a further message, and index its ticket anew."""
    _keep(connection, ticket_id, entry)
    index(connection, ticket_id)


def _keep(connection: Connection, ticket_id: int, entry: Entry) -> Masked:
    masked = entry.masked or Masked(subject="", text="")
    values = {
        "inbox_id": entry.inbox_id,
        "ticket_id": ticket_id,
        "masked": entry.masked is not None,
        "subject": masked.subject,
        "text": masked.text,
    }
    connection.execute(_ENTRIES.insert(), values)
    return masked


def set_masked(connection: Connection, inbox_id: int, masked: Masked) -> None:
    """Somebody has looked for personal data in a message: from now on it can be found."""
    changed = connection.execute(
        update(SearchEntryTable)
        .where(SearchEntryTable.inbox_id == inbox_id)
        .values(masked=True, subject=masked.subject, text=masked.text)
        .returning(SearchEntryTable.ticket_id)
    ).scalar()
    if changed is not None:
        index(connection, changed)


def index(connection: Connection, ticket_id: int) -> None:
    """Write the words of a ticket anew, from its reference, its place and the masked texts of its messages."""
    words = expected(connection, ticket_id)
    known = connection.execute(select(SearchTable.ticket_id).where(SearchTable.ticket_id == ticket_id)).scalar()
    if words is None:
        connection.execute(delete(SearchTable).where(SearchTable.ticket_id == ticket_id))
    elif known is None:
        connection.execute(insert(SearchTable).values(ticket_id=ticket_id, words=words))
    else:
        connection.execute(update(SearchTable).where(SearchTable.ticket_id == ticket_id).values(words=words))


def expected(connection: Connection, ticket_id: int) -> str | None:
    """What the index must hold of a ticket, as the engine writes it; None when there is no such ticket."""
    ticket = connection.execute(
        select(TicketTable.reference, TicketTable.provider, TicketTable.site).where(TicketTable.id == ticket_id)
    ).first()
    if ticket is None:
        return None
    texts: list[str] = []
    for entry in entries_of(connection, [ticket_id]):
        texts += [entry["subject"], entry["text"]]
    return document(_words(ticket.reference, ticket.provider, ticket.site, texts), connection.dialect.name)


def _words(reference: str, provider: str | None, site: str | None, texts: Sequence[str]) -> list[str]:
    places = [code for code in dict.fromkeys((provider, site)) if code]
    told = [reference, reference.replace("-", ""), *places, *texts]
    return words_of(told, codes=[place_word(code) for code in places])


def entries_of(connection: Connection, ticket_ids: Sequence[int]) -> Sequence[RowMapping]:
    """What may be searched of the messages of these tickets, oldest first."""
    wanted = select(*SearchEntryTable.__table__.columns).where(SearchEntryTable.ticket_id.in_(ticket_ids))
    return connection.execute(wanted.order_by(SearchEntryTable.inbox_id)).mappings().all()


def wrong_among(connection: Connection, ticket_ids: Sequence[int]) -> Iterator[str]:
    """The references of those tickets whose words in the index are not what they must be."""
    for ticket_id in ticket_ids:
        words = literal(expected(connection, ticket_id), Lexemes())
        right = exists().where(SearchTable.ticket_id == ticket_id, SearchTable.words == words)
        yield from connection.execute(
            select(TicketTable.reference).where(TicketTable.id == ticket_id, ~right)
        ).scalars()
