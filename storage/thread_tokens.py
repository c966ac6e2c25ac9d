"""Signs thread tokens and knows them again, without opening who wrote."""

import hmac
from collections.abc import Iterable

from sqlalchemy import Connection, select

from models.thread_tokens import found_in, shortened, written
from storage.addresses import address_key
from storage.sealing import Purpose, Seals
from storage.tables import ReporterTable

LARGEST = 2**63 - 1


class ThreadTokens:
    """Thread tokens within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def of(self, ticket_id: int) -> str | None:
        """The token for the reporter of a ticket; None when there is nobody to write to."""
        found = select(ReporterTable.address_index).where(ReporterTable.ticket_id == ticket_id)
        index = self._connection.execute(found).scalar()
        if index is None:
            return None
        return written(ticket_id, self._seals.blind(Purpose.THREAD, f"{ticket_id}|{index}"))

    def ticket_of(self, places: Iterable[str], address: str) -> int | None:
        """The ticket whose token for this address stands in one of these texts (recipients, Message-IDs).

        Tokens of keys that are being retired count until they are. Good tokens of two tickets are none: nobody writes
        such a mail.
        """
        key = address_key(address)
        if not key:
            return None
        indexes = self._seals.blinds(Purpose.ADDRESS, key)
        good = {ticket for ticket, signed in found_in(places) if self._is_good(ticket, signed, indexes)}
        return good.pop() if len(good) == 1 else None

    def _is_good(self, ticket_id: int, signed: str, indexes: list[str]) -> bool:
        if ticket_id > LARGEST:
            return False
        signatures = (s for index in indexes for s in self._seals.blinds(Purpose.THREAD, f"{ticket_id}|{index}"))
        if not any(hmac.compare_digest(shortened(one), signed) for one in signatures):
            return False
        known = select(ReporterTable.ticket_id).where(ReporterTable.ticket_id == ticket_id)
        return self._connection.execute(known).scalar() is not None
