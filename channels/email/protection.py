"""Signed and encrypted mail: what it is, and the text inside a signature that wraps it (S/MIME, RFC 8551).

No signature is checked: who wrote is told by other means. A signed mail is read like any other.
"""

from asn1crypto import cms

from channels.email import transfer
from channels.email.structure import Part, take_apart
from models.message import Protection

LARGEST_SIGNED = 30_000_000
"""Bytes of one wrapped mail that are unwrapped."""
_WRAPPED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_KINDS = {"signed_data": Protection.SMIME_SIGNED, "enveloped_data": Protection.SMIME_ENCRYPTED}
PGP_MESSAGE = "-----BEGIN PGP MESSAGE-----"
PGP_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"


def protection_of(part: Part) -> Protection | None:
    """How this part is protected, told by its type; None when it is not."""
    protocol = part.parameters.get("protocol", "").lower()
    if part.kind == "multipart/encrypted":
        return Protection.PGP_ENCRYPTED
    if part.kind == "multipart/signed":
        return Protection.PGP_SIGNED if "pgp" in protocol else Protection.SMIME_SIGNED
    if part.kind in _WRAPPED:
        told = part.parameters.get("smime-type", "").lower()
        return Protection.SMIME_SIGNED if told in {"signed-data", "certs-only"} else Protection.SMIME_ENCRYPTED
    return None


def protection_of_text(text: str) -> Protection | None:
    """How a text is protected that has the protection written into it."""
    if PGP_MESSAGE in text:
        return Protection.PGP_ENCRYPTED
    return Protection.PGP_SIGNED if PGP_SIGNED in text else None


def is_wrapped(part: Part) -> bool:
    """Whether the words of this part lie inside a signature or an encryption by S/MIME."""
    return part.kind in _WRAPPED


def unwrapped(part: Part, defects: dict[str, None]) -> tuple[Protection, Part | None]:
    """What kind of wrapper it truly is, and the mail inside it when it is only signed."""
    said = protection_of(part) or Protection.SMIME_ENCRYPTED
    if part.end - part.start > 2 * LARGEST_SIGNED:
        return said, None
    try:
        wrapper = cms.ContentInfo.load(transfer.undo(part.body(), part.encoding)[0])
        kind = _KINDS.get(wrapper["content_type"].native, said)
        content = wrapper["content"]["encap_content_info"]["content"].native if kind.is_signed else None
    except Exception:  # noqa: BLE001 - foreign code on foreign bytes: whatever it raises, there is nothing to be read
        return said, None
    if not isinstance(content, bytes) or not content or len(content) > LARGEST_SIGNED:
        return kind, None
    return kind, take_apart(content, defects)
