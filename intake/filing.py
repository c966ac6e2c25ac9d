"""From the inbox to a ticket: what is done with one message, in one transaction.

Reading, screening and classifying come first and touch nothing. Then one transaction writes the ticket or the
follow-up, its timeline, the acknowledgement into the outbox, and the ending of the inbox row: all of it or none.
A worker that dies at any point leaves the row waiting, and its claim runs out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.access_codes import NewCode
from intake.acknowledging import Identity, code_for, is_encrypted, is_work_mailbox, write_acknowledgement
from intake.classifying import Classify, ungraded
from intake.files import Examined, events_of
from intake.fingerprints import fingerprint
from intake.masking import NOTHING, masks_of
from intake.references import new_reference
from intake.returning import note_returned
from intake.screening import Action, Case, Rule, screen
from intake.threads import answered, find_thread
from intake.trusting import Look, see_nothing
from intake.urgency import urgency
from intake.withholding import Caps, why_withheld
from models.framework import Reference
from models.links import LinkKind
from models.masked_message import FindPersonal, MaskedMessage, by_rules_alone, without_name
from models.masked_verdict import masked_verdict
from models.message import Address, Mail
from models.rights import SYSTEM
from models.searchable import Masked, masked_message
from models.sender import NO_FACTS, MailFacts
from models.ticket import Entry, Event, EventKind, NewTicket, Reporter
from models.verdict import Kind, Verdict
from models.work import Ending, InboxItem, Outcome
from storage.store import ReferenceTaken, Store, Transaction

ACKNOWLEDGEMENT = "acknowledgement"


@dataclass(frozen=True, kw_only=True, slots=True)
class FilingRoom:
    """What filing needs, handed in by the composition root. `observe` is told each step as it is reached."""

    store: Store
    words: Reference
    read: Callable[[bytes], Mail]
    examine: Callable[[bytes, Mail], Examined]
    classify: Classify
    identity: Identity
    own_addresses: frozenset[str]
    caps: Caps
    clock: Callable[[], datetime]
    observe: Callable[[str], None]
    reopening: timedelta = timedelta(days=28)
    """So long after it was closed an answer opens a ticket again; later it opens another."""
    find_personal: FindPersonal = by_rules_alone
    """Finds patients' personal data, so that officers read without them."""
    new_code: Callable[[], NewCode] | None = None
    """Draws the access code that stands in an acknowledgement; None: there is none in it."""
    look: Look = see_nothing
    """Finds out what a mail tells of its sender."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """One message with all that is known of it before anything is written. `verdict` is None when none is needed.

    The verdict's evidence stands in the masked text.
    """

    item: InboxItem
    mail: Mail
    rule: Rule
    files: Examined
    verdict: Verdict | None
    masks: MaskedMessage
    facts: MailFacts = NO_FACTS
    code: NewCode | None = None


def file_one(room: FilingRoom, item: InboxItem) -> Outcome:
    """Take one claimed message to its end and settle its row. Raises StoreError, with nothing written."""
    room.observe("claimed")
    matter = _understand(room, item)
    with room.store.write() as tx:
        outcome = _file(room, tx, matter)
        room.observe("written")
        tx.inbox.settle(item, outcome, room.clock())
        room.observe("settled")
    room.observe("committed")
    return outcome


def _understand(room: FilingRoom, item: InboxItem) -> Matter:
    mail = room.read(item.message.raw)
    room.observe("read")
    with room.store.read() as tx:
        is_our_mail = mail.message_id is not None and tx.outbox.is_ours((mail.message_id,))
        answers_our_mail = tx.outbox.is_ours(answered(mail))
    rule = screen(
        Case(
            mail=mail,
            envelope_from=item.message.envelope_from,
            own_addresses=room.own_addresses,
            is_our_mail=is_our_mail,
            answers_our_mail=answers_our_mail,
        )
    )
    room.observe("screened")
    if rule.action in (Action.QUARANTINE, Action.IGNORE):
        return Matter(item=item, mail=mail, rule=rule, files=Examined(), verdict=None, masks=NOTHING)
    files = room.examine(item.message.raw, mail)
    room.observe("examined")
    verdict = _verdict(room, item, mail, rule, files)
    room.observe("classified")
    words = files.beside(mail.new_text or mail.text)
    masks = masks_of(mail, words, verdict, room.find_personal)
    hidden = None if verdict is None else masked_verdict(verdict, words, masks.found)
    facts = room.look(item.message, mail)
    return Matter(
        item=item,
        mail=mail,
        rule=rule,
        files=files,
        verdict=hidden,
        masks=masks,
        facts=facts,
        code=None if verdict is None else code_for(mail, room.words, room.new_code),
    )


def _verdict(room: FilingRoom, item: InboxItem, mail: Mail, rule: Rule, files: Examined) -> Verdict | None:
    words = files.beside(mail.new_text or mail.text)
    if is_encrypted(mail) and not words.strip():
        return ungraded("The mail is encrypted. Nobody here can read it.")
    verdict = room.classify(mail.subject, words, item.message.channel)
    if rule.action is Action.IGNORE_UNLESS_SERIOUS and not verdict.red_flags:
        return None
    return verdict


def _file(room: FilingRoom, tx: Transaction, matter: Matter) -> Outcome:
    item, mail, rule = matter.item, matter.mail, matter.rule
    first = tx.inbox.first_with(fingerprint(item.message.raw, mail), item.id)
    if first != item.id:
        return Outcome(ending=Ending.IGNORED, reason=f"This is the same mail as message {first}, delivered again.")
    if rule.action is Action.QUARANTINE:
        return Outcome(ending=Ending.QUARANTINED, reason=rule.reason)
    if mail.returned.message_ids:
        note_returned(tx, mail, room.clock())
    if matter.verdict is None:
        why = f" ({mail.automatic_reason})" if mail.automatic_reason else ""
        return Outcome(ending=Ending.IGNORED, reason=f"{rule.reason}{why}")
    thread = find_thread(tx, mail, item.message.envelope_to)
    if thread.ticket_id is None:
        return _open_ticket(room, tx, matter, thread.related)
    closed = tx.tickets.closed_at(thread.ticket_id)
    if closed is None or room.clock() - closed <= room.reopening:
        return _follow_up(room, tx, matter, thread.ticket_id)
    return _open_linked(room, tx, matter, thread.ticket_id)


def _open_linked(room: FilingRoom, tx: Transaction, matter: Matter, before: int) -> Outcome:
    """An answer to a ticket that was closed long ago opens another, and each names the other."""
    outcome = _open_ticket(room, tx, matter, ())
    if outcome.ticket_id is not None:
        tx.links.link(outcome.ticket_id, before, LinkKind.RELATED, viewer=SYSTEM, at=room.clock())
    for ticket_id, kind, other in (
        (outcome.ticket_id, EventKind.CONTINUES, before),
        (before, EventKind.CONTINUED, outcome.ticket_id),
    ):
        if ticket_id is not None and other is not None:
            detail = {"reference": tx.tickets.reference_of(other)}
            tx.tickets.add_event(ticket_id, Event(at=room.clock(), kind=kind, detail=detail))
    return outcome


def _follow_up(room: FilingRoom, tx: Transaction, matter: Matter, ticket_id: int) -> Outcome:
    now, verdict = room.clock(), matter.verdict
    tx.tickets.append(ticket_id, _entry(matter))
    detail: dict[str, object] = {"channel": matter.item.message.channel}
    if matter.rule.action is not Action.TAKE:
        detail["reason"] = matter.rule.reason
    tx.mail_facts.add(matter.item.id, matter.facts)
    tx.tickets.add_event(ticket_id, Event(at=now, kind=EventKind.FOLLOW_UP, detail=detail))
    for event in events_of(matter.mail, matter.files, matter.item.id, now):
        tx.tickets.add_event(ticket_id, event)
    # A follow-up may tell what the first mail did not. Its verdict stands beside the first and can only raise it.
    if verdict and (verdict.red_flags or (verdict.kind is Kind.CONCERN and verdict.graded)):
        tx.tickets.add_verdict(ticket_id, verdict, _urgency(verdict), now)
        tx.tickets.add_event(ticket_id, Event(at=now, kind=EventKind.PREGRADED, detail=_summary(verdict)))
    return Outcome(ending=Ending.FOLLOW_UP, ticket_id=ticket_id)


def _open_ticket(room: FilingRoom, tx: Transaction, matter: Matter, related: tuple[str, ...]) -> Outcome:
    now = room.clock()
    verdict = matter.verdict or ungraded("The machine did not read this.")
    reference, ticket_id = _open(tx, matter, verdict)
    tx.mail_facts.add(matter.item.id, matter.facts)
    events = [
        Event(at=matter.item.message.received_at, kind=EventKind.RECEIVED),
        Event(at=now, kind=EventKind.PREGRADED, detail=_summary(verdict)),
        *events_of(matter.mail, matter.files, matter.item.id, now),
        *(Event(at=now, kind=EventKind.POSSIBLY_RELATED, detail={"reference": other}) for other in related),
    ]
    for event in events:
        tx.tickets.add_event(ticket_id, event)
    room.observe("opened")
    _acknowledge(room, tx, matter, ticket_id, reference)
    return Outcome(ending=Ending.TICKET, ticket_id=ticket_id)


def _open(tx: Transaction, matter: Matter, verdict: Verdict) -> tuple[str, int]:
    sender = matter.mail.sender
    tries = 0
    while True:
        # Five misses in a row mean that the space is filling up: then references grow by a sign.
        reference = new_reference(crowded=tries // 5)
        new = NewTicket(
            reference=reference,
            channel=matter.item.message.channel,
            received_at=matter.item.message.received_at,
            entry=_entry(matter),
            reporter=Reporter(name=sender.name if sender else "", address=sender.address if sender else ""),
            verdict=verdict,
            urgency=_urgency(verdict),
        )
        try:
            return reference, tx.tickets.open(new)
        except ReferenceTaken:
            tries += 1


def _acknowledge(room: FilingRoom, tx: Transaction, matter: Matter, ticket_id: int, reference: str) -> None:
    now, mail = room.clock(), matter.mail
    withheld = why_withheld(tx, mail, matter.rule, room.caps, now)
    if withheld:
        tx.outbox.withhold(ticket_id, purpose=ACKNOWLEDGEMENT, reason=withheld, now=now)
        work = is_work_mailbox(mail.sender.address if mail.sender else "", room.words.promises.work_domains)
        detail = {"reason": withheld, "work_mailbox": work}  # for whoever sends it by hand: the address is sealed
        event = Event(at=now, kind=EventKind.ACKNOWLEDGEMENT_WITHHELD, detail=detail)
    else:
        outgoing = write_acknowledgement(
            reference=reference,
            mail=mail,
            words=room.words,
            identity=room.identity,
            files_left_unread=matter.files.left_unread,
            token=tx.threads.of(ticket_id) or "",
            code=matter.code,
        )
        if matter.code is not None:
            tx.codes.issue(ticket_id, matter.code.hash, now)
        tx.outbox.add(ticket_id, outgoing, purpose=ACKNOWLEDGEMENT, now=now)
        event = Event(at=now, kind=EventKind.ACKNOWLEDGEMENT_QUEUED)
    tx.tickets.add_event(ticket_id, event)


def _entry(matter: Matter) -> Entry:
    mail, item = matter.mail, matter.item
    return Entry(
        inbox_id=item.id,
        at=item.message.received_at,
        channel=item.message.channel,
        subject=mail.subject,
        text=matter.files.beside(mail.text),
        new_text=matter.files.beside(mail.new_text) if mail.new_text.strip() or not mail.text.strip() else "",
        attachments=matter.files.shown(mail),
        masked_subject=matter.masks.subject,
        masked_text=matter.masks.text,
        masked_attachments=tuple(without_name(one) for one in matter.files.shown(mail)),
        defects=mail.defects,
        message_id=mail.message_id,
        masked=_masked(matter),
    )


def _masked(matter: Matter) -> Masked | None:
    if matter.verdict is None or not matter.verdict.looked_for_personal_data:
        return None
    sender, masks = matter.mail.sender or Address(name="", address=""), matter.masks
    return masked_message(masks.subject, masks.text, (), name=sender.name, address=sender.address)


def _summary(verdict: Verdict) -> dict[str, object]:
    return {"isf": verdict.isf, "graded": verdict.graded, "classifier": verdict.classifier}


def _urgency(verdict: Verdict) -> int:
    return urgency(isf=verdict.isf, red_flags=verdict.red_flags, graded=verdict.graded, decided=False)
