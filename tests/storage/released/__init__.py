"""What a store held at each revision: SQL of that time, for both engines, laid over what was there before.

`@T5` is a moment five minutes after nine, `@B0aff` bytes, `@H0aff` the SHA-256 of these bytes, and `@V2`, `@D4`, `@Oid`
a verdict, a decision and a mail as documents. `@S{table.column 1 text}@` is a text or JSON, sealed with the keys of the
tests for that column of row 1, and `@I{chat text}@` a blind index. A file that holds a comment only says why there is
nothing to put in.
"""

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from storage.conversations import whose
from storage.sealing import Form, Place, Purpose, Seals
from storage.tables import Base
from tests.keys import SOURCE

SEALS = Seals(SOURCE)
FOLDER = Path(__file__).parent
NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
VERDICT = {
    "kind": "concern",
    "impact": 3,
    "likelihood": 3,
    "confidence": 0.5,
    "needs_person": False,
    "classifier": "rules-1",
    "provider": None,
    "site": None,
    "provider_candidates": [],
    "specialties": [],
    "themes": ["supervision"],
    "red_flags": [],
    "needs_person_reasons": [],
    "evidence": [],
    "language": "en",
    "graded": True,
}
DECISION = {
    "kind": "concern",
    "provider": "RWD",
    "site": None,
    "specialties": [],
    "themes": ["supervision"],
    "impact": 5,
    "likelihood": 5,
    "reason": "Read twice.",
}
MAIL = {
    "sender": "in@trust.test",
    "recipient": "lee@school.test",
    "subject": "Thank you",
    "text": "We have it.",
    "html": "",
    "reply_to": "",
    "in_reply_to": "",
    "references": [],
    "headers": [["Auto-Submitted", "auto-replied"]],
    "null_return_path": True,
}


def put_in(connection: Connection, revision: str) -> None:
    """Put in what was kept at that revision. Raises FileNotFoundError for a revision without a file."""
    text = (FOLDER / f"{revision}.sql").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    for statement in "\n".join(lines).split(";\n"):
        if statement.strip(" \n;"):
            connection.exec_driver_sql(_spelt(statement, sqlite=connection.dialect.name == "sqlite"))


def _spelt(statement: str, *, sqlite: bool) -> str:
    def moment(found: re.Match[str]) -> str:
        at = NINE + timedelta(minutes=int(found[1]))
        return str(int(at.timestamp()) * 1_000_000) if sqlite else f"'{at.isoformat()}'"

    def document(found: re.Match[str]) -> str:
        kind, which = found[1], found[2]
        facts = {"V": VERDICT | {"isf": int(which)}, "D": DECISION | {"isf": int(which)}} if which.isdigit() else {}
        return json.dumps(facts.get(kind) or MAIL | {"message_id": f"{which}@trust.test"})

    def sealed(found: re.Match[str]) -> str:
        table, row = Base.metadata.tables[found[1]], int(found[3])
        value = json.loads(found[4]) if Place(table, found[2], row).type.form is Form.VALUES else found[4]
        return f"@B{SEALS.seal(table, row, {found[2]: value}, person=whose(row))[found[2]].hex()}"

    statement = re.sub(r"@S\{(\w+)\.(\w+) (\d+) ([^\n]*?)\}@", sealed, statement)
    statement = re.sub(r"@I\{(\w+) (.*?)\}@", lambda found: SEALS.blind(Purpose(found[1]), found[2]), statement)
    statement = re.sub(r"@H([0-9a-f]*)", lambda found: hashlib.sha256(bytes.fromhex(found[1])).hexdigest(), statement)
    statement = re.sub(r"@B([0-9a-f]*)", r"X'\1'" if sqlite else r"'\\x\1'::bytea", statement)
    statement = re.sub(r"@T(\d+)", moment, statement)
    return re.sub(r"'@([VDO])([\w-]+)'", lambda found: f"'{document(found)}'", statement)
