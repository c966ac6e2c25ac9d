"""`intake replay`: file again what was quarantined or ignored, or let a model read stored concerns again."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import typer

from intake.app import App
from intake.auditing import note
from intake.classifying import GuardedClassifier, build
from intake.commands.common import ready
from intake.comparing import changes
from intake.exits import FAILED, USAGE
from models.audit import Action
from models.rights import SYSTEM
from models.ticket import Entry, QueueFilter, Ticket
from models.work import Ending

app = typer.Typer()


@app.command()
def replay(
    ctx: typer.Context,
    numbers: Annotated[
        list[int] | None, typer.Argument(help="Messages by their number in the inbox.", metavar="NUMBER…")
    ] = None,
    quarantined: Annotated[bool, typer.Option("--quarantined", help="All that are in quarantine.")] = False,
    ignored: Annotated[bool, typer.Option("--ignored", help="All that were ignored.")] = False,
    classifier: Annotated[
        str, typer.Option(help="Change nothing; only let this model read all stored concerns and say what differs.")
    ] = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which these are.")] = False,
) -> None:
    """Put messages back into the inbox, to be filed again: after a fault was mended, or a rule was changed.

    Nothing is acknowledged twice: a message that is a ticket already stays as it is. With --classifier (a version, or
    shipped, rules) nothing is filed: the first message of every ticket is read again, and one JSON object a line says
    where kind, category, red flags, provider or the need for a person differ from the verdict that is stored.
    """
    parts = ready(ctx)
    if classifier:
        _try(parts, classifier, alone=not (numbers or quarantined or ignored))
        return
    endings = [e for e, asked in ((Ending.QUARANTINED, quarantined), (Ending.IGNORED, ignored)) if asked]
    wanted = [*(numbers or []), *(number for ending in endings for number in _all(parts, ending))]
    if not wanted and not endings:
        typer.echo("Name messages by number, or use --quarantined or --ignored.", err=True)
        raise typer.Exit(USAGE)
    missed = 0
    for number in dict.fromkeys(wanted):
        if dry_run:
            typer.echo(f"{number}: would be filed again")
        elif _reopen(parts, number):
            typer.echo(f"{number}: will be filed again")
        else:
            typer.echo(f"{number}: is neither quarantined nor ignored", err=True)
            missed += 1
    raise typer.Exit(FAILED if missed else 0)


def _reopen(parts: App, number: int) -> bool:
    with parts.store.write() as tx:
        reopened = tx.inbox.reopen(number, parts.clock())
        if reopened:
            note(tx, parts.clock, Action.MESSAGE_FILED_AGAIN, f"message {number}", message=number)
    return reopened


def _all(parts: App, ending: Ending) -> list[int]:
    found: list[int] = []
    before: int | None = None
    while True:
        with parts.store.read() as tx:
            rows = tx.inbox.rows(ending=ending, limit=200, before=before)
        if not rows:
            return found[::-1]
        found.extend(row.id for row in rows)
        before = rows[-1].id


def _try(parts: App, version: str, *, alone: bool) -> None:
    """Let a model read the first message of every ticket; say where it differs, and in sum."""
    if not alone:
        typer.echo("--classifier goes with no other messages: it reads all tickets and changes none.", err=True)
        raise typer.Exit(USAGE)
    seconds = parts.config.filing.classify_seconds
    classify = GuardedClassifier(build(parts.words, parts.shelf, version), seconds=seconds, part="replay")
    with parts.store.write() as tx:
        note(tx, parts.clock, Action.EXPORTED, "tickets", command="replay", model=version)
    read, counts = 0, Counter[str]()
    for ticket, entry in _tickets(parts):
        found = changes(ticket.first_reading, classify(entry.subject, entry.new_text or entry.text, entry.channel))
        read += 1
        counts.update(found.keys())
        if found:
            typer.echo(json.dumps({"reference": ticket.row.reference, **found}))
    differences = ", ".join(f"{name} {count}" for name, count in counts.items()) or "nothing"
    typer.echo(f"{read} concerns read by {version}; what differs: {differences}. Nothing was changed.", err=True)


def _tickets(parts: App) -> Iterator[tuple[Ticket, Entry]]:
    """Every ticket with the message that opened it, as it was written."""
    after: str | None = None
    while True:
        with parts.store.read() as tx:
            page = tx.tickets.queue(QueueFilter(), SYSTEM, limit=200, after=after)
            tickets = [tx.tickets.get(row.reference, SYSTEM) for row in page.rows]
            read = [(ticket, tx.tickets.originals(ticket.row.id)[0]) for ticket in tickets if ticket is not None]
        yield from read
        after = page.after
        if after is None:
            return
