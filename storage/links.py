"""Links between tickets, and what may belong together, within one transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, true, union, union_all, update
from sqlalchemy.orm import aliased

from models.links import CannotMerge, Likeness, Link, LinkKind, Similar
from models.rights import Right, Viewer
from models.sealing import Anonymity
from models.ticket import Event, EventKind, TicketRow
from storage.access import AccessRules
from storage.chat_tables import ConversationTicketTable
from storage.labels import themes_of
from storage.link_tables import LinkTable, MergeTable, SplitTable
from storage.packing import as_ticket_row
from storage.tables import EntryTable, ReporterTable, TicketTable
from storage.timeline import write_line
from storage.visibility import visible

LOOKED_AT = 30
"""Tickets of the same place that are compared with one, the newest first."""
MOST = 6
COMPARED = 4_000
"""Characters at the beginning of a ticket that are compared."""
ALIKE = 0.6
"""So much of all words of two texts has to stand in both, for them to be nearly the same."""
FEWEST = 6
"""Words that a text needs before likeness tells anything."""
_COLUMNS = TicketTable.__table__.columns
_OF_LINK = (LinkTable.id.label("number"), LinkTable.kind.label("held"), LinkTable.officer, LinkTable.at)
Told = Mapping[int, set[str]]
"""ticket -> its words, or its themes."""


class Links:
    """Links within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._access = AccessRules(connection)

    def link(self, ticket_id: int, other_id: int, kind: LinkKind, *, viewer: Viewer, at: datetime) -> bool:
        """Hold two tickets together; False when they are already, in this way.

        Raises NotForViewer unless the viewer may decide on both, and CannotMerge for a ticket and itself.
        """
        for one in (ticket_id, other_id):
            self._access.insist(viewer, Right.DECIDE, one)
        if ticket_id == other_id:
            raise CannotMerge("A ticket cannot be linked to itself.")
        first, second = sorted((ticket_id, other_id))
        pair = and_(LinkTable.first_id == first, LinkTable.second_id == second)
        values = {"kind": kind.value, "officer": viewer.email, "at": at}
        known = self._connection.execute(select(LinkTable.kind).where(pair)).scalar()
        if known == kind.value:
            return False
        if known is not None:
            self._connection.execute(update(LinkTable).where(pair).values(**values))
        else:
            self._connection.execute(insert(LinkTable), {"first_id": first, "second_id": second, **values})
        self._tell(ticket_id, other_id, EventKind.LINKED, viewer, at, link=kind.value)
        return True

    def unlink(self, ticket_id: int, other_id: int, *, viewer: Viewer, at: datetime) -> bool:
        """End a link; False when there was none. Raises NotForViewer."""
        for one in (ticket_id, other_id):
            self._access.insist(viewer, Right.DECIDE, one)
        first, second = sorted((ticket_id, other_id))
        gone = delete(LinkTable).where(LinkTable.first_id == first, LinkTable.second_id == second)
        if not self._connection.execute(gone).rowcount:
            return False
        self._tell(ticket_id, other_id, EventKind.UNLINKED, viewer, at)
        return True

    def of(self, ticket_id: int, viewer: Viewer) -> tuple[Link, ...]:
        """The tickets held together with this one that are for the viewer, oldest link first."""
        far = or_(
            and_(LinkTable.first_id == ticket_id, LinkTable.second_id == TicketTable.id),
            and_(LinkTable.second_id == ticket_id, LinkTable.first_id == TicketTable.id),
        )
        wanted = (
            select(
                *_COLUMNS, LinkTable.id.label("number"), LinkTable.kind.label("held"), LinkTable.officer, LinkTable.at
            )
            .join(LinkTable, far)
            .where(visible(viewer))
            .order_by(LinkTable.id)
        )
        return tuple(
            Link(
                id=row["number"],
                other=as_ticket_row(row),
                kind=LinkKind(row["held"]),
                officer=row["officer"],
                at=row["at"],
            )
            for row in self._connection.execute(wanted).mappings()
        )

    def similar(self, row: TicketRow, viewer: Viewer) -> tuple[Similar, ...]:
        """Tickets for the viewer that may belong to this one, those with the most reasons first. No seal is opened."""
        known = self._known(row.id)
        same_person = self._same_person(row.id) - known if Right.DECIDE in viewer.rights else set()
        looked_at = {*self._near(row, known), *sorted(same_person)[-LOOKED_AT:]}
        near = self._rows(looked_at, viewer) if looked_at else {}
        numbers = (row.id, *near)
        words, themes = (self._words(numbers), themes_of(self._connection, numbers)) if near else ({}, {})
        found = []
        for other in near.values():
            why = self._why(row, other, words, themes, is_same=other.id in same_person)
            if {Likeness.SAME_PERSON, Likeness.SAME_WORDS} & set(why) or len(why) > 1:
                found.append(Similar(other=other, why=tuple(why)))
        return tuple(sorted(found, key=lambda one: (-len(one.why), -one.other.id))[:MOST])

    def split_from(self, ticket_id: int) -> int | None:
        """The ticket that a message of this one was split off from."""
        return self._connection.execute(select(SplitTable.from_id).where(SplitTable.ticket_id == ticket_id)).scalar()

    def _known(self, ticket_id: int) -> set[int]:
        """What is tied to a ticket already, and itself."""
        ties = (
            (LinkTable.first_id, LinkTable.second_id, true()),
            (MergeTable.from_id, MergeTable.into_id, MergeTable.undone_at.is_(None)),
        )
        both_ways = [(near, far, holds) for one, other, holds in ties for near, far in ((one, other), (other, one))]
        wanted = union_all(*(select(far).where(near == ticket_id, holds) for near, far, holds in both_ways))
        return {ticket_id, *self._connection.execute(wanted).scalars()}

    def _near(self, row: TicketRow, known: set[int]) -> list[int]:
        if row.provider is None:
            return []
        wanted = select(TicketTable.id).where(TicketTable.provider == row.provider).order_by(TicketTable.id.desc())
        return [one for one in self._connection.execute(wanted.limit(LOOKED_AT)).scalars() if one not in known]

    def _rows(self, ids: Iterable[int], viewer: Viewer) -> dict[int, TicketRow]:
        wanted = select(*_COLUMNS).where(TicketTable.id.in_(tuple(ids)), visible(viewer))
        return {row["id"]: as_ticket_row(row) for row in self._connection.execute(wanted).mappings()}

    def _same_person(self, ticket_id: int) -> set[int]:
        """Tickets of the same address or chat. Who is anonymous is never tied to anything by us."""
        mine, chat, other_chat = aliased(ReporterTable), ConversationTicketTable, aliased(ConversationTicketTable)
        of_address = select(ReporterTable.ticket_id).join(mine, mine.address_index == ReporterTable.address_index)
        of_chat = (
            select(ReporterTable.ticket_id)
            .join(other_chat, other_chat.ticket_id == ReporterTable.ticket_id)
            .join(chat, chat.conversation_id == other_chat.conversation_id)
            .join(mine, mine.ticket_id == chat.ticket_id)
        )
        known = [one.anonymity != Anonymity.ANONYMOUS.value for one in (mine, ReporterTable)]
        wanted = union(*(one.where(mine.ticket_id == ticket_id, *known) for one in (of_address, of_chat)))
        return set(self._connection.execute(wanted).scalars())

    def _words(self, ids: Iterable[int]) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        begins = func.substr(EntryTable.masked_text, 1, COMPARED)
        wanted = select(EntryTable.ticket_id, begins.label("text")).where(EntryTable.ticket_id.in_(tuple(ids)))
        for row in self._connection.execute(wanted.order_by(EntryTable.id)):
            found.setdefault(row.ticket_id, set(row.text.casefold().split()))
        return found

    def _why(
        self,
        row: TicketRow,
        other: TicketRow,
        words: dict[int, set[str]],
        themes: dict[int, set[str]],
        *,
        is_same: bool,
    ) -> list[Likeness]:
        one, two = words.get(row.id, set()), words.get(other.id, set())
        both = len(one & two)
        alike = min(len(one), len(two)) >= FEWEST and both / (len(one) + len(two) - both) >= ALIKE
        same_site = row.site is not None and row.site == other.site
        told = (
            (Likeness.SAME_PERSON, is_same),
            (Likeness.SAME_WORDS, alike),
            (Likeness.SAME_SITE, same_site),
            (Likeness.SAME_PROVIDER, not same_site and row.provider is not None and row.provider == other.provider),
            (Likeness.SAME_THEME, bool(themes.get(row.id, set()) & themes.get(other.id, set()))),
        )
        return [why for why, holds in told if holds]

    def _tell(self, ticket_id: int, other_id: int, what: EventKind, viewer: Viewer, at: datetime, **more: str) -> None:
        wanted = select(TicketTable.id, TicketTable.reference).where(TicketTable.id.in_((ticket_id, other_id)))
        names = {row.id: row.reference for row in self._connection.execute(wanted)}
        for mine, theirs in ((ticket_id, other_id), (other_id, ticket_id)):
            event = Event(at=at, kind=what, actor=viewer.email, detail={"reference": names[theirs], **more})
            write_line(self._connection, mine, event)
