"""Fetching from a mailbox by IMAP. A mail is moved only after the sink has returned, and never deleted.

Where a mail lies is our state, not its flags: others read the mailbox, too. What waits in the folder is taken in; what
was kept lies in `processed`; what could not be taken whole, or is no mail, lies in `held`.
"""

import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError

from channels.base import Unavailable
from channels.email.imap_folder import BROKEN, OpenMailbox
from channels.email.imap_settings import MailboxSettings, Memory, Taken
from channels.email.oauth import answers
from channels.email.rounds import Known, nothing_known
from channels.email.tls import client_context, insist_on_loopback

__all__ = ["Mailbox", "MailboxSettings", "OpenMailbox", "Taken"]

# The library logs every line of the dialogue, and with it addresses and headers. Our own events say what is needed.
logging.getLogger("imapclient").setLevel(logging.CRITICAL + 1)


class Mailbox:
    """A mailbox to fetch from. `readable` tells whether bytes are a mail at all."""

    def __init__(
        self,
        settings: MailboxSettings,
        *,
        readable: Callable[[bytes], bool] = lambda _raw: True,
        known: Known = nothing_known,
    ) -> None:
        """Raises ValueError when mail would cross a network unencrypted."""
        insist_on_loopback(settings.security, settings.host)
        self.settings = settings
        self._readable = readable
        self._known = known
        self._memory = Memory()

    @property
    def name(self) -> str:
        """Its name in the settings."""
        return self.settings.name

    @contextmanager
    def open(self) -> Iterator[OpenMailbox]:
        """Connect, sign in, and select the folder; raises Unavailable."""
        client = self._connect()
        try:
            yield OpenMailbox(client, self.settings, self._readable, self._memory, self._known)
        except BaseException:
            _hang_up(client)  # no goodbye: on a connection that hangs it would take another read timeout
            raise
        try:
            client.logout()
        except (*BROKEN, IMAPClientError):
            _hang_up(client)

    def _connect(self) -> IMAPClient:
        where = f"mailbox {self.settings.name} at {self.settings.host}"
        context = self._context(where)
        client = self._reach(where, context)
        try:
            self._sign_in(client, where, context)
        except BaseException:
            _hang_up(client)
            raise
        return client

    def _context(self, where: str) -> ssl.SSLContext | None:
        if self.settings.security == "none":
            return None
        try:
            return client_context(self.settings.ca_file)
        except OSError as error:
            raise Unavailable(f"{where}: the CA file cannot be used ({type(error).__name__})") from None

    def _reach(self, where: str, context: ssl.SSLContext | None) -> IMAPClient:
        settings = self.settings
        at_once = settings.security == "tls"
        try:
            return IMAPClient(
                settings.host,
                port=settings.port,
                ssl=at_once,
                ssl_context=context if at_once else None,
                timeout=SocketTimeout(connect=settings.connect_timeout, read=settings.read_timeout),
            )
        except ssl.SSLError as error:
            raise Unavailable(f"{where}: TLS failed ({error.reason or 'not trusted'})") from None
        except (*BROKEN, IMAPClientError, UnicodeError) as error:  # UnicodeError: no host can have that name
            raise Unavailable(f"{where} cannot be reached ({type(error).__name__})") from None

    def _sign_in(self, client: IMAPClient, where: str, context: ssl.SSLContext | None) -> None:
        try:
            if self.settings.security == "starttls":
                client.starttls(context)
            self._log_in(client)
        except CapabilityError:
            raise Unavailable(f"{where} offers no STARTTLS, and we do not go without") from None
        except LoginError:
            if self.settings.tokens is not None:
                self.settings.tokens.forget()
            what = "the token" if self.settings.tokens else "the user name or password"
            raise Unavailable(f"{where} refused {what}") from None
        except UnicodeError:  # its text would show the password
            raise Unavailable(f"{where}: user name and password must be ASCII") from None
        except ssl.SSLError as error:
            raise Unavailable(f"{where}: TLS failed ({error.reason or 'not trusted'})") from None
        except (*BROKEN, IMAPClientError) as error:
            raise Unavailable(f"{where} did not let us in ({type(error).__name__})") from None

    def _log_in(self, client: IMAPClient) -> None:
        user, tokens = self.settings.user, self.settings.tokens
        if tokens is None:
            client.login(user, self.settings.password)
        else:
            client.sasl_login(tokens.mechanism, answers(user, tokens.token(), tokens.mechanism))


def _hang_up(client: IMAPClient) -> None:
    with suppress(*BROKEN, IMAPClientError):
        client.shutdown()
