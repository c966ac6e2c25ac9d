"""`intake store`: where the store stands, and moving it to another database."""

import re
from contextlib import closing
from typing import Annotated

import typer

from intake.app import App
from intake.auditing import operator
from intake.commands.common import Progress, at_hand, examined
from intake.exits import FAILED, USAGE
from intake.keys import key_source
from models.audit import Act, Action
from storage.store import State, Store, StoreError

app = typer.Typer(no_args_is_help=True)
WORDS = {State.OPEN: "open", State.ARRIVING: "half of a move from", State.MOVED: "moved to"}


@app.command()
def show(ctx: typer.Context) -> None:
    """Say which store the settings name, whether it is open, and who works with it."""
    with at_hand(ctx) as parts:
        store = parts.store
        if not parts.store_exists():
            typer.echo(f"{store.place} is not there yet; it is made at the first start.")
            return
        found = store.standing()
        place = "" if found.state is State.OPEN else f" {found.place}"
        since = f" since {found.since:%d %B %Y, %H:%M} UTC" if found.since else ""
        typer.echo(f"{store.place}: {WORDS[found.state]}{place}{since}, revision {store.revision()}")
        for line in store.busy(parts.clock()):
            typer.echo(f"  {line}")


@app.command()
def move(
    ctx: typer.Context,
    to: Annotated[str, typer.Option("--to", help="The URL of the empty database to move to.")],
    force: Annotated[bool, typer.Option("--force", help="Even though somebody seems to work with the store.")] = False,
) -> None:
    """Move everything to another database, prove by digests that nothing is lost, and mark this one as moved.

    Stop all parts of intake first. Broken off, it can be run again. Exits 1 when it could not be done, 75 when somebody
    works with the store. Nothing is changed here then.
    """
    if not re.match(r"(sqlite:///|postgresql(\+psycopg)?://)", to):
        typer.echo("--to must be postgresql://user@host/database or sqlite:////absolute/path", err=True)
        raise typer.Exit(USAGE)
    with at_hand(ctx) as parts, closing(Store(to, key_source(parts.config))) as target:
        if not parts.store_exists():
            raise StoreError(f"{parts.store.place} is not there, so there is nothing to move")
        _move(parts, target, force=force)
        sound = examined(target)
    typer.echo("Now set store.url to that one. The old store takes nothing in any more.")
    raise typer.Exit(0 if sound else FAILED)


def _move(parts: App, target: Store, *, force: bool) -> None:
    now = parts.clock()
    moved = parts.store.move_to(target, now=now, force=force, told=Progress())
    detail = {"from": parts.store.place[-200:], "digest": moved.digest, "rows": moved.rows}
    with target.write() as tx:
        tx.audit.append(Act(at=now, actor=operator(), action=Action.STORE_MOVED, detail=detail))
    typer.echo(f"{moved.rows:,} rows moved to {target.place}; the digest before and after is {moved.digest}.")


@app.command()
def reopen(
    ctx: typer.Context,
    sure: Annotated[bool, typer.Option("--yes", help="You know that nothing was filed in the other store.")] = False,
) -> None:
    """Take back that this store was moved. What was filed in the other one since then is not here."""
    with at_hand(ctx) as parts:
        found = parts.store.standing()
        if found.state is not State.MOVED:
            typer.echo("This store was not moved.")
            raise typer.Exit(FAILED)
        if not sure:
            typer.echo(f"What was filed in {found.place} since the move is not here. Give --yes if you are sure.")
            raise typer.Exit(USAGE)
        parts.store.reopen(parts.clock())
    typer.echo("This store is open again.")
