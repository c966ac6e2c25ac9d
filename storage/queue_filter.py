"""What a ticket must be to pass the queue's filter, in SQL."""

from sqlalchemy import ColumnElement, exists

from models.ticket import QueueFilter
from storage.clocks import PAUSED
from storage.labels import labelled
from storage.letter_tables import TagTable
from storage.mail_facts import likely_junk
from storage.moments import NEVER, minute
from storage.tables import TicketTable
from storage.types import indexable


def conditions(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """The conditions on `tickets`; all of them must hold."""
    return [*_facts(wanted), *_people(wanted), *_words(wanted), *_times(wanted)]


def _facts(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if len(wanted.states) == 1:
        found.append(TicketTable.state == wanted.states[0].value)
    elif wanted.states:
        found.append(TicketTable.state.in_([state.value for state in wanted.states]))
    if len(wanted.kinds) == 1:
        found.append(TicketTable.kind == wanted.kinds[0].value)
    elif wanted.kinds:
        found.append(TicketTable.kind.in_([kind.value for kind in wanted.kinds]))
    if wanted.provider is not None:
        found.append(TicketTable.provider == wanted.provider)
    if wanted.site is not None:
        found.append(TicketTable.site == wanted.site)
    if wanted.isf is not None:
        found.append(TicketTable.isf == wanted.isf)
    if wanted.channels:
        found.append(TicketTable.channel.in_(wanted.channels))
    return found


def _people(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.flagged is not None:
        found.append(TicketTable.flagged.is_(wanted.flagged))
    if wanted.needs_person is not None:
        found.append(TicketTable.needs_person.is_(wanted.needs_person))
    if wanted.junk is not None:
        found.append(likely_junk() if wanted.junk else ~likely_junk())
    if wanted.unassigned:
        found.append(TicketTable.assignee_id.is_(None))
    if wanted.assignee_id is not None:
        found.append(TicketTable.assignee_id == wanted.assignee_id)
    return found


def _words(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [labelled(label) for label in wanted.labels]
    for tag in wanted.tags:
        found.append(exists().where(TagTable.ticket_id == TicketTable.id, TagTable.tag == indexable(tag)))
    return found


def _times(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.received_since is not None:
        found.append(TicketTable.received_at >= wanted.received_since)
    if wanted.received_before is not None:
        found.append(TicketTable.received_at < wanted.received_before)
    if wanted.due_before is not None:
        found.append(TicketTable.due <= min(minute(wanted.due_before), NEVER - 1))
    if wanted.paused:
        found.append(TicketTable.due_clock == PAUSED)
    return found
