"""A chat over a real store: the sink, the workers and the senders, with a clock and draws that a test knows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher

from intake.conversing.officers import ask_reporter, tell_closed
from intake.conversing.replying import collect
from intake.conversing.room import ChatRoom, Draws
from intake.conversing.working import ChatWork, TimerWork
from intake.dialogue.contacts import Promised, spoken_settings
from intake.references import ALPHABET, _check_sign
from intake.working import Shift
from models.chat import ChatFile, ChatKind, ChatMessage, ChatReply
from models.message import RawMessage
from models.reference import load_reference
from models.ticket import Event, EventKind, TicketState
from models.verdict import Kind, Verdict
from storage.store import Store

NIGHT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WORDS = load_reference(None)
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SETTINGS = spoken_settings(
    WORDS,
    Promised(
        retention="2 years",
        grace="7 days",
        reopen_days="28 days",
        file_limit="20 MB",
        notice_url="notice.example.test",
        web_form_url="form.example.test",
    ),
)


def quiet(_subject: str, _text: str, _channel: str) -> Verdict:
    """A classifier that finds nothing."""
    return Verdict(
        kind=Kind.CONCERN, impact=2, likelihood=2, isf=1, confidence=0.8, needs_person=False, classifier="test-1"
    )


def references() -> Callable[[], str]:
    """References that follow on one another, with right check signs."""
    numbers = count(2)

    def drawn() -> str:
        number = next(numbers)
        signs = [ALPHABET[number // 23**place % 23] for place in range(5)]
        whole = "".join(signs) + _check_sign(signs)
        return f"QM-{whole[:4]}-{whole[4:]}"

    return drawn


def codes() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"{next(numbers):05}" * 5


class Chats:
    """Conversations over one store. Each turn is taken as soon as the clock lets it."""

    def __init__(
        self, store: Store, *, fast: Callable[[str, str, str], Verdict] = quiet, start: datetime = NIGHT, **facts: Any
    ) -> None:
        self.store = store
        self.now = start
        self.steps: list[str] = []
        nonces = count(1)
        usual: dict[str, Any] = {
            "store": store,
            "words": WORDS,
            "fast": fast,
            "settings": SETTINGS,
            "clock": lambda: self.now,
            "observe": self.steps.append,
            "hasher": HASHER,
            "draws": Draws(reference=references(), nonce=lambda: f"nonce-{next(nonces)}", code=codes()),
        }
        self.room = ChatRoom(**{**usual, **facts})
        self.keys = count(1)
        self.on_screen: dict[tuple[str, str], ChatReply] = {}

    def take(self, message: ChatMessage, *, channel: str = "telegram", key: str = "") -> int:
        """Put a message into the inbox, as a channel's sink does."""
        raw = RawMessage(
            channel=channel,
            account="bot",
            key=key or f"key-{next(self.keys)}",
            raw=message.as_raw(),
            received_at=self.now,
        )
        with self.store.write() as tx:
            receipt = tx.inbox.receive(raw)
            if receipt.new:
                tx.conversations.register(
                    receipt.inbox_id,
                    channel=channel,
                    account="bot",
                    address=message.address,
                    at=self.now,
                    message=message.message or message.edits,
                    album=message.group,
                )
        return receipt.inbox_id

    def work(self, *, attempts: int = 3) -> ChatWork:
        return ChatWork(room=self.room, shift=Shift(worker="chat", lease=timedelta(minutes=2)), attempts=attempts)

    def settle(self) -> None:
        """Let all turns be taken that wait, merge windows included."""
        self.run()
        self.now += timedelta(seconds=6)
        self.run()

    def run(self, *, attempts: int = 3) -> None:
        while self.work(attempts=attempts).step(lambda: False) == 0:
            pass

    def wait(self, span: timedelta) -> None:
        """Let time pass, and its timers run out."""
        self.now += span
        timers = TimerWork(room=self.room)
        while timers.step(lambda: False) == 0:
            pass

    def hear(self, address: str, channel: str = "telegram") -> tuple[ChatReply, ...]:
        """The replies that wait for somebody; the last of them is on screen from now on."""
        with self.store.read() as tx:
            found = tx.conversations.find(channel=channel, account="bot", address=address)
        if found is None:
            return ()
        replies = collect(self.store, channel=channel, conversation_id=found, now=self.now)
        for reply in replies:
            if reply.options:
                self.on_screen[channel, address] = reply
        return replies

    def say(
        self, text: str, address: str = "learner", channel: str = "telegram", **facts: Any
    ) -> tuple[ChatReply, ...]:
        """Say something and hear the answer."""
        self.take(ChatMessage(address=address, at=self.now, text=text, **facts), channel=channel)
        self.settle()
        return self.hear(address, channel)

    def press(self, label: str, address: str = "learner", channel: str = "telegram") -> tuple[ChatReply, ...]:
        """Press a button that is on screen, by its label."""
        screen = self.on_screen[channel, address]
        option = next(one.id for one in screen.options if one.label == label)
        return self.push(option, screen.nonce, address, channel)

    def push(
        self, option: str, nonce: str, address: str = "learner", channel: str = "telegram"
    ) -> tuple[ChatReply, ...]:
        message = ChatMessage(address=address, at=self.now, kind=ChatKind.PRESS, option=option, nonce=nonce)
        self.take(message, channel=channel)
        self.settle()
        return self.hear(address, channel)

    def ask(self, reference: str, text: str) -> int:
        with self.store.write() as tx:
            ticket_id = tx.reports.id_of(reference)
            assert ticket_id is not None
            return ask_reporter(self.room, tx, ticket_id, officer="officer@example.test", text=text)

    def close(self, reference: str, outcome: str) -> None:
        with self.store.write() as tx:
            ticket_id = tx.reports.id_of(reference)
            assert ticket_id is not None
            version, state, _ = tx.reports.version_of(ticket_id)
            detail = {"from": state.value, "to": "closed"}
            event = Event(at=self.now, kind=EventKind.STATE, actor="officer@example.test", detail=detail)
            tx.tickets.set_state(ticket_id, TicketState.CLOSED, version=version, event=event)
            tell_closed(self.room, tx, ticket_id, outcome=outcome)

    def balances(self) -> bool:
        with self.store.read() as tx:
            return tx.inbox.balance().holds


PHOTO = ChatFile(ref="f1", kind="photo", type="image/jpeg", size=120_000)
VOICE = ChatFile(ref="f2", kind="voice", type="audio/ogg", size=40_000)
