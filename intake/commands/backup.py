"""`intake backup`: a copy of everything, sealed, while everybody goes on working."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from intake.app import assemble
from intake.commands.common import ready
from intake.commands.settings import settings
from intake.exits import USAGE
from intake.safekeeping import back_up, keys_of, verify
from models.safety import Manifest

app = typer.Typer()
VERIFY = "verify"


@app.command()
def backup(
    ctx: typer.Context,
    destination: Annotated[Path, typer.Argument(metavar="DEST | verify", help="The file to write.")],
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="After 'verify': the file to look at.")] = None,
    models: Annotated[bool, typer.Option("--models/--no-models", help="With the trained models, or without.")] = True,
) -> None:
    """Write a sealed backup of the store and the trained models while all goes on, and read it back.

    'intake backup verify FILE' reads one to its end and proves that it is whole. Exits 1 when it is not, or when
    nothing could be written; then there is no file. It never overwrites anything.
    """
    if str(destination) == VERIFY:
        if file is None:
            typer.echo("Which file? Call: intake backup verify FILE", err=True)
            raise typer.Exit(USAGE)
        show(verify(file, keys_of(assemble(settings(ctx)))), f"{file} is whole.")
        return
    if file is not None:
        typer.echo("One file at a time. Call: intake backup DEST", err=True)
        raise typer.Exit(USAGE)
    show(back_up(ready(ctx), destination, models=models), f"{destination} is written and was read back.")


def show(manifest: Manifest, last: str) -> None:
    """Print what a backup holds."""
    console = Console(markup=False, highlight=False, soft_wrap=True)
    origin = manifest.origin
    console.print(f"Made on {origin.at:%d %B %Y at %H:%M} UTC by version {origin.version} on {origin.engine},")
    console.print(f"with tables of revision {origin.revision}.")
    for name, tally in sorted(manifest.content.tables.items()):
        console.print(f"  {name:<20} {tally.count:>12,} rows")
    size = sum(tally.count for tally in manifest.files.values())
    console.print(f"  {'files of models':<20} {len(manifest.files):>12,} ({size:,} bytes)")
    console.print(f"Digest of all rows: {manifest.content.digest}")
    console.print(last)
