"""A store with something in every table: as the product itself writes it, or one row of plain values."""

import re
from typing import Any

from sqlalchemy import CheckConstraint, Column, Table, select

from models.audit import Act, Action
from models.interface import Scope
from models.learning import Correction
from models.rights import Role, Viewer
from models.sign_in import Opening
from models.work import Ending
from storage.content import Shape
from storage.sealed_rows import SEALED_TABLES
from storage.store import Store
from storage.tables import Base
from tests.storage.making import MINUTE, NOW, claimed, decision, ended, filed, followed, outgoing, received, verdict

LEARNER = "learner@example.test"
LEFT_EMPTY = {"standing", "audit_checkpoints"}
"""Tables in which a row says that the store is not sound or not whole."""
OF_ANOTHER = {"merges": {"into_id": 2}, "splits": {"from_id": 2}, "ticket_links": {"second_id": 2}}
"""Rows that tie a ticket to another one, and never to itself."""


def fill(store: Store, tickets: int = 3) -> None:
    """Tickets in several states with all that belongs to them, people who may sign in, and an act of the audit."""
    made = [filed(store) for _ in range(tickets)]
    followed(store, made[0])
    ended(store, Ending.IGNORED, "It is automatic mail.")
    ended(store, Ending.QUARANTINED, "It cannot be read; é, 中, 🙂.")
    with store.write() as tx:
        received(tx, raw=bytes(range(256)) * 5, envelope_from="", envelope_to=("a@example.test", "é@example.test"))
        claimed(tx, "a worker that died", NOW - 9 * MINUTE)
        [item] = tx.outbox.claim(worker="w", now=NOW, lease=MINUTE)
        tx.outbox.sent(item, NOW)
        tx.outbox.withhold(made[1], purpose="acknowledgement", reason="A cap.", now=NOW)
        tx.outbox.add(made[1], outgoing("more@example.test"), purpose="message", now=NOW)
        tx.tickets.add_verdict(made[1], verdict(isf=3, confidence=0.1 + 0.2, red_flags=("violence",)), 7, NOW)
        tx.tickets.decide(made[1], decision(isf=4), version=2, urgency=9)
        tx.corrections.append(
            Correction(
                ticket_id=made[1],
                channel="imap",
                subject="Rota",
                text="No rota for [name].",
                consent=True,
                messages=1,
                verdict=verdict(),
                decision=decision(isf=4),
            )
        )
        tx.shadows.add(made[2], "v1", verdict(isf=0), NOW)
        tx.inbox.first_with("f" * 64, 1)
        officer = tx.officers.add(email="officer@example.test", name="Ann O.", password_hash="hash")
        tx.officers.open_session(
            officer_id=officer.id, token_hash="s" * 64, csrf="c", expires_at=NOW + MINUTE, opening=Opening(at=NOW)
        )
        tx.officers.add_one_time(officer_id=officer.id, token_hash="o" * 64, expires_at=NOW + MINUTE)
        tx.officers.note_failure("officer@example.test", NOW)
        tx.leases.take("imap:main", "holder", now=NOW - 9 * MINUTE, ttl=MINUTE)
        tx.audit.append(Act(at=NOW, actor="officer@example.test", action=Action.TICKET_READ, subject="QM-1"))
        custodian = Viewer(officer_id=officer.id, email=officer.email, roles=frozenset({Role.CUSTODIAN}))
        tx.unsealings.ask(made[2], custodian, "to warn them of a danger", NOW)
        tx.tokens.add(
            name="Reports",
            prefix="p" * 12,
            token_hash="h" * 64,
            scopes=(Scope.STATISTICS_READ,),
            officer_id=officer.id,
            role=None,
            made_by=officer.email,
            at=NOW,
            expires_at=NOW + MINUTE,
        )
    _fill_rest(store)


def _fill_rest(store: Store) -> None:
    """One row in every table that is still empty, of values that its columns and rules allow."""
    with store._engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in LEFT_EMPTY or connection.execute(select(1).select_from(table).limit(1)).first():
                continue
            kinds = {name: kind for name, kind, _ in Shape.of(table).columns}
            values = {column.name: _value(table, column, kinds[column.name]) for column in _needed(table)}
            values |= OF_ANOTHER.get(table.name, {})
            connection.execute(table.insert(), {**values, **_sealed(store, table)})


def _sealed(store: Store, table: Table) -> dict[str, Any]:
    """Every sealed column of the first row of a table, with a word in it."""
    for one in SEALED_TABLES:
        if one.table is table:
            row = dict.fromkeys((one.key, *one.known_by), 1)
            return store._seals.seal(table, one.bound(row), dict.fromkeys(one.columns, "x"), person=one.person(row))
    return {}


def _needed(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if not column.nullable and column is not table.autoincrement_column]


def _value(table: Table, column: Column[Any], kind: str) -> Any:
    rules = " ".join(str(rule.sqltext) for rule in table.constraints if isinstance(rule, CheckConstraint))
    known = re.search(rf"\b{column.name} IN \('([^']+)'", rules)
    plain = {"int": 1, "text": "x", "bool": True, "moment": NOW, "document": {}, "bytes": b"x", "number": 0.5}
    return known[1] if known else plain[kind]
