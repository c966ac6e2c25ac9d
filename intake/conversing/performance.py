"""One transaction's work on a turn: what is at hand, and the steps that every effect is made of."""

from dataclasses import dataclass, field
from datetime import datetime

from intake.conversing.entries import entry_of, weigh
from intake.conversing.room import ChatRoom
from intake.dialogue.effects import Say
from intake.dialogue.rendering import numbered, render
from models.audit import Act, Action
from models.chat import ChatMessage, ChatReply
from models.ticket import Entry, Event, EventKind
from models.verdict import Verdict
from models.work import Ending, InboxItem, Outcome
from storage.conversations import Conversation
from storage.questions import QuestionState
from storage.store import Transaction

REPORTER = "reporter"
"""Who acts, in the audit chain: no more is told of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One row of the inbox in a turn, read."""

    item: InboxItem
    message: ChatMessage
    verdict: Verdict | None = None
    """What the fast classifier thinks of this row's words alone."""


@dataclass(kw_only=True, slots=True)
class Performance:
    """One transaction's work: what is at hand, and how each row of the turn ends."""

    room: ChatRoom
    tx: Transaction
    conversation: Conversation
    cause: str
    """Names what made this turn necessary; replies are keyed by it."""
    parts: tuple[Part, ...] = ()
    verdict: Verdict | None = None
    now: datetime = field(init=False)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    leaves: bool = False
    cut: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = self.room.clock()

    def event(self, ticket_id: int, kind: EventKind, **detail: object) -> None:
        """Add a line to a ticket's timeline."""
        self.tx.tickets.add_event(ticket_id, Event(at=self.now, kind=kind, detail=detail))

    def note(self, action: Action, reference: str) -> None:
        """Add what a reporter did to the audit chain: that it was done, and to which ticket; never by whom."""
        self.tx.audit.append(Act(at=self.now, actor=REPORTER, action=action, subject=reference))

    def ticket(self, reference: str) -> int:
        """The ticket of a reference; raises LookupError, which rolls everything back and has the row tried again."""
        ticket_id = self.tx.reports.id_of(reference)
        if ticket_id is None:
            raise LookupError("a report of the conversation is not in the store")
        return ticket_id

    def say(self, effect: Say, number: int) -> None:
        """Put a message of ours into the outbox, in its words."""
        question = self.tx.questions.get(effect.question) if effect.question else None
        rendered = render(
            effect, self.room.voice(self.conversation.channel), officer_text=question.text if question else ""
        )
        traits = self.room.traits_of(self.conversation.channel)
        text = rendered.text if traits.buttons else numbered(rendered, most=0)
        replaces = ""
        if effect.replaces_question and question and traits.edits:
            replaces = self.tx.replies.announcement(question.id)
        reply = ChatReply(
            address="",
            text=text,
            options=rendered.options,
            nonce=effect.nonce,
            replaces=replaces,
            protected=question is not None,
            leave=self.leaves,
        )
        self.tx.replies.add(
            self.conversation.id,
            reply,
            key=f"{self.cause}/{number}",
            prompt=effect.prompts[-1],
            policy=effect.policy,
            now=self.now,
            ticket_id=self.tx.reports.id_of(effect.reference) if effect.reference else None,
            secret=effect.secret,
            question_id=effect.question or None,
        )
        if question and question.state is QuestionState.OPEN and effect.prompts[-1] == "ASK.show":
            self.tx.questions.end(question.id, QuestionState.READ, self.now)

    def entry(self, part: Part, *, subject: str = "", label: str = "", opens: bool = False) -> Entry:
        """A row of the turn as an entry of a ticket, which it may open."""
        return entry_of(part.item, part.message, part.verdict, subject=subject, label=label, opens=opens)

    def append(self, ticket_id: int, *, subject: str = "", label: str = "") -> None:
        """Add the rows of the turn to a ticket."""
        for part in self.parts:
            self.tx.tickets.append(ticket_id, self.entry(part, subject=subject, label=label))
            self.file(part, ticket_id, Ending.FOLLOW_UP, read=not label)
        channel = self.conversation.channel
        self.event(ticket_id, EventKind.FOLLOW_UP, channel=channel)

    def file(self, part: Part, ticket_id: int, ending: Ending, *, read: bool = True) -> None:
        """How a row of the turn ends; its words are read by the whole classifier later."""
        self.outcomes[part.item.id] = Outcome(ending=ending, ticket_id=ticket_id)
        if read and (part.message.text or part.message.files):
            self.tx.reports.read_again(part.item.id, ticket_id, self.now)

    def weigh(self, ticket_id: int) -> None:
        """Let the verdict on what was written now stand beside the ticket's first."""
        if self.verdict is not None:
            weigh(self.tx, ticket_id, self.verdict, Event(at=self.now, kind=EventKind.PREGRADED))
