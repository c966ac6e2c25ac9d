"""`intake retention`: let go what is due, or show what would go."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from intake.app import retention_work
from intake.commands.common import there
from intake.exits import FAILED, TRY_AGAIN
from intake.retaining import LEASE, TTL, RetentionWork
from models.retention import Due, Overdue

app = typer.Typer()


@app.command()
def retention(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; show what would go.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Let go what is older than its period. The daemon does the same once a day.

    What is open, unread, on hold or not at rest never goes. When such a thing is older than its period, it is named and
    the exit code is 1.
    """
    work = retention_work(there(ctx))
    due, overdue = work.due(), work.overdue()
    if as_json:
        typer.echo(json.dumps({"due": [asdict(one) for one in due], "overdue": [asdict(one) for one in overdue]}))
    else:
        _show(due, overdue)
    if not dry_run:
        _expire(work, as_json=as_json)
    raise typer.Exit(FAILED if overdue else 0)


def _expire(work: RetentionWork, *, as_json: bool) -> None:
    with work.store.write() as tx:
        lease = tx.leases.take(LEASE, work.holder, now=work.clock(), ttl=TTL)
    if lease is None:
        typer.echo("Another process is doing this just now. Please try again later.", err=True)
        raise typer.Exit(TRY_AGAIN)
    gone = work.expire(lease)
    with work.store.write() as tx:
        tx.leases.release(lease)
    if not as_json:
        typer.echo(f"Gone: {', '.join(f'{kept.value} {number}' for kept, number in gone.items()) or 'nothing'}.")


def _show(due: tuple[Due, ...], overdue: tuple[Overdue, ...]) -> None:
    table = Table("Class", "Due", "The first of them", title="Retention", title_justify="left")
    table.columns[1].justify = "right"
    for one in due:
        more = ", …" if one.count > len(one.first) and one.first else ""
        table.add_row(one.kept.value, str(one.count), ", ".join(one.first) + more)
    console = Console(markup=False, highlight=False)
    console.print(table)
    for late in overdue:
        console.print(f"Please look: {late.count} {late.why}: {', '.join(late.first)}", soft_wrap=True)
