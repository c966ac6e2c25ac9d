"""`intake evaluate`: how good a model is on any labelled file, and how two of them differ."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from classifiers.evaluate import Difference, differences, in_words
from classifiers.learning.corpus import CorpusError, Labelled, read_labelled
from classifiers.learning.measures import Figure, Pair, measure
from classifiers.learning.reliability import MARGIN, SIDE, drawn, reliability
from intake.commands.settings import settings
from intake.exits import FAILED
from intake.shelf import Shelf
from intake.trials import bar, console, figures_table, tried
from models.reference import load_reference

app = typer.Typer()
CURRENT = "current"


@app.command()
def evaluate(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="Labelled messages, one JSON object a line.", metavar="FILE.jsonl")],
    *,
    model: Annotated[str, typer.Option(help="A version, or: current, shipped, rules.")] = CURRENT,
    against: Annotated[str, typer.Option(help="A second model, to be compared with.")] = "",
    draw: Annotated[Path | None, typer.Option(help="Write a picture of the confidence's reliability (SVG).")] = None,
    wrong: Annotated[
        bool, typer.Option("--wrong", help="List where verdicts differ from the labels; ids only.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure a model on a labelled file: every figure with the interval in which it would lie for like texts (95%).

    With --against the same for a second model, and what the first one's figures are more or less. No text is ever
    printed. Exits 1 when the file or a model cannot be used.
    """
    messages = _messages(file)
    config = settings(ctx)
    words, shelf = load_reference(config.reference_overlay), Shelf(config.models_dir)
    names = [shelf.current() if name == CURRENT else name for name in (model, against) if name]
    with bar() as told:
        judged = {name: tried(words, shelf, name, messages, told) for name in names}
        told("counting", 0, 0)
        figures = {name: measure(pairs) for name, pairs in judged.items()}
        apart = differences(judged[names[0]], judged[names[-1]]) if against else None
    if as_json:
        typer.echo(json.dumps(_values(figures, apart)))
    else:
        console().print(figures_table(figures, apart))
    if wrong:
        _show_wrong(judged[names[0]])
    if draw is not None:
        draw.write_text(picture(judged), encoding="utf-8")


def _messages(file: Path) -> list[Labelled]:
    try:
        messages = read_labelled(file)
    except (OSError, CorpusError, UnicodeDecodeError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else str(fault)
        typer.echo(f"{file}: cannot be read: {why}", err=True)
        raise typer.Exit(FAILED) from None
    if not messages:
        typer.echo(f"{file}: holds no message.", err=True)
        raise typer.Exit(FAILED)
    return messages


def _values(
    figures: Mapping[str, Mapping[str, Figure]], apart: Mapping[str, Difference | None] | None
) -> dict[str, Any]:
    models = {model: {name: asdict(one) for name, one in own.items()} for model, own in figures.items()}
    return {"models": models, "differences": {name: one and asdict(one) for name, one in (apart or {}).items()}}


def _show_wrong(pairs: Sequence[Pair]) -> None:
    for line in (in_words(truth, verdict) for truth, verdict in pairs):
        if line:
            typer.echo(line)


def picture(judged: Mapping[str, Sequence[Pair]]) -> str:
    """The reliability of each model's confidence, side by side, as one SVG picture."""
    size = SIDE + 2 * MARGIN
    whole = f"0 0 {size * len(judged)} {size}"
    single = [
        drawn(reliability(pairs), f"Confidence of the grade against the share that was right: {name}").replace(
            "<svg ", f'<svg x="{number * size}" width="{size}" height="{size}" ', 1
        )
        for number, (name, pairs) in enumerate(judged.items())
    ]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{whole}">{"".join(single)}</svg>\n'
