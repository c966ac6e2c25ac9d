"""Values in plain words, for the pages."""

from dataclasses import dataclass
from datetime import datetime

from models.clocks import LONDON, ClockPolicy, ClockState
from models.links import Likeness, LinkKind
from models.sealing import Anonymity
from models.sender import Spoofing, Trust, Witness
from models.ticket import EventKind, TicketRow, TicketState
from models.verdict import Kind
from models.work import Delivery

KINDS: dict[Kind, str] = {
    Kind.CONCERN: "Concern",
    Kind.GOOD_PRACTICE: "Good practice",
    Kind.ENQUIRY: "Question",
    Kind.ABOUT_LEARNER: "About one learner",
    Kind.IRRELEVANT: "Not for us",
}
RAISED = {
    "worst_words": "words of the worst kind of harm",
    "patients_exposed": "a hazard that patients are exposed to",
    "recurrence": "it happens again and again",
    "going_on": "it still goes on",
    "soon": "it can come back within days",
    "known": "it is known and was not put right",
}
"""What raises a grade, as the machine names it; besides these there are red flags and themes."""
CHANNELS = {"imap": "e-mail", "smtp": "e-mail", "lmtp": "e-mail", "graph": "e-mail"}
CHANNELS |= {"telegram": "Telegram", "webchat": "web chat", "terminal": "chat in a terminal"}
CHATS = frozenset({"telegram", "webchat", "terminal"})
SAID = {
    "RECEIPT.first": "Receipt with the reference",
    "RECEIPT.final": "Receipt after they sent it",
    "RECEIPT.cut": "Receipt after they cut the link",
    "CRISIS.self": "Where to get help now",
    "CRISIS.unsafe": "Call 999",
    "ASK.discreet": "There is a question",
    "ASK.show": "A question of the team",
    "ASK.remind": "A reminder of a question",
    "CLOSE.tell": "It is closed",
    "ERR.saved": "It is saved, though something went wrong",
}
"""The messages of a chat that an officer may look for, by their prompts."""
STATES: dict[TicketState, str] = {
    TicketState.NEW: "New",
    TicketState.BEING_READ: "In hand",
    TicketState.WAITING: "Waiting for the reporter",
    TicketState.WITH_PROVIDER: "With the provider",
    TicketState.CLOSED: "Closed",
}
EVENTS: dict[EventKind, str] = {
    EventKind.RECEIVED: "Message received",
    EventKind.FOLLOW_UP: "The reporter wrote again",
    EventKind.PREGRADED: "Pre-graded by the machine",
    EventKind.DECIDED: "Decided",
    EventKind.STATE: "Moved",
    EventKind.ACKNOWLEDGEMENT_QUEUED: "Acknowledgement written",
    EventKind.ACKNOWLEDGEMENT_SENT: "Acknowledgement sent",
    EventKind.ACKNOWLEDGEMENT_WITHHELD: "No acknowledgement",
    EventKind.ACKNOWLEDGEMENT_FAILED: "Acknowledgement could not be sent",
    EventKind.POSSIBLY_RELATED: "May belong to another ticket",
    EventKind.CONTINUES: "An answer to a ticket that was closed long ago",
    EventKind.CONTINUED: "The reporter wrote again long after it was closed, in another ticket",
    EventKind.CAME_BACK: "Our mail came back: the reporter did not get it",
    EventKind.FILE_LOCKED: "A file is locked",
    EventKind.ENCRYPTED: "The mail is encrypted, nobody here can read it",
    EventKind.READ: "Read",
    EventKind.RESTRICTED: "Restricted",
    EventKind.RESTRICTION_ENDED: "Open to all officers again",
    EventKind.CONFLICT_LIFTED: "Conflict of interest lifted",
    EventKind.TOLD: "The reporter answered a question of the chat",
    EventKind.ALERTED: "Officers alerted",
    EventKind.QUESTION: "An officer asked the reporter",
    EventKind.ANSWER: "The reporter answered an officer",
    EventKind.NO_ANSWER: "No answer to an officer's question",
    EventKind.WITHDRAWN: "The reporter withdrew it",
    EventKind.ERASURE_ASKED: "The reporter asked us to delete it",
    EventKind.LINK_CUT: "The reporter cut the link: nobody can write to them",
    EventKind.TOLD_CLOSED: "The reporter was told that it is closed",
    EventKind.LETTER_QUEUED: "An officer wrote to the reporter",
    EventKind.LETTER_SENT: "The mail to the reporter was sent",
    EventKind.LETTER_FAILED: "The mail to the reporter could not be sent",
    EventKind.CLOSED: "Closed",
    EventKind.LINKED: "Linked with another ticket",
    EventKind.UNLINKED: "A link was taken away",
    EventKind.MERGED: "Merged",
    EventKind.UNMERGED: "A merge was undone",
    EventKind.SPLIT: "A message was split off",
    EventKind.TASK_ADDED: "Something to do was added",
    EventKind.TASK_DONE: "Something to do was done",
    EventKind.HOLD_BEGUN: "Put on legal hold",
    EventKind.HOLD_ENDED: "Legal hold ended",
    EventKind.ASSIGNED: "Assigned",
    EventKind.CLOCK_PAUSED: "The service clocks stand still",
    EventKind.CLOCK_RESUMED: "The service clocks run on",
    EventKind.ESCALATED: "A service clock has run out, and the lead was told",
    EventKind.PAGED: "People were called because of the red flag",
    EventKind.ALERT_ACKNOWLEDGED: "The red flag was acknowledged",
}
ANONYMITY: dict[Anonymity, str] = {
    Anonymity.NAMED: "We have an address or a name. That does not mean that they agree to be known: "
    "read what they ask.",
    Anonymity.CONFIDENTIAL: "They asked us to keep their name to ourselves.",
    Anonymity.ANONYMOUS: "They want to stay anonymous.",
}
TRUST: dict[tuple[Trust, Witness], str] = {
    (Trust.CONFIRMED, Witness.SERVER): "Our mail server confirmed that it comes from the domain that it names.",
    (Trust.CONFIRMED, Witness.SIGNATURE): "The mail server of the sender signed it, and the signature is whole. "
    "We checked it ourselves.",
    (
        Trust.DOUBTFUL,
        Witness.SERVER,
    ): "Our mail server could not confirm the sender, where it should have been able to.",
    (Trust.DOUBTFUL, Witness.SIGNATURE): "The sender's mail server signed it, but the mail was changed on its way.",
}
UNSURE_WHO = "Nobody could confirm who sent it. That is common, and no sign that anything is wrong."
SPOOFING: dict[Spoofing, str] = {
    Spoofing.FAILED: "It may come from somebody else than it says.",
    Spoofing.AS_US: "It names one of our own domains as its sender, and nothing confirms that.",
    Spoofing.NAME_SHOWS_ANOTHER: "The sender's name is an address, and not the one that it comes from.",
    Spoofing.SEVERAL_SENDERS: "It names more than one sender.",
    Spoofing.ANSWERS_GO_ELSEWHERE: "The sender asks for answers to another domain. Many people have two mailboxes. "
    "We answer to the sender's address.",
}
PURPOSES = {"question": "A question", "reply": "A reply", "closing": "The words at the closing"}
QUESTIONS = {
    "open": "not read yet",
    "read": "read, no answer yet",
    "answered": "answered",
    "declined": "the reporter would rather not say",
    "no_reply": "no answer came",
}
"""What became of a question in a chat."""
DELIVERIES: dict[Delivery, str] = {
    Delivery.WAITING: "Waiting to be sent",
    Delivery.SENT: "Sent",
    Delivery.FAILED: "Could not be sent",
    Delivery.WITHHELD: "Not sent, on purpose",
}
CLOCKS = {
    "acknowledgement": "Acknowledgement",
    "reading": "First reading",
    "decision": "Decision",
    "reply": "Reply",
}
FILTERS = {
    "provider": "Place",
    "site": "Site",
    "specialty": "Specialty",
    "theme": "Theme",
    "isf": "Category",
    "channel": "Came by",
    "officer": "With",
    "age": "Came",
    "clock": "Clock",
    "tag": "Tag",
    "flagged": "Has a red flag",
    "person": "Needs a person",
    "junk": "Likely junk",
}
"""The fields of the queue's filter, as the chips above the list name them."""
KEYS = (
    ("?", "shows these keys"),
    ("j", "goes to the next ticket of the list"),
    ("k", "goes to the ticket before"),
    ("a", "goes to ‘Accept all’ on the page of a ticket; without a red flag it accepts"),
    ("d", "opens the form to decide otherwise"),
    ("o", "opens the ticket that you are on; Enter does, too"),
    ("x", "ticks the ticket that you are on"),
    ("/", "goes to the search"),
    ("n", "shows new tickets, when there are any"),
    ("q", "goes to the queue"),
)
WAYS = {"e-mail": "E-mail", "telegram": "Telegram", "web": "Web chat or form"}
LIKENESS: dict[Likeness, str] = {
    Likeness.SAME_PERSON: "the same person wrote it",
    Likeness.SAME_WORDS: "nearly the same words",
    Likeness.SAME_SITE: "the same site",
    Likeness.SAME_PROVIDER: "the same provider",
    Likeness.SAME_THEME: "the same theme",
}
LINKS = {LinkKind.RELATED: "Related", LinkKind.DUPLICATE: "Duplicate"}
IMPACTS = {
    1: "1: inconvenience",
    2: "2: somewhat affected, easily put right",
    3: "3: a standard clearly not met",
    4: "4: serious, harm or nearly so",
    5: "5: extreme, death or severe harm, assault, concealment",
}
LIKELIHOODS = {
    1: "1: over and put right",
    2: "2: once, being dealt with",
    3: "3: could well happen again",
    4: "4: happens again and again",
    5: "5: constant, or happening now",
}


def moment(value: datetime) -> str:
    """A moment as people in England write it."""
    local = value.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"


def short(value: datetime) -> str:
    """A moment where there is little room, as in a table."""
    local = value.astimezone(LONDON)
    return f"{local.day} {local:%b %Y, %H:%M}"


def hour(value: datetime) -> str:
    """The same to the hour only: the exact minute could point to somebody who wants to stay anonymous."""
    local = value.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}, between {local:%H}:00 and {local:%H}:59"


def short_hour(value: datetime) -> str:
    """The same where there is little room."""
    local = value.astimezone(LONDON)
    return f"{local.day} {local:%b %Y}, {local:%H}:00 to {local:%H}:59"


def to_the_hour(value: datetime, channel: str) -> datetime:
    """The moment as a list may tell it: people who came by chat are anonymous until they choose otherwise."""
    return value.replace(minute=0, second=0, microsecond=0) if channel in CHATS else value


def channel(code: str) -> str:
    """How a message came, in the words of people."""
    return CHANNELS.get(code, code)


def ago(value: datetime, now: datetime) -> str:
    """How long ago, in one unit."""
    seconds = max(0, int((now - value).total_seconds()))
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            number = seconds // size
            return f"{number} {name}{'' if number == 1 else 's'} ago"
    return "just now"


def size(number: int) -> str:
    """A size in bytes as people say it."""
    for limit, name in ((1_000_000, "MB"), (1_000, "kB")):
        if number >= limit:
            return f"{number / limit:.1f} {name}"
    return f"{number} bytes"


def many(number: int) -> str:
    """A bounded count: what is beyond a thousand nobody reads one by one."""
    return "1,000+" if number > 1_000 else f"{number:,}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockWords:
    """A clock in words, and how near its end is: `far`, `soon`, `late`, `paused` or `done`."""

    words: str
    urgency: str


def clock_of(row: TicketRow, policy: ClockPolicy, now: datetime) -> ClockWords | None:
    """The clock of a ticket that runs out next; None without any."""
    if row.due_clock == "paused":
        return ClockWords(words="Clocks paused", urgency="paused")
    if row.due_at is None or row.due_clock not in CLOCKS:
        return None
    words = f"{CLOCKS[row.due_clock]} {policy.says(row.due_at, now)}"
    return ClockWords(words=words, urgency=policy.urgency(row.due_at, now).value)


def clock_says(state: ClockState, policy: ClockPolicy, now: datetime) -> ClockWords:
    """One clock of a ticket in words, over or not."""
    if state.done_at is not None:
        late = policy.days.closings(state.due_at, state.done_at) if state.done_at > state.due_at else None
        told = "in time" if late is None else f"{late} working day{'' if late == 1 else 's'} late" if late else "late"
        return ClockWords(words=f"done {told}", urgency="done")
    return ClockWords(words=policy.says(state.due_at, now), urgency=policy.urgency(state.due_at, now).value)
