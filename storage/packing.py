"""Values to columns and back."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from models.learning import Correction
from models.masking import PersonalData, PersonalKind
from models.message import Outgoing
from models.ticket import Decision, Event, EventKind, MaskedEntry, TicketRow, TicketState
from models.verdict import Evidence, Kind, Verdict
from storage.moments import moment


def as_masked_entry(row: RowMapping) -> MaskedEntry:
    """A message of a ticket as officers read it, from its columns."""
    return MaskedEntry(
        inbox_id=row["inbox_id"],
        at=row["at"],
        channel=row["channel"],
        subject=row["masked_subject"],
        text=row["masked_text"],
        attachments=tuple(row["masked_attachments"]),
        defects=tuple(row["defects"]),
    )


def pack_verdict(ticket_id: int, verdict: Verdict, at: datetime) -> dict[str, Any]:
    """The columns of a verdict."""
    return {
        "ticket_id": ticket_id,
        "at": at,
        "classifier": verdict.classifier,
        "isf": verdict.isf,
        "verdict": asdict(verdict),
    }


def as_verdict(row: RowMapping | Mapping[str, Any]) -> Verdict:
    """A verdict from its columns."""
    facts = dict(row["verdict"])
    for name in ("provider_candidates", "specialties", "themes", "red_flags", "needs_person_reasons"):
        facts[name] = tuple(facts[name])
    facts["guessed_specialties"] = tuple(facts.get("guessed_specialties", ()))  # older verdicts guessed none
    facts["kind"] = Kind(facts["kind"])
    facts["evidence"] = tuple(Evidence(**one) for one in facts["evidence"])
    facts["personal_data"] = tuple(
        PersonalData(kind=PersonalKind(one["kind"]), start=one["start"], end=one["end"])
        for one in facts.get("personal_data", ())
    )
    return Verdict(**facts)


def pack_decision(ticket_id: int, decision: Decision) -> dict[str, Any]:
    """The columns of a decision."""
    facts = asdict(decision)
    at, officer = facts.pop("at"), facts.pop("officer")
    return {"ticket_id": ticket_id, "at": at, "officer": officer, "isf": decision.isf, "decision": facts}


def as_decision(row: RowMapping) -> Decision:
    """A decision from its columns."""
    facts = dict(row["decision"])
    facts["kind"] = Kind(facts["kind"])
    facts["specialties"], facts["themes"] = tuple(facts["specialties"]), tuple(facts["themes"])
    for name in ("red_flags", "standards"):
        if facts.get(name) is not None:
            facts[name] = tuple(facts[name])
    return Decision(officer=row["officer"], at=row["at"], **facts)


def pack_correction(correction: Correction) -> dict[str, Any]:
    """The columns of a correction. Evidence and personal data are left out: they belong to the text without masks."""
    verdict = replace(correction.verdict, evidence=(), personal_data=())
    return {
        **pack_decision(correction.ticket_id, correction.decision),
        "classifier": verdict.classifier,
        "channel": correction.channel,
        "consent": correction.consent,
        "messages": correction.messages,
        "subject": correction.subject,
        "text": correction.text,
        "verdict": asdict(verdict),
    }


def as_correction(row: RowMapping) -> Correction:
    """A correction from its columns."""
    return Correction(
        ticket_id=row["ticket_id"],
        channel=row["channel"],
        subject=row["subject"],
        text=row["text"],
        consent=row["consent"],
        messages=row["messages"],
        verdict=as_verdict(row),
        decision=as_decision(row),
    )


def pack_event(ticket_id: int, event: Event) -> dict[str, Any]:
    """The columns of a line of the timeline."""
    return {
        "ticket_id": ticket_id,
        "at": event.at,
        "kind": event.kind.value,
        "actor": event.actor,
        "detail": event.detail,
    }


def as_event(row: RowMapping) -> Event:
    """A line of the timeline from its columns."""
    return Event(at=row["at"], kind=EventKind(row["kind"]), actor=row["actor"], detail=row["detail"])


def as_ticket_row(row: RowMapping) -> TicketRow:
    """A ticket as the queue shows it, from its columns."""
    return TicketRow(
        id=row["id"],
        reference=row["reference"],
        version=row["version"],
        state=TicketState(row["state"]),
        channel=row["channel"],
        received_at=row["received_at"],
        subject=row["subject"],
        kind=Kind(row["kind"]),
        provider=row["provider"],
        site=row["site"],
        isf=row["isf"],
        decided=row["decided"],
        needs_person=row["needs_person"],
        graded=row["graded"],
        red_flags=tuple(row["red_flags"]),
        urgency=-row["rank"],
        due_at=moment(row["due"]),
        due_clock=row["due_clock"],
        assignee_id=row["assignee_id"],
    )


def queue_columns(verdict: Verdict, urgency: int) -> dict[str, Any]:
    """What the queue takes of a verdict into a new ticket's columns."""
    return {
        "kind": verdict.kind.value,
        "provider": verdict.provider,
        "site": verdict.site,
        "isf": verdict.isf,
        "needs_person": verdict.needs_person,
        "graded": verdict.graded,
        "flagged": bool(verdict.red_flags),
        "red_flags": list(verdict.red_flags),
        "rank": -urgency,
    }


def pack_outgoing(outgoing: Outgoing) -> dict[str, Any]:
    """A mail of ours as plain values, without its recipient, who is sealed apart."""
    facts = asdict(outgoing)
    del facts["recipient"]
    return facts


def as_outgoing(facts: dict[str, Any], recipient: str) -> Outgoing:
    """A mail of ours from plain values."""
    headers = tuple((name, value) for name, value in facts["headers"])
    whole = {**facts, "recipient": recipient, "headers": headers, "references": tuple(facts["references"])}
    return Outgoing(**whole)
