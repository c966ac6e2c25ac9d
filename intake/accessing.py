"""Everything that is held on one reporter, written out for them: theirs, and nothing of anybody else."""

import io
import json
import zipfile
from datetime import datetime
from typing import Any

from models.erasure import Person
from models.framework import Reference
from models.rights import SYSTEM
from models.ticket import Decision, Entry
from storage.store import Transaction

ABOUT = """\
This is everything that we hold on you.

everything.json holds all of it, for programs. The folders hold the same to read, one folder for each ticket:
your messages as you wrote them, our mails to you, and what was decided.

Notes that officers write for themselves are not in here, and nothing about other people but what you wrote yourself.
If something is wrong, or if you want it to be erased, please write to us.
"""


def gather(tx: Transaction, person: Person, words: Reference, now: datetime) -> dict[str, Any]:
    """All of it as plain values. Raises SealBroken or KeyFault."""
    return {
        "written_out_at": now.isoformat(),
        "name": person.name,
        "address": person.address,
        "tickets": [
            _ticket(tx, ticket_id, reference, words)
            for ticket_id, reference in zip(person.ticket_ids, person.references, strict=True)
        ],
        "messages_that_became_no_ticket": [_stray(tx, number) for number in person.strays],
    }


def _ticket(tx: Transaction, ticket_id: int, reference: str, words: Reference) -> dict[str, Any]:
    ticket = tx.tickets.get(reference, SYSTEM)
    decisions = ticket.decisions if ticket else ()
    return {
        "reference": reference,
        "state": ticket.row.state.value if ticket else "",
        "messages": [_entry(entry) for entry in tx.tickets.originals(ticket_id)],
        "our_mails": [
            {"at": at.isoformat(), "state": state.value, "subject": mail.subject, "text": mail.text}
            for at, state, mail in tx.persons.mails_to(ticket_id)
        ],
        "decisions": [_decision(one, words) for one in decisions],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "channel": entry.channel,
        "subject": entry.subject,
        "text": entry.text,
        "attachments": list(entry.attachments),
    }


def _decision(decision: Decision, words: Reference) -> dict[str, Any]:
    """What was decided: not by whom, and not the officer's note."""
    place = words.providers.get(decision.site or decision.provider or "")
    category = words.categories.get(decision.isf)
    return {
        "at": decision.at.isoformat(),
        "kind": decision.kind.value,
        "place": place.name if place else None,
        "category": decision.isf,
        "category_in_words": category.label if category else "",
    }


def _stray(tx: Transaction, number: int) -> dict[str, Any]:
    row, message = tx.inbox.row(number), tx.inbox.message(number)
    return {
        "at": row.received_at.isoformat() if row else "",
        "why_no_ticket": row.reason if row else "",
        "as_it_came": message.raw.decode("utf-8", "backslashreplace") if message else "",
    }


def _line(decision: dict[str, Any]) -> str:
    place = decision["place"] or "place not known"
    return f"{decision['at']}: category {decision['category']} ({decision['category_in_words']}), {place}"


def as_zip(held: dict[str, Any]) -> bytes:
    """The archive: everything.json, and all of it to read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("READ ME.txt", ABOUT)
        archive.writestr("everything.json", json.dumps(held, indent=2, ensure_ascii=False))
        for ticket in held["tickets"]:
            for number, message in enumerate(ticket["messages"], start=1):
                files = "".join(f"Attached: {name}\n" for name in message["attachments"])
                text = f"Sent to us: {message['at']}\nSubject: {message['subject']}\n{files}\n{message['text']}\n"
                archive.writestr(f"{ticket['reference']}/your message {number}.txt", text)
            for number, mail in enumerate(ticket["our_mails"], start=1):
                text = f"{mail['state']}: {mail['at']}\nSubject: {mail['subject']}\n\n{mail['text']}\n"
                archive.writestr(f"{ticket['reference']}/our mail {number}.txt", text)
            decisions = "\n".join(map(_line, ticket["decisions"])) or "Nothing is decided yet."
            archive.writestr(f"{ticket['reference']}/decisions.txt", decisions)
        for number, stray in enumerate(held["messages_that_became_no_ticket"], start=1):
            archive.writestr(f"other messages/{number}.txt", f"{stray['why_no_ticket']}\n\n{stray['as_it_came']}")
    return out.getvalue()
