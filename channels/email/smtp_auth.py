"""Signing in at our SMTP port, where the operator wants it of the mail server that brings us mail."""

import hmac
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import structlog
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

MOST_FAILURES = 3
"""Wrong tries on one connection; then it is closed."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """Who may bring mail. Without TLS it is asked for on this machine only."""

    user: str
    password: str = field(repr=False)


class Authenticator:
    """Compares in constant time, and closes a connection that keeps trying. aiosmtpd calls it."""

    def __init__(self, wanted: Credentials) -> None:
        self._wanted = wanted
        self._failures: WeakKeyDictionary[Session, int] = WeakKeyDictionary()

    def __call__(
        self, server: SMTP, session: Session, _envelope: Envelope, _mechanism: str, given: object
    ) -> AuthResult:
        """Whether this user may bring mail."""
        user, password = (given.login, given.password) if isinstance(given, LoginPassword) else (b"", b"")
        right_user = hmac.compare_digest(user, self._wanted.user.encode())
        right_password = hmac.compare_digest(password, self._wanted.password.encode())
        if right_user and right_password:
            return AuthResult(success=True)
        self._failures[session] = failures = self._failures.get(session, 0) + 1
        _log.warning("listener.sign_in_failed", failures=failures)
        if failures >= MOST_FAILURES and server.transport is not None:
            server.transport.close()
        return AuthResult(success=False, handled=False)
