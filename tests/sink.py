"""A mail server that takes everything and counts it by Message-ID: `python -m tests.sink` alone prints what it counted.

It runs in a process of its own, so that those who send to it never wait for those who watch.
"""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from email.parser import BytesHeaderParser
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

ROOT = Path(__file__).parent.parent


class _Counting:
    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        headers = BytesHeaderParser().parsebytes(content if isinstance(content, bytes) else b"")
        self.seen[str(headers["Message-ID"]).strip("<> ")] += 1
        return "250 2.0.0 taken"


async def _serve() -> None:
    """Say the port; for each line of input say what was counted so far; end with the input."""
    counting = _Counting()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(counting, loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(counting.seen), flush=True)  # noqa: T201
    server.close()


class Sink:
    """The server, for as long as a `with` block."""

    def __enter__(self) -> Self:
        call = [sys.executable, "-m", "tests.sink"]
        self._process = subprocess.Popen(call, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._answer())
        return self

    def counted(self) -> Counter[str]:
        """Message-ID -> how often it came."""
        assert self._process.stdin is not None
        self._process.stdin.write("?\n")
        self._process.stdin.flush()
        return Counter(json.loads(self._answer()))

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def __exit__(
        self, _type: type[BaseException] | None, _fault: BaseException | None, _where: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()


if __name__ == "__main__":
    asyncio.run(_serve())
