"""What sealing costs of a filing: `python -m bench.sealing`.

Both figures come from one run, turn by turn: a message filed whole (received, claimed, read, filed, answered) on SQLite
without a classifier, and the sealing, opening and blind indexes that it needs, done by themselves.
"""

import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from storage.entries import ENTRIES
from storage.reporters import REPORTERS, indexes_of
from storage.sealing import Place, Purpose, Seals
from storage.store import Store
from storage.tables import FingerprintTable, InboxTable, OutboxTable
from tests.intake.making import Office, content
from tests.keys import SOURCE

MESSAGES = 100
ROUNDS = 5
BODY = "No registrar was on the ward for the third night in a row. " * 60


def table(made: Any) -> Table:
    found = made.metadata.tables[made.__tablename__]
    assert isinstance(found, Table)
    return found


INBOX, FINGERPRINTS, OUTBOX = table(InboxTable), table(FingerprintTable), table(OutboxTable)


def seal_one(seals: Seals, raw: bytes) -> None:
    """All that one message needs of the keys."""
    seals.blinds(Purpose.RECEIPT, "key")
    sealed = {"key": "key", "raw": raw, "envelope_from": "a@b.test", "envelope_to": ["c@d.test"]}
    tokens = seals.seal(INBOX, 1, sealed)
    for name, token in tokens.items():
        seals.open(Place(INBOX, name, 1), token)
    seals.blinds(Purpose.FINGERPRINT, "f" * 64)
    seals.seal(FINGERPRINTS, 1, {"source": "f" * 64})
    words = {"subject": "Nights", "text": BODY, "new_text": BODY, "attachments": [], "message_id": "1@b.test"}
    seals.seal(ENTRIES, 1, words)
    seals.blind(Purpose.MESSAGE_ID, "1@b.test")
    seals.seal(REPORTERS, 1, {"name": "Lee Learner", "address": "a@b.test"}, person=1)
    seals.seal(OUTBOX, "m@x.test", {"recipient": "a@b.test"}, person=1)
    seals.seal(OUTBOX, "m@x.test", {"outgoing": {"text": BODY}})
    for _ in range(2):
        indexes_of(seals, "a@b.test")


def main() -> None:
    filed, sealed = [], []
    seals = Seals(SOURCE)
    with (
        tempfile.TemporaryDirectory(prefix="qm-bench-") as folder,
        closing(Store(f"sqlite:///{Path(folder) / 'intake.db'}", SOURCE)) as store,
    ):
        store.migrate()
        office = Office(store)
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            for _ in range(MESSAGES):
                office.file(content(body=BODY))
            filed.append((time.perf_counter() - begin) / MESSAGES)
            begin = time.perf_counter()
            for _ in range(MESSAGES):
                seal_one(seals, content(body=BODY))
            sealed.append((time.perf_counter() - begin) / MESSAGES)
    whole, part = statistics.median(filed), statistics.median(sealed)
    print(f"filing a message {whole * 1e3:.2f} ms, of which sealing {part * 1e3:.2f} ms")
    print(f"with sealing / without it in the same run: {whole / (whole - part):.2f}")


if __name__ == "__main__":
    main()
