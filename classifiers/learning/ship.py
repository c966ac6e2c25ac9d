"""Renews what the product ships: `python -m classifiers.learning.ship`. Heads, their card, and the page about them."""

import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from rich.console import Console
from rich.progress import Progress

from classifiers.heads import save_heads
from classifiers.judgement import Judgement
from classifiers.learning.agreement import agreement, pairs
from classifiers.learning.corpus import PARTS, shipped
from classifiers.learning.curve import curve
from classifiers.learning.reliability import drawn
from classifiers.learning.train import train
from models.reference import load_reference

DOCS = Path(__file__).resolve().parents[2] / "docs"
ENCODERS = ("minilm", "hashing")


def main() -> int:
    """Train for each encoder, then write heads, cards, pictures and the page."""
    reference = load_reference()
    data = Path(str(resources.files("classifiers.data")))
    cards: dict[str, dict[str, Any]] = {}
    with Progress(console=Console(stderr=True)) as bar:
        for encoder in ENCODERS:
            task = bar.add_task(encoder, total=None)
            nlp, card = train(
                reference,
                encoder=encoder,
                progress=lambda step, done, of, task=task, name=encoder: bar.update(  # type: ignore[misc]
                    task, description=f"{name}: {step}", completed=done, total=of or None
                ),
            )
            judge = nlp.get_pipe("judgement")
            assert isinstance(judge, Judgement)
            for heads in judge.heads.values():
                for old in (data / "heads").glob(f"{encoder}*.npz"):
                    old.unlink()
                save_heads(heads, data / "heads" / f"{heads.encoder}.npz")
            cards[encoder] = card
    (data / "cards.json").write_text(json.dumps(cards, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    picture = drawn(cards["minilm"]["test reliability"], "Confidence of the grade against the share that was right")
    (DOCS / "model-reliability.svg").write_text(picture, encoding="utf-8")
    (DOCS / "model-card.md").write_text(page(cards, curve(reference)), encoding="utf-8")
    return 0


def page(cards: dict[str, dict[str, Any]], learned: list[tuple[int, dict[str, float]]]) -> str:
    """The model card as a page."""
    text = (resources.files("classifiers.learning") / "card.md.jinja").read_text(encoding="utf-8")
    # A page in Markdown of our own figures: nothing in it is foreign.
    surroundings = Environment(undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True)  # noqa: S701
    surroundings.filters["figure"] = _figure
    return surroundings.from_string(text).render(
        main=cards["minilm"],
        lighter=cards["hashing"],
        sizes={part: (len(shipped(part)), len(PARTS[part])) for part in PARTS},
        learned=learned,
        agreed=agreement(pairs()),
    )


def _figure(values: dict[str, Any]) -> str:
    if values["value"] is None:
        return "–"
    return f"{values['value']:.2f} ({values['low']:.2f}–{values['high']:.2f}, n={values['count']})"


if __name__ == "__main__":
    sys.exit(main())
