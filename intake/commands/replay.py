"""`intake replay`: file again what was quarantined or ignored."""

from typing import Annotated

import typer

from intake.app import App
from intake.commands.common import ready
from intake.exits import FAILED, USAGE
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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which these are.")] = False,
) -> None:
    """Put messages back into the inbox, to be filed again: after a fault was mended, or a rule was changed.

    Nothing is acknowledged twice: a message that is a ticket already stays as it is.
    """
    parts = ready(ctx)
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
        return tx.inbox.reopen(number, parts.clock())


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
