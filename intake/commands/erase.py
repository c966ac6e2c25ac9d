"""`intake erase`: take one reporter out of everything, with a certificate."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from intake.app import reader
from intake.commands.common import acting, ready
from intake.exits import FAILED, USAGE
from intake.masking import PersonalFinder
from intake.persons import Looking, check, erase, person_of_address, person_of_ticket
from models.erasure import Certificate, ErasureRefused, Mode, Person
from models.rights import Right
from storage.store import Transaction

app = typer.Typer()


@app.command(name="erase")
def erase_person(
    ctx: typer.Context,
    *,
    ticket: Annotated[str, typer.Option("--address-from-ticket", help="A ticket of theirs, by reference.")] = "",
    address_stdin: Annotated[bool, typer.Option("--address-stdin", help="Read it from standard input.")] = False,
    officer: Annotated[str, typer.Option("--as", help="The officer who acts, by e-mail address.")] = "",
    mode: Annotated[Mode, typer.Option(help="Whether what was told stays.")] = Mode.PSEUDONYMISE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; show what would go.")] = False,
    certificate: Annotated[Path | None, typer.Option(help="The folder for the certificate.")] = None,
) -> None:
    """Erase one reporter: messages, identity, our mails to them, search, corrections. The certificate names nobody.

    The address is never an argument, so that no shell remembers it.
    """
    if bool(ticket) == address_stdin:
        typer.echo("Please say whose: either --address-from-ticket REFERENCE or --address-stdin.", err=True)
        raise typer.Exit(USAGE)
    parts = ready(ctx)
    try:
        with parts.store.write() as tx:
            looking = Looking(viewer=acting(tx, officer, Right.ERASE), right=Right.ERASE, read=reader(parts))
            person = _find(tx, ticket, looking)
            if dry_run:
                _tell(person)
                check(tx, person, mode)
                return
            done = erase(tx, person, mode=mode, by=looking.viewer.email, find=PersonalFinder(), now=parts.clock())
    except ErasureRefused as refusal:
        typer.echo(f"Nothing was erased. {refusal}", err=True)
        raise typer.Exit(FAILED) from None
    parts.store.compact()
    _hand_over(done, certificate)


def _find(tx: Transaction, ticket: str, looking: Looking) -> Person:
    if ticket:
        return person_of_ticket(tx, ticket, looking)
    return person_of_address(tx, sys.stdin.readline().strip(), looking)


def _tell(person: Person) -> None:
    typer.echo(f"{len(person.ticket_ids)} tickets: {', '.join(person.references) or 'none'}")
    typer.echo(f"{len(person.strays)} messages that became no ticket: {', '.join(map(str, person.strays)) or 'none'}")
    typer.echo("Nothing was changed.")


def _hand_over(certificate: Certificate, folder: Path | None) -> None:
    typer.echo(certificate.as_text(), nl=False)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        stem = folder / f"erasure-{certificate.number}"
        stem.with_suffix(".json").write_text(json.dumps(certificate.as_json(), indent=2) + "\n", encoding="utf-8")
        stem.with_suffix(".txt").write_text(certificate.as_text(), encoding="utf-8")
