"""`intake officers`: who may sign in at the desk."""

import hashlib
import secrets
from datetime import timedelta
from typing import Annotated

import typer
from argon2 import PasswordHasher
from rich.console import Console
from rich.table import Column, Table

from intake.app import App
from intake.auditing import note
from intake.commands import officers_rights, officers_sign_in
from intake.commands.common import ready
from intake.commands.officers_rights import Email, Roles, found
from intake.conflicts import search_for_new
from models.audit import Action
from models.officer import Officer
from models.rights import Role

app = typer.Typer(
    help="Add, list and lock out the people who use the desk, and say who may do what.", no_args_is_help=True
)
app.add_typer(officers_rights.app)
app.add_typer(officers_sign_in.app)
FIRST = (Role.OFFICER, Role.LEAD, Role.ADMINISTRATOR)
"""The roles of the first account, since there is nobody else to have them."""
SHORTEST_PASSWORD = 12


@app.command()
def add(
    ctx: typer.Context,
    email: Email,
    name: Annotated[str, typer.Option(prompt=True, help="The name that colleagues see.")],
    link: Annotated[
        bool, typer.Option("--link", help="Print a sign-in link instead of asking for a password.")
    ] = False,
    role: Roles = None,
) -> None:
    """Add an officer. Asks for a password, or prints a link with which the officer signs in and chooses one.

    Without --role they are officer; the very first account is lead and administrator, too.
    """
    parts = ready(ctx)
    hashed = "" if link else PasswordHasher().hash(_new_password())
    with parts.store.write() as tx:
        roles = role or ((Role.OFFICER,) if tx.officers.all() else FIRST)
        officer = tx.officers.add(email=email, name=name, password_hash=hashed, roles=roles, at=parts.clock())
        note(tx, parts.clock, Action.OFFICER_ADDED, officer.email, roles=sorted(officer.roles))
    search_for_new(parts.store, parts.clock)
    typer.echo(f"{officer.email} may sign in, as {', '.join(sorted(officer.roles))}.")
    if link:
        typer.echo(f"The link works once, within a day: {_link(parts, officer, timedelta(days=1))}")


@app.command(name="link")
def one_time_link(ctx: typer.Context, email: Email) -> None:
    """Print a link with which an officer signs in once, for example after a forgotten password."""
    parts = ready(ctx)
    officer = found(parts, email)
    typer.echo(f"The link works once, within a day: {_link(parts, officer, timedelta(days=1))}")


@app.command()
def password(ctx: typer.Context, email: Email) -> None:
    """Set an officer's password. All of their sessions end."""
    parts = ready(ctx)
    officer = found(parts, email)
    hashed = PasswordHasher().hash(_new_password())
    with parts.store.write() as tx:
        tx.officers.set_password(officer.id, hashed)
        note(tx, parts.clock, Action.PASSWORD_CHANGED, officer.email)
    typer.echo(f"{officer.email} has a new password.")


@app.command()
def lock(ctx: typer.Context, email: Email) -> None:
    """Lock an officer out at once: no more signing in, and all sessions end."""
    _set_active(ctx, email, active=False)


@app.command()
def unlock(ctx: typer.Context, email: Email) -> None:
    """Let a locked-out officer in again."""
    _set_active(ctx, email, active=True)


@app.command(name="list")
def list_officers(ctx: typer.Context) -> None:
    """List the officers: their roles, other names and places, and whether they may sign in."""
    parts = ready(ctx)
    with parts.store.read() as tx:
        officers = [
            (officer, tx.officers.places(officer.id), tx.sign_ins.second_factor(officer.id))
            for officer in tx.officers.all()
        ]
    table = Table(
        Column("E-mail", overflow="fold"), "Name", "Roles", "Other names", "Attached to", "May sign in", "Signs in by"
    )
    for officer, places, factor in officers:
        table.add_row(
            officer.email,
            officer.name,
            ", ".join(sorted(officer.roles)),
            ", ".join(officer.names),
            ", ".join(places),
            "yes" if officer.active else "no",
            ", ".join(way for way, there in (("password", officer.password_hash), ("app", factor)) if there) or "link",
        )
    Console(markup=False, highlight=False).print(table)


def make_link(app_url: str, token: str) -> str:
    """The address of the one-time sign-in page for this token."""
    return f"{app_url}/sign-in/one-time?token={token}"


def new_token(parts: App, officer: Officer, valid: timedelta) -> str:
    """A one-time token for an officer; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    digest = hashlib.sha256(token.encode()).hexdigest()
    with parts.store.write() as tx:
        tx.officers.add_one_time(officer_id=officer.id, token_hash=digest, expires_at=parts.clock() + valid)
        note(tx, parts.clock, Action.OFFICER_LINK_MADE, officer.email)
    return token


def _link(parts: App, officer: Officer, valid: timedelta) -> str:
    desk, address = parts.config.desk, parts.config.sign_in.address
    return make_link(address or f"http://{desk.host}:{desk.port}", new_token(parts, officer, valid))


def _set_active(ctx: typer.Context, email: str, *, active: bool) -> None:
    parts = ready(ctx)
    officer = found(parts, email)
    with parts.store.write() as tx:
        tx.officers.set_active(officer.id, active)
        note(tx, parts.clock, Action.OFFICER_UNLOCKED if active else Action.OFFICER_LOCKED, officer.email)
    typer.echo(f"{officer.email} may {'' if active else 'no longer '}sign in.")


def _new_password() -> str:
    while True:
        chosen: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        if len(chosen) >= SHORTEST_PASSWORD:
            return chosen
        typer.echo(f"Please use at least {SHORTEST_PASSWORD} characters. Three random words are good.", err=True)
