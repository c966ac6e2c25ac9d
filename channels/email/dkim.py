"""DKIM signatures checked by ourselves (RFC 6376, RFC 8463), where no server of ours did it. Never raises.

Of a signature only three things are asked: whether it is whole, which domain stands for it, and whether it covers all
of the text. Signatures by rsa-sha1 and over a part of the text only (`l=`) count as none.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from channels.email import dkim_forms as forms
from channels.email.dkim_keys import KeyAway, KeyRecord, NoKey, read_key

MOST_SIGNATURES = 5
"""Signatures of one mail that are looked at, and so keys that are asked for."""
LARGEST = 30_000_000
"""Bytes. A larger mail is not checked."""
CLOCKS_DIFFER = 86_400
"""Seconds that a clock of theirs may be ahead of ours."""
_NAME = re.compile(r"(?=.{1,250}\Z)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})*")
_NUMBER = re.compile(r"\d{1,12}")
FindKey = Callable[[str], str]
"""The name of a key record -> its text. Raises NoKey or KeyAway."""


class Result(StrEnum):
    """How one signature did, in the words of RFC 8601."""

    PASS = "pass"  # noqa: S105 - the word of the standard
    FAIL = "fail"
    NEUTRAL = "neutral"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """One signature: which domain stands for the mail, and whether it holds; `why` in words where it does not."""

    domain: str
    result: Result
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Signature:
    tags: dict[str, str]
    raw: bytes
    """The header field as it stands, for what is signed of it."""

    @property
    def domain(self) -> str:
        return self.tags.get("d", "").lower().rstrip(".")


class _Mail:
    """A mail taken apart; each form of its text is hashed once, however many signatures there are."""

    def __init__(self, fields: list[forms.Field], body: bytes) -> None:
        self.fields = fields
        self._body = body
        self._digests: dict[str, tuple[int, str]] = {}

    def digest(self, form: str) -> tuple[int, str]:
        """Length and hash of the text in that form."""
        if form not in self._digests:
            canonical = forms.canonical_body(self._body, form)
            self._digests[form] = len(canonical), base64.b64encode(hashlib.sha256(canonical).digest()).decode()
        return self._digests[form]


class _Unsound(Exception):
    """The signature breaks a rule, or counts for nothing; `result` says which."""

    def __init__(self, why: str, result: Result = Result.PERMERROR) -> None:
        super().__init__(why)
        self.result = result


def verify(raw: bytes, find_key: FindKey, *, now: float, first: str = "") -> tuple[Checked, ...]:
    """Check the signatures of a mail, those of the domain `first` before others. `now` is in seconds since 1970."""
    if b"dkim-signature" not in raw[:1_000_000].lower() or len(raw) > LARGEST:
        return ()
    mail = _Mail(*forms.taken_apart(raw))
    signatures = [
        _Signature(tags=forms.tags_of(value), raw=whole)
        for name, whole, value in mail.fields
        if name == b"dkim-signature"
    ]
    wanted = sorted(signatures, key=lambda one: one.domain != first)[:MOST_SIGNATURES]
    return tuple(_checked(one, mail, find_key, now) for one in wanted)


def _checked(signature: _Signature, mail: _Mail, find_key: FindKey, now: float) -> Checked:
    domain = signature.domain if _NAME.fullmatch(signature.domain) else ""
    try:
        _insist_on_rules(signature.tags, now)
        of_headers, of_body = forms.canonical_names(signature.tags.get("c", ""))
        _insist_on_body(signature.tags, mail, of_body)
        signed = forms.signed_headers(mail.fields, signature.tags["h"], signature.raw, of_headers)
        key = read_key(find_key(f"{signature.tags['s'].lower()}._domainkey.{domain}"))
        _insist_on_key(signature.tags, key)
        _insist_on_signature(signature.tags, key, signed)
    except _Unsound as unsound:
        return Checked(domain=domain, result=unsound.result, why=str(unsound))
    except NoKey as fault:
        return Checked(domain=domain, result=Result.PERMERROR, why=str(fault))
    except KeyAway:
        return Checked(domain=domain, result=Result.TEMPERROR, why="the key could not be fetched")
    return Checked(domain=domain, result=Result.PASS)


def _insist_on_rules(tags: dict[str, str], now: float) -> None:
    if tags.get("v") != "1" or any(not tags.get(name) for name in ("a", "b", "bh", "d", "h", "s")):
        raise _Unsound("a part of the signature is missing")
    if tags["a"].lower() not in {"rsa-sha256", "ed25519-sha256"}:
        raise _Unsound("an algorithm that counts for nothing", Result.NEUTRAL)
    domain = tags["d"].lower().rstrip(".")
    if not _NAME.fullmatch(domain) or "." not in domain or not _NAME.fullmatch(tags["s"].lower()):
        raise _Unsound("no name for a domain or a key")
    if "from" not in [name.strip().lower() for name in tags["h"].split(":")]:
        raise _Unsound("the sender is not signed")
    signer = tags.get("i", f"@{domain}").rpartition("@")[2].lower().rstrip(".")
    if signer != domain and not signer.endswith(f".{domain}"):
        raise _Unsound("the signer is of another domain")
    if not forms.known(tags.get("c", "")) or "dns/txt" not in tags.get("q", "dns/txt").replace(" ", "").split(":"):
        raise _Unsound("a form that nobody knows")
    _insist_on_times(tags, now)


def _insist_on_times(tags: dict[str, str], now: float) -> None:
    times = [tags[name] for name in ("t", "x") if name in tags]
    if any(not _NUMBER.fullmatch(one) for one in times):
        raise _Unsound("a time that is none")
    if "t" in tags and int(tags["t"]) > now + CLOCKS_DIFFER:
        raise _Unsound("it was signed in the future", Result.NEUTRAL)
    if "x" in tags and (int(tags["x"]) < now or int(tags["x"]) < int(tags.get("t", "0"))):
        raise _Unsound("the signature is no longer valid", Result.NEUTRAL)


def _insist_on_body(tags: dict[str, str], mail: _Mail, form: str) -> None:
    length, digest = mail.digest(form)
    if "l" in tags and tags["l"] != str(length):
        raise _Unsound("only a part of the text is signed", Result.NEUTRAL)
    if tags["bh"] != digest:
        raise _Unsound("the text was changed after it was signed", Result.FAIL)


def _insist_on_key(tags: dict[str, str], key: KeyRecord) -> None:
    if key.kind != tags["a"].lower().partition("-")[0]:
        raise _Unsound("the key is of another kind")
    if key.is_a_test:
        raise _Unsound("the domain is only trying this out", Result.NEUTRAL)
    domain = tags["d"].lower().rstrip(".")
    if key.strict and tags.get("i", f"@{domain}").rpartition("@")[2].lower().rstrip(".") != domain:
        raise _Unsound("the key is not for this signer")


def _insist_on_signature(tags: dict[str, str], key: KeyRecord, signed: bytes) -> None:
    try:
        signature = base64.b64decode(tags["b"], validate=True)
        match key.key:
            case Ed25519PublicKey() as curve:
                curve.verify(signature, hashlib.sha256(signed).digest())
            case RSAPublicKey() as rsa:
                rsa.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    except binascii.Error:
        raise _Unsound("the signature cannot be read") from None
    except (InvalidSignature, ValueError):
        raise _Unsound("the headers were changed after they were signed", Result.FAIL) from None
