"""What a mail tells of its sender and of who else it went to: shown to officers, and never a reason to drop it."""

from dataclasses import dataclass
from enum import StrEnum

from models.message import Address


class Trust(StrEnum):
    """Whether a mail comes from whom it names."""

    CONFIRMED = "confirmed"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"


class Witness(StrEnum):
    """Who found that out."""

    SERVER = "server"
    """Our own receiving server, by its Authentication-Results."""
    SIGNATURE = "signature"
    """We ourselves, by the DKIM signature."""
    NOBODY = "nobody"


class Spoofing(StrEnum):
    """A sign that somebody may pretend to be somebody else."""

    FAILED = "failed"
    """The server, or the signature, says that the mail does not come from the domain that it names."""
    AS_US = "as_us"
    """It names one of our own domains, and nothing confirms that."""
    NAME_SHOWS_ANOTHER = "name_shows_another"
    """The sender's name is itself an address, of another domain than the one that it comes from."""
    SEVERAL_SENDERS = "several_senders"
    """There is more than one From header."""
    ANSWERS_GO_ELSEWHERE = "answers_go_elsewhere"
    """Answers would go to another domain than the sender's. People who read two mailboxes do that, too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Authentication:
    """What was found out about the sender; `found` has the results in a fixed order, for officers."""

    trust: Trust = Trust.UNKNOWN
    witness: Witness = Witness.NOBODY
    found: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MailFacts:
    """What is kept of one mail beside its words. Addresses in it are sealed."""

    authentication: Authentication = Authentication()
    spoofing: tuple[Spoofing, ...] = ()
    junk: str = ""
    """The header by which the server called it junk, or empty."""
    recipients: tuple[Address, ...] = ()
    """Whom it went to besides us and its sender. Nobody ever writes to them from here."""
    original: Address | None = None
    """Who seems to have written what is forwarded in it: a suggestion, never taken for the sender."""

    @property
    def says_something(self) -> bool:
        """Whether there is anything in it to keep."""
        return self != NO_FACTS


NO_FACTS = MailFacts()
