"""What officers decided beside what the machine proposed: only ever added to."""

from sqlalchemy import Connection, insert, select

from models.learning import NEVER_LEARNT, Correction
from storage.errors import StoreError
from storage.learning_tables import CorrectionTable
from storage.packing import as_correction, pack_correction


class Corrections:
    """The corrections within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, correction: Correction) -> None:
        """Keep a correction. Raises StoreError for a channel whose messages are never kept to learn from."""
        if correction.channel in NEVER_LEARNT:
            raise StoreError("messages of this channel are never kept to learn from")
        self._connection.execute(insert(CorrectionTable).values(pack_correction(correction)))

    def all(self) -> tuple[Correction, ...]:
        """All corrections, oldest first; a ticket that was decided twice has two."""
        wanted = select(*CorrectionTable.__table__.columns).order_by(CorrectionTable.id)
        return tuple(as_correction(row) for row in self._connection.execute(wanted).mappings())
