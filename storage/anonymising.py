"""Taking the person out of what stays: who wrote goes, what was told stays."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from storage.erasers import ERASERS
from storage.erasing import Scrub, Subject
from storage.indexing import index
from storage.sealing import Seals
from storage.tables import InboxTable


def anonymise(
    connection: Connection, seals: Seals, ticket_ids: Sequence[int], *, scrub: Scrub | None, now: datetime
) -> dict[str, int]:
    """Take the person out of these tickets; gives the rows changed, by table.

    `scrub` takes their names out of a text. Without it nobody knows the names: of what was written only the masked
    text stays.
    """
    found = select(InboxTable.id).where(InboxTable.ticket_id.in_(ticket_ids)).order_by(InboxTable.id)
    known = Subject() if scrub is None else Subject(scrub=scrub, knows_the_person=True)
    subject = Subject(
        ticket_ids=tuple(ticket_ids),
        inbox_ids=tuple(connection.execute(found).scalars()),
        scrub=known.scrub,
        knows_the_person=known.knows_the_person,
        seals=seals,
        now=now,
    )
    changed = {one.table.name: one.anonymise(connection, subject) for one in ERASERS()}
    for ticket_id in ticket_ids:
        index(connection, ticket_id)
    return changed
