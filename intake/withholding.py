"""When an acknowledgement is withheld, so that two machines never write to each other for ever.

Screening knows machines by their headers. This is for those that show none: that answer our acknowledgement with one of
their own, and drop every header that would tell. Nothing here keeps a ticket from being opened; each reason is shown.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.references import is_reference
from intake.screening import Action, Rule
from models.message import Mail
from storage.store import Transaction

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MEMORY = timedelta(days=30)
"""So long a mail that names our reference counts as an answer to what we wrote to its sender."""
BEGINNING = 5_000
"""Characters of the text that are looked at."""
_REFERENCE = re.compile(r"\bQM[- ]?[2-9A-Z]{4}[- ]?[2-9A-Z]{2,6}\b", re.IGNORECASE)
_THING = r"(?:e-?mail|message|request|enquiry|inquiry|query|ticket|case|call|complaint|concern|report|feedback)"
_RECEIPT = re.compile(
    rf"\b(?:your|this|the|a(?: new)?|support) {_THING}s?(?: \S{{1,30}}){{0,3}} (?:has been|have been|was|were|is now) "
    r"(?:\w+ly )?(?:received|logged|registered|created|opened|raised|recorded|assigned|acknowledged)"
    rf"|\bwe(?: have|['’]ve)? (?:now )?(?:received|logged|registered|got|have) your {_THING}"
    rf"|\b(?:thank you|thanks) for (?:contacting|your {_THING}|getting in touch|writing|telling us|emailing)"
    rf"|\b(?:ticket|case|request|incident|reference|tracking)(?: id| number| no\.?| ref(?:erence)?)?(?: is)? ?[:#]? ?"
    r"\[?#?[a-z]{0,6}[-_]?\d{3,}|\[#?[a-z]{0,8}[-#: ]?\d{3,}\]"
    r"|\bdo not (?:reply|respond) to this|\bautomat(?:ed|ic) (?:reply|response|message|e-?mail|acknowledg)"
    r"|\bihre (?:anfrage|nachricht|e-?mail)\b.{0,40}\b(?:eingegangen|erhalten)|\bnous avons bien reçu votre"
    r"|\bhemos recibido (?:su|tu)|\babbiamo ricevuto (?:la sua|il suo)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Caps:
    """How many acknowledgements one address and one domain get before it looks like a loop."""

    per_address_a_day: int
    per_domain_an_hour: int


def why_withheld(tx: Transaction, mail: Mail, rule: Rule, caps: Caps, now: datetime) -> str:
    """Why the sender of a mail gets no acknowledgement, in a sentence for officers; empty when they get one."""
    if rule.action is not Action.TAKE:
        return rule.reason
    address = mail.sender.address if mail.sender else ""
    if names_a_ticket(tx, mail) and tx.outbox.written_to(address, now - MEMORY):
        return "It names a reference that we have told its sender. It may be a machine's answer to our mail."
    if tx.outbox.written_to(address, now - HOUR) and reads_as_a_receipt(mail):
        return "It reads like a machine's receipt, soon after we wrote to the same address. It may be a loop."
    if tx.outbox.written_to(address, now - DAY) >= caps.per_address_a_day:
        return "This address has had as many acknowledgements today as we allow. It may be a machine."
    domain = address.rpartition("@")[2]
    if tx.outbox.written_to_domain(domain, now - HOUR) >= caps.per_domain_an_hour:
        return "This domain has had as many acknowledgements in the last hour as we allow. It may be a loop."
    return ""


def names_a_ticket(tx: Transaction, mail: Mail) -> bool:
    """Whether its subject or text names the reference of a ticket that there is."""
    words = f"{mail.subject}\n{mail.text[:BEGINNING]}"
    named = {found for found in _REFERENCE.findall(words) if is_reference(found)}
    return any(tx.tickets.exists(_spelt(one)) for one in sorted(named)[:10])


def _spelt(reference: str) -> str:
    signs = reference.upper().replace("-", "").replace(" ", "")[2:]
    return f"QM-{signs[:4]}-{signs[4:]}"


def reads_as_a_receipt(mail: Mail) -> bool:
    """Whether a mail says what receipts say. People say such things, too: it is never enough by itself."""
    return bool(_RECEIPT.search(f"{mail.subject}\n{mail.text[:BEGINNING]}"))
