"""Renews what the product ships: `python -m classifiers.learning.ship`. Heads, their card, and the page about them."""

import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from rich.console import Console
from rich.progress import Progress
from spacy.language import Language

from classifiers import lexicon
from classifiers.heads import Heads
from classifiers.judgement import Judgement
from classifiers.kept_heads import save_heads
from classifiers.learning.agreement import agreement, pairs
from classifiers.learning.asides import PARTS as ASIDES
from classifiers.learning.asides import asides
from classifiers.learning.corpus import PARTS, shipped
from classifiers.learning.curve import curve, drawn_curve
from classifiers.learning.reliability import drawn
from classifiers.learning.train import examined, pipeline_with, train
from classifiers.post_words import FILE, PostWords, save_post_words
from classifiers.specialties import Specialties
from models.reference import load_reference

DOCS = Path(__file__).resolve().parents[2] / "docs"


def main() -> int:
    """Train, then write heads, cards, pictures and the page."""
    reference = load_reference()
    data = Path(str(resources.files("classifiers.data")))
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)

        def progress(step: str, done: int, of: int) -> None:
            bar.update(task, description=step, completed=done, total=of or None)

        nlp, card = train(reference, encoder="minilm", progress=progress)
        heads = _heads_of(nlp)
        for old in (data / "heads").glob("*.npz"):
            old.unlink()
        for one in heads.values():
            save_heads(one, data / "heads" / f"{one.encoder}.npz")
        posts = _posts_of(nlp)
        save_post_words(posts, data / FILE)
        alone = examined(pipeline_with([heads[lexicon.NAME]], "hashing", posts), reference, progress)
        progress("learning curve", 0, 0)
        learned = curve(reference)
    cards = {"minilm": card, "hashing": alone}
    (data / "cards.json").write_text(json.dumps(cards, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    picture = drawn(card["test reliability"], "Confidence of the grade against the share that was right")
    (DOCS / "model-reliability.svg").write_text(picture, encoding="utf-8")
    (DOCS / "model-curve.svg").write_text(drawn_curve(learned), encoding="utf-8")
    (DOCS / "model-card.md").write_text(page(cards, learned), encoding="utf-8")
    return 0


def _heads_of(nlp: Language) -> dict[str, Heads]:
    judge = nlp.get_pipe("judgement")
    assert isinstance(judge, Judgement)
    return judge.heads


def _posts_of(nlp: Language) -> PostWords:
    specialties = nlp.get_pipe("specialties")
    assert isinstance(specialties, Specialties)
    assert specialties.words is not None
    return specialties.words


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
        asides={part: len(asides(part)) for part in ASIDES},
        learned=learned,
        agreed=agreement(pairs()),
    )


def _figure(values: dict[str, Any]) -> str:
    if values["value"] is None:
        return "–"
    return f"{values['value']:.2f} ({values['low']:.2f}–{values['high']:.2f}, n={values['count']})"


if __name__ == "__main__":
    sys.exit(main())
