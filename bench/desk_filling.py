"""A store with very many tickets, filled by the engine itself: what the desk's pages read, and nothing sealed in truth.

One in seven is open. Places, categories, words and clocks are spread as one would find them: a few places have many.
Clocks are rows only where a ticket is open.
"""

import json
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, text

from bench.store import NOW
from models.framework import Reference
from models.verdict import Kind, Verdict
from storage.lexemes import document, words_of
from storage.moments import NEVER, minute
from storage.store import Store
from storage.tables import Base

FILLED = ("tickets", "entries", "inbox", "reporters", "verdicts", "events", "clocks", "ticket_labels")
SEARCHED = ("search_entries", "search_documents")
SUBJECTS = (
    "Nights alone",
    "Rota gaps",
    "No teaching",
    "Induction",
    "Remarks in theatre",
    "Breaks",
    "Clinic",
    "Handover",
)
WORDS = ("registrar", "supervision", "ward", "rota", "consultant", "teaching", "clinic", "theatre", "shift", "patients")
RARE = 400
"""Each of so many rare words stands in one of so many texts."""


def fill(store: Store, number: int, words: Reference) -> None:
    """So many tickets. The indexes are made afterwards, which is quicker."""
    tables = [Base.metadata.tables[name] for name in (*FILLED, *SEARCHED)]
    with store._engine.begin() as connection:
        quick = connection.dialect.name == "postgresql"
        if quick:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("DROP INDEX ix_search_documents_words"))
        else:
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        for table in tables:
            for index in table.indexes:
                index.drop(connection)
        _numbers(connection, number)
        _texts(connection)
        _places(connection, words)
        for statement in _statements(connection.dialect.name):
            connection.execute(text(statement))
        for table in tables:
            for index in table.indexes:
                index.create(connection)
        if quick:
            connection.execute(text("CREATE INDEX ix_search_documents_words ON search_documents USING gin (words)"))
            for name in ("tickets", "entries", "inbox", "verdicts", "events"):
                connection.execute(text(f"SELECT setval('{name}_id_seq', {number + 1})"))
    with store._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # As autovacuum would have by then: a store is not filled in a minute, with twenty officers at once behind it.
        connection.execute(text("VACUUM ANALYZE" if quick else "ANALYZE"))


def _numbers(connection: Connection, number: int) -> None:
    """`n` counts up; `r` is spread evenly over 0 to 9,999; tickets come over three years."""
    series = f"generate_series(1, {number}) AS n"
    if connection.dialect.name == "sqlite":
        series = f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {number}) SELECT n FROM s)"
    seconds, now = 3 * 365 * 86_400, int(NOW.timestamp())
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE numbers AS SELECT n, (n * 7919) % 10000 AS r, (n * 104729) % 10007 AS q,"
            f" {now} - {seconds} + n * {seconds} / {number} AS at FROM {series}".replace("n * ", "CAST(n AS BIGINT) * ")
        )
    )


def _texts(connection: Connection) -> None:
    connection.execute(text("CREATE TEMPORARY TABLE texts (k INTEGER, subject TEXT, body TEXT, words TEXT)"))
    rows = []
    for k in range(RARE):
        subject = SUBJECTS[k % len(SUBJECTS)]
        body = " ".join((*(WORDS[(k + i * (k % 7 + 1)) % len(WORDS)] for i in range(40)), f"rareword{k}"))
        rows.append(
            {"k": k, "s": subject, "b": body, "w": document(words_of([subject, body]), connection.dialect.name)}
        )
    connection.execute(text("INSERT INTO texts VALUES (:k, :s, :b, :w)"), rows)


def _places(connection: Connection, words: Reference) -> None:
    """Trusts by number: the first has a tenth of all tickets."""
    trusts = [one.code for one in words.providers.values() if one.kind == "trust" and not one.successor]
    connection.execute(text("CREATE TEMPORARY TABLE places (k INTEGER PRIMARY KEY, code TEXT)"))
    rows = [{"k": k, "code": trusts[0 if k < 10 else (k * k) % len(trusts)]} for k in range(100)]
    connection.execute(text("INSERT INTO places VALUES (:k, :code)"), rows)


STATE = (
    "CASE WHEN r < 8600 THEN 'closed' WHEN r < 9200 THEN 'new' WHEN r < 9500 THEN 'being_read'"
    " WHEN r < 9800 THEN 'waiting' ELSE 'with_provider' END"
)
KIND = (
    "CASE WHEN q < 7000 THEN 'concern' WHEN q < 8200 THEN 'enquiry' WHEN q < 9000 THEN 'good_practice'"
    " WHEN q < 9500 THEN 'about_learner' ELSE 'irrelevant' END"
)
ISF = "CASE WHEN q < 600 THEN 3 WHEN q < 3000 THEN 2 WHEN q < 6500 THEN 1 ELSE 0 END"
FLAGGED = "(q < 60)"
FLAGS = f"CASE WHEN {FLAGGED} THEN '[\"violence\"]' ELSE '[]' END"
NO_ITEMS, NO_FACTS = "'[]'", "'{}'"
RESTS = "r < 8600 OR r BETWEEN 9500 AND 9799"
DUE = f"CASE WHEN {RESTS} THEN {NEVER} ELSE {minute(NOW)} - 3000 + (q * 13) % 20000 END"


@dataclass(frozen=True, kw_only=True, slots=True)
class Spelling:
    """How an engine spells what both can do."""

    at: str
    blob: str
    yes: str
    words: str
    casts: bool

    def document(self, text_: str) -> str:
        """A text as JSON."""
        return f"CAST({text_} AS json)" if self.casts else text_


SPELLINGS = {
    "postgresql": Spelling(
        at="to_timestamp(at)", blob="'\\x00'::bytea", yes="TRUE", words="texts.words::tsvector", casts=True
    ),
    "sqlite": Spelling(at="at * 1000000", blob="X'00'", yes="1", words="texts.words", casts=False),
}


def _verdict() -> str:
    verdict = Verdict(
        kind=Kind.CONCERN, impact=3, likelihood=3, isf=2, confidence=0.6, needs_person=False, classifier="bench"
    )
    told = json.dumps(asdict(verdict)).replace(":", "\\:").replace("'", "''")
    return f"'{told}'"


def _tickets(it: Spelling) -> str:
    return f"""INSERT INTO tickets (id, reference, version, state, channel, received_at, subject, kind, provider, site,
            isf, decided, needs_person, graded, flagged, red_flags, rank, due, due_clock)
            SELECT n, 'QM-' || n, 1, {STATE}, CASE WHEN q % 5 = 0 THEN 'telegram' ELSE 'imap' END, {it.at},
            texts.subject, {KIND}, places.code, NULL, {ISF}, (r < 8600), (q % 4 = 0), (q % 50 <> 7), {FLAGGED},
            {it.document(FLAGS)},
            -2 * ({ISF}) - CASE WHEN {FLAGGED} THEN 100 ELSE 0 END,
            {DUE}, CASE WHEN r < 8600 THEN '' WHEN r BETWEEN 9500 AND 9799 THEN 'paused' ELSE 'decision' END
            FROM numbers JOIN texts ON texts.k = q % {RARE} JOIN places ON places.k = (n * 31) % 100 ORDER BY n"""


def _statements(dialect: str) -> list[str]:
    it = SPELLINGS[dialect]
    return [
        _tickets(it),
        f"""INSERT INTO inbox (id, channel, account, key_index, key, raw, size, received_at, due_at, attempts,
            last_error, ending, reason, ticket_id, settled_at)
            SELECT n, 'imap', 'main', 'k' || n, {it.blob}, {it.blob}, 1, {it.at}, {it.at}, 1, '',
            'ticket', '', n, {it.at} FROM numbers ORDER BY n""",
        f"""INSERT INTO entries (id, ticket_id, inbox_id, at, channel, subject, text, new_text, attachments,
            masked_subject, masked_text, masked_attachments, defects)
            SELECT n, n, n, {it.at}, 'imap', {it.blob}, {it.blob}, {it.blob}, {it.blob},
            texts.subject, texts.body, {it.document(NO_ITEMS)}, {it.document(NO_ITEMS)}
            FROM numbers JOIN texts ON texts.k = q % {RARE} ORDER BY n""",
        "INSERT INTO reporters (ticket_id, anonymity) SELECT n, 'named' FROM numbers ORDER BY n",
        f"""INSERT INTO verdicts (id, ticket_id, at, classifier, isf, verdict)
            SELECT n, n, {it.at}, 'bench', 2, {it.document(_verdict())} FROM numbers ORDER BY n""",
        f"""INSERT INTO events (id, ticket_id, at, kind, actor, detail)
            SELECT n, n, {it.at}, 'received', 'intake', {it.document(NO_FACTS)} FROM numbers ORDER BY n""",
        f"""INSERT INTO search_entries (inbox_id, ticket_id, masked, subject, text)
            SELECT n, n, {it.yes}, texts.subject, texts.body FROM numbers JOIN texts ON texts.k = q % {RARE}
            ORDER BY n""",
        f"""INSERT INTO search_documents (ticket_id, words)
            SELECT n, {it.words} FROM numbers JOIN texts ON texts.k = q % {RARE} ORDER BY n""",
        f"""INSERT INTO clocks (ticket_id, clock, started_at, due_at, paused_days)
            SELECT n, 'decision', {it.at}, {it.at}, 0 FROM numbers WHERE r >= 8600""",
        """INSERT INTO ticket_labels (ticket_id, label) SELECT n, CASE WHEN q % 3 = 0 THEN 'theme:supervision'
            WHEN q % 90 = 1 THEN 'theme:bullying' ELSE 'theme:rota' END FROM numbers""",
    ]
