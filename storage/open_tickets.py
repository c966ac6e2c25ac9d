"""Tickets that are not closed: very many are, so the others have an index of their own, `ix_tickets_open`."""

from sqlalchemy import literal_column

from models.ticket import TicketState
from storage.tables import TicketTable

IS_OPEN = TicketTable.state != literal_column(f"'{TicketState.CLOSED}'")
"""The condition on `tickets`. It names the state word for word, as the index does: a parameter could be any."""
