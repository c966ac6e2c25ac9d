"""Sending mail by SMTP submission, on a connection that is kept while it works."""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Literal

from channels.base import Gone, Refused, Retry, Unavailable
from channels.email.compose import address_of, ascii_domain, compose
from channels.email.dkim_sign import DkimSigner
from channels.email.oauth import Tokens, answers
from channels.email.tls import client_context, insist_on_loopback
from models.message import Outgoing

NO_SUCH_MAILBOX = frozenset({550, 551, 553, 556})
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class SubmissionSettings:
    """The server that our mail goes out through. `timeout` is in seconds."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str = ""
    password: str = field(default="", repr=False)
    tokens: Tokens | None = field(default=None, repr=False)
    ca_file: Path | None = None
    signer: DkimSigner | None = None
    timeout: float = 30.0


class SmtpSender:
    """Sends one mail at a time; safe to call from several threads."""

    def __init__(self, settings: SubmissionSettings) -> None:
        """Raises ValueError when mail would leave this machine unencrypted."""
        insist_on_loopback(settings.security, settings.host)
        self._settings = settings
        self._connection: smtplib.SMTP | None = None
        self._lock = Lock()

    def send(self, outgoing: Outgoing) -> None:
        """Send it; returns when the server has taken it. Raises Retry, Gone or Refused."""
        try:
            content = compose(outgoing)
            if self._settings.signer is not None:
                content = self._settings.signer.signed(content)
        except UnicodeError:  # its text would show some of ours
            raise Refused("the mail cannot be composed: a character that cannot be sent") from None
        except ValueError as error:
            raise Refused(f"the mail cannot be composed: {error}") from None
        with self._lock:
            try:
                connection = self._ready()
            except Unavailable as trouble:
                raise Retry(str(trouble)) from None
            self._deliver(connection, outgoing, content)

    def check(self) -> None:
        """Connect and sign in, and no more; raises Unavailable."""
        with self._lock:
            self._ready()

    def close(self) -> None:
        """Say goodbye to the server."""
        with self._lock:
            self._drop(politely=True)

    def _deliver(self, connection: smtplib.SMTP, outgoing: Outgoing, content: bytes) -> None:
        sender = "" if outgoing.null_return_path else address_of(outgoing.sender)
        is_out = False
        try:
            self._envelope(connection, sender, ascii_domain(outgoing.recipient))
            code, answer = connection.docmd("DATA")
            if code == 354:
                connection.send(_LEADING_DOT.sub(b"..", content) + b".\r\n")
                is_out = True
                code, answer = connection.getreply()
        except UnicodeError:
            self._reset(connection)
            raise Refused("the address needs SMTPUTF8, which the mail server does not offer") from None
        except OSError:  # SMTPServerDisconnected and TimeoutError are such, too
            self._drop(politely=False)
            raise Retry("the connection to the mail server broke", maybe_delivered=is_out) from None
        if not 200 <= code < 300:
            self._reset(connection)
            raise _error(code, answer, at_recipient=False)

    def _envelope(self, connection: smtplib.SMTP, sender: str, recipient: str) -> None:
        needs_utf8 = not (recipient.isascii() and sender.isascii())
        options = ["SMTPUTF8", "BODY=8BITMIME"] if needs_utf8 and connection.has_extn("smtputf8") else []
        code, answer = connection.mail(sender, options)
        if code != 250:
            self._reset(connection)
            raise _error(code, answer, at_recipient=False)
        code, answer = connection.rcpt(recipient)
        if code not in (250, 251):
            self._reset(connection)
            raise _error(code, answer, at_recipient=True)

    def _ready(self) -> smtplib.SMTP:
        if self._connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                if self._connection.rset()[0] == 250:
                    return self._connection
            self._drop(politely=False)
        self._connection = self._connect()
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        settings, where = self._settings, f"the mail server {self._settings.host}"
        try:
            context = client_context(settings.ca_file)
        except OSError as error:
            raise Unavailable(f"{where}: the CA file cannot be used ({type(error).__name__})") from None
        connection = self._reach(where, context)
        try:
            connection.ehlo_or_helo_if_needed()
            if settings.security == "starttls":
                connection.starttls(context=context)
            _log_in(connection, settings)
        except Unavailable:
            connection.close()
            raise
        except (OSError, UnicodeError) as error:  # every error of smtplib is an OSError
            connection.close()
            if settings.tokens is not None and isinstance(error, smtplib.SMTPAuthenticationError):
                settings.tokens.forget()
            what = "the token" if settings.tokens else "the user name or password"
            raise _not_let_in(where, error, what) from None
        return connection

    def _reach(self, where: str, context: ssl.SSLContext) -> smtplib.SMTP:
        settings = self._settings
        try:
            if settings.security == "tls":
                return smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout, context=context)
            return smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
        except ssl.SSLError as error:
            raise Unavailable(f"{where}: TLS failed ({error.reason or 'not trusted'})") from None
        except (OSError, UnicodeError) as error:  # UnicodeError: no host can have that name
            raise Unavailable(f"{where} cannot be reached ({type(error).__name__})") from None

    def _reset(self, connection: smtplib.SMTP) -> None:
        try:
            connection.rset()
        except (OSError, smtplib.SMTPException):
            self._drop(politely=False)

    def _drop(self, *, politely: bool) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                if politely:
                    connection.quit()
            connection.close()


def _log_in(connection: smtplib.SMTP, settings: SubmissionSettings) -> None:
    if settings.tokens is not None:
        mechanism = settings.tokens.mechanism
        if mechanism not in connection.esmtp_features.get("auth", "").upper().split():
            raise smtplib.SMTPNotSupportedError
        answer = answers(settings.user, settings.tokens.token(), mechanism)
        connection.auth(mechanism, lambda challenge=None: answer(challenge).decode())
    elif settings.user:
        connection.login(settings.user, settings.password)


def _not_let_in(where: str, error: Exception, what: str) -> Unavailable:
    match error:
        case ssl.SSLError():
            return Unavailable(f"{where}: TLS failed ({error.reason or 'not trusted'})")
        case smtplib.SMTPNotSupportedError():
            return Unavailable(f"{where} offers no STARTTLS, or no way to sign in, and we do not go without")
        case smtplib.SMTPAuthenticationError():
            return Unavailable(f"{where} refused {what} ({error.smtp_code})")
        case UnicodeError():  # its text would show the password
            return Unavailable(f"{where}: user name and password must be ASCII")
        case _:
            return Unavailable(f"{where} did not let us in ({type(error).__name__})")


def _error(code: int, answer: bytes, *, at_recipient: bool) -> Retry | Gone | Refused:
    """The failure in our words: code and enhanced status only, for the rest of an answer may hold an address."""
    status = answer.split(b" ", 1)[0].decode("ascii", "replace")
    known = status if status[:2] in ("4.", "5.") and status.replace(".", "").isdigit() else ""
    words = f"the mail server answered {code}{' ' + known if known else ''}"
    if 400 <= code < 500 or code < 0:
        return Retry(words)
    if at_recipient and code in NO_SUCH_MAILBOX and not known.startswith("5.7"):
        return Gone(f"{words}: there is no such mailbox")
    return Refused(words)
