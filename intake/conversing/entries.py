"""Chat messages as entries of a ticket, and what a verdict makes of them."""

from collections.abc import Sequence
from dataclasses import replace

from intake.classifying import ungraded
from intake.dialogue.prompts import BOOK
from intake.urgency import urgency
from models.chat import ChatMessage
from models.masked_message import by_rules_alone, mask_message
from models.searchable import Masked, masked_message
from models.ticket import Entry, Event, EventKind
from models.verdict import Kind, Verdict
from models.work import InboxItem
from storage.store import Transaction

CHANGED = "A changed version of an earlier message"
ANSWERED = "Answer to a question of the team"
LONGEST_TITLE = 70
"""Characters."""
UNSURE = "The reporter was not sure whether anyone is at risk."
FLAG_OF = {"crisis": "learner_at_risk", "urgent": "patient_at_risk", "safeguarding": "safeguarding"}
"""Why officers are told -> the red flag that it puts on the ticket."""


def entry_of(
    item: InboxItem,
    message: ChatMessage,
    verdict: Verdict | None,
    *,
    subject: str = "",
    label: str = "",
    opens: bool = False,
) -> Entry:
    """A chat message as an entry. A pressed button is told by its label; what opens a ticket is its title, too."""
    words = label or message.spoken
    if message.odd:
        words = "\n\n".join(part for part in (words, f"[A {message.odd} was sent. It cannot be shown here.]") if part)
    files = tuple(described(one.kind, one.type, one.size, one.state) for one in message.files)
    masked = _masked(subject, words, None if label else verdict)
    shown = masked or _roughly(subject, words)
    if opens:
        subject, shown = title_of(words), replace(shown, subject=title_of(shown.text))
        masked = shown if masked is not None else None
    return Entry(
        inbox_id=item.id,
        at=item.message.received_at,
        channel=item.message.channel,
        subject=subject,
        text=words,
        new_text=words,
        masked=masked,
        masked_subject=shown.subject,
        masked_text=shown.text,
        attachments=files,
        masked_attachments=files,
    )


def title_of(text: str) -> str:
    """The first words of a text, where nobody has given it a title."""
    first = next((" ".join(line.split()) for line in text.splitlines() if line.strip()), "")
    if len(first) <= LONGEST_TITLE:
        return first
    cut = first[: LONGEST_TITLE + 1].rpartition(" ")[0] or first[:LONGEST_TITLE]
    return cut.rstrip(" ,;:-") + "…"


def _masked(subject: str, words: str, verdict: Verdict | None) -> Masked | None:
    if verdict is None:
        return Masked(subject=subject, text=words)
    if not verdict.looked_for_personal_data:
        return None
    return masked_message(subject, words, verdict.personal_data, name="", address="")


def _roughly(subject: str, words: str) -> Masked:
    """What officers read where nobody could look for personal data."""
    masks = mask_message(subject=subject, text=words, name="", address="", known=(), find=by_rules_alone)
    return Masked(subject=masks.subject, text=masks.text)


def described(kind: str, media: str, size: int | None, state: str) -> str:
    """A file as a ticket shows it."""
    facts = [part for part in (media, f"{size:,} bytes" if size is not None else "", "") if part]
    told = f"{kind} ({', '.join(facts)})" if facts else kind
    return told if state == "held" else f"{told}: {state.replace('_', ' ')}"


def question_text(prompt: str) -> str:
    """The last paragraph of a prompt that asks, without its places: what stands above an answer in the ticket."""
    text = BOOK.prompts[prompt].text.replace("{name1}", "…") if prompt in BOOK.prompts else prompt
    asking = [part for part in text.split("\n\n") if part.rstrip().endswith("?")]
    return (asking or [text.split("\n\n")[0]])[-1].splitlines()[-1]


def label_of(prompt: str, option: str) -> str:
    """What a pressed button says."""
    known = BOOK.prompts[prompt].options if prompt in BOOK.prompts else ()
    return next((one.label for one in known if one.id == option and one.label), option)


def joined(messages: Sequence[ChatMessage]) -> str:
    """The words of messages that are handled as one turn."""
    return "\n".join(one.text for one in messages if one.text)


def urgency_of(verdict: Verdict) -> int:
    """The place in the queue that a verdict asks for."""
    return urgency(isf=verdict.isf, red_flags=verdict.red_flags, graded=verdict.graded, decided=False)


def summary_of(verdict: Verdict) -> dict[str, object]:
    """What the timeline tells of a verdict."""
    return {"isf": verdict.isf, "graded": verdict.graded, "classifier": verdict.classifier}


def weigh(tx: Transaction, ticket_id: int, verdict: Verdict, event: Event) -> None:
    """Let a later message's verdict stand beside the first, where it may raise something."""
    if verdict.red_flags or (verdict.kind is Kind.CONCERN and verdict.graded):
        tx.tickets.add_verdict(ticket_id, verdict, urgency_of(verdict), event.at)
        tx.tickets.add_event(ticket_id, replace(event, kind=EventKind.PREGRADED, detail=summary_of(verdict)))


def told_verdict(why: str, *, sure: bool) -> Verdict:
    """What the reporter's own answer makes of the grade: a red flag, and a person must look."""
    verdict = ungraded("The reporter said so in the chat." if sure else UNSURE)
    return replace(verdict, red_flags=(FLAG_OF[why],), classifier="the reporter")
