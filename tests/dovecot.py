"""A Dovecot of our own, for as long as a `with` block: no root, no service, nothing left behind.

It listens on free ports of this machine only, lets everybody in who knows the password, and keeps mail in its own
directory. Never put mail of people into it.
"""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.certificates import Certificate, certificate

START_SECONDS = 30.0
PASSWORD = "let-me-in"
PROGRAMS = ("/usr/sbin/dovecot", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp")

SETTINGS = """\
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_failure_delay = 0
mail_max_userip_connections = 50
mail_location = maildir:~/mail
postmaster_address = postmaster@hospital.test
namespace inbox {{
  inbox = yes
  separator = /
}}
{oauth}passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/people/%u allow_all_users=yes
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  user = {user}
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""
OAUTH = """\
auth_mechanisms = plain login xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {home}/oauth2.conf
}}
"""
OAUTH_SETTINGS = """\
introspection_mode = get
introspection_url = http://127.0.0.1:{port}/introspect?token=
username_attribute = email
active_attribute = active
active_value = true
"""


class DovecotMissing(Exception):
    """There is no Dovecot here that can run; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Dovecot:
    """Ports on 127.0.0.1, and the certificate, which is for `localhost` only."""

    imap: int
    imaps: int
    lmtp: int
    certificate: Certificate
    pid: int

    def serving(self) -> list[int]:
        """The processes that serve IMAP connections now."""
        return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if self._serves(folder)]

    def _serves(self, folder: Path) -> bool:
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            return parent == self.pid and (folder / "cmdline").read_bytes().startswith(b"dovecot/imap\0")
        except OSError:
            return False


@contextmanager
def dovecot(*, introspection: int | None = None) -> Iterator[Dovecot]:
    """A running server, which lets tokens in about which it asks at the port `introspection`. Raises DovecotMissing."""
    missing = [program for program in PROGRAMS if not Path(program).exists()]
    if missing:
        raise DovecotMissing(f"{', '.join(missing)}: install dovecot-imapd and dovecot-lmtpd")
    home = Path(tempfile.mkdtemp(prefix="qm-dovecot-"))
    try:
        made = certificate(home, "localhost")
        if introspection is not None:
            (home / "oauth2.conf").write_text(OAUTH_SETTINGS.format(port=introspection))
        ports = _free_ports(3)
        who = _unprivileged(home)
        account = pwd.getpwuid(who if who is not None else os.getuid())
        settings = home / "dovecot.conf"
        oauth = OAUTH.format(home=home) if introspection is not None else ""
        settings.write_text(_settings(home, made, ports, account, oauth))
        identity = {} if who is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        with subprocess.Popen([PROGRAMS[0], "-F", "-c", str(settings)], cwd=home, **identity) as server:  # type: ignore[call-overload]
            try:
                _await(server, home, ports)
                yield Dovecot(imap=ports[0], imaps=ports[1], lmtp=ports[2], certificate=made, pid=server.pid)
            finally:
                server.terminate()
                server.wait(timeout=30)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _settings(home: Path, made: Certificate, ports: list[int], account: pwd.struct_passwd, oauth: str) -> str:
    return SETTINGS.format(
        oauth=oauth,
        home=home,
        user=account.pw_name,
        group=grp.getgrgid(account.pw_gid).gr_name,
        certificate=made.chain,
        key=made.key,
        password=PASSWORD,
        imap=ports[0],
        imaps=ports[1],
        lmtp=ports[2],
    )


def _unprivileged(home: Path) -> int | None:
    # As root it would want accounts of its own; as nobody, in a directory that is nobody's, it wants none.
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    for path in (home, *home.iterdir()):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_uid


def _free_ports(number: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _await(server: "subprocess.Popen[bytes]", home: Path, ports: list[int]) -> None:
    deadline = time.monotonic() + START_SECONDS
    waiting = list(ports)
    while waiting and time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", waiting[0]), timeout=1).close()
            waiting.pop(0)
        except OSError:
            time.sleep(0.01)
    if waiting:
        log = home / "log"
        said = log.read_text(errors="replace")[-1000:] if log.exists() else "it said nothing"
        raise DovecotMissing(f"Dovecot does not start: {said}")
