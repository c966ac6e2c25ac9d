"""Worker processes that die by SIGKILL at a step: `python -m tests.worker` makes one for each line of its input.

A line is a JSON array of a settings file and a step; the answer is how the worker ended, as `wait` gives it. A worker
fetches, files and sends as `intake run` does. Its step is `file:NAME` or `send:NAME`, the names that `observe` is told,
or `take:NAME` for the way from the mailbox into the inbox. All are forked from a process that has loaded the product.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from channels.base import Sink
from channels.email.imap_folder import OpenMailbox
from intake.app import assemble, filing_room, filing_tasks, sending_task
from intake.config import load_config
from intake.daemon import Daemon
from intake.logs import set_up_logs
from intake.mailing import polling_tasks
from intake.transports import mail_sender
from models.verdict import Kind, Verdict

FILE_STEPS = ("claimed", "read", "screened", "examined", "classified", "opened", "written", "settled", "committed")
SEND_STEPS = ("claimed", "delivered", "settled", "committed")
TAKE_STEPS = ("fetched", "kept", "moved")
LONGEST_LIFE = 30
"""Seconds; a worker that never reaches its step dies then, by another signal."""


def classify(_subject: str, _text: str, _channel: str) -> Verdict:
    return Verdict(
        kind=Kind.CONCERN, impact=3, likelihood=3, isf=2, confidence=0.5, needs_person=False, classifier="test"
    )


def killer(fatal: str, prefix: str) -> Callable[[str], None]:
    def observe(step: str) -> None:
        if f"{prefix}:{step}" == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    return observe


def watch_taking(observe: Callable[[str], None]) -> None:
    """Tell of the steps between a mailbox and the inbox, which have no hook of their own."""
    take_in, move = OpenMailbox.take_in, OpenMailbox._move

    def watched_take_in(self: OpenMailbox, sink: Sink, stop: Callable[[], bool]) -> object:
        def watched(message: object) -> None:
            observe("fetched")
            sink(message)  # type: ignore[arg-type]
            observe("kept")

        return take_in(self, watched, stop)

    def watched_move(self: OpenMailbox, uid: int, folder: str) -> None:
        move(self, uid, folder)
        observe("moved")

    OpenMailbox.take_in = watched_take_in  # type: ignore[assignment,method-assign]
    OpenMailbox._move = watched_move  # type: ignore[method-assign]


def work(settings: str, fatal: str) -> None:
    app = assemble(load_config(Path(settings), {}))
    watch_taking(killer(fatal, "take"))
    assert app.config.submission is not None
    sender = mail_sender(app.config.submission, app.config.data_dir)
    filing = replace(filing_room(app, classify), observe=killer(fatal, "file"))
    sending = replace(app, observe=killer(fatal, "send"))
    tasks = (*polling_tasks(app), *filing_tasks(app, filing), sending_task(sending, sender, sender.close))
    Daemon(tasks=tasks).run()


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.alarm(LONGEST_LIFE)
            set_up_logs(level="error", style="json")  # on standard error: our output is for answers
            work(*json.loads(line))
            os._exit(0)
        sys.stdout.write(f"{os.waitpid(child, 0)[1]}\n")
        sys.stdout.flush()


class Workers:
    """Makes workers and sees them die."""

    def __init__(self, maker: "subprocess.Popen[str]") -> None:
        self._maker = maker

    def die(self, settings: Path, step: str) -> int:
        """Let one work until it dies at that step; gives the signal that ended it."""
        assert self._maker.stdin is not None
        assert self._maker.stdout is not None
        self._maker.stdin.write(json.dumps([str(settings), step]) + "\n")
        self._maker.stdin.flush()
        return os.WTERMSIG(int(self._maker.stdout.readline()))


@contextmanager
def workers() -> Iterator[Workers]:
    """A process that makes workers, until the `with` block ends."""
    call = [sys.executable, "-m", "tests.worker"]
    root = Path(__file__).parent.parent
    with subprocess.Popen(call, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as maker:
        try:
            yield Workers(maker)
        finally:
            maker.kill()


if __name__ == "__main__":
    main()
