"""The interface for programs: tokens and what they open, and the calls by which we tell programs of tickets."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.officer import Officer
from models.rights import Right, Role, Viewer
from models.ticket import EventKind

SERVICE = "service:"
"""What the name of a service begins with; no officer's address does."""


class Scope(StrEnum):
    """What a token may be used for. It opens nothing that the rights behind the token do not open, too."""

    TICKETS_READ = "tickets:read"
    REPORTER_READ = "reporter:read"
    """Whether a reporter is anonymous and can be written to; never who they are."""
    DECISIONS_WRITE = "decisions:write"
    SEARCH_READ = "search:read"
    STATISTICS_READ = "statistics:read"


NEEDS: dict[Scope, Right] = {
    Scope.TICKETS_READ: Right.READ_TICKETS,
    Scope.REPORTER_READ: Right.READ_TICKETS,
    Scope.DECISIONS_WRITE: Right.DECIDE,
    Scope.SEARCH_READ: Right.READ_TICKETS,
    Scope.STATISTICS_READ: Right.READ_TICKETS,
}
"""scope -> the right that must stand behind it."""
SERVICE_ROLES = (Role.READ_ONLY, Role.OFFICER, Role.LEAD)
"""The roles that a service may have; those of people who answer for other people are not among them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiToken:
    """A token, of which only the hash is kept. It belongs to an officer, or to a service with a role of its own."""

    id: int
    name: str
    prefix: str
    token_hash: str
    scopes: frozenset[Scope]
    officer_id: int | None
    role: Role | None
    made_by: str
    made_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and now < self.expires_at

    def viewer(self, officer: Officer | None) -> Viewer:
        """Who looks by this token: its officer, or its service, which nobody can name in a message or on a ticket."""
        if officer is not None:
            return officer.viewer
        return service(self.id, self.name, self.role or Role.READ_ONLY)


def service(number: int, name: str, role: Role) -> Viewer:
    """A service as one who looks. Its number is below zero, where no officer's is."""
    return Viewer(officer_id=-number, email=f"{SERVICE}{name}", roles=frozenset({role}))


class HookEvent(StrEnum):
    """What programs can be told of."""

    CREATED = "ticket.created"
    FOLLOWED_UP = "ticket.followed_up"
    FLAGGED = "ticket.flagged"
    DECIDED = "ticket.decided"
    MOVED = "ticket.moved"
    REPLIED = "ticket.replied"
    CLOSED = "ticket.closed"
    ASSIGNED = "ticket.assigned"
    TAGGED = "ticket.tagged"
    NOTED = "ticket.noted"
    TASK_CHANGED = "ticket.task_changed"
    LINKED = "ticket.linked"
    MERGED = "ticket.merged"
    UNMERGED = "ticket.unmerged"
    SPLIT = "ticket.split"
    ACCESS_CHANGED = "ticket.access_changed"
    CLOCKS_CHANGED = "ticket.clocks_changed"
    TAKEN_CARE_OF = "ticket.taken_care_of"
    HOLD_CHANGED = "ticket.hold_changed"


HOOKED: dict[EventKind, HookEvent] = {
    EventKind.RECEIVED: HookEvent.CREATED,
    EventKind.FOLLOW_UP: HookEvent.FOLLOWED_UP,
    EventKind.DECIDED: HookEvent.DECIDED,
    EventKind.STATE: HookEvent.MOVED,
    EventKind.LETTER_QUEUED: HookEvent.REPLIED,
    EventKind.QUESTION: HookEvent.REPLIED,
    EventKind.CLOSED: HookEvent.CLOSED,
    EventKind.WITHDRAWN: HookEvent.CLOSED,
    EventKind.ASSIGNED: HookEvent.ASSIGNED,
    EventKind.TASK_ADDED: HookEvent.TASK_CHANGED,
    EventKind.TASK_DONE: HookEvent.TASK_CHANGED,
    EventKind.LINKED: HookEvent.LINKED,
    EventKind.UNLINKED: HookEvent.LINKED,
    EventKind.MERGED: HookEvent.MERGED,
    EventKind.UNMERGED: HookEvent.UNMERGED,
    EventKind.SPLIT: HookEvent.SPLIT,
    EventKind.RESTRICTED: HookEvent.ACCESS_CHANGED,
    EventKind.RESTRICTION_ENDED: HookEvent.ACCESS_CHANGED,
    EventKind.CONFLICT_LIFTED: HookEvent.ACCESS_CHANGED,
    EventKind.CLOCK_PAUSED: HookEvent.CLOCKS_CHANGED,
    EventKind.CLOCK_RESUMED: HookEvent.CLOCKS_CHANGED,
    EventKind.ALERT_ACKNOWLEDGED: HookEvent.TAKEN_CARE_OF,
    EventKind.HOLD_BEGUN: HookEvent.HOLD_CHANGED,
    EventKind.HOLD_ENDED: HookEvent.HOLD_CHANGED,
}
"""line of a timeline -> what programs are told. All other lines are nobody's business outside."""
BY_OFFICERS: dict[EventKind, HookEvent] = {EventKind.ACKNOWLEDGEMENT_QUEUED: HookEvent.REPLIED}
"""The same, for lines that are told only where an officer did it by hand."""
