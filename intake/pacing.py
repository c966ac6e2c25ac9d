"""How fast we write to one domain: a few mails at once, then evenly, as many mail providers want it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

AT_ONCE = 5
"""Mails that may go to a domain one after the other before the pace holds."""
REMEMBERED = 10_000
"""Domains."""


@dataclass(kw_only=True, slots=True)
class Pace:
    """`a_minute` is how many mails one domain gets in a minute; 0 is as many as there are. One for each sender."""

    a_minute: int = 0
    _next: dict[str, datetime] = field(default_factory=dict)
    """For each domain when the next mail would be due, were all sent evenly."""

    def wait(self, domain: str, now: datetime) -> timedelta:
        """How long the next mail to this domain has to wait; nothing means that it goes now, and is counted."""
        if not self.a_minute:
            return timedelta()
        step = timedelta(minutes=1) / self.a_minute
        even = max(self._next.get(domain, now), now)
        if (early := even - now - step * (AT_ONCE - 1)) > timedelta():
            return early
        if len(self._next) >= REMEMBERED:
            self._next = {name: due for name, due in self._next.items() if due > now}
        self._next[domain] = even + step
        return timedelta()
