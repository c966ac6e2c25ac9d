"""Who may do what: one table that one can read aloud, and one function that decides.

A right is given by a role, and an officer may have several roles. Over every right that concerns a ticket stand two
things that no role overrides: a conflict of interest hides the ticket from its officer altogether, and a restricted
ticket is for the officers named on it and for those who may see restricted ones.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an officer is."""

    OFFICER = "officer"
    LEAD = "lead"
    CUSTODIAN = "custodian"
    """The Caldicott guardian or identity custodian: who answers for what is known of people."""
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    READ_ONLY = "read_only"


class Right(StrEnum):
    """What a role may do."""

    READ_TICKETS = "read tickets"
    READ_HELD = "read held messages and have them filed again"
    DECIDE = "decide on tickets and move them"
    REPLY = "write to reporters"
    RESTRICT = "restrict a ticket to named officers"
    SEE_RESTRICTED = "see restricted tickets"
    LIFT_CONFLICT = "lift a conflict of interest, with a reason"
    COUNT_HIDDEN = "learn how many tickets are hidden"
    UNSEAL = "ask to open a sealed identity"
    APPROVE_UNSEALING = "approve the opening of a sealed identity"
    EXPORT = "export tickets"
    HOLD = "put tickets under legal hold"
    ERASE = "erase a reporter"
    MANAGE_ACCOUNTS = "add officers, change their roles, lock them out"
    CHANGE_SETTINGS = "change settings, models and keys"
    READ_AUDIT = "read the audit chain"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OFFICER: frozenset({Right.READ_TICKETS, Right.READ_HELD, Right.DECIDE, Right.REPLY}),
    Role.LEAD: frozenset(
        {
            Right.READ_TICKETS,
            Right.READ_HELD,
            Right.DECIDE,
            Right.REPLY,
            Right.RESTRICT,
            Right.SEE_RESTRICTED,
            Right.LIFT_CONFLICT,
            Right.COUNT_HIDDEN,
            Right.APPROVE_UNSEALING,
            Right.EXPORT,
            Right.HOLD,
        }
    ),
    Role.CUSTODIAN: frozenset(
        {
            Right.READ_TICKETS,
            Right.RESTRICT,
            Right.SEE_RESTRICTED,
            Right.COUNT_HIDDEN,
            Right.UNSEAL,
            Right.APPROVE_UNSEALING,
            Right.EXPORT,
            Right.HOLD,
            Right.ERASE,
        }
    ),
    Role.ADMINISTRATOR: frozenset({Right.MANAGE_ACCOUNTS, Right.CHANGE_SETTINGS}),
    Role.AUDITOR: frozenset({Right.READ_AUDIT}),
    Role.READ_ONLY: frozenset({Right.READ_TICKETS}),
}
"""role -> rights. What is not here, nobody may."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """Who looks. `officer_id` is None for the system itself, which sees everything and shows it to nobody.

    An officer who is not `screened` yet sees no ticket: nobody has looked yet for those that name them.
    """

    officer_id: int | None
    email: str
    roles: frozenset[Role] = frozenset()
    screened: bool = True

    @property
    def rights(self) -> frozenset[Right]:
        """All that the roles give together."""
        return frozenset().union(*(RIGHTS[role] for role in self.roles))


SYSTEM = Viewer(officer_id=None, email="intake")
"""Filing, sending, counting: processes that show nothing to a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """What stands between officers and one ticket: ids of those in conflict, and of those named if it is restricted."""

    conflicts: frozenset[int] = frozenset()
    restricted: bool = False
    named: frozenset[int] = frozenset()


def may(viewer: Viewer, right: Right, ticket: Access | None = None) -> bool:
    """Whether the viewer has the right, on this ticket if one is given. `storage.visibility` says the same in SQL."""
    if viewer.officer_id is None:
        return True
    if right not in viewer.rights:
        return False
    if ticket is None:
        return True
    if not viewer.screened or viewer.officer_id in ticket.conflicts:
        return False
    return not ticket.restricted or viewer.officer_id in ticket.named or Right.SEE_RESTRICTED in viewer.rights
