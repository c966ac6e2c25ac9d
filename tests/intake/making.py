"""Values and rooms for filing and sending, each with only what a test needs to say."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from channels.email.mime import read
from intake.acknowledging import Identity
from intake.files import Reading, examine
from intake.filing import FilingRoom
from intake.sending import PostRoom
from intake.withholding import Caps
from intake.working import FilingWork, SendingWork, Shift
from models.message import Address, Mail, Outgoing, RawMessage
from models.reference import load_reference
from models.rights import SYSTEM
from models.ticket import QueueFilter, Ticket
from models.verdict import Kind, Verdict
from models.work import Delivery, DeliveryRow, InboxRow
from storage.store import Store

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
OURS = "quality.me@intake.test"
LEARNER = "learner@student.test"
WORDS = load_reference(None)
READING = Reading(most=5, largest_bytes=2_000_000, text_seconds=20, text_megabytes=512, malware_in=None)
_numbers = count(1)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


def verdict(**facts: Any) -> Verdict:
    usual = {"kind": Kind.CONCERN, "impact": 2, "likelihood": 2, "isf": 1, "confidence": 0.8, "needs_person": False}
    return Verdict(**{**usual, "classifier": "test-1", **facts})


def grade(_subject: str, text: str, _channel: str) -> Verdict:
    """Sees a red flag in the word "knife", and nothing else."""
    return verdict(red_flags=("violence",), isf=3) if "knife" in text else verdict()


def content(*headers: str, sender: str = LEARNER, message_id: str = "", body: str = "No registrar.") -> bytes:
    """A mail; with a Message-ID of its own unless one is given."""
    own = message_id or f"{next(_numbers)}@student.test"
    lines = (f"From: Lee Learner <{sender}>", f"To: {OURS}", "Subject: Nights", f"Message-ID: <{own}>")
    return "\r\n".join((*lines, *headers, "", body, "")).encode()


def mail(**facts: Any) -> Mail:
    usual = {"sender": Address(name="Lee Learner", address=LEARNER), "message_id": "1@student.test", "text": "Nights."}
    return Mail(**{**usual, **facts})


class Post:
    """A sender that keeps what it gets, or fails as it is told to."""

    def __init__(self, *failures: Exception) -> None:
        self.sent: list[Outgoing] = []
        self.failures = list(failures)

    def send(self, outgoing: Outgoing) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(outgoing)


class Office:
    """Filing and sending over one store, with a clock of its own."""

    def __init__(self, store: Store, *, classify: Callable[[str, str, str], Verdict] = grade, **facts: Any) -> None:
        self.store = store
        self.clock = Clock()
        self.steps: list[str] = []
        self.post = Post()
        ours = frozenset({OURS})
        usual: dict[str, Any] = {
            "store": store,
            "words": WORDS,
            "read": partial(read, own_addresses=ours),
            "examine": partial(examine, READING),
            "classify": classify,
            "identity": Identity(address=OURS, name="Quality.me", domain="intake.test"),
            "own_addresses": ours,
            "caps": Caps(per_address_a_day=3, per_domain_an_hour=5),
            "clock": self.clock,
            "observe": self.steps.append,
        }
        self.room = FilingRoom(**{**usual, **facts})

    def take(self, raw: bytes, **facts: Any) -> int:
        """Put a message into the inbox."""
        usual = {"channel": "smtp", "account": OURS, "key": f"key-{next(_numbers)}", "received_at": self.clock()}
        with self.store.write() as tx:
            return tx.inbox.receive(RawMessage(**{**usual, "raw": raw, **facts})).inbox_id

    def work(self, *, attempts: int = 2, lease: float = 60) -> FilingWork:
        shift = Shift(worker="filing", lease=timedelta(seconds=lease))
        return FilingWork(room=self.room, shift=shift, attempts=attempts)

    def file(self, raw: bytes | None = None, **facts: Any) -> InboxRow:
        """Take a message, file all that waits, and give its row."""
        inbox_id = self.take(raw if raw is not None else content(), **facts)
        while self.work().step(lambda: False) == 0:
            pass
        return self.row(inbox_id)

    def row(self, inbox_id: int) -> InboxRow:
        with self.store.read() as tx:
            row = tx.inbox.row(inbox_id)
        assert row is not None
        return row

    def send(self, *, most: int = 3) -> None:
        """Send all that is due now."""
        room = PostRoom(store=self.store, sender=self.post, clock=self.clock, most=most, observe=self.steps.append)
        work = SendingWork(room=room, shift=Shift(worker="sending", lease=timedelta(minutes=1)))
        while work.step(lambda: False) == 0:
            pass

    def tickets(self) -> list[Ticket]:
        """All tickets, as the queue has them."""
        with self.store.read() as tx:
            found = [
                tx.tickets.get(row.reference, SYSTEM) for row in tx.tickets.queue(QueueFilter(), SYSTEM, limit=500).rows
            ]
        return [ticket for ticket in found if ticket is not None]

    def deliveries(self, reference: str) -> tuple[DeliveryRow, ...]:
        with self.store.read() as tx:
            ticket = tx.tickets.get(reference, SYSTEM)
            assert ticket is not None
            return tx.outbox.deliveries(ticket.row.id)

    def waiting(self) -> int:
        """How many mails wait to be sent."""
        with self.store.read() as tx:
            return tx.outbox.counts()[Delivery.WAITING]

    def balances(self) -> bool:
        with self.store.read() as tx:
            return tx.inbox.balance().holds
