"""`intake officers role|names|attach|detach|lift|hidden`: who may do what, and whom a ticket may not be shown to."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from intake.app import App
from intake.auditing import note, operator
from intake.commands.common import ready
from intake.conflicts import search_for_new
from intake.exits import FAILED
from models.audit import Action
from models.framework import Reference
from models.officer import Officer
from models.rights import RIGHTS, SYSTEM, Right, Role
from models.ticket import Event, EventKind

app = typer.Typer()
Email = Annotated[str, typer.Argument(help="The officer's e-mail address.")]
Roles = Annotated[list[Role] | None, typer.Option(help="A role; may be given several times.")]


@app.command()
def role(
    ctx: typer.Context,
    email: Email,
    roles: Annotated[list[Role], typer.Argument(help="All the roles that the officer has from now on.")],
) -> None:
    """Give an officer these roles and no others; they sign in again. The last administrator cannot be removed."""
    parts = ready(ctx)
    officer = found(parts, email)
    before, after = sorted(officer.roles), sorted(set(roles))
    with parts.store.write() as tx:
        tx.officers.set_roles(officer.id, after)
        tx.officers.end_sessions(officer.id)  # a role that needs a second factor must not go on without one
        note(tx, parts.clock, Action.OFFICER_ROLES_CHANGED, officer.email, before=before, after=after)
    typer.echo(f"{officer.email} is {', '.join(after)} from now on, and was {', '.join(before)}.")


@app.command()
def rights() -> None:
    """Show what each role may do."""
    for one in Role:
        typer.echo(f"{one.value} may:")
        for right in Right:
            if right in RIGHTS[one]:
                typer.echo(f"  {right.value}")


@app.command()
def names(
    ctx: typer.Context,
    email: Email,
    others: Annotated[list[str] | None, typer.Argument(help="All their other names; none ends them.")] = None,
) -> None:
    """Say by which other names people write of an officer: nickname, maiden name, initials.

    Tickets whose messages name an officer are hidden from them. All tickets are searched now.
    """
    parts = ready(ctx)
    officer = found(parts, email)
    with parts.store.write() as tx:
        tx.officers.set_names(officer.id, others or [], at=parts.clock())
        note(tx, parts.clock, Action.OFFICER_NAMES_CHANGED, officer.email, names=len(others or []))
    search_for_new(parts.store, parts.clock)
    typer.echo(f"{officer.email} is also known as: {', '.join(others or []) or 'nothing else'}.")


@app.command()
def attach(
    ctx: typer.Context,
    email: Email,
    code: Annotated[str, typer.Argument(help="The place's code; 'intake providers' shows them.")],
) -> None:
    """Say that an officer also belongs to a place: tickets about it, its trust and its sites are hidden from them."""
    parts = ready(ctx)
    officer = found(parts, email)
    place = code.upper()
    codes = all_of(place, parts.words)
    if not codes:
        typer.echo(f"There is no place {code}. 'intake providers search' finds them.", err=True)
        raise typer.Exit(FAILED)
    with parts.store.write() as tx:
        tx.officers.attach(officer.id, place, codes, at=parts.clock())
        note(tx, parts.clock, Action.OFFICER_ATTACHMENTS_CHANGED, officer.email, attached=place)
    search_for_new(parts.store, parts.clock)
    typer.echo(f"{officer.email} is attached to {parts.words.providers[place].name}, with {len(codes)} places in all.")


@app.command()
def detach(ctx: typer.Context, email: Email, code: Annotated[str, typer.Argument(help="The place's code.")]) -> None:
    """End an attachment. Tickets that it has hidden stay so until a lead lifts the conflict."""
    parts = ready(ctx)
    officer = found(parts, email)
    with parts.store.write() as tx:
        ended = tx.officers.detach(officer.id, code.upper())
        if ended:
            note(tx, parts.clock, Action.OFFICER_ATTACHMENTS_CHANGED, officer.email, detached=code.upper())
    if not ended:
        typer.echo(f"{officer.email} is not attached to {code}.", err=True)
        raise typer.Exit(FAILED)
    typer.echo(f"{officer.email} is not attached to {code.upper()} any more.")


@app.command()
def lift(
    ctx: typer.Context,
    email: Email,
    reference: Annotated[str, typer.Argument(help="The ticket's reference.")],
    reason: Annotated[str, typer.Option(prompt=True, help="Why there is no conflict; it stands in the timeline.")],
) -> None:
    """Lift an officer's conflict of interest with a ticket: for when no lead can see it. Leads do it on the desk."""
    parts = ready(ctx)
    officer = found(parts, email)
    if not reason.strip():
        typer.echo("Say why there is no conflict, with --reason.", err=True)
        raise typer.Exit(FAILED)
    now = parts.clock()
    with parts.store.write() as tx:
        ticket_id = tx.access.ticket_for(SYSTEM, Right.LIFT_CONFLICT, reference.upper())
        lifted = 0 if ticket_id is None else tx.access.lift(ticket_id, officer.id, at=now, actor=operator())
        if ticket_id is not None and lifted:
            detail = {"officer": officer.email, "reason": reason.strip()}
            event = Event(at=now, kind=EventKind.CONFLICT_LIFTED, actor=operator(), detail=detail)
            tx.tickets.add_event(ticket_id, event)
            note(tx, parts.clock, Action.CONFLICT_LIFTED, reference.upper(), officer=officer.email)
    if not lifted:
        typer.echo(f"There is no conflict of {officer.email} with {reference}.", err=True)
        raise typer.Exit(FAILED)
    typer.echo(f"{officer.email} may see {reference.upper()}, unless it is restricted or their role has no right to.")


@app.command()
def hidden(ctx: typer.Context) -> None:
    """Show how many open tickets are hidden from each officer, and which are hidden from all who could decide.

    Exits 1 when there are any of those.
    """
    parts = ready(ctx)
    with parts.store.read() as tx:
        officers = [officer for officer in tx.officers.all() if officer.active]
        table = Table("Officer", "Open tickets hidden")
        for officer in officers:
            table.add_row(officer.email, str(tx.access.hidden_from(officer.viewer)))
        forgotten = tx.access.hidden_from_all([officer.viewer for officer in officers])
    Console(markup=False, highlight=False).print(table)
    for reference in forgotten:
        typer.echo(f"Nobody may see and decide {reference}. Lift a conflict, or give somebody else a role.")
    raise typer.Exit(FAILED if forgotten else 0)


def found(parts: App, email: str) -> Officer:
    """The officer with this address; ends the command when there is none."""
    with parts.store.read() as tx:
        officer = tx.officers.by_email(email)
    if officer is None:
        typer.echo(f"There is no officer {email}. 'intake officers list' shows those there are.", err=True)
        raise typer.Exit(FAILED)
    return officer


def all_of(place: str, words: Reference) -> tuple[str, ...]:
    """The place, its organisation, and all places of that; nothing for a code that is none."""
    organisation = words.organisation_of(place)
    if organisation is None:
        return ()
    return tuple(sorted({place, *(code for code in words.providers if words.organisation_of(code) == organisation)}))
