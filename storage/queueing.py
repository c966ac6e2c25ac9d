"""One after another, in the order in which they came: a plain lock lets whoever is quickest in again and again."""

from collections import deque
from threading import Lock


class Queue:
    """Threads that want to be alone for a moment."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: deque[Lock] = deque()
        self._taken = False

    @property
    def length(self) -> int:
        """How many wait."""
        with self._lock:
            return len(self._waiting)

    def enter(self, seconds: float) -> bool:
        """Wait for our turn; False when it has not come within so many seconds."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            gate = Lock()
            gate.acquire()
            self._waiting.append(gate)
        if gate.acquire(timeout=seconds):
            return True
        with self._lock:
            if gate in self._waiting:
                self._waiting.remove(gate)
                return False
        return True  # our turn came at that very moment

    def leave(self) -> None:
        """Let the next one in."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
