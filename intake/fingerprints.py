"""What makes two deliveries one mail."""

import hashlib

from models.message import Mail


def fingerprint(raw: bytes, mail: Mail) -> str:
    """The same for the same mail taken in twice by different roads, whose trace headers differ.

    Without a Message-ID only equal bytes count as the same mail: "help" may be written twice.
    """
    if not mail.message_id:
        return hashlib.sha256(raw).hexdigest()
    sender = mail.sender.address if mail.sender else ""
    parts = (mail.message_id, sender.lower(), mail.subject, " ".join(mail.text.split()))
    names = sorted(f"{a.name}/{a.size}" for a in mail.attachments)
    return hashlib.sha256("\0".join((*parts, *names)).encode("utf-8", "surrogatepass")).hexdigest()
