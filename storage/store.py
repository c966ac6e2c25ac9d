"""The shared store: SQLite embedded, PostgreSQL shared; one code path."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from models.clocks import ClockPolicy
from storage.access import AccessRules
from storage.access_codes import AccessCodes
from storage.alerts import Alerts
from storage.assignments import Assignments
from storage.audit import Audit
from storage.chat_reports import ChatReports
from storage.clocks import WAYS_IN, Clocks
from storage.conflicts import Conflicts
from storage.conversations import Conversations
from storage.corrections import Corrections
from storage.database import Database, look_through
from storage.desk_work import DeskWork
from storage.engine import in_our_words, reading
from storage.errors import (
    KeyFault,
    LostClaim,
    NotForOfficer,
    NotForViewer,
    ReferenceTaken,
    SealBroken,
    StaleTicket,
    StoreBusy,
    StoreClosed,
    StoreError,
    StoreNotEmpty,
)
from storage.fetches import Fetches
from storage.inbox import Inbox
from storage.key_sources import KeySource
from storage.leases import Leases
from storage.letters import Letters
from storage.links import Links
from storage.mail_facts import MailFactsOf
from storage.merging import Merges
from storage.notices import Notices
from storage.officers import Officers
from storage.outbox import Outbox
from storage.persons import Persons
from storage.questions import Questions
from storage.replies import Replies
from storage.retention import Retention
from storage.sealed_file import DamagedFile, SealedWriter
from storage.sealing import Seals
from storage.search import Search
from storage.shadows import Shadows
from storage.sign_ins import SignIns
from storage.splitting import Splits
from storage.standing import State
from storage.statistics import Statistics
from storage.tasks import Tasks
from storage.thread_tokens import ThreadTokens
from storage.tickets import Tickets
from storage.tokens import Tokens
from storage.transcripts import Transcripts
from storage.turns import Turns
from storage.unsealing import Unsealings
from storage.views import Presences, Views
from storage.waking import Wakes
from storage.watching import Watch
from storage.webhooks import Webhooks

__all__ = [
    "WAYS_IN",
    "DamagedFile",
    "KeyFault",
    "LostClaim",
    "NotForOfficer",
    "NotForViewer",
    "ReferenceTaken",
    "SealBroken",
    "SealedWriter",
    "StaleTicket",
    "State",
    "Store",
    "StoreBusy",
    "StoreClosed",
    "StoreError",
    "StoreNotEmpty",
    "Transaction",
    "Wakes",
    "look_through",
]


class Transaction:
    """One transaction, seen by subject."""

    def __init__(self, connection: Connection, seals: Seals, policy: ClockPolicy, *, writes: bool) -> None:
        self.audit = Audit(connection, writes=writes)
        self.conflicts = Conflicts(connection, self.audit, seals)
        self.inbox = Inbox(connection, seals)
        self.clocks = Clocks(connection, policy)
        self.alerts = Alerts(connection, self.audit)
        self.notices = Notices(connection)
        desk = DeskWork(connection, self.clocks, self.alerts, self.notices)
        self.tickets = Tickets(connection, seals, self.conflicts, desk)
        self.outbox = Outbox(connection, seals)
        self.threads = ThreadTokens(connection, seals)
        self.officers = Officers(connection, self.conflicts)
        self.leases = Leases(connection)
        self.watch = Watch(connection)
        self.corrections = Corrections(connection)
        self.shadows = Shadows(connection, seals)
        self.access = AccessRules(connection)
        self.views = Views(connection)
        self.presences = Presences(connection)
        self.assignments = Assignments(connection, self.access, self.officers, self.notices, self.audit)
        self.search = Search(connection)
        self.conversations = Conversations(connection, seals)
        self.unsealings = Unsealings(connection, seals, self.audit)
        self.turns = Turns(connection)
        self.reports = ChatReports(connection, seals)
        self.replies = Replies(connection, seals)
        self.transcripts = Transcripts(connection, seals)
        self.questions = Questions(connection, seals)
        self.codes = AccessCodes(connection)
        self.retention = Retention(connection, seals)
        self.persons = Persons(connection, seals)
        self.letters = Letters(connection)
        self.mail_facts = MailFactsOf(connection, seals)
        self.fetches = Fetches(connection, seals)
        self.sign_ins = SignIns(connection, seals)
        self.links, self.merges = Links(connection), Merges(connection, desk, self.clocks)
        self.splits, self.tasks = Splits(connection, seals, self.clocks, self.alerts), Tasks(connection)
        self._open_to_programs(connection, seals)

    def _open_to_programs(self, connection: Connection, seals: Seals) -> None:
        """What the interface for programs needs."""
        self.statistics = Statistics(connection)
        self.tokens = Tokens(connection)
        self.webhooks = Webhooks(connection, seals)


class Store(Database):
    """A store by its URL, with its transactions. Service clocks run by the policy."""

    def __init__(self, url: str, keys: KeySource | None = None, *, clocks: ClockPolicy | None = None) -> None:
        super().__init__(url, keys)
        self._policy = clocks or ClockPolicy()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One transaction: all of it is durable at the end, or none of it. Raises StoreError."""
        with in_our_words(), self._alone(), self._engine.begin() as connection:
            self._seals.refresh()
            tx = Transaction(connection, self._seals, self._policy, writes=True)
            yield tx
            tx.audit.write_out()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One consistent view. Raises StoreError."""
        with in_our_words(), self._engine.connect() as connection:
            self._seals.refresh()
            looking = connection.execution_options(**reading(connection))
            yield Transaction(looking, self._seals, self._policy, writes=False)
