"""Facts about the pipeline as spaCy keeps it: written to a folder or to bytes and read again, it is the same."""

from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.lang.en import English
from spacy.language import Language

from classifiers.document import notebook
from classifiers.judgement import Judgement
from classifiers.kept_heads import HeadsError
from classifiers.learning.corpus import shipped as corpus
from classifiers.pipeline import COMPONENTS, Classifier, blank, opened, shipped
from classifiers.specialties import Specialties
from models.framework import Reference
from models.verdict import Kind, Verdict

MESSAGES = corpus("tune")[::40]


def verdicts(nlp: Language, reference: Reference) -> list[Verdict]:
    """What a pipeline makes of a few messages."""
    made = Classifier.over(nlp, reference)
    return [made.classify(subject=one.subject, text=one.text, channel=one.channel) for one in MESSAGES]


@pytest.fixture(scope="module", params=["best", "hashing"])
def nlp(request: pytest.FixtureRequest) -> Language:
    """The shipped pipeline, with its encoder and with the lexicon alone."""
    return shipped(request.param)


@pytest.fixture(scope="module")
def before(nlp: Language, reference: Reference) -> list[Verdict]:
    return verdicts(nlp, reference)


def test_every_component_is_registered_under_its_name() -> None:
    assert tuple(blank("none").pipe_names) == COMPONENTS
    assert all(Language.has_factory(name) for name in COMPONENTS)


def test_a_pipeline_from_a_folder_gives_the_same_verdicts(
    nlp: Language, before: list[Verdict], reference: Reference, tmp_path: Path
) -> None:
    nlp.to_disk(tmp_path)
    assert verdicts(opened(tmp_path), reference) == before
    assert verdicts(spacy.load(tmp_path), reference) == before


def test_a_pipeline_from_bytes_gives_the_same_verdicts(
    nlp: Language, before: list[Verdict], reference: Reference
) -> None:
    again = English.from_config(nlp.config).from_bytes(nlp.to_bytes())
    assert verdicts(again, reference) == before


def test_a_pipeline_is_written_twice_as_the_same_bytes(nlp: Language) -> None:
    for name in ("judgement", "specialties"):
        component = nlp.get_pipe(name)
        assert component.to_bytes() == component.to_bytes()  # type: ignore[attr-defined]


def test_what_nothing_was_learned_by_comes_back_as_such(reference: Reference) -> None:
    empty = blank("hashing")
    taught = shipped("hashing").from_bytes(empty.to_bytes())
    assert verdicts(taught, reference) == verdicts(empty, reference)


def test_nothing_is_kept_as_a_pickle(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path)
    files = [one for name in ("judgement", "specialties") for one in (tmp_path / name).iterdir()]
    assert {one.suffix for one in files} == {".npz"}
    for file in files:
        with np.load(file, allow_pickle=False) as arrays:
            assert all(arrays[name].dtype != object for name in arrays.files)


@pytest.mark.parametrize("component", [Judgement(), Specialties()])
@pytest.mark.parametrize("data", [b"x", b"PK\x03\x04", b"\x80\x04]\x94."])
def test_bytes_that_hold_nothing_of_ours_are_refused(component: Judgement | Specialties, data: bytes) -> None:
    with pytest.raises(HeadsError):
        component.from_bytes(data)


def test_spacy_itself_may_read_a_text_with_the_pipeline(reference: Reference) -> None:
    doc = Classifier(reference, encoder="none").nlp("No registrar on nights.\n\nA patient died.")
    assert (notebook(doc).kind, len(notebook(doc).sentences)) == (Kind.CONCERN, 2)
