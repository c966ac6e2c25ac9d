"""What has to happen at the desk whenever something happens to a ticket: clocks, alerts, labels and notices follow."""

from datetime import datetime

from sqlalchemy import Connection

from models.ticket import Decision, Event, NewTicket
from models.verdict import Verdict
from storage.alerts import Alerts
from storage.clocks import Clocks
from storage.labels import add_labels, labels_of, set_labels
from storage.notices import Notices


class DeskWork:
    """The followers of the tickets within one transaction. `Tickets` calls them, so that nobody can forget to."""

    def __init__(self, connection: Connection, clocks: Clocks, alerts: Alerts, notices: Notices) -> None:
        self._connection = connection
        self._clocks = clocks
        self._alerts = alerts
        self._notices = notices

    def opened(self, ticket_id: int, new: NewTicket) -> None:
        """A ticket was opened with its first verdict."""
        add_labels(self._connection, ticket_id, labels_of(new.verdict.themes, new.verdict.specialties))
        self._clocks.start(ticket_id, channel=new.channel, at=new.received_at)
        self._alerts.raise_for(ticket_id, new.verdict.red_flags, new.received_at)

    def judged(self, ticket_id: int, verdict: Verdict, at: datetime, *, decided: bool) -> None:
        """A further verdict stands beside the others."""
        if not decided:
            add_labels(self._connection, ticket_id, labels_of(verdict.themes, verdict.specialties))
        self._clocks.regrade(ticket_id)
        self._alerts.raise_for(ticket_id, verdict.red_flags, at)

    def decided(self, ticket_id: int, decision: Decision) -> None:
        """An officer decided."""
        set_labels(self._connection, ticket_id, labels_of(decision.themes, decision.specialties))
        self._clocks.regrade(ticket_id)

    def unflagged(self, ticket_id: int) -> None:
        """The part by which a ticket had red flags was taken out of it."""
        self._alerts.withdraw(ticket_id)

    def happened(self, ticket_id: int, event: Event) -> None:
        """A line was added to the timeline."""
        self._clocks.follow(ticket_id, event)
        self._alerts.follow(ticket_id, event)
        self._notices.follow(ticket_id, event)
