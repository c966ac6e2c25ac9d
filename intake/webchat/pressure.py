"""Against floods: who may send now, who must do a little work first, and who must wait. Nothing is ever turned away.

All counts are in memory, of this process, and know conversations and forms only: no address of the network.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from intake.webchat.tokens import FormToken

WINDOW = timedelta(minutes=1)
MOST_KNOWN = 50_000
"""Conversations and forms that are remembered; the oldest are forgotten."""
HARDEST = 4
"""Bits by which the work may grow under the worst flood."""
LEAST_WAIT = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """See `intake/settings/web.py`."""

    a_minute: int = 30
    busy_from: int = 60
    work_bits: int = 14
    wait_seconds: int = 20


@dataclass(slots=True)
class Pressure:
    """How much comes in, and what is asked of senders for it."""

    limits: Limits
    clock: Callable[[], datetime]
    _all: deque[datetime] = field(default_factory=deque)
    _without_work: deque[datetime] = field(default_factory=deque)
    _each: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)
    _spent: OrderedDict[str, str] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def bits(self) -> int:
        """The work that a new form asks for: none while it is quiet, and a bit more each time the flood doubles."""
        with self._lock:
            return self._bits(self.clock())

    def wait(self, form: FormToken, *, work: str, content: str, conversation: str) -> int:
        """0 when this may be taken in now; otherwise the seconds to wait, or to work, before it is sent again.

        `content` is a digest of what the form brings: the same form with the same content is always welcome.
        """
        with self._lock:
            now = self.clock()
            if self._spent.get(form.id) == content:
                return 0
            wait = self._of_one(conversation, now) or self._of_all(form, work, now)
            if not wait:
                self._count(form, content, conversation, now)
            return wait

    def _bits(self, now: datetime) -> int:
        busy = _recent(self._all, now) / self.limits.busy_from
        return 0 if busy < 1 else self.limits.work_bits + min(HARDEST, int(busy).bit_length() - 1)

    def _of_one(self, conversation: str, now: datetime) -> int:
        sent = self._each.get(conversation)
        if sent is None or _recent(sent, now) < self.limits.a_minute:
            return 0
        return max(LEAST_WAIT, int((sent[0] + WINDOW - now).total_seconds()) + 1)

    def _of_all(self, form: FormToken, work: str, now: datetime) -> int:
        if not self._bits(now):
            return 0
        if form.id not in self._spent and form.bits and form.is_worked(work):
            return 0
        waited = int((now - form.since).total_seconds())
        if waited < self.limits.wait_seconds or form.id in self._spent:
            return max(LEAST_WAIT, self.limits.wait_seconds - waited)
        if _recent(self._without_work, now) >= max(1, self.limits.busy_from // 2):
            return max(LEAST_WAIT, int((self._without_work[0] + WINDOW - now).total_seconds()) + 1)
        self._without_work.append(now)
        return 0

    def _count(self, form: FormToken, content: str, conversation: str, now: datetime) -> None:
        self._all.append(now)
        self._each.setdefault(conversation, deque()).append(now)
        self._each.move_to_end(conversation)
        self._spent[form.id] = content
        for known in (self._each, self._spent):
            while len(known) > MOST_KNOWN:
                known.popitem(last=False)


def _recent(moments: deque[datetime], now: datetime) -> int:
    while moments and moments[0] <= now - WINDOW:
        moments.popleft()
    return len(moments)
