"""The bot killed again and again under load, and a backlog: `python -m bench.telegram kills` or `backlog`.

Kills: people write at a steady rate while the bot is killed by SIGKILL at random moments. Told are how many of the
messages sent are in the store, how many of them twice, and how many receipts came.
Backlog: so many updates wait; told is how fast they are taken in, and how long an answer takes after that, also in bare
commits: one durable row, written by the same store at that moment. `--engine postgresql` needs its server at hand.
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread

from intake.demo.telegram.server import SmallTelegram
from intake.logs import set_up_logs
from tests.databases import databases
from tests.postgres import postgres
from tests.telegram_bot import RunningBot, running_bot, small_telegram, write_settings
from tests.telegram_worker import bot_workers

STORY = "Message {}: the registrar left us alone on the ward again last night."
PATIENCE = 1_800.0


def write(telegram: SmallTelegram, *, messages: int, chats: int, rate: float, done: Event) -> None:
    """People write, each chat in its turn, and pause while no bot is there: so that each one is killed under load."""
    asked = telegram.api.calls
    for number in range(messages):
        if number % rate < 1:
            before = asked["getUpdates"]
            while asked["getUpdates"] == before:
                time.sleep(0.01)
        time.sleep(1 / rate)
        telegram.people.write(1_000 + number % chats, STORY.format(number))
    done.set()


def kills(messages: int, chats: int, rate: float, least: int) -> None:
    """Kill the bot at random moments while messages come; then let it end its work, and count."""
    chance = random.Random(6)
    with tempfile.TemporaryDirectory() as folder, small_telegram() as telegram, bot_workers() as workers:
        settings = write_settings(Path(folder), telegram.url, lease=2)
        done, killed = Event(), 0
        facts = {"messages": messages, "chats": chats, "rate": rate, "done": done}
        writer = Thread(target=write, args=(telegram,), kwargs=facts, daemon=True)
        began = time.monotonic()
        writer.start()
        while not done.is_set() or killed < least:
            workers.die(settings, seconds=chance.uniform(0.3, 2.0))
            killed += 1
        print(f"{killed} kills in {time.monotonic() - began:.0f} s")
        with running_bot(settings, telegram, times=1) as bot:
            wait(bot)
            count(bot, messages, chats, killed)


def wait(bot: RunningBot) -> None:
    until = time.monotonic() + PATIENCE
    while not bot.is_quiet() and time.monotonic() < until:
        time.sleep(10)  # the look itself reads every row, and would slow down what it waits for


def count(bot: RunningBot, messages: int, chats: int, killed: int) -> None:
    texts = Counter(entry.text for ticket in bot.tickets() for entry in ticket.entries)
    wanted = {STORY.format(number) for number in range(messages)}
    # A message whose turn was killed again and again becomes a report by the way out, which says so in other words.
    signs = ("Your reference is", "Your message is saved")
    receipts = Counter(one.chat for one in bot.people.shown if any(sign in one.text for sign in signs))
    balance = bot.balance()
    print(f"sent {messages}, stored {sum(texts.values())}, lost {len(wanted - set(texts))}, ", end="")
    print(f"twice {sum(number - 1 for number in texts.values())}, tickets {balance.tickets} of {chats} people")
    more = sum(receipts.values()) - len(receipts)
    print(f"people with a receipt {len(receipts)} of {chats}, receipts beyond the first {more} in {killed} kills")
    print(f"reconciled: {balance.holds}, quarantined {balance.quarantined}, {list(balance.faults)}")


@contextmanager
def engine_url(engine: str) -> Iterator[str]:
    """An empty database of its own; an empty URL for a SQLite file beside the settings."""
    if engine == "sqlite":
        yield ""
        return
    with postgres() as server, databases(server) as made, made.bare() as url:
        yield url


def bare_commit(bot: RunningBot) -> float:
    """The median of one durable row, in seconds, on the store as it is now."""
    spans = []
    for _ in range(100):
        began = time.monotonic()
        with bot.app.store.write() as tx:
            tx.watch.beat("bench", bot.app.clock())
        spans.append(time.monotonic() - began)
    return sorted(spans)[50]


def backlog(size: int, asked: int, rate: float, engine: str) -> None:
    """Let so many updates wait before the bot starts; once they are in, people greet at a steady rate."""
    with engine_url(engine) as store, tempfile.TemporaryDirectory() as folder, small_telegram() as telegram:
        settings = write_settings(Path(folder), telegram.url, store=store)
        for number in range(size):
            telegram.people.write(1_000 + number % (size // 20), STORY.format(number))
        began = time.monotonic()
        with running_bot(settings, telegram, times=1) as bot:
            while telegram.people.waiting:
                time.sleep(0.05)
            taken = time.monotonic() - began
            print(f"{size} updates taken in after {taken:.1f} s ({size / taken:.0f} a second)")
            wait(bot)
            print(f"all answered after {time.monotonic() - began:.0f} s")
            commit = bare_commit(bot)
            print(f"a bare commit: {1000 * commit:.1f} ms on {engine}; ", end="")
            print(f"{size / taken * commit:.2f} updates taken in for one")
            answers(bot, asked, rate, commit)


def answers(bot: RunningBot, asked: int, rate: float, commit: float) -> None:
    """How long the answer to a greeting takes, which is handled at once; a story waits 5 s for its next piece."""
    sent: dict[int, float] = {}
    seen: dict[int, float] = {}
    began = time.monotonic()
    while len(seen) < asked and time.monotonic() < began + asked / rate + 120:
        if len(sent) < asked and time.monotonic() >= began + len(sent) / rate:
            chat = 5_000_000 + len(sent)
            sent[chat] = time.monotonic()
            bot.people.write(chat, "/start")
        with bot.people.changed:
            now = time.monotonic()
            for one in bot.people.shown[-200:]:
                if one.chat in sent:
                    seen.setdefault(one.chat, now)
        time.sleep(0.01)
    spans = sorted(seen[chat] - sent[chat] for chat in seen)
    print(f"{len(spans)} answers at {rate:.0f} a second: ", end="")
    print(f"median {spans[len(spans) // 2]:.2f} s, p95 {quantiles(spans, n=20)[-1]:.2f} s, longest {spans[-1]:.2f} s")
    print(
        f"in bare commits: median {spans[len(spans) // 2] / commit:.0f}, p95 {quantiles(spans, n=20)[-1] / commit:.0f}"
    )


def main() -> None:
    """Run what is asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("what", choices=("kills", "backlog"))
    asked.add_argument("--messages", type=int, default=3_000)
    asked.add_argument("--chats", type=int, default=600)
    asked.add_argument("--rate", type=float, default=30)
    asked.add_argument("--kills", type=int, default=100)
    asked.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    given = asked.parse_args()
    set_up_logs(level="error", style="json")
    if given.what == "kills":
        kills(given.messages, given.chats, given.rate, given.kills)
    else:
        backlog(given.messages, 300, 10, given.engine)


if __name__ == "__main__":
    main()
