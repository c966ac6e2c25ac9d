"""`intake unseal`: open who wrote and what they wrote, with a right, a reason and, if need be, a second person."""

from typing import Annotated

import typer

from intake.app import App
from intake.auditing import note
from intake.authenticating import Authenticator, TooManyTries
from intake.commands.common import ready
from intake.exits import FAILED
from intake.tries import WAIT
from models.audit import Action
from models.officer import Officer
from models.rights import Right, Viewer
from models.sealing import UnsealRefused
from models.unsealed import Unsealed
from storage.store import NotForViewer, Transaction

app = typer.Typer()
NO = "There is no such ticket, or you have no right to open it."


@app.command()
def unseal(
    ctx: typer.Context,
    reference: Annotated[str, typer.Argument(help="The ticket's reference.")],
    officer: Annotated[str, typer.Option("--as", help="Your e-mail address. You are asked for your password.")],
    *,
    reason: Annotated[str, typer.Option(help="Why it has to be opened, in a sentence.")] = "",
    approve: Annotated[bool, typer.Option("--approve", help="Agree to what somebody else has asked.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Say no to what somebody else has asked.")] = False,
) -> None:
    """Show who wrote a report and its text as it was written. Every step is written into the audit chain.

    For an anonymous report one person asks with a reason, a second agrees with --approve, and the first opens it within
    a day by the same command.
    """
    parts = ready(ctx)
    viewer = _signed_in(parts, officer)
    try:
        if approve or refuse:
            typer.echo(_answer(parts, viewer, reference, yes=approve))
        else:
            _open(parts, viewer, reference, reason)
    except NotForViewer:
        _refused(NO)
    except UnsealRefused as no:
        _refused(str(no))


def _open(parts: App, viewer: Viewer, reference: str, reason: str) -> None:
    now = parts.clock()
    with parts.store.write() as tx:
        ticket_id = _ticket(tx, viewer, Right.UNSEAL, reference)
        asked = tx.unsealings.newest(ticket_id)
        mine = asked is not None and asked.asked_by == viewer.email and not asked.opened_at and now < asked.expires_at
        if asked is None or not mine or asked.refused_by:
            asked = tx.unsealings.ask(ticket_id, viewer, reason, now)
        waits = asked.needs_approval and not asked.approved_by
        opened = None if waits else tx.unsealings.open(asked, viewer, now)
    if opened is None:
        typer.echo("Asked. This report is anonymous: a second person has to agree within seven days:")
        typer.echo(f"  intake unseal {reference} --approve --as THEIR-ADDRESS")
    else:
        # Only after the act is written for good is anything shown.
        _show(opened)


def _answer(parts: App, viewer: Viewer, reference: str, *, yes: bool) -> str:
    with parts.store.write() as tx:
        ticket_id = _ticket(tx, viewer, Right.APPROVE_UNSEALING, reference)
        asked = tx.unsealings.newest(ticket_id)
        if asked is None:
            raise UnsealRefused("Nobody has asked to open this ticket.")
        answer = tx.unsealings.approve if yes else tx.unsealings.refuse
        answer(asked, viewer, parts.clock())
    if yes:
        return f"You agreed. {asked.asked_by} may open it within a day. Their reason: {asked.reason}"
    return "You said no. The seal stays closed."


def _ticket(tx: Transaction, viewer: Viewer, right: Right, reference: str) -> int:
    ticket_id = tx.access.ticket_for(viewer, right, reference.upper())
    if ticket_id is None:
        raise NotForViewer
    return ticket_id


def _signed_in(parts: App, email: str) -> Viewer:
    """The officer, by a password: two persons are two only if nobody can be both."""
    checked = Authenticator(store=parts.store, clock=parts.clock, rules=parts.config.sign_in.rules)
    try:
        officer = checked.by_password(email, typer.prompt("Your password", hide_input=True, err=True))
        if officer is not None and _proved(parts, checked, officer):
            return officer.viewer
    except TooManyTries:
        _refused(WAIT)
    with parts.store.write() as tx:
        known = tx.officers.by_email(email)
        note(tx, parts.clock, Action.PROOF_FAILED, known.email if known else "no officer")
    _refused("That address and password do not go together, or the code was not right.")
    raise AssertionError


def _proved(parts: App, checked: Authenticator, officer: Officer) -> bool:
    """Whether the officer's second factor agrees, too, if they have one."""
    with parts.store.read() as tx:
        wanted = tx.sign_ins.second_factor(officer.id) is not None
    return not wanted or checked.by_code(officer, typer.prompt("Code from your app", err=True))


def _show(opened: Unsealed) -> None:
    typer.echo(f"Name: {opened.reporter.name or '(none)'}")
    typer.echo(f"Address: {opened.reporter.address or '(none)'}")
    for chat in opened.chats:
        typer.echo(f"Chat: {chat}")
    typer.echo(f"Promised: {opened.reporter.anonymity}")
    for entry in opened.entries:
        typer.echo(f"\n{entry.at:%d %B %Y, %H:%M} UTC, {entry.subject}\n{entry.text}")
        for attachment in entry.attachments:
            typer.echo(f"Attached: {attachment}")


def _refused(why: str) -> None:
    typer.echo(why, err=True)
    raise typer.Exit(FAILED)
