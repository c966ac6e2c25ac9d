"""`intake read`: the contract for programs (see docs/contracts.md)."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer

from channels.email.mime import as_contract, read
from intake.exits import FAILED, USAGE

app = typer.Typer()


@app.command(name="read")
def read_mails(
    files: Annotated[list[str] | None, typer.Argument(help="Files with one raw e-mail each.", metavar="FILE…")] = None,
    from_file: Annotated[
        str | None, typer.Option(help="A file that lists the files, one a line; '-' is standard input.")
    ] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Write one JSON object a line.")] = False,
) -> None:
    """Read raw e-mails as a person would: sender, subject, text, new text, attachments, whether a machine wrote it.

    No bytes make it fail: what cannot be read is named under "defects". A file that cannot be opened is answered
    {"file": …, "error": …}, and the exit code is 1 at the end.
    """
    if not files and not from_file:
        typer.echo("Name at least one file, or a list of files with --from-file.", err=True)
        raise typer.Exit(USAGE)
    fine = True
    for answer in answer_files(chain(files or [], _listed(from_file) if from_file else [])):
        text = json.dumps(answer, ensure_ascii=False, indent=None if jsonl else 2)
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()
        fine = fine and "error" not in answer
    raise typer.Exit(0 if fine else FAILED)


def answer_files(names: Iterable[str]) -> Iterator[dict[str, Any]]:
    """One answer a file, in order, before the next name is asked for."""
    for name in names:
        try:
            raw = Path(name).read_bytes()
        except (OSError, ValueError) as fault:  # ValueError: a NUL in the name
            why = fault.strerror if isinstance(fault, OSError) else "that is no file name"
            yield {"file": name, "error": f"cannot be read: {why}"}
            continue
        yield as_contract(read(raw), name)


def _listed(name: str) -> Iterator[str]:
    """The file names in a list, one by one, so that another program may feed them as it gets the answers."""
    try:
        with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as lines:
            for line in lines:
                if line.strip():
                    yield os.fsdecode(line.rstrip(b"\r\n"))
    except OSError as fault:
        typer.echo(f"{name}: cannot be read: {fault.strerror}", err=True)
        raise typer.Exit(USAGE) from None
