"""The sample concerns of the demo: how each travels, and how it must end."""

import smtplib
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from channels.email.mime import read
from models.work import Ending

SAMPLES = files("intake.demo") / "samples"


class Road(StrEnum):
    """A way in."""

    IMAP = "imap"
    SMTP = "smtp"
    LMTP = "lmtp"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One mail of the demo. `return_path` is the envelope's sender, empty for the null return path."""

    name: str
    road: Road
    ends: Ending
    content: bytes
    return_path: str

    def is_in(self, raw: bytes) -> bool:
        """Whether these bytes are this sample as it arrived: mail servers add lines on top and change line ends."""
        return _plain(raw).endswith(_plain(self.content))


def load_samples() -> tuple[Sample, ...]:
    """All samples, in the order of their names."""
    table = tomllib.loads((SAMPLES / "samples.toml").read_text(encoding="utf-8"))
    return tuple(_sample(name, facts) for name, facts in sorted(table.items()))


def send(port: int, road: Road, *, sender: str, recipient: str, content: bytes) -> None:
    """Send a mail as a mail program would; raises OSError or SMTPException when the server does not take it."""
    client = smtplib.LMTP if road is Road.LMTP else smtplib.SMTP
    with client("127.0.0.1", port, local_hostname="localhost", timeout=30) as connection:
        connection.sendmail(sender, [recipient], content)


def _sample(name: str, facts: dict[str, str]) -> Sample:
    content = (SAMPLES / f"{name}.eml").read_bytes()
    mail = read(content)
    return Sample(
        name=name,
        road=Road(facts["road"]),
        ends=Ending(facts["ends"]),
        content=content,
        return_path=facts.get("return_path", mail.sender.address if mail.sender else ""),
    )


def _plain(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").rstrip(b"\n")
