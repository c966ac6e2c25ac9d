"""The only loop: a task that fails pauses and goes on, the others do not notice, and all end when they are asked to."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from threading import Event, Thread

import pytest
from structlog.testing import capture_logs

from channels.base import Unavailable
from intake.daemon import Bell, Daemon, Task
from tests.waiting import SECONDS, until


class Listener:
    """A server that notes what happens to it."""

    def __init__(self, *, fails: bool = False) -> None:
        self.events: list[str] = []
        self._fails = fails

    def start(self) -> None:
        if self._fails:
            raise Unavailable("the port is taken")
        self.events.append("started")

    def stop(self) -> None:
        self.events.append("stopped")


def run_until(daemon: Daemon, reached: Callable[[], object]) -> None:
    thread = Thread(target=daemon.run)
    thread.start()
    try:
        until(reached)
    finally:
        daemon.stop()
        thread.join(timeout=SECONDS)
    assert not thread.is_alive()


def test_a_task_that_fails_is_tried_again_and_does_not_disturb_the_others() -> None:
    counts = {"good": 0, "bad": 0}
    bell = Bell()

    def good(_stopping: Callable[[], bool]) -> float:
        counts["good"] += 1
        bell.ring()  # the failing one need not wait for its pause to be over
        return 0.001

    def bad(_stopping: Callable[[], bool]) -> float:
        counts["bad"] += 1
        raise RuntimeError("secret words")

    daemon = Daemon(tasks=(Task(name="bad", step=bad, bell=bell), Task(name="good", step=good)))
    with capture_logs() as logs:
        run_until(daemon, lambda: counts["good"] > 3 and counts["bad"] > 3)
    failed = [line for line in logs if line["event"] == "task.failed"]
    assert all(top / 2 <= line["again_in"] <= top for line, top in zip(failed, (1.0, 2.0, 4.0), strict=False))
    assert "secret" not in str(logs)


def test_a_bell_ends_a_pause() -> None:
    bell, steps = Bell(), []

    def step(_stopping: Callable[[], bool]) -> float:
        steps.append(1)
        return 3_600.0

    def reached() -> bool:
        bell.ring()
        return len(steps) > 2

    run_until(Daemon(tasks=(Task(name="slow", step=step, bell=bell),)), reached)


def test_a_task_that_cannot_let_go_does_not_keep_the_others_from_ending() -> None:
    closed = Event()

    def broken() -> None:
        raise RuntimeError("the store is away")

    def step(_stopping: Callable[[], bool]) -> float:
        return 0.01

    tasks = (Task(name="one", step=step, close=broken), Task(name="two", step=step, close=closed.set))
    with capture_logs() as logs:
        run_until(Daemon(tasks=tasks), lambda: True)
    assert closed.is_set()
    assert [line["task"] for line in logs if line["event"] == "task.not_closed"] == ["one"]


def test_a_server_that_cannot_start_ends_it_and_those_before_it_are_stopped() -> None:
    first, stepped = Listener(), Event()

    def step(_stopping: Callable[[], bool]) -> float:
        stepped.set()
        return 1.0

    daemon = Daemon(tasks=(Task(name="never", step=step),), servers=(first, Listener(fails=True)))
    with pytest.raises(Unavailable, match="the port is taken"):
        daemon.run()
    assert (first.events, stepped.is_set()) == (["started", "stopped"], False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_it_end_what_it_is_doing(number: signal.Signals) -> None:
    program = """
import os
from intake.daemon import Daemon, Task
def say(word):
    os.write(1, word + b"\\n")  # in one piece: the log is written there, too
def step(stopping):
    say(b"working")
    while not stopping():
        pass
    say(b"done")
    return 1.0
Daemon(tasks=(Task(name="one", step=step, close=lambda: say(b"closed")),)).run()
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            lines = iter(process.stdout.readline, "")
            assert any("working" in line for line in lines)
            os.kill(process.pid, number)
            rest = "".join(lines)
            assert process.wait(timeout=SECONDS) == 0
        finally:
            process.kill()
    assert 0 <= rest.index("done") < rest.index("closed")
