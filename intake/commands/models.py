"""`intake models`: the models on disk, which one is used, and the way there and back."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.table import Table

from classifiers.evaluate import GATES, differences, hindrances, newly_under_graded, serious
from classifiers.learning.measures import Figure, measure
from intake.app import now
from intake.auditing import note
from intake.classifying import encoder_faults
from intake.commands.common import ready
from intake.commands.settings import settings
from intake.comparing import changes
from intake.exits import FAILED
from intake.shelf import SHIPPED, ModelError, Shelf
from intake.trials import bar, console, figures_table, frozen, shipped_card, tried
from models.audit import Action
from models.learning import Shadow

app = typer.Typer(help="List the trained models, promote one, go back, and compare a candidate in the shadow.")
SHOWN = ("kind: accuracy", "ISF: exact", "themes: micro F1", *GATES)
NONE = "none"
"""The classifier of a verdict that nobody gave."""


@app.callback(invoke_without_command=True)
def models(ctx: typer.Context) -> None:
    """List the models, when no more is asked."""
    if ctx.invoked_subcommand is None:
        list_models(ctx)


@app.command(name="list")
def list_models(ctx: typer.Context) -> None:
    """List the models on disk with some of their figures on the frozen test part; * marks the one in use."""
    shelf = Shelf(settings(ctx).models_dir)
    current = shelf.current()
    table = Table("", "Version", "Encoder", "Messages", "Corrections", *SHOWN)
    table.columns[2].overflow = "fold"
    for version in (SHIPPED, *shelf.versions()):
        table.add_row("*" if version == current else "", version, *_row(shelf, version))
    console().print(table)
    if current not in {SHIPPED, *shelf.versions()}:
        typer.echo(f"The model in use, {current}, is not there: the shipped one is used. See 'intake check'.", err=True)


def _row(shelf: Shelf, version: str) -> tuple[str, ...]:
    """What the card of a version tells: the encoder, the messages, and some figures."""
    try:
        card = shipped_card(lighter=bool(encoder_faults())) if version == SHIPPED else shelf.card(version)
        counts, test = card.get("messages", {}), card.get("test", {})
        figures = [str(Figure(**test[name])) if name in test else "" for name in SHOWN]
        return (str(card.get("encoder", "")), *(str(counts.get(one, "")) for one in ("train", "corrections")), *figures)
    except (ModelError, TypeError, AttributeError):
        return ("its card cannot be read",)


@app.command()
def promote(ctx: typer.Context, version: Annotated[str, typer.Argument(help="A version, or: shipped.")]) -> None:
    """Use a model from the next start on. Refused, with exit code 1, when serious concerns would be graded lower.

    Both models read the frozen test part now. Neither the share of serious concerns below category 2 without a person
    nor the share of category 3 graded 1 or 0 may rise.
    """
    parts = ready(ctx)
    words, shelf = parts.words, parts.shelf
    current, messages = shelf.current(), frozen()
    shelf.path(version)
    if version == current:
        typer.echo(f"{version} is in use already.")
        return
    with bar() as told:
        candidate = tried(words, shelf, version, messages, told)
        try:
            live = tried(words, shelf, current, messages, told)
        except ModelError as fault:
            typer.echo(f"The current one cannot be compared with, so the shipped one is: {fault}", err=True)
            live = tried(words, shelf, SHIPPED, messages, told)
        told("counting", 0, 0)
        figures = {version: measure(candidate), f"{current} (in use)": measure(live)}
        apart = differences(candidate, live)
    console().print(figures_table(figures, apart))
    reasons = hindrances(candidate, live)
    if reasons:
        typer.echo(
            f"{version} is not promoted; {current} stays in use. It would grade serious concerns lower:", err=True
        )
        for reason in reasons:
            typer.echo(f"  {reason}", err=True)
        raise typer.Exit(FAILED)
    worse = newly_under_graded(candidate, live)
    if worse:
        typer.echo(f"No share rises, but these are newly graded too low: {', '.join(worse)}", err=True)
    with parts.store.write() as tx:
        note(tx, now, Action.MODEL_PROMOTED, version, before=current)
        shelf.promote(version, now())
    typer.echo(f"{version} is in use from the next start of 'intake run' or 'intake work' on.")


@app.command()
def rollback(ctx: typer.Context) -> None:
    """Go back to the model that was in use before. Nothing is measured: this is the way out of trouble."""
    parts = ready(ctx)
    before = parts.shelf.current()
    with parts.store.write() as tx:
        version = parts.shelf.roll_back(now())
        note(tx, now, Action.MODEL_ROLLED_BACK, version, before=before)
    typer.echo(f"{version} is in use from the next start of 'intake run' or 'intake work' on.")


@app.command()
def history(ctx: typer.Context) -> None:
    """Show which model was in use from when on."""
    for change in Shelf(settings(ctx).models_dir).history():
        typer.echo(f"{change.at}  {change.what:<8}  {change.version}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """A ticket on which live and shadow differ."""

    shadow: Shadow
    changes: dict[str, tuple[object, object]]

    @property
    def order(self) -> tuple[object, ...]:
        """The serious ones first: those that the candidate lowers, then by category and by how far they are apart."""
        live, candidate = self.shadow.live, self.shadow.candidate
        lowered = serious(live) and not serious(candidate)
        return (not lowered, -max(live.isf, candidate.isf), -abs(live.isf - candidate.isf), self.shadow.reference)


@app.command()
def compare(
    ctx: typer.Context,
    version: Annotated[str, typer.Argument(help="The candidate; the setting classifier.shadow when not given.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a ticket that differs.")] = False,
) -> None:
    """Show how a candidate in the shadow and the live classifier differ so far, serious concerns first.

    Exits 1 when there is nothing to compare yet.
    """
    parts = ready(ctx)
    version = version or parts.config.classifier.shadow
    with parts.store.write() as tx:
        shadows = tx.shadows.all(version)
        note(tx, now, Action.EXPORTED, "shadow verdicts", model=version, tickets=len(shadows))
    answered = [one for one in shadows if one.candidate.classifier != NONE]
    found = [Compared(shadow=one, changes=changes(one.live, one.candidate)) for one in answered]
    differing = sorted((one for one in found if one.changes), key=lambda one: one.order)
    if as_json:
        for one in differing:
            typer.echo(json.dumps({"reference": one.shadow.reference, **one.changes}))
    else:
        _show(version, shadows, answered, differing)
    raise typer.Exit(0 if answered else FAILED)


def _show(version: str, shadows: tuple[Shadow, ...], answered: list[Shadow], differing: list[Compared]) -> None:
    counts = Counter(name for one in differing for name in one.changes)
    unanswered = len(shadows) - len(answered)
    typer.echo(f"{version or 'No candidate'}: {len(answered)} concerns read, {len(differing)} differ.")
    if unanswered:
        typer.echo(f"{unanswered} more it could not read in time or at all.")
    lowered = sum(serious(one.shadow.live) and not serious(one.shadow.candidate) for one in differing)
    typer.echo(f"Serious now, and not by the candidate: {lowered}.")
    typer.echo(", ".join(f"{name}: {count}" for name, count in counts.items()) or "Nothing differs.")
    table = Table("Ticket", "What", "Live", "Candidate")
    for one in differing:
        for name, (live, candidate) in one.changes.items():
            table.add_row(one.shadow.reference, name, str(live), str(candidate))
    if differing:
        console().print(table)
