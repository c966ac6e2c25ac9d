"""`intake providers`: the places that we know."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, BinaryIO, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from intake.app import now
from intake.commands import providers_adding
from intake.commands.common import own_lists
from intake.commands.settings import settings
from intake.exits import FAILED
from models.framework import Provider
from models.naming import on_one_line
from models.ods import OdsPlace, Rejected, read_ods
from models.reference import load_reference
from models.reference.importing import Merged, imported_before, merge, write_import

app = typer.Typer(help="Show the places we know, import them from ODS files, and add others.", no_args_is_help=True)
app.add_typer(providers_adding.app)
MIDLANDS = "Y60"
LONGEST_READ = 65_536
MOST_SHOWN = 10


@app.command()
def show(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="Only places with this in their code, name, town or nicknames.")] = "",
    kind: Annotated[str, typer.Option(help="Only this kind: trust, site, gp, icb, university, dental or other.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Show the places that we know, with the settings' own files laid over ours. Exits 1 when there is none such."""
    words = load_reference(settings(ctx).reference_overlay)
    found = [one for one in words.providers.values() if _fits(one, text.lower()) and kind in {"", one.kind}]
    if as_json:
        for one in found:
            typer.echo(json.dumps(asdict(one), ensure_ascii=False))
    else:
        _console().print(_table(found))
        typer.echo(f"{len(found)} of {len(words.providers)} places.")
    raise typer.Exit(0 if found else FAILED)


@app.command(name="import")
def import_places(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="ODS files: etr, ets, ect, epraccur.", metavar="FILE…")],
    *,
    region: Annotated[
        list[str] | None, typer.Option(help=f"The code of a region to take; {MIDLANDS}, the Midlands, when not given.")
    ] = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="Take the places of all regions.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    rejects: Annotated[Path | None, typer.Option(help="Write the rejected lines, with reasons, to this file.")] = None,
) -> None:
    """Import places from the NHS organisation files (ODS). What you have written yourself always wins.

    Exits 1 when a line was rejected; the others are imported all the same.
    """
    overlay = own_lists(ctx)
    shipped = load_reference(None).providers
    load_reference(overlay)  # what is wrong already must not be blamed on the import
    places, rejected = _read(files)
    regions = frozenset() if everywhere else frozenset(region or [MIDLANDS])
    merged = merge(places, shipped=shipped, before=imported_before(overlay), regions=regions)
    if not dry_run and (merged.added or merged.changed or merged.closed):
        write_import(overlay, merged.rows)
    _summary(merged, rejected, dry_run=dry_run)
    _report_rejected(merged, rejected, rejects)
    raise typer.Exit(FAILED if rejected or merged.orphans else 0)


def _read(files: list[Path]) -> tuple[list[OdsPlace], list[Rejected]]:
    """The places of all files; the command ends here, with nothing imported, when a file is of another kind."""
    places: list[OdsPlace] = []
    rejected: list[Rejected] = []
    terminal = Console(stderr=True)
    with Progress(console=terminal, transient=True, disable=not terminal.is_terminal) as progress:
        for path in files:
            try:
                with progress.open(path, "rb", description=path.name) as file:
                    found = [*read_ods(str(path), _lines(file), today=now().date())]
            except OSError as fault:
                _refuse(path, f"cannot be read ({fault.strerror})")
            if all(isinstance(one, Rejected) for one in found):
                _refuse(path, "is no ODS file: no line of it is an organisation. If it is a ZIP file, unpack it first")
            places += [one for one in found if isinstance(one, OdsPlace)]
            rejected += [one for one in found if isinstance(one, Rejected)]
    return places, rejected


def _refuse(path: Path, why: str) -> NoReturn:
    typer.echo(f"{path}: {why}. Nothing was imported.", err=True)
    raise typer.Exit(FAILED)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; of one that is far too long only its beginning, so that any file can be looked at."""
    while line := file.readline(LONGEST_READ):
        yield line
        while len(line) == LONGEST_READ and not line.endswith(b"\n"):
            line = file.readline(LONGEST_READ)


def _summary(merged: Merged, rejected: list[Rejected], *, dry_run: bool) -> None:
    table = Table("Places", "Count", title="What would change" if dry_run else "What has changed", title_justify="left")
    table.columns[1].justify = "right"
    for name, count in (
        ("added", len(merged.added)),
        ("changed", len(merged.changed)),
        ("closed", len(merged.closed)),
        ("as before", merged.unchanged),
        ("in other regions, left out", merged.outside),
        ("closed before we knew them, left out", merged.long_closed),
        ("lines rejected", len(rejected) + len(merged.orphans)),
    ):
        table.add_row(name, str(count))
    _console().print(table)


def _report_rejected(merged: Merged, rejected: list[Rejected], file: Path | None) -> None:
    lines = [f"{one.place}: {one.reason}" for one in rejected]
    lines += [f"{code}: its trust is not among the places; import etr or ect as well" for code in merged.orphans]
    if file is not None:
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return
    for line in lines[:MOST_SHOWN]:
        typer.echo(line, err=True)
    if len(lines) > MOST_SHOWN:
        typer.echo(f"… and {len(lines) - MOST_SHOWN} more; --rejects FILE writes them all.", err=True)


def _fits(place: Provider, text: str) -> bool:
    return any(text in part.lower() for part in (place.code, place.name, place.town, *place.aliases))


def _table(found: Iterable[Provider]) -> Table:
    table = Table("Code", "Name", "Kind", "Part of", "Town", "Also known as")
    for one in found:
        name = f"{one.name} (closed)" if one.closed else one.name
        part_of, others = one.successor or one.parent or "", ", ".join(one.aliases)
        table.add_row(*map(on_one_line, (one.code, name, one.kind, part_of, one.town, others)))
    return table


def _console() -> Console:
    return Console(markup=False, highlight=False, soft_wrap=False)
