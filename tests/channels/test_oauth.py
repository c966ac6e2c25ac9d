"""Signing in with tokens: an authority over HTTPS, a real Dovecot that asks about them, a real SMTP server."""

import base64
import socket
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from channels.base import Retry, Unavailable
from channels.email.imap import Mailbox
from channels.email.oauth import MsalTokens, OAuthSettings, sasl_string
from channels.email.smtp_out import SmtpSender, SubmissionSettings
from models.message import RawMessage
from tests.authority import CLIENT, SECRET, Authority, authority, introspection
from tests.certificates import Certificate, certificate
from tests.channels.posts import DovecotPost, fetch, mail, subjects
from tests.channels.test_submission import outgoing
from tests.dovecot import Dovecot, DovecotMissing, dovecot
from tests.real_parts import need

BOX = "quality.me@hospital.test"


@dataclass
class Site:
    """An authority and a mail server that trusts it."""

    authority: Authority
    made: Certificate
    server: Dovecot
    folder: Path

    def tokens(self, **facts: Any) -> MsalTokens:
        usual = {"authority": self.authority.url, "client_id": CLIENT, "user": BOX, "ca_file": self.made.chain}
        usual |= {"scopes": ("https://outlook.test/.default",)}
        if not {"secret", "certificate", "cache"} & facts.keys():
            usual["secret"] = SECRET
        return MsalTokens(OAuthSettings(**{**usual, **facts}))

    def mailbox(self, tokens: MsalTokens) -> Mailbox:
        return Mailbox(DovecotPost(self.server, BOX).settings(password="", tokens=tokens))


@pytest.fixture(scope="module")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site | DovecotMissing]:
    folder = tmp_path_factory.mktemp("authority")
    made = certificate(folder, "localhost")
    try:
        with (
            authority(made, BOX) as known,
            introspection(known) as port,
            dovecot(introspection=port) as server,
        ):
            yield Site(authority=known, made=made, server=server, folder=folder)
    except DovecotMissing as missing:
        yield missing


@pytest.fixture
def site(_running: Site | DovecotMissing, tmp_path: Path) -> Site:
    """The site, with nothing asked and nothing given yet."""
    if isinstance(_running, DovecotMissing):
        need(str(_running))
    known = _running.authority
    known.asked.clear()
    known.good.clear()
    known.refuses, known.signed_in, known.lives = "", False, 3600
    return Site(authority=known, made=_running.made, server=_running.server, folder=tmp_path)


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_mail_is_fetched_with_a_token(site: Site, mechanism: str) -> None:
    post = DovecotPost(site.server, BOX)
    post.deliver(mail(f"by {mechanism}"))
    kept: list[RawMessage] = []
    fetch(site.mailbox(site.tokens(mechanism=mechanism)), kept.append)
    post.leave()
    assert subjects(kept) == [f"by {mechanism}"]


def test_a_token_is_asked_for_once_while_it_is_good(site: Site) -> None:
    tokens = site.tokens()
    assert tokens.token() == tokens.token()
    assert [form["grant_type"] for form in site.authority.asked] == ["client_credentials"]


def test_a_token_that_runs_out_is_asked_for_anew(site: Site) -> None:
    site.authority.lives = 1
    tokens = site.tokens()
    assert tokens.token() != tokens.token()


def test_a_certificate_serves_instead_of_a_secret(site: Site) -> None:
    made = _rsa(site.folder)
    assert site.tokens(certificate=made.chain, key=made.key).token() in site.authority.good
    [asked] = site.authority.asked
    assert "client_assertion" in asked
    assert "client_secret" not in asked


def test_a_refused_token_is_told_without_the_token(site: Site) -> None:
    tokens = site.tokens()
    token = tokens.token()
    site.authority.good.clear()
    with pytest.raises(Unavailable, match="refused the token") as refused, site.mailbox(tokens).open():
        pass
    assert token not in str(refused.value)


def test_an_authority_that_refuses_is_told_by_its_code_and_nothing_else(site: Site) -> None:
    site.authority.refuses = "invalid_client"
    with pytest.raises(Unavailable) as refused:
        site.tokens().token()
    assert str(refused.value) == "the authority gave no token (invalid_client, 7000215); see docs/operate.md"


def test_an_authority_that_is_away_or_not_trusted_is_told(site: Site) -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        site.tokens(ca_file=None).token()
    with pytest.raises(Unavailable, match="cannot be reached"):
        site.tokens(authority="https://localhost:1/x").token()


def test_a_person_signs_in_once_and_the_next_start_knows_it(site: Site) -> None:
    cache = site.folder / "mailbox.token"
    first = site.tokens(cache=cache)
    with pytest.raises(Unavailable, match="nobody has signed in"):
        first.token()
    shown: list[str] = []
    first.sign_in(shown.append)
    assert shown == ["To sign in, open https://localhost/device and enter AB12"]
    assert stat.S_IMODE(cache.stat().st_mode) == 0o600
    assert first.token() in site.authority.good
    assert site.tokens(cache=cache).token() in site.authority.good


def test_no_control_character_gets_into_the_dialogue() -> None:
    for user, token in (("a\x01b", "t"), ("a", "t\x01x"), ("a,b", "t"), ("a", "t t")):
        with pytest.raises(ValueError, match="cannot be sent"):
            sasl_string(user, token, "OAUTHBEARER")


class _Submission:
    """Takes mail from whoever shows a good token."""

    def __init__(self, known: Authority) -> None:
        self.known = known
        self.taken: list[bytes] = []

    async def auth_XOAUTH2(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, args: list[str]
    ) -> AuthResult:
        said = base64.b64decode(args[1]).decode()
        token = said.partition("Bearer ")[2].rstrip("\x01")
        if self.known.good.get(token) == BOX and said.startswith(f"user={BOX}\x01"):
            return AuthResult(success=True, handled=False)
        await server.push("334 eyJzdGF0dXMiOiI0MDEifQ==")
        await server._reader.readline()
        await server.push("535 5.7.3 Authentication unsuccessful")
        return AuthResult(success=False, handled=True)

    async def handle_MAIL(  # noqa: N802 - as above
        self, _server: Any, session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.57 Client not authenticated"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        self.taken.append(envelope.content)
        return "250 OK"


@pytest.fixture
def submission(site: Site) -> Iterator[tuple[_Submission, int]]:
    handler = _Submission(site.authority)
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=_free_port(),
        auth_require_tls=False,
        auth_exclude_mechanism=["LOGIN", "PLAIN"],
    )
    controller.start()
    yield handler, controller.port
    controller.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def sender(port: int, tokens: MsalTokens) -> SmtpSender:
    settings = SubmissionSettings(host="127.0.0.1", port=port, security="none", user=BOX, tokens=tokens, timeout=5)
    return SmtpSender(settings)


def test_mail_is_sent_with_a_token(site: Site, submission: tuple[_Submission, int]) -> None:
    handler, port = submission
    post = sender(port, site.tokens())
    post.send(outgoing())
    post.close()
    assert len(handler.taken) == 1


def test_a_mail_waits_when_the_token_is_refused_or_cannot_be_had(
    site: Site, submission: tuple[_Submission, int]
) -> None:
    _, port = submission
    tokens = site.tokens()
    tokens.token()
    site.authority.good.clear()
    with pytest.raises(Retry, match="refused the token"):
        sender(port, tokens).send(outgoing())
    site.authority.refuses = "invalid_client"
    with pytest.raises(Retry, match="invalid_client"):
        sender(port, site.tokens()).send(outgoing())


def _rsa(folder: Path) -> Certificate:
    """A certificate with an RSA key, as authorities ask for."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "intake")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    made = Certificate(chain=folder / "rsa.pem", key=folder / "rsa.key")
    made.chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    made.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return made
