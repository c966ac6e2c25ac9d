"""Facts about the lexicon: which signs it sees in words, how they are weighed, and that it keeps no word."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

from classifiers.encoder.values import Encoded
from classifiers.heads import Linear, Shown
from classifiers.kept_heads import load_heads, save_heads
from classifiers.lexicon import Lexicon, hashed, rounded, signs_of

LABELS = ("theme:rota", "red_flag:violence")
KINDS = ("concern", "enquiry")
LATE = ["the", "rota", "came", "late"]


def shown(*sentences: list[str], rules: tuple[str, ...] = ()) -> Shown:
    nothing = Encoded(sentences=np.zeros((len(sentences), 3), np.float32), whole=np.zeros(3, np.float32))
    return Shown(encoded=nothing, rules=[list(rules) for _ in sentences], words=list(sentences))


def made(*known: str) -> Lexicon:
    signs = np.array(sorted(hashed(sign) for sign in known), dtype=np.uint32)

    def table(outputs: int) -> Linear:
        whole, scale = rounded(np.full((len(signs), outputs), 2.0, np.float32))
        return Linear(weights=whole * scale, bias=np.full(outputs, -3.0, np.float32))

    return Lexicon(
        encoder="words",
        labels=LABELS,
        kinds=KINDS,
        known=signs,
        sentence=table(4),
        document=table(2),
        fusion=Linear(weights=np.full((2, 2), 0.5, np.float32), bias=np.zeros(2, np.float32)),
        kind=table(2),
        impact=table(4),
        likelihood=table(4),
        isf=table(3),
    )


def test_words_pairs_beginnings_and_rules_are_signs() -> None:
    [signs] = signs_of(shown(["rota", "published", "late"], rules=("theme.rota",)))
    for sign in ("rota", "published late", "| rota", "late |", "publi-", "publ-", "rule:theme.rota"):
        assert hashed(sign) in signs, sign
    assert hashed("late-") not in signs


def test_a_sign_has_the_same_number_on_every_machine() -> None:
    assert hashed("rota") == 3_525_301_802


def test_a_known_sign_raises_its_label_and_an_unknown_one_changes_nothing() -> None:
    lexicon = made("rota", "late")
    alone, more, none = (
        lexicon.scores(shown(words)).labels["theme:rota"] for words in (["rota"], [*LATE, "oh"], ["oh"])
    )
    assert more > alone > none
    assert lexicon.scores(shown(["rota", "zebra"])).labels == lexicon.scores(shown(["rota"])).labels


def test_a_word_that_is_said_twice_counts_once_and_sentences_are_judged_one_by_one() -> None:
    lexicon = made("rota")
    once, twice = (lexicon.raw(shown(words)) for words in (["rota"], ["rota", "rota"]))
    assert (once.sentences == twice.sentences).all()
    apart = lexicon.raw(shown(["nothing", "else"], ["rota"]))
    assert apart.sentences[1, 0] > apart.sentences[0, 0]
    assert apart.sentences.shape == (2, 4)


def test_a_message_without_words_is_judged_too() -> None:
    scores = made("rota").scores(shown())
    assert scores.sentences.shape == (1, len(scores.columns))
    assert sum(scores.kinds.values()) == pytest.approx(1)


def test_what_was_saved_judges_as_before_and_holds_no_word() -> None:
    lexicon, kept = replace(made("rota", "late", "rule:theme.rota"), settings={"theme": 0.3}), BytesIO()
    save_heads(lexicon, kept)
    again = load_heads(BytesIO(kept.getvalue()))
    assert isinstance(again, Lexicon)
    assert again.settings == {"theme": 0.3}
    seen = shown(LATE, rules=("theme.rota",))
    assert again.scores(seen).labels == pytest.approx(lexicon.scores(seen).labels, abs=1e-6)
    with np.load(BytesIO(kept.getvalue())) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} == {"f", "i", "u", "U"}
        assert "late" not in str(arrays["about"])


def test_rounding_stays_within_half_a_step_of_each_column() -> None:
    weights = np.random.default_rng(3).normal(size=(50, 4)).astype(np.float32)
    whole, scale = rounded(weights)
    assert np.abs(whole * scale - weights).max(axis=0) == pytest.approx(scale / 2, rel=0.2)
    assert (rounded(np.zeros((2, 1), np.float32))[0] == 0).all()
