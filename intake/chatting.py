"""The composition root of the chat: how its parts are put together, on whatever channel."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from channels.base import ChatSender, Sink
from intake.app import App
from intake.classifying import Classify, GuardedClassifier, build_rules_or_do_without
from intake.conversing.replying import ReplyRoom
from intake.conversing.room import ChatRoom
from intake.conversing.working import ChatWork, ReadingWork, ReplyWork, TimerWork
from intake.daemon import Bell, Task
from intake.dialogue.contacts import Promised, spoken_settings
from intake.files import file_reading
from intake.retry import tries_within
from intake.settings.chat import ChatConfig
from intake.waking import look_each_second
from intake.working import Shift
from models.chat import ChatFormatError, FileState, from_raw
from models.message import RawMessage
from storage.store import Transaction


def keep_chat(app: App) -> Sink:
    """The sink of a chat channel: it returns when the message is on disk and belongs to its conversation.

    The raw bytes are `ChatMessage.as_raw`. The key must hold no address in clear; see `channels/base.py`.
    """
    caps = caps_of(app.config.chat)

    def sink(message: RawMessage) -> None:
        with app.store.write() as tx:
            receipt = tx.inbox.receive(message)
            if receipt.new:
                register(tx, receipt.inbox_id, message, caps)
        app.inbox_bell.ring()

    return sink


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatCaps:
    """How much of one chat's files is kept. Words are kept in any case, whatever the caps."""

    messages_an_hour: int = 200
    bytes_a_day: int = 100 * 1024 * 1024


def caps_of(config: ChatConfig) -> ChatCaps:
    """The caps that the settings name."""
    return ChatCaps(messages_an_hour=config.messages_an_hour, bytes_a_day=config.file_megabytes_a_day * 1024 * 1024)


def register(tx: Transaction, inbox_id: int, message: RawMessage, caps: ChatCaps | None = None) -> None:
    """Make a new row of the inbox part of its conversation; one that is held, or no chat message, belongs to none."""
    if message.held:
        return
    try:
        chat = from_raw(message.raw)
    except ChatFormatError:
        return  # it goes to quarantine, where a person sees it
    conversation_id = tx.conversations.register(
        inbox_id,
        channel=message.channel,
        account=message.account,
        address=chat.address,
        at=message.received_at,
        message=chat.message or chat.edits,
        album=chat.group,
    )
    if chat.files and _is_too_much(tx, conversation_id, message, caps or ChatCaps()):
        files = tuple(replace(one, state=FileState.CAPPED, data="", ref="", judged=True) for one in chat.files)
        chat = replace(chat, files=files)
        tx.reports.rewrite(inbox_id, chat.as_raw())
    if any(one.ref and one.state is FileState.HELD and not one.data for one in chat.files):
        tx.fetches.add(inbox_id, message.received_at)


def _is_too_much(tx: Transaction, conversation_id: int, message: RawMessage, caps: ChatCaps) -> bool:
    at = message.received_at
    messages, _ = tx.conversations.amount(conversation_id, since=at - timedelta(hours=1))
    _, size = tx.conversations.amount(conversation_id, since=at - timedelta(days=1))
    return messages > caps.messages_an_hour or size > caps.bytes_a_day


def promised(chat: ChatConfig) -> Promised:
    """What the settings say that the chat may promise."""
    return Promised(
        retention=chat.retention,
        grace=chat.withdrawal_grace,
        reopen_days=chat.reopen_within,
        file_limit=chat.file_limit,
        notice_url=chat.notice_url,
        web_form_url=chat.web_form_url,
    )


def chat_room(app: App, fast: Classify) -> ChatRoom:
    """What conversing needs, from the settings; the fast classifier is put behind its guard here."""
    return ChatRoom(
        store=app.store,
        words=app.words,
        fast=GuardedClassifier(fast, seconds=app.config.filing.classify_seconds, part="fast classifier"),
        settings=spoken_settings(app.words, promised(app.config.chat)),
        clock=app.clock,
        observe=app.observe,
    )


def chat_tasks(app: App, whole: Classify, answered: Callable[[], None] = lambda: None) -> tuple[Task, ...]:
    """The tasks that answer, wait and read: one worker a task, except for turns. `answered` wakes the senders."""
    room = chat_room(app, build_rules_or_do_without(app.words, app.shelf))
    guarded = GuardedClassifier(whole, seconds=app.config.filing.classify_seconds)
    turns = tuple(
        Task(
            name=f"chat-{number}",
            step=ChatWork(
                room=room,
                shift=Shift(worker=f"{app.worker}/chat-{number}", lease=app.lease, batch=1, idle=app.idle),
                attempts=app.config.chat.attempts,
                answered=answered,
            ).step,
            bell=app.inbox_bell,
        )
        for number in range(app.config.filing.workers)
    )
    reading = ReadingWork(
        room=room,
        whole=guarded,
        files=file_reading(app.config.attachments),
        shift=Shift(worker=f"{app.worker}/reading", lease=app.lease, idle=app.idle),
    )
    return (
        *turns,
        Task(name="chat-timers", step=TimerWork(room=room, answered=answered).step),
        Task(name="chat-reading", step=reading.step),
    )


def reply_task(
    app: App, sender: ChatSender, *, channel: str, bell: Bell, number: int = 0, apart: timedelta = timedelta(0)
) -> Task:
    """A task that sends the replies of one channel, those of one conversation at least so far `apart`."""
    most = tries_within(timedelta(hours=app.config.chat.replies_give_up_hours))
    room = ReplyRoom(store=app.store, sender=sender, clock=app.clock, most=most, observe=app.observe)
    # Nothing rings when a pause is over, so this one looks each second whatever the store can tell.
    shift = Shift(worker=f"{app.worker}/{channel}-{number}", lease=app.lease, batch=1, idle=look_each_second)
    work = ReplyWork(room=room, channel=channel, shift=shift, apart=apart)
    return Task(name=f"{channel}-replies-{number}", step=work.step, bell=bell)
