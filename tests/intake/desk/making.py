"""A desk with tickets on it, each made with only what a test needs to say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from intake.urgency import urgency
from models.masked_message import mask_message, without_name
from models.masked_verdict import masked_verdict
from models.message import RawMessage
from models.rights import SYSTEM
from models.ticket import Entry, Event, EventKind, NewTicket, Reporter
from models.verdict import UNKNOWN_PLACE, Evidence, Kind, Verdict
from models.work import Ending, Outcome
from storage.store import Store, Transaction

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NIGHTS = """\
Hello,

I am an F2 at City Hospital. There has been no registrar on the ward for three nights in a row, and on Tuesday a \
patient had to be moved to intensive care before anybody senior came.

I am afraid to say this openly because I was told that “people who moan do not get good references”.

A learner"""
_numbers = count(1)


def quoted(text: str, words: str, label: str, source: str = "cue theme.supervision.absent") -> Evidence:
    """The evidence that these words of the text are."""
    start = text.index(words)
    return Evidence(label=label, text=words, start=start, end=start + len(words), source=source)


def graded(**facts: Any) -> Verdict:
    """A verdict on a concern: category 1 unless it says otherwise."""
    usual = {"kind": Kind.CONCERN, "impact": 2, "likelihood": 3, "isf": 1, "confidence": 0.8, "needs_person": False}
    return Verdict(**{**usual, "classifier": "rules-1.0.0", **facts})


def ungraded(**facts: Any) -> Verdict:
    """A verdict that found no words to grade by."""
    usual = {"impact": 3, "likelihood": 3, "isf": 2, "confidence": 0.2, "graded": False, "needs_person": True}
    return graded(**{**usual, "needs_person_reasons": ("no words to grade by were found",), **facts})


def unlisted(*names: str) -> Verdict:
    """A verdict on a text that names places which are in no list."""
    return graded(evidence=tuple(quoted(" ".join(names), name, UNKNOWN_PLACE, "rules") for name in names))


def nights() -> Verdict:
    """A verdict on NIGHTS with evidence for many labels, some of it overlapping."""
    return graded(
        impact=4,
        likelihood=4,
        isf=3,
        themes=("supervision", "speaking_up"),
        specialties=("326",),
        provider_candidates=("RX1", "RXK"),
        red_flags=("patient_at_risk",),
        needs_person=True,
        needs_person_reasons=("the place could be one of several",),
        evidence=(
            quoted(NIGHTS, "City Hospital", "provider_candidate:RX1", "ambiguous name"),
            quoted(NIGHTS, "no registrar on the ward", "theme:supervision"),
            quoted(NIGHTS, "no registrar on the ward for three nights in a row", "likelihood:4", "cue likelihood"),
            quoted(NIGHTS, "moved to intensive care", "red_flag:patient_at_risk", "cue red_flag"),
            quoted(NIGHTS, "moved to intensive care", "impact:4", "cue impact"),
            quoted(NIGHTS, "afraid to say this openly", "theme:speaking_up", "cue theme.speaking_up.fear"),
            Evidence(label="theme:supervision", text="alone", start=None, end=None, source="cue theme.supervision"),
        ),
    )


def masked(entry: Entry, verdict: Verdict) -> tuple[Entry, Verdict]:
    """The two as filing keeps them: with masks where the verdict found personal data, and its evidence beside them."""
    text = entry.new_text or entry.text
    masks = mask_message(
        subject=entry.subject, text=text, name="", address="", known=verdict.personal_data, find=lambda _text: ()
    )
    shown = tuple(without_name(one) for one in entry.attachments)
    entry = replace(entry, masked_subject=masks.subject, masked_text=masks.text, masked_attachments=shown)
    return entry, masked_verdict(verdict, text, masks.found)


def open_ticket(
    store: Store,
    verdict: Verdict | None = None,
    *,
    text: str = "There were no breaks on my last four shifts.",
    subject: str = "Breaks",
    age: timedelta = HOUR,
    reporter: Reporter | None = None,
    raw: bytes = b"raw",
    **entry_facts: Any,
) -> str:
    """File a message as a ticket, as the worker does; gives its reference."""
    seen = verdict or graded()
    at = NOW - age
    reference = f"QM-{next(_numbers):04d}-TT"
    rank = urgency(isf=seen.isf, red_flags=seen.red_flags, graded=seen.graded, decided=False)
    with store.write() as tx:
        inbox_id = received(tx, at=at, raw=raw)
        facts = {"subject": subject, "text": text, "new_text": text, "channel": "imap", **entry_facts}
        entry, seen = masked(Entry(inbox_id=inbox_id, at=at, masked_subject="", masked_text="", **facts), seen)
        new = NewTicket(
            reference=reference,
            channel="imap",
            received_at=at,
            entry=entry,
            reporter=reporter or Reporter(name="Alex Example", address="alex@student.test"),
            verdict=seen,
            urgency=rank,
        )
        ticket_id = tx.tickets.open(new)
        tx.tickets.add_event(ticket_id, Event(at=at, kind=EventKind.RECEIVED))
        detail = {"isf": seen.isf, "graded": seen.graded, "classifier": seen.classifier}
        tx.tickets.add_event(ticket_id, Event(at=at, kind=EventKind.PREGRADED, detail=detail))
        settle(tx, Outcome(ending=Ending.TICKET, ticket_id=ticket_id), at=at)
    return reference


def follow_up(store: Store, reference: str, verdict: Verdict, *, text: str) -> None:
    """Add a later message to a ticket, with a verdict of its own."""
    with store.write() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
        assert ticket is not None
        (first, *_) = tx.tickets.originals(ticket.row.id)
        entry, verdict = masked(replace(first, inbox_id=received(tx), at=NOW, text=text, new_text=text), verdict)
        tx.tickets.append(ticket.row.id, entry)
        rank = urgency(isf=verdict.isf, red_flags=verdict.red_flags, graded=verdict.graded, decided=False)
        tx.tickets.add_verdict(ticket.row.id, verdict, rank, NOW)
        tx.tickets.add_event(ticket.row.id, Event(at=NOW, kind=EventKind.FOLLOW_UP))
        settle(tx, Outcome(ending=Ending.FOLLOW_UP, ticket_id=ticket.row.id), at=NOW)


def hold(store: Store, ending: Ending, reason: str, raw: bytes = b"\x00\xff no mail") -> int:
    """Keep a message that became no ticket; gives its number."""
    with store.write() as tx:
        number = received(tx, raw=raw)
        settle(tx, Outcome(ending=ending, reason=reason), at=NOW)
    return number


def received(tx: Transaction, *, raw: bytes = b"raw", at: datetime = NOW) -> int:
    """A message in the inbox, waiting."""
    key = f"key-{next(_numbers)}"
    return tx.inbox.receive(RawMessage(channel="imap", account="main", key=key, raw=raw, received_at=at)).inbox_id


def settle(tx: Transaction, outcome: Outcome, *, at: datetime) -> None:
    """End the only message that waits."""
    [item] = tx.inbox.claim(worker="test", now=at, lease=HOUR)
    tx.inbox.settle(item, outcome, at)
