"""Access codes: checked in constant time, with the same answer whether the reference or the code is wrong."""

import hashlib
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from intake.conversing.room import ChatRoom
from intake.dialogue.events import CodeTry
from intake.dialogue.understanding import code_in
from intake.references import is_reference
from storage.store import Transaction

WINDOW = timedelta(hours=1)
MOST_TRIES = 5
"""Wrong codes within the window, for one conversation and for one reference."""
_NOBODYS = PasswordHasher().hash("nobody's code")
"""Compared with when a reference is not known, so that it takes as long as when it is."""


def check_code(room: ChatRoom, conversation_id: int, text: str) -> CodeTry | None:
    """Whether the reference and the code in a text belong together; None when it holds no code.

    The comparison is slow on purpose, so no transaction is open meanwhile.
    """
    found = code_in(text)
    if found is None:
        return None
    reference, code = found
    with room.store.read() as tx:
        tries = tx.codes.failures(keys_of(conversation_id, reference), room.clock() - WINDOW)
        kept = tx.codes.hash_of(reference) if is_reference(reference) else None
    if tries >= MOST_TRIES:
        return CodeTry(reference=reference, right=False, too_many=True)
    right = _matches(room, kept or _NOBODYS, code) and kept is not None
    if not right:
        return CodeTry(reference=reference, right=False)
    with room.store.read() as tx:
        return CodeTry(reference=reference, right=True, question=tx.questions.unanswered(reference))


def count_failure(room: ChatRoom, tx: Transaction, conversation_id: int, tried: CodeTry) -> None:
    """Count a try that went wrong."""
    if not tried.right and not tried.too_many:
        now = room.clock()
        tx.codes.failed(keys_of(conversation_id, tried.reference), now, now - WINDOW)


def keys_of(conversation_id: int, reference: str) -> tuple[str, ...]:
    """Under what tries are counted: the conversation, and the reference, of which only a digest is kept."""
    digest = hashlib.sha256(reference.encode()).hexdigest()
    return f"conversation:{conversation_id}", f"reference:{digest}"


def _matches(room: ChatRoom, kept: str, code: str) -> bool:
    try:
        return room.hasher.verify(kept, code)
    except (VerificationError, InvalidHashError):
        return False
