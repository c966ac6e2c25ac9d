"""The only loop, and the only broad except: tasks that run until they are told to stop.

A task does one piece of work at a time and says how long to pause. When it fails, the failure is logged by its kind,
the pause grows, and the other tasks go on.
"""

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from random import Random
from threading import Event, Thread, current_thread, main_thread
from types import FrameType
from typing import Protocol

import structlog

from channels.base import Unavailable
from intake.retry import pause_after

Stopping = Callable[[], bool]

_log = structlog.get_logger(__name__)


class Bell:
    """Wakes one task before its pause is over."""

    def __init__(self) -> None:
        self._event = Event()

    def ring(self) -> None:
        """Wake the task, now or at its next pause."""
        self._event.set()

    def wait(self, seconds: float) -> None:
        """Pause until the bell rings, at most so many seconds."""
        self._event.wait(seconds)
        self._event.clear()


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """`step` does a piece of work and returns the pause in seconds; `close` lets go of what it holds."""

    name: str
    step: Callable[[Stopping], float]
    close: Callable[[], None] = lambda: None
    bell: Bell = field(default_factory=Bell)


class Server(Protocol):
    """Something that listens: it starts and stops, and runs on threads of its own."""

    def start(self) -> None:
        """Listen; returns when connections are taken."""

    def stop(self) -> None:
        """Stop listening; returns when the last connection has been let go."""


class Daemon:
    """Runs tasks, each in a thread, and servers, until `stop` is called or a signal asks for it."""

    def __init__(
        self, *, tasks: Sequence[Task] = (), servers: Sequence[Server] = (), random: Random | None = None
    ) -> None:
        """`random` spreads the pauses after failures."""
        self._random = random or Random()  # noqa: S311 - it keeps no secret
        self._tasks = tuple(tasks)
        self._servers = tuple(servers)
        self._stop = Event()
        self._asked: SimpleQueue[None] = SimpleQueue()

    def run(self) -> None:
        """Run until stopped; then let each task end its piece of work and each server its connections."""
        if current_thread() is main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, self._on_signal)
        threads = [Thread(target=self._loop, args=(task,), name=task.name, daemon=True) for task in self._tasks]
        started: list[Server] = []
        try:
            for server in self._servers:
                server.start()
                started.append(server)
            for thread in threads:
                thread.start()
            _log.info("daemon.started", tasks=[task.name for task in self._tasks], servers=len(started))
            self._asked.get()
        finally:
            self.stop()
            for server in reversed(started):
                server.stop()
            for thread in threads:
                if thread.ident is not None:
                    thread.join(timeout=30)
            _log.info("daemon.stopped")

    def stop(self) -> None:
        """Ask everything to end; `run` returns when it has."""
        self._stop.set()
        self._asked.put(None)
        for task in self._tasks:
            task.bell.ring()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        # No lock may be taken here: the thread that the signal interrupts may hold it. This queue's put takes none.
        self._asked.put(None)

    def _loop(self, task: Task) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                pause = task.step(self._stop.is_set)
                failures = 0
            except Exception as fault:  # noqa: BLE001 - the loop: one failing task must not end the others
                failures += 1
                pause = pause_after(failures, self._random)
                if isinstance(fault, Unavailable) and fault.after is not None:
                    pause = max(pause, fault.after.total_seconds())
                _log.error("task.failed", task=task.name, fault=type(fault).__name__, again_in=pause)
            if pause > 0 and not self._stop.is_set():
                task.bell.wait(pause)
        try:
            task.close()
        except Exception as fault:  # noqa: BLE001 - what it held runs out by itself
            _log.error("task.not_closed", task=task.name, fault=type(fault).__name__)
