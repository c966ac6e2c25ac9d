"""`intake check`: every fault at once, before the first message comes."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from intake.app import assemble, now
from intake.checking import check_app
from intake.commands.common import at_hand, examined
from intake.config import Config, ConfigError, load_config
from intake.exits import FAILED, MISCONFIGURED
from intake.findings import Finding, Weight
from models.reference import ReferenceDataError, load_reference

app = typer.Typer()
MARKS = {Weight.FINE: "fine   ", Weight.WARNING: "warning", Weight.FAULT: "FAULT  "}


@app.command()
def check(
    ctx: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help="Do not connect to mail servers.")] = False,
    deep: Annotated[bool, typer.Option("--deep", help="Only look whether every row of the store is sound.")] = False,
) -> None:
    """Say every fault in the settings, the reference data, the store and the mail servers, all at once.

    Warnings do not change the exit code; a fault makes it 78. With --deep every invariant of the store is looked at
    instead; it reads every row, and exits 1 when one is broken.
    """
    if deep:
        with at_hand(ctx) as parts:
            raise typer.Exit(0 if examined(parts.store) else FAILED)
    findings = [*_faults(ctx.obj, offline=offline)]
    console = Console(markup=False, highlight=False, soft_wrap=True)
    for finding in findings:
        console.print(f"{MARKS[finding.weight]}  {finding.subject}{': ' if finding.text else ''}{finding.text}")
    faults = sum(finding.weight is Weight.FAULT for finding in findings)
    console.print(f"{faults} fault{'' if faults == 1 else 's'} found." if faults else "All is well.")
    raise typer.Exit(MISCONFIGURED if faults else 0)


def _faults(path: Path | None, *, offline: bool) -> list[Finding]:
    findings: list[Finding] = []
    config = Config()
    try:
        config = load_config(path, os.environ)
        findings.append(Finding(subject="settings", weight=Weight.FINE))
    except ConfigError as error:
        findings += [Finding(subject="settings", weight=Weight.FAULT, text=fault) for fault in error.faults]
    settings_fine = findings[0].weight is not Weight.FAULT
    try:
        load_reference(config.reference_overlay)
        findings.append(Finding(subject="reference data", weight=Weight.FINE))
    except ReferenceDataError as error:
        findings += [Finding(subject="reference data", weight=Weight.FAULT, text=fault) for fault in error.faults]
        return findings
    if settings_fine:
        findings += check_app(assemble(config), today=now().date(), offline=offline)
    return findings
