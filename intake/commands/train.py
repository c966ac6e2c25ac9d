"""`intake train`: a candidate from the corpus and from what officers decided."""

from pathlib import Path
from typing import Annotated, Any

import typer

from classifiers.encoder.base import ModelMissing
from classifiers.encoding import ENCODERS
from classifiers.learning.corpus import Labelled
from classifiers.learning.corrections import confirmed
from classifiers.learning.measures import Figure, measure
from classifiers.learning.reliability import drawn
from classifiers.learning.train import save_model
from classifiers.learning.train import train as train_model
from intake.app import App
from intake.auditing import note
from intake.commands.common import ready
from intake.exits import USAGE
from intake.shelf import ModelError
from intake.trials import bar, console, figures_table, frozen, tried
from models.audit import Action

app = typer.Typer()
LIMITS = (
    "English only; attachments are not read.",
    "Corrections have no marked sentences: they teach the grade and the labels of whole messages alone.",
    "The red flags of a correction are the officer's where the form asked for them, otherwise the machine's.",
    "The figures are those of texts written for this project; how it does on yours, shadow mode and replay show.",
)


@app.command()
def train(
    ctx: typer.Context,
    seed: Annotated[
        int, typer.Option(min=0, help="The order of the messages, to see what that alone changes; 0 leaves it.")
    ] = 0,
    encoder: Annotated[str, typer.Option(help=f"One of {', '.join(ENCODERS)}.")] = "best",
    corrections: Annotated[
        bool, typer.Option("--corrections/--no-corrections", help="Learn from officers' decisions too.")
    ] = True,
) -> None:
    """Train a candidate from the corpus and from confirmed corrections, and show its figures beside the current one's.

    It is written beside the other models with its card, and is used only once it is promoted. Exits 1 when it cannot be
    trained, and 2 for an encoder that does not exist.
    """
    if encoder not in ENCODERS:
        typer.echo(f"There is no encoder {encoder!r}: it is one of {', '.join(ENCODERS)}.", err=True)
        raise typer.Exit(USAGE)
    parts = ready(ctx)
    learned = _corrections(parts) if corrections else []
    with bar() as told:
        try:
            nlp, card = train_model(parts.words, corrections=learned, encoder=encoder, seed=seed, progress=told)
        except (ModelMissing, OSError, ValueError) as fault:
            raise ModelError(f"nothing could be trained: {fault}") from None
        version = str(card["version"])
        place = parts.shelf.add(version, lambda folder: _write(nlp, card, folder))
        current = parts.shelf.current()
        before = measure(tried(parts.words, parts.shelf, current, frozen(), told))
    after = {name: Figure(**values) for name, values in card["test"].items()}
    out = console()
    out.print(figures_table({f"candidate {version}": after, f"current {current}": before}))
    out.print(
        f"Learned from {card['messages']['train']} messages, {len(learned)} of them corrections. It is in {place}"
    )
    out.print(f"Use it with: intake models promote {version}")


def _write(nlp: Any, card: dict[str, Any], folder: Path) -> None:
    """The model with its card, its limits, and the picture of how far its confidence can be relied on."""
    save_model(nlp, card | {"limits": LIMITS}, folder)
    picture = drawn(card["test reliability"], "Confidence of the grade against the share that was right")
    (folder / "reliability.svg").write_text(picture, encoding="utf-8")


def _corrections(parts: App) -> list[Labelled]:
    with parts.store.write() as tx:
        found = confirmed(tx.corrections.all(), parts.words)
        note(tx, parts.clock, Action.EXPORTED, "corrections", command="train", corrections=len(found))
    return found
