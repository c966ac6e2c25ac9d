"""What officers write to reporters: by mail in the thread of the reporter's last mail, or in the reporter's chat.

An officer's mail is no machine's: it carries no `Auto-Submitted`, and it may bounce. It never repeats what the reporter
wrote. Nobody here opens the address: the store copies it sealed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from intake.acknowledging import Identity, acknowledgement_by_hand, new_message_id, reply_address
from intake.conversing.officers import NotReachable, ask_reporter, tell_closed
from intake.conversing.room import ChatRoom
from models.framework import Reference
from models.letters import NewLetter, Purpose, Way, WayBack
from models.message import Outgoing
from models.ticket import Event, EventKind, Ticket, TicketRow
from models.work import Delivery, DeliveryRow
from storage.store import Transaction

__all__ = [
    "LetterRoom",
    "NotReachable",
    "acknowledge",
    "letter_text",
    "post",
    "unacknowledged",
    "way_back",
    "write_letter",
]

ACKNOWLEDGEMENT = "acknowledgement"

AT_RISK = "learner_at_risk"
"""The red flag with which letters carry the helplines."""
REFERENCES = 10
"""Of the reporter's mails, how many a mail of ours names."""
NO_MAIL = "This desk is not set up to send mail, so nothing can be written from here."
SPLIT_OFF = "This was split off from another ticket. Write to the reporter from there."
NO_CHAT = "This desk cannot write in chats, so nothing can be written from here."
NO_REPLIES_IN_CHAT = "In a chat you can ask something, or close the report with words. Choose to ask."


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterRoom:
    """What writing to reporters needs. Without an identity no mail goes, without a chat room nothing in chats.

    `written` is called after a letter is durable, to wake the senders.
    """

    words: Reference
    identity: Identity | None = None
    chat: ChatRoom | None = None
    written: Callable[[], None] = lambda: None


def way_back(room: LetterRoom, tx: Transaction, ticket_id: int) -> WayBack:
    """How the reporter of a ticket can be written to from here."""
    if tx.links.split_from(ticket_id) is not None:
        return WayBack(way=Way.NOBODY, why=SPLIT_OFF, questions_welcome=False)
    found = tx.letters.way_back(ticket_id)
    if found.way is Way.MAIL and room.identity is None:
        return WayBack(way=Way.NOBODY, why=NO_MAIL)
    if found.way is Way.CHAT and room.chat is None:
        return WayBack(way=Way.NOBODY, why=NO_CHAT)
    return found


def post(room: LetterRoom, tx: Transaction, row: TicketRow, letter: NewLetter) -> None:
    """Send a letter, keep it, and note it in the timeline, all in the caller's transaction.

    Raises NotReachable with a sentence for the officer, and with nothing written.
    """
    outbox_id = question_id = None
    if letter.way is Way.MAIL:
        ids = tx.tickets.last_message_ids(letter.ticket_id, most=REFERENCES)
        token = tx.threads.of(letter.ticket_id) or ""
        outgoing = write_letter(room, row, letter.purpose, letter.text, answers=ids, token=token)
        outbox_id = tx.outbox.reply(letter.ticket_id, outgoing, purpose=letter.purpose.value, now=letter.at)
        detail = {"purpose": letter.purpose.value}
        event = Event(at=letter.at, kind=EventKind.LETTER_QUEUED, actor=letter.officer, detail=detail)
        tx.tickets.add_event(letter.ticket_id, event)
    elif letter.way is Way.CHAT:
        question_id = _in_chat(room, tx, letter)
    tx.letters.add(replace(letter, outbox_id=outbox_id, question_id=question_id))


def unacknowledged(deliveries: Sequence[DeliveryRow]) -> bool:
    """Whether an acknowledgement of a ticket was withheld or failed, and none has gone or waits."""
    states = {one.state for one in deliveries if one.purpose == ACKNOWLEDGEMENT}
    return bool(states) and not states & {Delivery.WAITING, Delivery.SENT}


def acknowledge(room: LetterRoom, tx: Transaction, ticket: Ticket, officer: str, now: datetime) -> None:
    """Queue the acknowledgement that was withheld, in the caller's transaction.

    Raises NotReachable with a sentence for the officer, and with nothing written.
    """
    row = ticket.row
    back = way_back(room, tx, row.id)
    if room.identity is None or back.way is not Way.MAIL:
        raise NotReachable(back.why or NO_MAIL)
    if not unacknowledged(tx.outbox.deliveries(row.id)):
        raise NotReachable("The reporter has had an acknowledgement already, or it waits to be sent.")
    outgoing = acknowledgement_by_hand(
        reference=row.reference,
        words=room.words,
        identity=room.identity,
        token=tx.threads.of(row.id) or "",
        answers=tx.tickets.last_message_ids(row.id, most=REFERENCES),
        work_mailbox=any(event.detail.get("work_mailbox") for event in ticket.events),
    )
    tx.outbox.reply(row.id, outgoing, purpose=ACKNOWLEDGEMENT, now=now)
    tx.tickets.add_event(row.id, Event(at=now, kind=EventKind.ACKNOWLEDGEMENT_QUEUED, actor=officer))


def _in_chat(room: LetterRoom, tx: Transaction, letter: NewLetter) -> int | None:
    if room.chat is None:
        raise NotReachable(NO_CHAT)
    if letter.purpose is Purpose.QUESTION:
        return ask_reporter(room.chat, tx, letter.ticket_id, officer=letter.officer, text=letter.text)
    if letter.purpose is Purpose.REPLY:
        raise NotReachable(NO_REPLIES_IN_CHAT)
    if not tell_closed(room.chat, tx, letter.ticket_id, outcome=letter.text):
        raise NotReachable("No chat belongs to this report any more, so nothing can be told there.")
    return None


def letter_text(room: LetterRoom, row: TicketRow, purpose: Purpose, text: str) -> tuple[str, str]:
    """The subject and the whole text of a mail with these words in it. A learner at risk gets the helplines, too."""
    frame, promises = room.words.letters[purpose.value], room.words.promises
    helplines, at_risk = room.words.helplines.values(), AT_RISK in row.red_flags

    def fill(words: str) -> str:
        return words.replace("{reference}", row.reference).replace("{hours}", promises.hours)

    lines = [f"- {one.name}: {one.contact}{f' ({one.hours})' if one.hours else ''}" for one in helplines]
    ending = [frame.ending, "\n".join((promises.help_now, *lines))] if at_risk else [f"{frame.ending} {frame.danger}"]
    parts = (
        "Hello,",
        fill(frame.opening),
        text.strip(),
        *(fill(one).strip() for one in ending),
        f"{promises.closing}\n{promises.team}",
    )
    return fill(frame.subject), "\n\n".join(parts) + "\n"


def write_letter(
    room: LetterRoom, row: TicketRow, purpose: Purpose, text: str, *, answers: tuple[str, ...], token: str = ""
) -> Outgoing:
    """The mail that carries an officer's words, without its recipient.

    `answers` are the reporter's Message-IDs; by the token the answer finds its ticket.
    Raises NotReachable when there is nobody to write as.
    """
    identity = room.identity
    if identity is None:
        raise NotReachable(NO_MAIL)
    subject, whole = letter_text(room, row, purpose, text)
    return Outgoing(
        message_id=new_message_id(row.reference, identity, token),
        recipient="",
        sender=f"{identity.name} <{identity.address}>",
        reply_to=reply_address(identity, token) or identity.address,
        subject=subject,
        text=whole,
        in_reply_to=answers[-1] if answers else "",
        references=answers,
        null_return_path=False,
    )
