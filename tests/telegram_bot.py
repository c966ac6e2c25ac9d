"""The bot with all that it needs, on a small Telegram over real HTTP; only the classifier is a plain one."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic

from intake.app import App, assemble
from intake.chatting import chat_room
from intake.commands.common import prepare_store
from intake.config import load_config
from intake.conversing.working import ChatWork, TimerWork
from intake.daemon import Daemon, Task
from intake.demo.telegram.people import People
from intake.demo.telegram.server import SmallTelegram
from intake.telegram.composing import telegram_parts
from intake.waking import look_each_second
from intake.working import Shift
from models.rights import SYSTEM
from models.ticket import QueueFilter, Ticket
from models.verdict import Kind, Verdict
from models.work import Balance

TOKEN = "4242:a-secret-token-of-the-tests"
SETTINGS = """\
data_dir = {folder}

[store]
url = {store}

[chat]
notice_url = "https://notice.example.test"

[telegram]
enabled = true
owner = "The lead of the tests"
token = "{token}"
api_url = "{url}"
poll_seconds = 1
{more}

[filing]
lease_seconds = {lease}
"""


def classify(_subject: str, _text: str, _channel: str) -> Verdict:
    return Verdict(
        kind=Kind.CONCERN, impact=3, likelihood=3, isf=2, confidence=0.5, needs_person=False, classifier="test"
    )


def hurried(times: int) -> Callable[[], datetime]:
    """A clock that goes so many times too fast."""
    began, at = monotonic(), datetime.now(UTC)
    return lambda: at + timedelta(seconds=(monotonic() - began) * times)


def write_settings(folder: Path, url: str, *, lease: float = 120, store: str = "", more: str = "") -> Path:
    """A settings file for a bot at that Bot API, with its store made."""
    path = folder / "intake.toml"
    facts = {"folder": json.dumps(str(folder)), "store": json.dumps(store), "url": url, "token": TOKEN}
    path.write_text(SETTINGS.format(**facts, lease=lease, more=more))
    app = assemble(load_config(path, {}))
    if store:
        app.store.migrate()  # as the operator of a server would
    prepare_store(app)
    app.store.close()
    return path


def bot_tasks(app: App, observe: Callable[[str], Callable[[str], None]]) -> tuple[list[Task], list[object]]:
    """All that `intake run` has for the bot; `observe` makes an observer of each part."""
    bot = telegram_parts(replace(app, observe=observe("line")))
    room = replace(chat_room(app, classify), observe=observe("turn"))
    shift = Shift(worker=f"{app.worker}/chat", lease=app.lease, batch=1, idle=look_each_second)
    turns = ChatWork(room=room, shift=shift, attempts=3, answered=bot.answered)
    timers = TimerWork(room=room, answered=bot.answered)
    tasks = [*bot.tasks, Task(name="chat", step=turns.step, bell=app.inbox_bell), Task(name="timers", step=timers.step)]
    return tasks, list(bot.servers)


@dataclass(frozen=True, kw_only=True)
class RunningBot:
    app: App
    telegram: SmallTelegram
    daemon: Daemon

    @property
    def people(self) -> People:
        return self.telegram.people

    def balance(self) -> Balance:
        with self.app.store.read() as tx:
            return tx.inbox.balance()

    def tickets(self) -> list[Ticket]:
        with self.app.store.read() as tx:
            rows = tx.tickets.queue(QueueFilter(), SYSTEM, limit=5_000).rows
            found = [tx.tickets.get(row.reference, SYSTEM) for row in rows]
        return [one for one in found if one is not None]

    def is_quiet(self) -> bool:
        """Nothing waits anywhere."""
        with self.app.store.read() as tx:
            waits = tx.replies.waiting()
        return not self.people.waiting and self.balance().waiting == 0 and waits == 0


@contextmanager
def running_bot(settings: Path, telegram: SmallTelegram, *, times: int = 30) -> Iterator[RunningBot]:
    """The bot in this process, with a clock that goes `times` too fast."""
    app = assemble(load_config(settings, {}), clock=hurried(times))
    tasks, servers = bot_tasks(app, lambda _: lambda _: None)
    daemon = Daemon(tasks=tasks, servers=servers)  # type: ignore[arg-type]
    thread = Thread(target=daemon.run)
    thread.start()
    try:
        yield RunningBot(app=app, telegram=telegram, daemon=daemon)
    finally:
        daemon.stop()
        thread.join(60)
        app.store.close()


@contextmanager
def small_telegram() -> Iterator[SmallTelegram]:
    telegram = SmallTelegram(token=TOKEN)
    telegram.start()
    try:
        yield telegram
    finally:
        telegram.stop()
