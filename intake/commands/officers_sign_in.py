"""`intake officers reset-second-factor|sign-out`: for a lost phone, and for a session that must end."""

import typer

from intake.auditing import note
from intake.commands.common import ready
from intake.commands.officers_rights import Email, found
from intake.exits import FAILED
from models.audit import Action

app = typer.Typer()


@app.command(name="reset-second-factor")
def reset_second_factor(ctx: typer.Context, email: Email) -> None:
    """Take away an officer's codes, for example after a lost phone. They set up new ones at the next sign-in.

    All of their sessions end. Make sure by another way that it is really them who asks.
    """
    parts = ready(ctx)
    officer = found(parts, email)
    with parts.store.write() as tx:
        gone = tx.sign_ins.reset_second_factor(officer.id)
        if gone:
            ended = tx.officers.end_sessions(officer.id)
            note(tx, parts.clock, Action.SECOND_FACTOR_RESET, officer.email, sessions=ended)
    if not gone:
        typer.echo(f"{officer.email} has no second factor.", err=True)
        raise typer.Exit(FAILED)
    typer.echo(f"{officer.email} has no second factor any more, and is signed out everywhere.")


@app.command(name="sign-out")
def sign_out(ctx: typer.Context, email: Email) -> None:
    """End all sessions of an officer; they may sign in again."""
    parts = ready(ctx)
    officer = found(parts, email)
    with parts.store.write() as tx:
        ended = tx.officers.end_sessions(officer.id)
        note(tx, parts.clock, Action.SESSIONS_ENDED, officer.email, number=ended)
    typer.echo(f"{officer.email} is signed out everywhere: {ended} ended.")
