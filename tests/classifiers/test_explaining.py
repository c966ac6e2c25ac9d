"""Facts about explanations: words that stand in the message, sentences that are left out whole, and what is alike."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from classifiers.explaining import MOST_LEFT_OUT, Message, explained, labels_of, left_out
from classifiers.learning.corpus import shipped
from classifiers.learning.exemplars import Exemplars, exemplars, key_of, load, save
from classifiers.learning.train import train
from classifiers.pipeline import Classifier
from models.framework import Reference
from tests import corpus

Learned = tuple[Classifier, Exemplars]


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory, reference: Reference) -> Iterator[Learned]:
    """A classifier that was trained on the tiny corpus, and the marked sentences in it."""
    with pytest.MonkeyPatch.context() as patch:
        corpus.lay(tmp_path_factory.mktemp("corpus"), patch)
        nlp, _ = train(reference, encoder="hashing")
        classifier, messages = Classifier.over(nlp, reference), shipped("train")
        yield classifier, exemplars(classifier, messages, reference, key=key_of(messages, "hashing-1"))


@pytest.fixture(scope="module")
def rules(reference: Reference) -> Classifier:
    return Classifier(reference, encoder="none")


def message(text: str, subject: str = "") -> Message:
    return Message(subject=subject, text=text, channel="email")


def test_every_label_of_a_verdict_is_explained_once_in_its_order(learned: Learned) -> None:
    classifier, known = learned
    verdict, found = explained(classifier, message(f"{corpus.ALONE} At New Cross."), known)
    assert [one.label for one in found] == labels_of(verdict)
    assert {"provider:RL4", "site:RL403"} <= set(labels_of(verdict))
    places = [one for one in found if one.label in {"provider:RL4", "site:RL403"}]
    assert [[words.text for words in one.evidence] for one in places] == [["New Cross"]] * 2
    assert all(0 <= one.chance <= 1 for one in found if one.chance is not None)
    assert {one.label.partition(":")[0] for one in found if one.chance is not None} >= {"kind", "isf", "impact"}
    assert {"kind:concern", f"isf:{verdict.isf}", "theme:supervision"} <= set(labels_of(verdict))


def test_words_behind_a_label_are_those_at_their_place(learned: Learned) -> None:
    classifier, known = learned
    text = f"Dear team – thank you.\n\n{corpus.SHOUTED} {corpus.ROTA}"
    _, found = explained(classifier, message(text, subject="Ward"), known)
    words = [evidence for one in found for evidence in one.evidence]
    assert words
    for evidence in words:
        if evidence.start is not None:
            assert text[evidence.start : evidence.end] == evidence.text
        assert evidence.source


def test_learned_labels_come_with_marked_sentences_of_that_label_the_nearest_first(learned: Learned) -> None:
    classifier, known = learned
    _, found = explained(classifier, message(corpus.SHOUTED), known)
    near = next(one.exemplars for one in found if one.label == "red_flag:violence")
    assert len(near) == 3
    assert near[0].text.rstrip(".") == corpus.SHOUTED.rstrip(".")
    assert [one.likeness for one in near] == sorted((one.likeness for one in near), reverse=True)
    assert near[0].message.startswith("train-")


def test_what_a_sentence_changes_is_seen_by_leaving_it_out(learned: Learned) -> None:
    text = f"{corpus.KIND} {corpus.ALONE}"
    found = {one.text: one for one in left_out(learned[0], message(text))}
    assert list(found) == [corpus.KIND, corpus.ALONE]
    with_it, without = found[corpus.ALONE].changes["isf"]
    assert with_it > without
    assert "supervision" in found[corpus.ALONE].changes["themes"][0]


def test_a_subject_is_left_out_too_and_named_as_such(rules: Classifier) -> None:
    first, *_ = left_out(rules, message("Thank you.", subject="No registrar at night"))
    assert (first.where, first.text, first.start) == ("subject", "No registrar at night", 0)
    assert "supervision" in first.changes["themes"][0]


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "café – naïve. “Quoted”… Nobody came!", "<b>No</b> registrar."])
def test_any_text_can_be_explained(text: str, learned: Learned) -> None:
    classifier, known = learned
    explained(classifier, message(text), known)
    for one in left_out(classifier, message(text)):
        assert text[one.start : one.end] == one.text


def test_a_long_message_is_taken_apart_only_so_far(rules: Classifier) -> None:
    assert len([*left_out(rules, message("No rota. " * 100))]) == MOST_LEFT_OUT


def test_the_rules_alone_have_words_and_no_likeness(rules: Classifier) -> None:
    _, found = explained(rules, message("No registrar at night."), None)
    theme = next(one for one in found if one.label == "theme:supervision")
    assert theme.evidence
    assert (theme.chance, theme.exemplars) == (None, ())


def test_exemplars_come_back_as_they_were_kept_and_only_for_the_same_corpus(learned: Learned, tmp_path: Path) -> None:
    known, path = learned[1], tmp_path / "exemplars.npz"
    assert load(path, known.key) is None
    save(known, path)
    again = load(path, known.key)
    assert again is not None
    assert (again.texts, again.labels, again.messages) == (known.texts, known.labels, known.messages)
    assert np.allclose(again.vectors, known.vectors, atol=1e-3)
    assert load(path, "another corpus") is None
    path.write_bytes(path.read_bytes()[:200])
    assert load(path, known.key) is None
