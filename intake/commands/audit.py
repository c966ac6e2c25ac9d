"""`intake audit`: read the audit chain, prove it, and publish its head."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from intake.auditing import publish
from intake.commands.common import acting, there
from intake.exits import FAILED, USAGE
from models.audit import Act, ActFilter, Action
from models.chain import Proof, Published, published_line, read_published
from models.rights import Right

app = typer.Typer(
    help="Read the audit chain, prove that nobody changed it, and publish its head.", no_args_is_help=True
)
SHOWN = 50
Since = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="A day or a moment, UTC.")
]


@app.command()
def verify(
    ctx: typer.Context,
    against: Annotated[
        Path | None, typer.Option(help="A file of published heads, to see whether it was cut off.")
    ] = None,
) -> None:
    """Prove the chain: find every act that was altered, removed, added or moved, and say where.

    Exits 1 when anything is wrong. Without --against nobody can see whether the end of the chain was cut off together
    with its head, so publish the head.
    """
    published, broken = _published(against)
    parts = there(ctx)
    with parts.store.read() as tx:
        proof = tx.audit.proof(published)
    for number in broken:
        typer.echo(f"{against}: line {number} is no published head", err=True)
    _tell(proof, compared=len(published))
    raise typer.Exit(0 if proof.holds and not broken else FAILED)


@app.command()
def head(
    ctx: typer.Context,
    publishing: Annotated[bool, typer.Option("--publish", help="Append it to audit.head_file, too.")] = False,
) -> None:
    """Print the head of the chain: time, sequence number and hash. Keep it where the store's keeper cannot reach it."""
    parts = there(ctx)
    path = parts.config.audit.head_file
    if publishing and path is None:
        typer.echo("There is nowhere to publish it: set audit.head_file.", err=True)
        raise typer.Exit(USAGE)
    with parts.store.read() as tx:
        found = tx.audit.head()
    now = parts.clock()
    if publishing and path is not None:
        try:
            publish(found, path, now)
        except OSError as fault:
            typer.echo(f"{path}: cannot be written ({fault.strerror}).", err=True)
            raise typer.Exit(FAILED) from None
    typer.echo(published_line(found, now))


@app.command(name="list")
def list_acts(
    ctx: typer.Context,
    *,
    officer: Annotated[str, typer.Option("--as", help="The auditor who looks, by e-mail address.")] = "",
    actor: Annotated[str, typer.Option(help="Whose acts: an officer's e-mail address, or a part of the system.")] = "",
    action: Annotated[str, typer.Option(help="Which acts, for example ticket_read.")] = "",
    subject: Annotated[str, typer.Option(help="On what: a ticket's reference, an officer's address.")] = "",
    since: Since = None,
    until: Since = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 100,
    before: Annotated[int | None, typer.Option(help="Only acts before this number, to turn the page.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object an act.")] = False,
) -> None:
    """List acts, newest first, to an officer who may read the chain. That it was read is an act, too."""
    if action and action not in list(Action):
        typer.echo(f"There is no action {action!r}. There are: {', '.join(Action)}.", err=True)
        raise typer.Exit(USAGE)
    wanted = ActFilter(
        actor=actor,
        action=Action(action) if action else None,
        subject=subject,
        since=_utc(since),
        until=_utc(until),
    )
    parts = there(ctx)
    with parts.store.write() as tx:
        viewer = acting(tx, officer, Right.READ_AUDIT)
        rows = tx.audit.find(wanted, limit=limit, before=before)
        act = Act(at=parts.clock(), actor=viewer.email, action=Action.AUDIT_READ, detail={"acts": len(rows)})
        tx.audit.append(act)
    if as_json:
        for row in rows:
            typer.echo(row.as_json)
        return
    for row in rows:
        more = "" if row.detail == "{}" else row.detail
        typer.echo(f"{row.seq:>6}  {row.at[:19]}Z  {row.actor}  {row.action}  {row.subject}  {more}".rstrip())


def _published(path: Path | None) -> tuple[Published, tuple[int, ...]]:
    if path is None:
        return {}, ()
    try:
        return read_published(path.read_text(encoding="ascii", errors="replace"))
    except OSError as fault:
        typer.echo(f"{path}: cannot be read ({fault.strerror}).", err=True)
        raise typer.Exit(USAGE) from None


def _tell(proof: Proof, *, compared: int) -> None:
    for fault in proof.faults[:SHOWN]:
        typer.echo(f"act {fault.seq}: {fault.what}")
    if len(proof.faults) > SHOWN:
        typer.echo(f"… and {len(proof.faults) - SHOWN} faults more")
    against = f", compared with {compared} published head{'' if compared == 1 else 's'}" if compared else ""
    typer.echo(f"{proof.acts} acts from number {proof.first} on, head {proof.head.seq} {proof.head.hash}{against}.")
    typer.echo("The chain is whole." if proof.holds else "The chain is NOT whole. Somebody must look into it now.")


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
