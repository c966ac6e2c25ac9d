"""`intake reconcile`: the proof that nothing is lost."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from intake.commands.common import there
from intake.exits import FAILED
from models.work import Balance

app = typer.Typer()


@app.command()
def reconcile(
    ctx: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False
) -> None:
    """Prove that nothing is lost: received = tickets + follow-ups + ignored + quarantined + waiting.

    Exits 1 when the sums differ or any invariant is broken, and names each fault.
    """
    parts = there(ctx)
    with parts.store.read() as tx:
        balance = tx.inbox.balance()
    if as_json:
        typer.echo(json.dumps({**asdict(balance), "holds": balance.holds}))
    else:
        show(balance)
    raise typer.Exit(0 if balance.holds else FAILED)


def show(balance: Balance) -> None:
    """Print the sums and the faults for people."""
    table = Table("Messages", "Count", title="Reconciliation", title_justify="left")
    table.columns[1].justify = "right"
    table.add_row("Received", str(balance.received))
    for name in ("tickets", "follow_ups", "ignored", "quarantined", "waiting"):
        table.add_row(f"  {name.replace('_', '-')}", str(getattr(balance, name)))
    if balance.gone:
        table.add_row("  (gone since, as the schedule says)", str(balance.gone))
    console = Console(markup=False, highlight=False)
    console.print(table)
    for fault in balance.faults:
        console.print(f"Fault: {fault}")
    console.print("It balances: nothing is lost." if balance.holds else "It does not balance. Please look into it now.")
