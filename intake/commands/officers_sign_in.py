"""`intake officers reset-second-factor|sign-out|unlink`: for a lost phone, a session, or an account elsewhere."""

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


@app.command()
def unlink(ctx: typer.Context, email: Email) -> None:
    """Forget which accounts elsewhere are an officer's; all of their sessions end.

    Where a provider finds officers by their address, it is linked again at the next sign-in there: lock them out then.
    """
    parts = ready(ctx)
    officer = found(parts, email)
    with parts.store.write() as tx:
        gone = tx.sign_ins.unlink_outside(officer.id)
        if gone:
            ended = tx.officers.end_sessions(officer.id)
            note(tx, parts.clock, Action.OUTSIDE_ACCOUNT_UNLINKED, officer.email, sessions=ended)
    if not gone:
        typer.echo(f"{officer.email} has no account elsewhere.", err=True)
        raise typer.Exit(FAILED)
    typer.echo(f"{officer.email} has no account elsewhere any more, and is signed out everywhere.")
