"""The words of a document, read by a process of its own that may use little time and little memory.

Documents are foreign bytes, and what reads them are large programs: one that hangs or grows is ended, and the document
counts as one that could not be read.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Literal

Document = Literal["pdf", "docx", "text"]
_PROGRAM = "import sys; sys.path.insert(0, sys.argv.pop(1)); from channels.documents import main; main()"
_HOUSE = str(Path(__file__).parents[1])


class Unreadable(Exception):
    """The document gave no words: broken, locked by a password, too large, too slow."""


def words_of(data: bytes, kind: Document, *, seconds: float, megabytes: int) -> str:
    """The words of a document of this kind, within so many seconds and megabytes of memory. Raises Unreadable."""
    command = [sys.executable, "-I", "-c", _PROGRAM, _HOUSE, kind, str(seconds), str(megabytes)]
    environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell
            command, input=data, capture_output=True, timeout=seconds + 1, env=environment, check=False
        )
    except (subprocess.TimeoutExpired, OSError) as trouble:
        raise Unreadable(type(trouble).__name__) from None
    if done.returncode != 0:
        raise Unreadable(f"exit {done.returncode}")
    return done.stdout.decode("utf-8", "replace")
