"""Codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when the phone is away.

Six digits, 30 seconds, SHA-1: what every app understands. A code of the step before or after counts too, for clocks
that are not quite right; each step works once.
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime

import pyotp
import segno

from storage.store import Transaction

STEP = 30
APP, RECOVERY = "app", "recovery"
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz234567890"
_GROUPS, _OF = 4, 4


def new_secret() -> str:
    """A secret of 160 random bits, in the alphabet that apps read."""
    return pyotp.random_base32(32)


def uri(secret: str, *, email: str, service: str) -> str:
    """The address in the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=service)


def qr_code(text: str) -> str:
    """The QR code as SVG to stand in a page; it needs no style and no script."""
    made = segno.make(text, error="m", micro=False)
    return made.svg_inline(omitsize=True, border=4, dark="#212b32", light="#fff", svgclass="desk-qr", lineclass=None)


def in_groups(secret: str) -> str:
    """The secret as one types it: groups of four."""
    return " ".join(re.findall("....", secret))


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """Which step a code belongs to; None when it is none of now."""
    code = re.sub(r"\s", "", typed)
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    here = int(now.timestamp()) // STEP
    steps = (here - 1, here, here + 1)
    right = [step for step in steps if hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step), code)]
    return right[-1] if right else None


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes of 80 random bits each, as they are shown once."""
    return tuple(_code() for _ in range(RECOVERY_CODES))


def digest(code: str) -> str:
    """What is kept of a recovery code, however it is typed."""
    return hashlib.sha256(re.sub(r"[^a-z0-9]", "", code.lower()).encode()).hexdigest()


def use(tx: Transaction, officer_id: int, typed: str, now: datetime) -> str:
    """Use up a code: "app", "recovery", or "" when it is neither, or was used before."""
    secret = tx.sign_ins.secret(officer_id)
    if secret is None:
        return ""
    step = step_of(secret, typed, now)
    if step is not None and tx.sign_ins.use_step(officer_id, step):
        return APP
    return RECOVERY if tx.sign_ins.use_recovery_code(officer_id, digest(typed)) else ""


def _code() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_OF)) for _ in range(_GROUPS))
