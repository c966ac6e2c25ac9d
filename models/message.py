"""A message on its way in (`RawMessage`), the same message read (`Mail`), and one on its way out (`Outgoing`)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, kw_only=True, slots=True)
class RawMessage:
    """What a channel took in, byte for byte, before anybody tried to understand it.

    `key` is the idempotency key: unique within (`channel`, `account`) and the same when the same message is delivered
    again, so that a redelivery can never become a second ticket.
    """

    channel: str
    """The protocol: `imap`, `graph`, `smtp`, `lmtp`, `form`."""
    account: str
    """The mailbox or listener that took it in, for example `quality.me@example.test/INBOX`."""
    key: str
    raw: bytes
    received_at: datetime
    """Aware, UTC."""
    envelope_from: str | None = None
    """The SMTP return path: the empty string is the null return path, `None` means that the channel has none."""
    envelope_to: tuple[str, ...] = ()
    held: str | None = None
    """Why the channel could not take the whole of it ("80 MB, more than …"); such a message goes to quarantine."""


class Automatic(StrEnum):
    """What kind of automatic mail a message is, if it is one."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto-reply"
    GENERATED = "auto-generated"
    """Stamped as made by a machine; some ticket systems stamp what people write in them."""
    LIST = "list"
    BULK = "bulk"
    CALENDAR = "calendar"
    RECEIPT = "receipt"
    OWN = "own"


class Protection(StrEnum):
    """How a mail was signed or encrypted, if it was. Nobody checked the signature."""

    SMIME_SIGNED = "smime-signed"
    PGP_SIGNED = "pgp-signed"
    SMIME_ENCRYPTED = "smime-encrypted"
    PGP_ENCRYPTED = "pgp-encrypted"

    @property
    def is_signed(self) -> bool:
        """Whether its words can be read by everybody."""
        return self in (Protection.SMIME_SIGNED, Protection.PGP_SIGNED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Returned:
    """What a delivery failure names: the Message-IDs of the mails that came back, and the status (`5.1.1`) if told."""

    message_ids: tuple[str, ...] = ()
    status: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A part of a mail that is not its text. `size` is in bytes, after decoding; `name` is safe to show."""

    name: str
    type: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A mailbox as a header names it; `address` is lower-cased in its domain part, or empty when there is none."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """A message as a person would read it. What could not be read is named in `defects`; reading never raises."""

    sender: Address | None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None
    """Aware when the header said its zone; `None` when missing or unreadable."""
    message_id: str | None = None
    """Without angle brackets, as are the two below."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    """The whole readable body as plain text."""
    new_text: str = ""
    """`text` without quoted replies and signatures; never empty when `text` has new words."""
    html: str = ""
    """The HTML body as sent: foreign, not sanitised."""
    attachments: tuple[Attachment, ...] = ()
    automatic: Automatic | None = None
    automatic_reason: str = ""
    """Which sign told, for example `header Auto-Submitted: auto-replied`."""
    protection: Protection | None = None
    returned: Returned = Returned()
    """For a bounce: what came back."""
    defects: tuple[str, ...] = ()
    readable: bool = True
    """False when the bytes are no mail at all: no header anybody could read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """A mail of ours, whole, before any protocol. `message_id` is fixed when it is written, not when it is sent.

    A mail sent twice after a crash therefore carries the same Message-ID both times.
    """

    message_id: str
    recipient: str
    subject: str
    text: str
    html: str = ""
    sender: str
    """The From mailbox."""
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=())
    null_return_path: bool = True
