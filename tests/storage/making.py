"""Values to put into a store, each with only what a test needs to say."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from models.message import Outgoing, RawMessage
from models.ticket import Decision, Entry, NewTicket, Reporter
from models.verdict import Kind, Verdict
from models.work import Ending, InboxItem, Outcome
from storage.store import Store, Transaction

NOW = datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
_numbers = count(1)


def message(key: str = "1", **facts: Any) -> RawMessage:
    return RawMessage(
        **{"channel": "imap", "account": "in@example.test", "key": key, "raw": b"x", "received_at": NOW, **facts}
    )


def verdict(**facts: Any) -> Verdict:
    usual = {"kind": Kind.CONCERN, "impact": 2, "likelihood": 2, "isf": 1, "confidence": 0.5, "needs_person": False}
    return Verdict(**{**usual, "classifier": "rules-1", **facts})


def decision(**facts: Any) -> Decision:
    usual = {
        "officer": "officer@example.test",
        "at": NOW,
        "kind": Kind.CONCERN,
        "provider": "RWE",
        "site": None,
        "specialties": ("cardiology",),
        "themes": ("supervision",),
        "impact": 3,
        "likelihood": 3,
        "isf": 2,
        "reason": "read with the learner's notes",
    }
    return Decision(**{**usual, **facts})


def entry(inbox_id: int, **facts: Any) -> Entry:
    usual = {"at": NOW, "channel": "imap", "subject": "Rota", "text": "No rota.", "new_text": "No rota."}
    whole = {"inbox_id": inbox_id, **usual, **facts}
    masks = {"masked_subject": whole["subject"], "masked_text": whole["new_text"] or whole["text"]}
    return Entry(**{**masks, "masked_attachments": whole.get("attachments", ()), **whole})


def outgoing(message_id: str = "ack-1@example.test", **facts: Any) -> Outgoing:
    usual = {"recipient": "learner@example.test", "subject": "Thank you", "text": "We have it."}
    return Outgoing(**{"message_id": message_id, "sender": "in@example.test", **usual, **facts})


def received(tx: Transaction, **facts: Any) -> int:
    """A message in the inbox, with a key of its own."""
    return tx.inbox.receive(message(f"key-{next(_numbers)}", **facts)).inbox_id


def opened(tx: Transaction, *, address: str = "learner@example.test", urgency: int = 2, **facts: Any) -> int:
    """A ticket with its first message, which stays unsettled. `message_id` and `seen` are the entry's and verdict's."""
    at = facts.get("received_at", NOW)
    first = entry(
        received(tx, received_at=at),
        at=at,
        message_id=facts.pop("message_id", None),
        masked=facts.pop("first_masked", None),
    )
    usual = {
        "reference": f"QM-{next(_numbers)}",
        "channel": "imap",
        "received_at": NOW,
        "entry": first,
        "reporter": Reporter(name="A Learner", address=address),
        "verdict": facts.pop("seen", None) or verdict(),
        "urgency": urgency,
    }
    return tx.tickets.open(NewTicket(**{**usual, **facts}))


def claimed(tx: Transaction, worker: str = "w", now: datetime = NOW, limit: int = 1) -> tuple[InboxItem, ...]:
    return tx.inbox.claim(worker=worker, now=now, lease=MINUTE, limit=limit)


def filed(store: Store) -> int:
    """A ticket as filing leaves it: settled, with its acknowledgement queued. Nothing else may be waiting."""
    with store.write() as tx:
        received(tx)
        (item,) = claimed(tx)
        new = NewTicket(
            reference=f"QM-{next(_numbers)}",
            channel="imap",
            received_at=NOW,
            entry=entry(item.id),
            reporter=Reporter(name="A Learner", address="learner@example.test"),
            verdict=verdict(),
            urgency=2,
        )
        ticket_id = tx.tickets.open(new)
        tx.outbox.add(ticket_id, outgoing(f"{new.reference}@example.test"), purpose="acknowledgement", now=NOW)
        tx.inbox.settle(item, Outcome(ending=Ending.TICKET, ticket_id=ticket_id), NOW)
    return ticket_id


def followed(store: Store, ticket_id: int) -> int:
    """A follow-up as filing leaves it; gives its inbox row."""
    with store.write() as tx:
        received(tx)
        (item,) = claimed(tx)
        tx.tickets.append(ticket_id, entry(item.id))
        tx.inbox.settle(item, Outcome(ending=Ending.FOLLOW_UP, ticket_id=ticket_id), NOW)
    return item.id


def ended(store: Store, ending: Ending, reason: str) -> int:
    """A message that was ignored or quarantined; gives its inbox row."""
    with store.write() as tx:
        received(tx)
        (item,) = claimed(tx)
        tx.inbox.settle(item, Outcome(ending=ending, reason=reason), NOW)
    return item.id
