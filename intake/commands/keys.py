"""`intake keys`: the keys that seal the store. No command ever shows one but those whose purpose it is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from intake.app import App, now
from intake.commands.common import ready
from intake.exits import FAILED, TRY_AGAIN
from models.audit import Act, Action
from storage.key_sources import KeyFile
from storage.keys import KeyClass, KeySet, new_keys

app = typer.Typer(help="Make, list and change the keys that seal the store.", no_args_is_help=True)


@app.command()
def init(
    ctx: typer.Context,
    show: Annotated[bool, typer.Option("--print", help="Print new keys for the environment; nothing is kept.")] = False,
) -> None:
    """Make the first keys, if there are none yet. The first start does the same by itself."""
    if show:
        typer.echo(new_keys(now()).text())
        return
    parts = ready(ctx)
    typer.echo(f"The keys are in {parts.store.keys_place}. Keep a copy apart from the database and its backups.")


@app.command(name="list")
def list_keys(ctx: typer.Context) -> None:
    """List the keys by id, and how many rows need each."""
    parts = ready(ctx)
    table = Table("Id", "Class", "State", "Made", "Opens", "Rows")
    for key in parts.store.rotation.facts():
        made = key.made_at.date().isoformat()
        table.add_row(key.id, key.kind, key.state, made, "yes" if key.opens else "no", f"{key.rows:,}")
    Console(markup=False, highlight=False).print(table)


@app.command()
def rotate(
    ctx: typer.Context,
    kinds: Annotated[
        list[KeyClass] | None, typer.Option("--class", help="Only this class of keys; all of them when not given.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many rows would be sealed anew.")] = False,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Only make the new keys, to take them to the other machines first.")
    ] = False,
) -> None:
    """Change to new keys and seal everything anew, while the workers run. Ctrl-C stops it; run it again to go on.

    The old keys stay readable. Take them away with 'intake keys retire' when it is done.
    """
    parts = ready(ctx)
    rotation = parts.store.rotation
    if dry_run:
        _forecast(parts)
        return
    begun = rotation.begin(tuple(kinds or KeyClass), now(), coming=prepare)
    if begun:
        _note(parts, "prepared" if prepare else "begun")
    if prepare:
        typer.echo(f"New keys wait in {parts.store.keys_place}. Copy them to every machine, then rotate.")
        return
    typer.echo("New keys are in use." if begun else "Going on with the change of keys that was begun before.")
    try:
        done = rotation.go_on(lambda table, rows: typer.echo(f"{table}: {rows:,} rows sealed anew", err=True))
    except KeyboardInterrupt:
        typer.echo("Stopped. Nothing is lost; run 'intake keys rotate' again to go on.", err=True)
        raise typer.Exit(TRY_AGAIN) from None
    _note(parts, "finished")
    typer.echo(f"Done: {done:,} rows sealed anew. When every process has the new keys, run 'intake keys retire'.")


@app.command()
def retire(
    ctx: typer.Context,
    to: Annotated[Path, typer.Argument(help="A new file for the old keys: older backups still need them.")],
) -> None:
    """Take the old keys away, once no row needs them any more. They are kept in a file of their own."""
    parts = ready(ctx)
    if to.exists():
        typer.echo(f"{to} is there already; name a new file.", err=True)
        raise typer.Exit(FAILED)
    ids = parts.store.rotation.retire(now(), lambda old: _keep(to, old))
    if not ids:
        typer.echo("There are no old keys.")
        return
    _note(parts, "retired", *ids)
    typer.echo(f"Taken away: {', '.join(ids)}. They are in {to}: keep it with the backups that they seal.")


@app.command()
def public(ctx: typer.Context, to: Annotated[Path, typer.Argument(help="The new key file.")]) -> None:
    """Write a key file without the private halves of address keys, for processes that file or show but never send."""
    parts = ready(ctx)
    if to.exists():
        typer.echo(f"{to} is there already; name a new file.", err=True)
        raise typer.Exit(FAILED)
    _keep(to, parts.store.keys_at_hand.public_only())
    typer.echo(f"Written to {to}. Whoever has only these can write who reported, and cannot read it.")


def _keep(to: Path, keys: KeySet) -> None:
    KeyFile(to).make(keys)


def _forecast(parts: App) -> None:
    total = 0
    for key in parts.store.rotation.facts():
        if key.state != "coming":
            typer.echo(f"{key.kind} key {key.id}: {key.rows:,} rows")
            total += key.rows
    typer.echo(f"{total:,} seals and indexes would be made anew. Nothing was changed.")


def _note(parts: App, what: str, *ids: str) -> None:
    act = Act(at=datetime.now(UTC), actor="intake", action=Action.KEYS_CHANGED, detail={"what": what, "ids": list(ids)})
    with parts.store.write() as tx:
        tx.audit.append(act)
