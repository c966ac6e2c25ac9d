"""The audit chain: who did what to which ticket, account, key or setting, each act bound to the one before it.

An act names tickets by reference and officers by e-mail address. It never holds a word that a reporter wrote, a reason
that an officer typed, or who the reporter is: so erasing a reporter needs no change of the chain.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

GENESIS = "0" * 64
"""What stands in place of the previous hash before the first act."""
LONGEST_TEXT = 200
"""Characters of a text in an act's detail: enough for a code, an address, a digest; too few for a story."""
LONGEST_DETAIL = 4_000


class Action(StrEnum):
    """What can be done that must never be forgotten."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    PROVED_AGAIN = "proved_again"
    PROOF_FAILED = "proof_failed"
    SESSIONS_ENDED = "sessions_ended"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_RESET = "second_factor_reset"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    OUTSIDE_ACCOUNT_LINKED = "outside_account_linked"
    OUTSIDE_ACCOUNT_UNLINKED = "outside_account_unlinked"
    TICKET_READ = "ticket_read"
    SEARCHED = "searched"
    TICKET_DECIDED = "ticket_decided"
    TICKET_MOVED = "ticket_moved"
    TICKET_CLOSED = "ticket_closed"
    REPORTER_WRITTEN_TO = "reporter_written_to"
    NOTE_ADDED = "note_added"
    TAGS_CHANGED = "tags_changed"
    TICKET_ASSIGNED = "ticket_assigned"
    CLOCK_PAUSED = "clock_paused"
    CLOCK_RESUMED = "clock_resumed"
    ALERT_ACKNOWLEDGED = "alert_acknowledged"
    TASKS_CHANGED = "tasks_changed"
    TICKETS_LINKED = "tickets_linked"
    TICKETS_UNLINKED = "tickets_unlinked"
    TICKETS_MERGED = "tickets_merged"
    MERGE_UNDONE = "merge_undone"
    TICKET_SPLIT = "ticket_split"
    TICKET_RESTRICTED = "ticket_restricted"
    RESTRICTION_LIFTED = "restriction_lifted"
    CONFLICT_FOUND = "conflict_found"
    CONFLICT_LIFTED = "conflict_lifted"
    MESSAGE_DOWNLOADED = "message_downloaded"
    FILE_DOWNLOADED = "file_downloaded"
    MESSAGE_FILED_AGAIN = "message_filed_again"
    CHAT_LINK_CUT = "chat_link_cut"
    REPORT_WITHDRAWN = "report_withdrawn"
    ERASURE_ASKED = "erasure_asked"
    EXPORTED = "exported"
    UNSEAL_ASKED = "unseal_asked"
    UNSEAL_APPROVED = "unseal_approved"
    UNSEAL_REFUSED = "unseal_refused"
    UNSEALED = "unsealed"
    KEYS_CHANGED = "keys_changed"
    SETTINGS_CHANGED = "settings_changed"
    MODEL_PROMOTED = "model_promoted"
    MODEL_ROLLED_BACK = "model_rolled_back"
    MODEL_FIRST_USED = "model_first_used"
    OFFICER_ADDED = "officer_added"
    OFFICER_LOCKED = "officer_locked"
    OFFICER_UNLOCKED = "officer_unlocked"
    OFFICER_ROLES_CHANGED = "officer_roles_changed"
    OFFICER_ATTACHMENTS_CHANGED = "officer_attachments_changed"
    OFFICER_NAMES_CHANGED = "officer_names_changed"
    OFFICER_LINK_MADE = "officer_link_made"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an act
    LEGAL_HOLD_CHANGED = "legal_hold_changed"
    EXPIRED = "expired"
    ERASED = "erased"
    SUBJECT_ACCESS = "subject_access"
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    STORE_MOVED = "store_moved"
    TOKEN_MADE = "token_made"  # noqa: S105 - the name of an act
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of an act
    WEBHOOK_ADDED = "webhook_added"
    WEBHOOK_CHANGED = "webhook_changed"
    WEBHOOK_REMOVED = "webhook_removed"
    AUDIT_READ = "audit_read"
    AUDIT_CHECKPOINT = "audit_checkpoint"


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One thing that was done.

    `actor` is an officer's e-mail address or the name of a part of the system. `subject` is a ticket's reference, an
    officer's address or another id. `detail` holds plain values: texts of at most 200 characters, whole numbers,
    booleans, None, and lists and mappings of these. Raises ValueError for anything else.
    """

    at: datetime
    actor: str
    action: Action
    subject: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("an act needs a moment with a time zone")
        _insist_on_plain(self.detail)
        if len(canonical(self.detail)) > LONGEST_DETAIL:
            raise ValueError("the detail of an act is too long; it names things, it does not tell them")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One act as the chain keeps it; every text is exactly what the database holds."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    detail: str
    previous: str
    hash: str

    @property
    def digest(self) -> str:
        """The hash that this row should have: SHA-256 over the previous hash and the row, as hexadecimal digits."""
        facts = {
            "seq": self.seq,
            "at": self.at,
            "actor": self.actor,
            "action": self.action,
            "subject": self.subject,
            "detail": self.detail,
        }
        return hashlib.sha256(f"{self.previous}\n{canonical(facts)}".encode()).hexdigest()

    @property
    def as_json(self) -> str:
        """The row as one JSON object, for programs. What is no JSON in it, since somebody altered it, stays text."""
        try:
            detail = json.loads(self.detail)
        except ValueError:
            detail = self.detail
        facts = {name: getattr(self, name) for name in ("seq", "at", "actor", "action", "subject", "previous", "hash")}
        return canonical({**facts, "detail": detail})


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The end of the chain: the last sequence number (0 before the first act) and its hash."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """The end of a segment that was removed for its age: the chain goes on from here. `seq` 0: nothing was removed."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, kw_only=True, slots=True)
class ActFilter:
    """Which acts a list shows; empty texts and None mean all of them. `since` is included, `until` is not."""

    actor: str = ""
    action: Action | None = None
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


def canonical(value: Mapping[str, Any]) -> str:
    """A mapping as the one text that it always becomes: JSON, ASCII only, keys in order, no spaces."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)


def moment(at: datetime) -> str:
    """A moment as the chain writes it: UTC, microseconds, always of one length, so that it sorts as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _insist_on_plain(value: Any) -> None:
    if value is None or isinstance(value, bool | int):
        return
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise ValueError(f"a text in an act has at most {LONGEST_TEXT} characters")
        return
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        for item in value.values():
            _insist_on_plain(item)
        return
    if isinstance(value, list | tuple):
        for item in value:
            _insist_on_plain(item)
        return
    raise ValueError("the detail of an act holds plain values only")
