"""Facts about posts that nobody names: known by their words, shown by them, and kept without any word."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifiers import post_words
from classifiers.heads import Linear
from classifiers.kept_heads import HeadsError
from classifiers.learning.corpus import Labelled, Mark
from classifiers.learning.examples import Example, examples, label_names
from classifiers.learning.fit_posts import fit_posts
from classifiers.lexicon import hashed
from classifiers.pipeline import Classifier
from classifiers.post_words import PostWords, load_post_words, save_post_words, signs_of
from classifiers.specialties import Specialties
from models.framework import Reference
from models.verdict import Kind
from tests.classifiers.conftest import Read

NURSE, DOCTOR = "950-ADULT", "PROG-F1"
TOLD = {
    NURSE: ("My assessor has not signed my book.", "The assessor was off, so no book.", "No assessor, week nine."),
    DOCTOR: ("My bleep went all night.", "I held the bleep and the list.", "Two bleeps, one of me."),
}
NEITHER = ("The car park is full by seven.", "There is no soap.", "The rota came late.", "Parking again.")


@pytest.fixture(scope="module")
def reader(reference: Reference) -> Classifier:
    return Classifier(reference, encoder="hashing")


def message(text: str, *codes: str) -> Labelled:
    return Labelled(
        id="m", author="a", channel="email", subject="", text=text, kind=Kind.CONCERN, provider=None, site=None,
        provider_candidates=(), specialties=codes, themes=(), impact=1, likelihood=1, isf=0, red_flags=(), marks=(),
    )  # fmt: skip


def told() -> list[Labelled]:
    of_posts = [message(text, code) for code, texts in TOLD.items() for text in texts]
    return [*of_posts, *map(message, NEITHER)] * 6


def read(reader: Classifier, reference: Reference, messages: Sequence[Labelled]) -> list[Example]:
    return list(examples(reader, messages, label_names(reference)))


@pytest.fixture(scope="module")
def learned(reader: Classifier, reference: Reference) -> PostWords:
    seen = read(reader, reference, told())
    return fit_posts(seen, seen, common=6)


def test_what_goes_with_a_post_makes_it_likely(learned: PostWords, reader: Classifier, reference: Reference) -> None:
    [seen] = read(reader, reference, [message("Nothing else to say. Where is my assessor?")])
    [(code, sentence)] = learned.likely(seen.notes.sentences, beside=False)
    assert code == NURSE
    assert "assessor" in {word.name for word in sentence.words}


def test_words_that_go_with_no_post_give_none(learned: PostWords, reader: Classifier, reference: Reference) -> None:
    [seen] = read(reader, reference, [message("The car park is full before seven.")])
    assert learned.likely(seen.notes.sentences, beside=False) == []
    assert learned.likely([], beside=False) == []


def test_a_rare_post_is_not_learned(reader: Classifier, reference: Reference) -> None:
    seen = read(reader, reference, told())
    assert set(fit_posts(seen, seen, common=18).codes) == {NURSE, DOCTOR}
    assert fit_posts(seen, seen, common=19).codes == ()


@pytest.mark.parametrize(("marks", "learned"), [((), True), (None, False)])
def test_what_officers_corrected_adds_no_word(
    reader: Classifier, reference: Reference, marks: tuple[Mark, ...] | None, learned: bool
) -> None:
    secret = replace(message("Zanzibarwell.", NURSE), marks=marks)
    seen = read(reader, reference, [*told(), *[secret] * 8])
    known = set(fit_posts(seen, seen, common=6).known.tolist())
    assert (not known.isdisjoint(signs_of(seen[-1].notes.sentences))) is learned


def test_kept_and_read_again_they_say_the_same(
    learned: PostWords, reader: Classifier, reference: Reference, tmp_path: Path
) -> None:
    save_post_words(learned, tmp_path / "posts.npz")
    again = load_post_words(tmp_path / "posts.npz")
    [seen] = read(reader, reference, [message("My assessor and the bleep.")])
    assert (again.codes, again.alone, again.beside) == (learned.codes, learned.alone, learned.beside)
    assert np.array_equal(again.known, learned.known)
    assert np.array_equal(again.chances(seen.notes.sentences), learned.chances(seen.notes.sentences))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04broken"])
def test_another_file_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "posts.npz").write_bytes(content)
    with pytest.raises(HeadsError, match=r"posts\.npz"):
        load_post_words(tmp_path / "posts.npz")


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_damaged_file_is_refused_or_says_something(learned: PostWords, tmp_path: Path, at: int, bit: int) -> None:
    file = tmp_path / "posts.npz"
    save_post_words(learned, file)
    content = bytearray(file.read_bytes())
    content[at % len(content)] ^= 1 << bit
    file.write_bytes(content)
    with suppress(HeadsError):
        load_post_words(file).chances([])


def test_a_file_that_says_it_is_encrypted_is_refused(learned: PostWords, tmp_path: Path) -> None:
    file = tmp_path / "posts.npz"
    save_post_words(learned, file)
    content = bytearray(file.read_bytes())
    for entry, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(entry) + flags] |= 1
    file.write_bytes(content)
    with pytest.raises(HeadsError):
        load_post_words(file)


@pytest.mark.parametrize("change", [{"codes": (NURSE,)}, {"known": np.zeros(1)}])
def test_tables_that_do_not_fit_together_are_refused(
    learned: PostWords, tmp_path: Path, change: dict[str, Any]
) -> None:
    save_post_words(replace(learned, **change), tmp_path / "posts.npz")
    with pytest.raises(HeadsError, match="do not fit"):
        load_post_words(tmp_path / "posts.npz")


def test_another_format_is_refused(learned: PostWords, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(post_words, "FORMAT", 2)
        save_post_words(learned, tmp_path / "posts.npz")
    with pytest.raises(HeadsError, match="format 2"):
        load_post_words(tmp_path / "posts.npz")


def knowing(reference: Reference, code: str) -> Specialties:
    """The component, sure of a post by the word "assessor"."""
    component = Specialties()
    component.use(reference)
    sure = Linear(weights=np.full((1, 1), 40.0, np.float32), bias=np.full(1, -6.0, np.float32))
    known = np.array([hashed("assessor")], dtype=np.uint32)
    component.teach(PostWords(codes=(code,), known=known, linear=sure, alone=0.5, beside=0.5))
    return component


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("The rota is late. My assessor is off.", NURSE, (NURSE,)),
        ("The rota is late. My assessor is off.", "950-NOSUCH", ()),
        ("Please see below.\n\n> My assessor is off.", NURSE, ()),
        ("I am an F1. My assessor is off.", DOCTOR, (DOCTOR,)),
    ],
)
def test_a_post_is_added_once_if_it_is_known_and_said_by_the_writer(
    reader: Classifier, reference: Reference, text: str, code: str, expected: tuple[str, ...]
) -> None:
    nlp = reader.nlp
    doc = nlp.make_doc(text)
    doc._.notebook = reader.read(subject="", text=text, channel="email")
    doc._.notebook.evidence.clear()
    knowing(reference, code)(doc)
    assert doc._.notebook.specialties == expected
    shown = [one for one in doc._.notebook.evidence if one.label == f"specialty:{code}"]
    assert [text[one.start : one.end] == one.text for one in shown] == [True] * len(expected)


def test_the_shipped_classifier_knows_a_student_nurse_who_does_not_say_so(judge: Read) -> None:
    found = judge("my PAD hasn't been touched, wk 9 of 10. assessor off sick and nobody else on the ward will do it")
    assert NURSE in found.specialties
    assert found.named_specialties == ()


def test_rules_alone_guess_no_post(classifier: Classifier) -> None:
    text = "my PAD hasn't been touched, wk 9 of 10. assessor off sick and nobody will do it"
    assert classifier.classify(subject="", text=text, channel="chat").specialties == ()
