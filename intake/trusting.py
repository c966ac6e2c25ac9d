"""What is found out about who sent a mail, by the settings of the mailbox or listener that took it in."""

from collections.abc import Callable
from time import time

import structlog

from channels.email.dkim_keys import DnsKeys
from channels.email.sender import Trusted, facts_of
from intake.config import Config
from models.message import Mail, RawMessage
from models.sender import NO_FACTS, MailFacts

_log = structlog.get_logger(__name__)
Look = Callable[[RawMessage, Mail], MailFacts]


def see_nothing(_message: RawMessage, _mail: Mail) -> MailFacts:
    """Ask nothing about a sender."""
    return NO_FACTS


class SenderLook:
    """Looks at the sender of a mail. It never raises: a mail of which nothing is found out is taken all the same."""

    def __init__(self, config: Config, *, keys: DnsKeys | None = None) -> None:
        self._config = config
        wanted = config.sender_trust
        self._keys = keys or (DnsKeys(wanted.dns_seconds) if wanted.verify_dkim else None)
        self._mailboxes = {f"{one.name}/{one.folder}": _lower(one.authserv_ids) for one in config.mailboxes}
        self._listeners = {"smtp": _lower(config.smtp.authserv_ids), "lmtp": _lower(config.lmtp.authserv_ids)}

    def __call__(self, message: RawMessage, mail: Mail) -> MailFacts:
        """What is worth keeping of it."""
        servers = self._mailboxes.get(message.account) or self._listeners.get(message.channel) or frozenset()
        trusted = Trusted(
            servers=servers,
            junk_headers=self._config.sender_trust.junk,
            own=self._config.identity.ours,
            find_key=self._keys.for_one_mail() if self._keys else None,
        )
        try:
            return facts_of(message.raw, mail, trusted, now=time())
        except Exception as fault:  # noqa: BLE001 - nothing about its sender may keep a concern from being filed
            _log.error("sender.unknown", fault=type(fault).__name__)
            return NO_FACTS


def _lower(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.strip().lower().rstrip(".") for name in names)
