"""Facts about the learned heads: what they see, how they judge, and how they are kept."""

from io import BytesIO

import numpy as np
import pytest

from classifiers.encoder.values import Encoded
from classifiers.heads import (
    Heads,
    Linear,
    Shown,
    levels,
    pooled,
    softmax,
)
from classifiers.kept_heads import HeadsError, load_heads, save_heads

LABELS = ("theme:rota", "red_flag:violence")
KINDS = ("concern", "enquiry")
WIDTH = 3


def linear(inputs: int, outputs: int, seed: int) -> Linear:
    chance = np.random.default_rng(seed)
    return Linear(
        weights=chance.normal(size=(inputs, outputs)).astype(np.float16).astype(np.float32),
        bias=chance.normal(size=outputs).astype(np.float32),
    )


def made() -> Heads:
    return Heads(
        encoder="made",
        labels=LABELS,
        kinds=KINDS,
        sentence=linear(WIDTH, len(LABELS) + 2, 1),
        document=linear(WIDTH, len(LABELS), 2),
        fusion=Linear(weights=np.ones((2, len(LABELS)), np.float32), bias=np.zeros(len(LABELS), np.float32)),
        kind=linear(2 * WIDTH, len(KINDS), 3),
        impact=linear(2 * WIDTH, 4, 4),
        likelihood=linear(2 * WIDTH, 4, 5),
        isf=linear(3 * WIDTH, 3, 6),
        settings={"theme": 0.4},
        card={"version": "1"},
    )


def shown(sentences: int = 2) -> Shown:
    chance = np.random.default_rng(9)
    rows = chance.normal(size=(sentences, WIDTH)).astype(np.float32)
    whole = chance.normal(size=WIDTH).astype(np.float32)
    return Shown(encoded=Encoded(sentences=rows, whole=whole), rules=[[]] * sentences)


def test_every_probability_lies_between_0_and_1_and_those_of_one_question_add_up_to_1() -> None:
    scores = made().scores(shown())
    assert all(0 <= p <= 1 for p in scores.labels.values())
    for shares in (np.array([*scores.kinds.values()]), scores.impact, scores.likelihood, scores.isf):
        assert (shares >= 0).all()
        assert shares.sum() == pytest.approx(1)
    assert (len(scores.impact), len(scores.likelihood), len(scores.isf)) == (5, 5, 4)
    assert scores.sentences.shape == (2, len(scores.columns))


def test_a_message_without_sentences_is_judged_by_its_whole() -> None:
    scores = made().scores(shown(0))
    assert scores.sentences.shape == (1, len(scores.columns))


def test_the_sentence_that_decides_the_impact_weighs_most_in_it() -> None:
    one = shown(3)
    heads = made()
    deciding = int(heads.raw(one).sentences[:, -2].argmax())
    moved = one.encoded.sentences.copy()
    changes = []
    for row in range(3):
        other = moved.copy()
        other[row] += 0.01
        raw = heads.raw(Shown(encoded=Encoded(sentences=other, whole=one.encoded.whole), rules=one.rules))
        changes.append(float(np.abs(raw.impact - heads.raw(one).impact).sum()))
    assert int(np.argmax(changes)) == deciding


def test_what_was_saved_judges_as_before() -> None:
    heads, kept = made(), BytesIO()
    save_heads(heads, kept)
    again = load_heads(BytesIO(kept.getvalue()))
    assert again.scores(shown()).labels == heads.scores(shown()).labels
    assert (again.encoder, again.labels, again.kinds) == ("made", LABELS, KINDS)
    assert (again.settings, again.card) == ({"theme": 0.4}, {"version": "1"})


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04N.", b"not heads at all"])
def test_what_is_no_heads_file_is_refused_and_nothing_of_it_runs(content: bytes) -> None:
    with pytest.raises(HeadsError, match="no heads file"):
        load_heads(BytesIO(content))


def test_a_file_of_pickled_values_is_refused() -> None:
    kept = BytesIO()
    np.savez(kept, allow_pickle=True, about=np.array({"format": 1}, dtype=object))
    with pytest.raises(HeadsError):
        load_heads(BytesIO(kept.getvalue()))


def test_heads_of_a_later_format_say_so() -> None:
    heads, kept = made(), BytesIO()
    save_heads(heads, kept)
    with np.load(BytesIO(kept.getvalue())) as arrays:
        parts = dict(arrays)
    parts["about"] = np.array(str(parts["about"]).replace('"format": 2', '"format": 99'))
    later = BytesIO()
    np.savez(later, allow_pickle=False, **parts)
    with pytest.raises(HeadsError, match="format 99"):
        load_heads(BytesIO(later.getvalue()))


def test_levels_are_ordered_steps() -> None:
    assert levels(np.array([50.0, 50.0, -50.0])) == pytest.approx([0, 0, 1, 0], abs=1e-9)
    # "Above the second" cannot be likelier than "above the first", whatever the single heads say.
    assert (levels(np.array([-1.0, 2.0, 0.0])) >= 0).all()


def test_the_most_telling_sentence_decides_and_each_further_one_adds() -> None:
    quiet, loud = np.array([[-4.0], [-4.0]]), np.array([[-4.0], [3.0]])
    assert pooled(loud)[0] > 3.0 > pooled(quiet)[0] > -4.0
    assert softmax(np.array([1000.0, 0.0])) == pytest.approx([1, 0])
