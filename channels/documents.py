"""The process in which one document is read (see `channels/extracting.py`): bytes on standard input, words on output.

It is ended when it uses more time or memory than it may, and it cannot write a file.
"""

import io
import resource
import sys
from collections.abc import Callable, Iterator

import docx
import pypdf

LONGEST = 200_000
"""Characters of one document that are read."""
MOST_PAGES = 200


def main() -> None:
    """Read one document: the kind, the seconds and the megabytes are the arguments."""
    kind, seconds, megabytes = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_CPU, (max(1, round(seconds)),) * 2)
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    data = sys.stdin.buffer.read()
    try:
        text = _cut(READERS[kind](data))
    except Exception:  # noqa: BLE001 - whatever a broken document makes its reader do
        sys.exit(1)
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.flush()


def _pdf(data: bytes) -> Iterator[str]:
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("it is locked")
    for number, page in enumerate(reader.pages):
        if number >= MOST_PAGES:
            return
        yield page.extract_text()


def _docx(data: bytes) -> Iterator[str]:
    document = docx.Document(io.BytesIO(data))
    for block in document.iter_inner_content():
        if isinstance(block, docx.table.Table):
            for row in block.rows:
                yield "\t".join(cell.text for cell in row.cells)
        else:
            yield block.text


def _text(data: bytes) -> Iterator[str]:
    try:
        yield data[: 4 * LONGEST].decode("utf-8-sig")
    except UnicodeDecodeError:
        yield data[: 4 * LONGEST].decode("cp1252", "replace")


READERS: dict[str, Callable[[bytes], Iterator[str]]] = {"pdf": _pdf, "docx": _docx, "text": _text}


def _cut(pieces: Iterator[str]) -> str:
    kept: list[str] = []
    room = LONGEST
    for piece in pieces:
        kept.append(piece[:room])
        room -= len(piece)
        if room <= 0:
            break
    return "\n".join(kept).strip()
