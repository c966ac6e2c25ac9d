"""Trains a model: heads for each encoder, and a card that says from what, how good, and where it ends.

`python -m classifiers.learning.ship` renews what is shipped; operators use `intake train`, which adds what officers
corrected and leaves the shipped model alone.
"""

import hashlib
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from itertools import count
from pathlib import Path
from typing import Any

from spacy.language import Language

from classifiers.cues import VERSION
from classifiers.evaluate import judged
from classifiers.heads import Heads
from classifiers.judgement import Judgement
from classifiers.learning.asides import signs_of_asides
from classifiers.learning.corpus import PARTS, Labelled, shipped
from classifiers.learning.examples import Example, examples, label_names
from classifiers.learning.fit import STRENGTH, Strength, fit_all
from classifiers.learning.fit_posts import fit_posts
from classifiers.learning.measures import Pair, measure
from classifiers.learning.reliability import reliability
from classifiers.learning.senders import by_channel, by_sender
from classifiers.learning.steadiness import steadiness
from classifiers.pipeline import Classifier, blank
from classifiers.post_words import PostWords
from classifiers.specialties import Specialties
from models.framework import Reference

CARD = "card.json"
Progress = Callable[[str, int, int], None]
"""Told what is being done, how many messages are done, and of how many."""


def silent(_step: str, _done: int, _of: int) -> None:
    """Tell nobody."""


def train(
    reference: Reference,
    *,
    corrections: Sequence[Labelled] = (),
    encoder: str = "best",
    strength: Strength = STRENGTH,
    seed: int = 0,
    progress: Progress = silent,
) -> tuple[Language, dict[str, Any]]:
    """A pipeline whose heads are fitted to the corpus and the corrections, and its card. Raises ModelMissing.

    Fitting itself leaves nothing to chance. `seed` is the order of the messages, to see what that alone changes; 0
    takes them as they are.
    """
    labels = label_names(reference)
    classifier = Classifier(reference, encoder=encoder)
    learned = ordered([*shipped("train"), *corrections], seed)
    read = {
        part: _read(classifier, messages, labels, part, progress)
        for part, messages in (("train", learned), ("tune", shipped("tune")))
    }
    asides = signs_of_asides(classifier)

    def step(name: str) -> None:
        progress(name, 0, 0)

    heads = fit_all(read["train"], read["tune"], labels, strength=strength, asides=asides, progress=step)
    progress("posts", 0, 0)
    posts = fit_posts(read["train"], read["tune"])
    card: dict[str, Any] = {
        "version": version_of(learned, strength, heads[0].encoder),
        "strength": asdict(strength),
        "seed": seed,
    }
    card |= _facts(heads[0], {**{part: len(some) for part, some in read.items()}, "corrections": len(corrections)})
    nlp = pipeline_with([replace(one, card=card) for one in heads], encoder, posts)
    return nlp, card | examined(nlp, reference, progress)


def _facts(heads: Heads, messages: dict[str, int]) -> dict[str, Any]:
    """What a card says of its model before anything is measured."""
    return {
        "encoder": heads.encoder,
        "rules": VERSION,
        "messages": messages,
        "authors": {part: list(authors) for part, authors in PARTS.items()},
        "settings": dict(heads.settings),
    }


def ordered(messages: Sequence[Labelled], seed: int) -> list[Labelled]:
    """The messages in the order of a seed, the same each time; 0 leaves them as they are."""
    return random.Random(seed).sample(messages, len(messages)) if seed else list(messages)  # noqa: S311


def _read(
    classifier: Classifier, messages: Sequence[Labelled], labels: tuple[str, ...], part: str, progress: Progress
) -> list[Example]:
    read: list[Example] = []
    for example in examples(classifier, messages, labels):
        read.append(example)
        progress(f"reading {part}", len(read), len(messages))
    return read


def pipeline_with(heads: Sequence[Heads], encoder: str, posts: PostWords | None = None) -> Language:
    """A pipeline that judges with these heads and, where given, knows posts by these words."""
    nlp = blank(encoder)
    judge = nlp.get_pipe("judgement")
    assert isinstance(judge, Judgement)
    for one in heads:
        judge.teach(one)
    if posts is not None:
        specialties = nlp.get_pipe("specialties")
        assert isinstance(specialties, Specialties)
        specialties.teach(posts)
    nlp.meta["version"] = str(heads[0].card.get("version", "0"))
    return nlp


def version_of(messages: Iterable[Labelled], strength: Strength, encoder: str) -> str:
    """The same for the same messages, strengths, rules and encoder."""
    digest = hashlib.sha256(f"{VERSION} {encoder} {strength}".encode())
    for message in messages:
        digest.update(repr(message).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:10]


def examined(nlp: Language, reference: Reference, progress: Progress = silent) -> dict[str, Any]:
    """The figures of a model on the tuning and the frozen part: of all, of each group of senders, beside asides."""
    found: dict[str, Any] = {}
    classifier = Classifier.over(nlp, reference)
    for part in ("tune", "test"):
        pairs = _judged(classifier, part, progress)
        found[part] = {name: asdict(figure) for name, figure in measure(pairs).items()}
        for name, groups in (("channel", by_channel(pairs)), ("sender", by_sender(pairs, reference))):
            found[f"{part} by {name}"] = {
                group: {name: asdict(figure) for name, figure in measure(own, draws=50).items()}
                for group, own in groups.items()
            }
        found[f"{part} reliability"] = reliability(pairs)
        steady = steadiness(classifier, pairs)
        found[f"{part} beside"] = {name: asdict(figure) for name, figure in steady.items()}
    return found


def _judged(classifier: Classifier, part: str, progress: Progress) -> list[Pair]:
    messages, done = shipped(part), count(1)
    return judged(classifier, messages, lambda: progress(f"examining {part}", next(done), len(messages)))


def save_model(nlp: Language, card: dict[str, Any], folder: Path) -> None:
    """Write a model's folder, in spaCy's own form, with its card."""
    nlp.to_disk(folder)
    (folder / CARD).write_text(json.dumps(card, indent=2, sort_keys=True) + "\n", encoding="utf-8")
