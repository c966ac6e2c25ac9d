"""`intake train`: a candidate from the corpus and from what officers decided."""

from typing import Annotated

import typer

from classifiers.encoder.base import ModelMissing
from classifiers.encoding import ENCODERS
from classifiers.learning.corpus import Labelled
from classifiers.learning.corrections import confirmed
from classifiers.learning.measures import Figure, measure
from classifiers.learning.train import save_model
from classifiers.learning.train import train as train_model
from intake.app import App
from intake.commands.common import ready
from intake.exits import USAGE
from intake.shelf import ModelError
from intake.trials import bar, console, figures_table, frozen, tried

app = typer.Typer()


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
        place = parts.shelf.add(version, lambda folder: save_model(nlp, card, folder))
        current = parts.shelf.current()
        before = measure(tried(parts.words, parts.shelf, current, frozen(), told))
    after = {name: Figure(**values) for name, values in card["test"].items()}
    out = console()
    out.print(figures_table({f"candidate {version}": after, f"current {current}": before}))
    out.print(
        f"Learned from {card['messages']['train']} messages, {len(learned)} of them corrections. It is in {place}"
    )
    out.print(f"Use it with: intake models promote {version}")


def _corrections(parts: App) -> list[Labelled]:
    with parts.store.read() as tx:
        return confirmed(tx.corrections.all(), parts.words)
