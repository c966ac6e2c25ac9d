"""Bots that die by SIGKILL: `python -m tests.telegram_worker` makes one for each line of its input.

A line is a JSON array of a settings file, a step at which to die (`line:NAME` or `turn:NAME`, or empty), and after how
many seconds of work to die otherwise. The answer is the signal that ended the bot.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

from intake.app import assemble
from intake.config import load_config
from intake.daemon import Daemon
from intake.logs import set_up_logs
from tests.telegram_bot import bot_tasks

LINE_STEPS = ("fetched", "written", "kept", "claimed", "delivered", "settled", "committed")
TURN_STEPS = ("claimed", "understood", "stepped", "opened", "written", "settled", "committed")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killer(fatal: str) -> Callable[[str], Callable[[str], None]]:
    def of(part: str) -> Callable[[str], None]:
        def observe(step: str) -> None:
            if f"{part}:{step}" == fatal:
                die()

        return observe

    return of


def work(settings: str, fatal: str, seconds: float) -> None:
    app = assemble(load_config(Path(settings), {}))
    tasks, _ = bot_tasks(app, killer(fatal))
    clock = Timer(seconds, die)
    clock.daemon = True
    clock.start()
    Daemon(tasks=tasks).run()


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            set_up_logs(level="error", style="json")
            work(*json.loads(line))
            os._exit(0)
        sys.stdout.write(f"{os.waitpid(child, 0)[1]}\n")
        sys.stdout.flush()


class BotWorkers:
    def __init__(self, maker: "subprocess.Popen[str]") -> None:
        self._maker = maker

    def die(self, settings: Path, *, step: str = "", seconds: float = 30) -> int:
        """Let one work until it dies; gives the signal."""
        assert self._maker.stdin is not None
        assert self._maker.stdout is not None
        self._maker.stdin.write(json.dumps([str(settings), step, seconds]) + "\n")
        self._maker.stdin.flush()
        return os.WTERMSIG(int(self._maker.stdout.readline()))


@contextmanager
def bot_workers() -> Iterator[BotWorkers]:
    call = [sys.executable, "-m", "tests.telegram_worker"]
    root = Path(__file__).parent.parent
    with subprocess.Popen(call, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as maker:
        try:
            yield BotWorkers(maker)
        finally:
            maker.kill()


if __name__ == "__main__":
    main()
