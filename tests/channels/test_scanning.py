"""Facts about asking clamd: it finds what is there, and no answer is never taken for a clean file."""

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from channels.base import Unavailable
from channels.scanning import ClamdScanner
from tests.channels.scanner import SIGNATURE, clamd_on_a_port, clamd_on_a_socket


@pytest.fixture(params=["port", "socket"])
def scanner(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ClamdScanner]:
    """A client for each of the two ways to reach clamd."""
    if request.param == "port":
        with clamd_on_a_port() as port:
            yield ClamdScanner(host="127.0.0.1", port=port, seconds=5)
    else:
        with clamd_on_a_socket(tmp_path / "clamd.sock") as path:
            yield ClamdScanner(socket_path=path, seconds=5)


def test_what_is_there_is_named_and_a_clean_file_is_clean(scanner: ClamdScanner) -> None:
    assert scanner.malware_in(b"a" * 100_000 + SIGNATURE + b"b" * 100_000) == "Eicar-Test-Signature"
    assert scanner.malware_in(b"The rota.") == ""
    assert scanner.malware_in(b"") == ""


def test_its_version_is_told(scanner: ClamdScanner) -> None:
    assert scanner.version() == "ClamAV 1.4.0/test"


def test_a_file_that_clamd_would_not_check_is_not_clean(scanner: ClamdScanner) -> None:
    with pytest.raises(Unavailable):
        scanner.malware_in(b"a" * 1_500_000)


def test_nobody_there_is_no_answer(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for scanner in (ClamdScanner(host="127.0.0.1", port=port), ClamdScanner(socket_path=tmp_path / "none")):
        with pytest.raises(Unavailable):
            scanner.malware_in(b"x")


@pytest.mark.parametrize("answer", [b"", b"stream: \0", b"OK\0", b"\xff\xff\0", b"stream: OK, but not quite\0"])
def test_an_unclear_answer_is_no_answer(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        with pytest.raises(Unavailable):
            ClamdScanner(host="127.0.0.1", port=server.getsockname()[1], seconds=5).malware_in(b"x")
        thread.join(5)
