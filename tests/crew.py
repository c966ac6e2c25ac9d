"""Workers and senders as real processes that can be killed at any moment: `python -m tests.crew` makes them.

They are forked from a process that has loaded the product once, with the rules alone as classifier: then a new one is
there at once, and the store is what is tried. A line of input names the settings and the part; the answer is a number.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

import storage.engine
from intake.app import assemble, filing_room, filing_tasks, sending_task, waking_tasks
from intake.classifier import build_classifier
from intake.classifying import RULES, Classify
from intake.config import load_config
from intake.daemon import Daemon
from intake.logs import set_up_logs
from intake.shelf import Shelf
from intake.transports import mail_sender
from models.reference import load_reference

ROOT = Path(__file__).parent.parent
FILER, SENDER = "filer", "sender"
BUSY_SECONDS = 0.3
"""How long a member of the crew waits for a locked SQLite file, so that a lock is felt and not only waited for."""


def _work(settings: str, part: str, classify: Classify) -> None:
    set_up_logs(level="warning", style="json")
    setattr(storage.engine, "BUSY_SECONDS", BUSY_SECONDS)  # noqa: B010 - a whole number elsewhere
    app = assemble(load_config(Path(settings), {}))
    assert app.config.submission is not None
    if part == FILER:
        Daemon(tasks=(*filing_tasks(app, filing_room(app, classify)), *waking_tasks(app))).run()
    else:
        sender = mail_sender(app.config.submission, app.config.data_dir)
        Daemon(tasks=(sending_task(app, sender, sender.close), *waking_tasks(app))).run()


def _main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that die
    classify = build_classifier(load_reference(None), Shelf(Path("nowhere")), RULES)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            with suppress(BaseException):
                settings, part = json.loads(line)
                _work(settings, part, classify)
            os._exit(0)
        print(child, flush=True)  # noqa: T201


@dataclass(kw_only=True)
class Member:
    """One process of the crew."""

    part: str
    number: int
    handle: int

    def alive(self) -> bool:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, 0)
            return True
        return False

    def send(self, what: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, what)


class Crew:
    """Makes members, kills them, and hears what they log."""

    def __init__(self, settings: Path) -> None:
        self._settings = settings
        self.members: list[Member] = []
        self.kills: Counter[str] = Counter()
        self.logged: Counter[str] = Counter()

    def __enter__(self) -> Self:
        call = [sys.executable, "-m", "tests.crew"]
        pipe = subprocess.PIPE
        self._maker = subprocess.Popen(call, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        self._ears = Thread(target=self._listen, daemon=True)
        self._ears.start()
        return self

    def start(self, part: str) -> Member:
        """A new process, at work at once."""
        assert self._maker.stdin is not None
        assert self._maker.stdout is not None
        self._maker.stdin.write(json.dumps([str(self._settings), part]) + "\n")
        self._maker.stdin.flush()
        number = int(self._maker.stdout.readline())
        member = Member(part=part, number=number, handle=os.pidfd_open(number))
        self.members.append(member)
        return member

    def kill(self, member: Member) -> None:
        """End it in the middle of whatever it does."""
        member.send(signal.SIGKILL)
        self.kills[member.part] += 1
        self._forget(member)

    def _forget(self, member: Member) -> None:
        self.members.remove(member)
        os.close(member.handle)

    def _listen(self) -> None:
        assert self._maker.stderr is not None
        for line in self._maker.stderr:
            with suppress(ValueError, KeyError):
                facts = json.loads(line)
                self.logged[" ".join(filter(None, (facts["event"], facts.get("fault"))))] += 1
                continue
            self.logged["not understood"] += 1

    def __exit__(
        self, _type: type[BaseException] | None, _fault: BaseException | None, _where: TracebackType | None
    ) -> None:
        for member in list(self.members):
            member.send(signal.SIGKILL)
            self._forget(member)
        self._maker.kill()
        self._maker.wait()
        self._ears.join(timeout=10)
        for stream in (self._maker.stdin, self._maker.stdout, self._maker.stderr):
            if stream is not None:
                stream.close()


if __name__ == "__main__":
    _main()
