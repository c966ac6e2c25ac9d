"""`intake subject-access`: everything held on one reporter, for them to read."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from intake.accessing import as_zip, gather
from intake.app import reader
from intake.commands.common import acting, ready
from intake.exits import FAILED, USAGE
from intake.persons import Looking, person_of_address, person_of_ticket
from models.audit import Act, Action
from models.erasure import ErasureRefused
from models.rights import Right

app = typer.Typer()


@app.command(name="subject-access")
def subject_access(
    ctx: typer.Context,
    out: Annotated[Path, typer.Argument(help="The archive to write, a .zip that is not there yet.")],
    *,
    ticket: Annotated[str, typer.Option("--address-from-ticket", help="A ticket of theirs, by reference.")] = "",
    address_stdin: Annotated[bool, typer.Option("--address-stdin", help="Read it from standard input.")] = False,
    officer: Annotated[str, typer.Option("--as", help="The officer who acts, by e-mail address.")] = "",
) -> None:
    """Write out a reporter's messages, our mails to them, and what was decided. Officers' notes are not in it."""
    if bool(ticket) == address_stdin:
        typer.echo("Please say whose: either --address-from-ticket REFERENCE or --address-stdin.", err=True)
        raise typer.Exit(USAGE)
    parts = ready(ctx)
    try:
        with parts.store.write() as tx:
            acting(tx, officer, Right.EXPORT)
            looking = Looking(viewer=acting(tx, officer, Right.UNSEAL), right=Right.UNSEAL, read=reader(parts))
            address = "" if ticket else sys.stdin.readline().strip()
            person = person_of_ticket(tx, ticket, looking) if ticket else person_of_address(tx, address, looking)
            now = parts.clock()
            _write(out, as_zip(gather(tx, person, parts.words, now)))
            for reference in person.references or ("no ticket",):
                detail = {"tickets": len(person.references), "messages_of_no_ticket": len(person.strays)}
                act = Action.SUBJECT_ACCESS
                tx.audit.append(Act(at=now, actor=looking.viewer.email, action=act, subject=reference, detail=detail))
    except ErasureRefused as refusal:
        typer.echo(f"Nothing was written. {refusal}", err=True)
        raise typer.Exit(FAILED) from None
    typer.echo(f"{out} holds {len(person.references)} tickets and {len(person.strays)} other messages. Keep it safe.")


def _write(out: Path, archive: bytes) -> None:
    try:
        with open(os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(archive)
    except OSError as error:
        typer.echo(f"{out} cannot be written: {error.strerror}", err=True)
        raise typer.Exit(FAILED) from None
