"""`intake demo`."""

import shlex
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from intake.demo.parts import build_demo
from intake.demo.tour import Tour
from intake.exits import FAILED, OK
from intake.logs import set_up_logs

app = typer.Typer()
PATIENCE = 60.0
PIPED_WIDTH = 110


@app.command()
def demo(
    check: Annotated[
        bool, typer.Option("--check", help="Stop when all samples have come to their end; exit 1 if one is wrong.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The desk's port; any free one if it is taken.")] = 8080,
    folder: Annotated[
        Path | None,
        typer.Option(help="Where the data go: a folder that is not there yet.", show_default="./demo-data/…"),
    ] = None,
) -> None:
    """Show the whole product on this machine: mail servers, inbox, classifier, tickets, acknowledgements, desk.

    Nothing to configure. It sends sample messages the real way and stays until Ctrl-C.
    """
    where = folder or Path("demo-data") / datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
    console = Console() if sys.stdout.isatty() else Console(width=PIPED_WIDTH)
    set_up_logs(level="warning", style="console")
    try:
        where.mkdir(mode=0o700, parents=True)
    except OSError as fault:
        typer.echo(f"{where}: cannot be made ({fault.strerror}). Name another folder with --folder.", err=True)
        raise typer.Exit(FAILED) from None
    console.print("Starting all parts on this machine ...", highlight=False)
    with build_demo(where, port=port) as parts:
        tour = Tour(
            parts,
            console,
            python=shlex.quote(sys.executable),
            seconds=PATIENCE,
            ended=lambda: (
                daemon.stop()
                if check
                else console.print("\nThe desk stays open: sign in with the link above. Stop with Ctrl-C.")
            ),
        )
        daemon = parts.daemon(tour)
        daemon.run()
    console.print(f"\nStopped. The data are in {where}", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(OK if tour.passed or not check else FAILED)
