"""`intake providers unknown` and `add`: places that reporters name and no list has."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from intake.app import App
from intake.auditing import operator
from intake.commands.common import acting, own_lists, there
from intake.exits import FAILED, USAGE
from intake.unlisted import Unlisted, adding, command_for, is_ordinary, may_name, unlisted
from models.audit import Act, Action
from models.framework import Provider
from models.naming import on_one_line
from models.reference.adding import OWN, NotAdded, add_name, add_place
from models.reference.checking import KINDS
from models.reference.loading import load_reference
from models.reference.rows import ReferenceDataError
from models.rights import SYSTEM, Right, Viewer

app = typer.Typer()
MOST_REFERENCES = 5
LISTED = 200
"""References that the audit chain names one by one."""
LATER = "Services that run know it when they are next started."


@app.command()
def unknown(
    ctx: typer.Context,
    *,
    officer: Annotated[
        str | None,
        typer.Option("--as", help="Only tickets that this officer may read, by e-mail address; all if not given."),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=36_500, help="Only tickets that arrived in the last so many days.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Show the places that reporters name and that stand in no list of ours, with the tickets that name them.

    What was added since is left out. Exits 1 when there is none.
    """
    parts = there(ctx)
    since = parts.clock() - timedelta(days=days) if days else None
    with parts.store.read() as tx:
        viewer = acting(tx, officer, Right.READ_TICKETS) if officer is not None else SYSTEM
    found = unlisted(parts.store, parts.words, viewer, since=since)
    _note(parts, viewer, found)
    if as_json:
        for one in found:
            typer.echo(json.dumps(_plain(one), ensure_ascii=False))
    elif found:
        Console(markup=False, highlight=False, soft_wrap=False).print(_table(found))
        config = ctx.obj if isinstance(ctx.obj, Path) else None
        typer.echo(f"To add the first one, with its code:\n  {command_for(found[0].name, config)}")
        typer.echo(f"Where it is another name of a place that we know: {adding(config)} NAME --alias-of CODE")
    else:
        typer.echo("Every place that tickets name is known.")
    raise typer.Exit(0 if found else FAILED)


@app.command()
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="The name, as reporters write it.")],
    *,
    code: Annotated[str, typer.Option(help="The code of a new place: that of ODS, where it has one.")] = "",
    kind: Annotated[str, typer.Option(help=f"What a new place is: {', '.join(sorted(KINDS))}.")] = "other",
    parent: Annotated[str, typer.Option(help="The code of the trust that a site belongs to.")] = "",
    town: Annotated[str, typer.Option(help="Where a new place is.")] = "",
    postcode: Annotated[str, typer.Option(help="The postcode of a new place.")] = "",
    alias_of: Annotated[str, typer.Option("--alias-of", help="The code of a place that also goes by the name.")] = "",
    sure: Annotated[bool, typer.Option("--sure", help="Add the name though it has ordinary words only.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check, and write nothing.")] = False,
) -> None:
    """Add a place to your own list of places, or another name of a place that we know (--alias-of CODE).

    Your list is providers.csv in the folder that the setting reference_overlay names. Exits 1 when it cannot be added.
    """
    overlay = own_lists(ctx)
    if bool(code) == bool(alias_of):
        _wrong("Give either --code, for a new place, or --alias-of, for another name of one.")
    if alias_of and any((parent, town, postcode)):
        _wrong("With --alias-of give the name only: all else about the place is known.")
    _insist_on_place(overlay, kind, parent.upper())
    plain = on_one_line(name)
    _insist_on_name(plain, sure=sure)
    try:
        if alias_of:
            known = add_name(overlay, alias_of.upper(), plain, dry_run=dry_run)
            told = f"'{plain}' is another name of {known.name} ({known.code})"
        else:
            place = Provider(code=code.upper(), name=plain, kind=kind, parent=parent.upper() or None)
            place = replace(place, town=on_one_line(town), postcode=on_one_line(postcode))
            add_place(overlay, place, dry_run=dry_run)
            told = f"{place.name} ({place.code}) is a place"
    except (NotAdded, ReferenceDataError) as fault:
        _not_added(str(fault))
    except OSError as fault:
        _not_added(f"{overlay / OWN}: cannot be written ({fault.strerror or 'a file beside it cannot be copied'})")
    typer.echo(f"{told}. Nothing was written (dry run)." if dry_run else f"{told} now. {LATER}")


def _insist_on_place(overlay: Path, kind: str, parent: str) -> None:
    """End the command where an option would give a line that does not load: here it can be named."""
    if kind not in KINDS:
        _wrong(f"--kind is one of {', '.join(sorted(KINDS))}.")
    if kind == "site" and parent and parent not in load_reference(overlay).providers:
        _wrong(f"--parent: no place has the code {parent}; 'intake providers show NAME' finds codes.")


def _insist_on_name(name: str, *, sure: bool) -> None:
    """End the command where texts that mean no place would get it by these words."""
    if not may_name(name):
        _not_added(f"'{name}' names no place by itself, and every text with these words would get it")
    if is_ordinary(name) and not sure:
        why = f"'{name}' has ordinary words only, and texts that mean no place would get it"
        _not_added(f"{why}; give its kind too, as in 'Hope Hospice', or add --sure where people call it just so")


def _wrong(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(USAGE)


def _not_added(why: str) -> NoReturn:
    typer.echo(f"{why}. Nothing was added.", err=True)
    raise typer.Exit(FAILED) from None


def _note(parts: App, viewer: Viewer, found: tuple[Unlisted, ...]) -> None:
    """Nobody has signed in here, so it is noted to whom which tickets are shown: some may be restricted on the desk."""
    told = list(dict.fromkeys(reference for one in found for reference in one.references))
    detail = {"command": "providers unknown", "shown": told[:LISTED], "number": len(told)}
    asked = viewer.officer_id is not None
    actor, action = (viewer.email, Action.SEARCHED) if asked else (operator(), Action.EXPORTED)
    with parts.store.write() as tx:
        subject = "places" if asked else "tickets"
        tx.audit.append(Act(at=parts.clock(), actor=actor, action=action, subject=subject, detail=detail))


def _plain(one: Unlisted) -> dict[str, object]:
    return {
        "name": one.name,
        "tickets": len(one.references),
        "references": list(one.references),
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
    }


def _table(found: tuple[Unlisted, ...]) -> Table:
    table = Table("Name", "Tickets", "Oldest ticket", "Newest ticket", "The newest")
    table.columns[1].justify = "right"
    for one in found:
        newest = ", ".join(one.references[: -MOST_REFERENCES - 1 : -1])
        table.add_row(one.name, str(len(one.references)), f"{one.first:%Y-%m-%d}", f"{one.last:%Y-%m-%d}", newest)
    return table
