"""Chat workers that die by SIGKILL at a step: `python -m tests.chat_worker` makes one for each line of its input.

A line is a JSON array of a store's URL and a step, one of those that `observe` is told, or none; the answer is how the
worker ended, as `wait` gives it.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.store import Store
from tests.intake.conversing.making import NIGHT, Chats
from tests.keys import SOURCE

STEPS = ("claimed", "understood", "stepped", "opened", "written", "settled", "committed")
LONGEST_LIFE = 60


def work(url: str, fatal: str, hours: float) -> None:
    """Take all turns that wait, hours after the start: so that claims of the dead have run out."""

    def observe(step: str) -> None:
        if step == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    store = Store(url, SOURCE)
    chats = Chats(store, observe=observe)
    chats.now = NIGHT
    chats.now += hours * (chats.now.resolution * 3_600_000_000)
    chats.run(attempts=50)
    store.close()


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.alarm(LONGEST_LIFE)
            work(*json.loads(line))
            os._exit(0)
        sys.stdout.write(f"{os.waitpid(child, 0)[1]}\n")
        sys.stdout.flush()


class ChatWorkers:
    """Makes workers and sees them end."""

    def __init__(self, maker: "subprocess.Popen[str]") -> None:
        self._maker = maker

    def run(self, url: str, step: str, hours: float) -> int:
        """Let one work until it dies at that step or has nothing to do; gives the signal that ended it, or 0."""
        assert self._maker.stdin is not None
        assert self._maker.stdout is not None
        self._maker.stdin.write(json.dumps([url, step, hours]) + "\n")
        self._maker.stdin.flush()
        return os.WTERMSIG(int(self._maker.stdout.readline()))


@contextmanager
def chat_workers() -> Iterator[ChatWorkers]:
    """A process that makes workers, until the `with` block ends."""
    call = [sys.executable, "-m", "tests.chat_worker"]
    root = Path(__file__).parent.parent
    with subprocess.Popen(call, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as maker:
        try:
            yield ChatWorkers(maker)
        finally:
            maker.kill()


if __name__ == "__main__":
    main()
