"""`intake hold`: put a ticket on legal hold, or end it."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from intake.commands.common import acting, ready
from intake.exits import FAILED, USAGE
from models.audit import Act, Action
from models.rights import Right
from models.ticket import Event, EventKind

app = typer.Typer()


@app.command()
def hold(
    ctx: typer.Context,
    reference: Annotated[str, typer.Argument(help="The ticket's reference; without one all holds are listed.")] = "",
    *,
    officer: Annotated[str, typer.Option("--as", help="The officer who acts, by e-mail address.")] = "",
    reason: Annotated[str, typer.Option(help="Why nothing of the ticket may go.")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="End the hold.")] = False,
) -> None:
    """Let nothing of a ticket go, whatever its age and whoever asks, until the hold is ended. Each act is audited."""
    parts = ready(ctx)
    with parts.store.write() as tx:
        viewer = acting(tx, officer, Right.HOLD)
        if not reference:
            table = Table("Ticket", "Since", "By", "Reason")
            for one in tx.retention.held():
                table.add_row(one.reference, f"{one.at:%Y-%m-%d}", one.actor, one.reason)
            Console(markup=False, highlight=False).print(table)
            return
        ticket_id = tx.access.ticket_for(viewer, Right.HOLD, reference.upper())
        if ticket_id is None:
            typer.echo(f"There is no ticket {reference} for this officer.", err=True)
            raise typer.Exit(FAILED)
        if not lift and not reason.strip():
            typer.echo("Please say why, with --reason.", err=True)
            raise typer.Exit(USAGE)
        now = parts.clock()
        done = (
            tx.retention.lift(ticket_id)
            if lift
            else tx.retention.hold(ticket_id, at=now, actor=viewer.email, reason=reason.strip())
        )
        if done:
            kind, detail = (EventKind.HOLD_ENDED, {}) if lift else (EventKind.HOLD_BEGUN, {"reason": reason.strip()})
            tx.tickets.add_event(ticket_id, Event(at=now, kind=kind, actor=viewer.email, detail=detail))
            act, held = Action.LEGAL_HOLD_CHANGED, {"held": not lift}
            tx.audit.append(Act(at=now, actor=viewer.email, action=act, subject=reference.upper(), detail=held))
    typer.echo(f"{reference.upper()} is {'no longer ' if lift else ''}on legal hold.")
