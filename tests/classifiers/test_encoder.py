"""Facts about the encoders: the built one, and the lighter one that stands in for it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from classifiers.encoder import base, build
from classifiers.encoder.base import ModelMissing
from classifiers.encoder.hashing import Hashing
from classifiers.encoder.minilm import MiniLm, calm, installed
from classifiers.encoder.values import Array, Encoder
from classifiers.encoding import best_encoder, fault_of_encoder

ALONE = "Nobody senior came when I called from the ward at night."
LIKE = "I rang the registrar twice and no one answered, I was by myself."
OTHER = "The car park is full by seven and the canteen is closed."


@pytest.fixture(scope="module")
def minilm() -> MiniLm:
    return installed()


@pytest.fixture(params=["minilm", "hashing"])
def encoder(request: pytest.FixtureRequest, minilm: MiniLm) -> Encoder:
    return minilm if request.param == "minilm" else Hashing()


def alike(one: Array, other: Array) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_like_meanings_lie_closer_than_others(minilm: MiniLm) -> None:
    alone, like, other = (minilm.encode(text, []).whole for text in (ALONE, LIKE, OTHER))
    assert alike(alone, like) > alike(alone, other)


def test_equal_text_gives_equal_vectors_one_for_each_sentence(encoder: Encoder) -> None:
    text, spans = f"{ALONE} {OTHER}", [(0, len(ALONE)), (len(ALONE) + 1, len(ALONE) + 1 + len(OTHER))]
    one, again = encoder.encode(text, spans), encoder.encode(text, spans)
    assert one.sentences.shape == (2, encoder.width)
    assert one.whole.shape == (encoder.width,)
    assert (one.sentences == again.sentences).all()
    assert (one.whole == again.whole).all()
    assert alike(one.sentences[0], one.sentences[1]) < 0.999


@settings(deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_has_a_vector(text: str) -> None:
    for one in (Hashing(), _minilm()):
        vector = one.encode(text, [(0, len(text))])
        assert np.isfinite(vector.whole).all()
        assert np.isfinite(vector.sentences).all()


def _minilm() -> MiniLm:
    if not _MINILM:
        _MINILM.append(installed())
    return _MINILM[0]


_MINILM: list[MiniLm] = []


@given(st.text(alphabet="ab .!?", max_size=60))
def test_exclamation_marks_are_read_as_full_stops_and_nothing_moves(text: str) -> None:
    assert len(calm(text)) == len(text)
    assert calm(text) == calm(calm(text))
    assert "!" not in calm(text)
    assert [at for at, letter in enumerate(text) if letter in "ab?"] == [
        at for at, letter in enumerate(calm(text)) if letter in "ab?"
    ]


def test_anger_changes_no_vector(minilm: MiniLm) -> None:
    text = "Nobody came on two nights. I was alone."
    spans = [(0, 25), (27, 38)]
    quiet, angry = minilm.encode(text, spans), minilm.encode(text.replace(".", "!"), spans)
    assert (quiet.sentences == angry.sentences).all()
    assert (quiet.whole == angry.whole).all()


def test_a_text_longer_than_a_window_is_read_to_its_end(minilm: MiniLm) -> None:
    long = "We had a good week on the ward. " * 120
    text = long + ALONE
    vector = minilm.encode(text, [(len(long), len(text))]).sentences[0]
    assert alike(vector, minilm.encode(ALONE, []).whole) > alike(vector, minilm.encode(OTHER, []).whole)


def test_a_huge_text_is_read_at_both_ends_only(minilm: MiniLm) -> None:
    text = ALONE + " word" * 50_000 + " " + OTHER
    found = minilm.encode(text, [(0, len(ALONE)), (len(text) - len(OTHER), len(text)), (60_000, 60_100)])
    assert found.sentences[0].any()
    assert found.sentences[1].any()
    assert not found.sentences[2].any()


def test_where_the_model_is_missing_the_lighter_encoder_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "DISTRIBUTION", "there_is_no_such_package")
    with pytest.raises(ModelMissing, match="make setup"):
        base.verified("tokenizer.json")
    assert best_encoder().name == Hashing.name


def test_a_file_that_is_not_the_pinned_one_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    monkeypatch.setattr(base, "base_file", lambda name: tmp_path / name)
    with pytest.raises(ModelMissing, match="not the file that we know"):
        base.verified("tokenizer.json")


@pytest.mark.parametrize("kept", [0, 1000, 10_000_000])
def test_where_the_built_graph_is_cut_short_the_lighter_encoder_stands_in_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kept: int
) -> None:
    graph = tmp_path / "encoder-00000000.onnx"
    graph.write_bytes(build.graph_path().read_bytes()[:kept])
    monkeypatch.setattr("classifiers.encoder.minilm.graph_path", lambda: graph)
    with pytest.raises(ModelMissing, match="cannot be read"):
        installed()
    with capture_logs() as told:
        assert best_encoder().name == Hashing.name
    assert [(line["event"], line["log_level"]) for line in told] == [("encoder.lighter", "warning")]
    assert "cannot be read" in fault_of_encoder()


def test_a_graph_that_is_no_encoder_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    graph = tmp_path / "encoder-00000000.onnx"
    graph.write_bytes(build.graph_path().read_bytes())
    monkeypatch.setattr("classifiers.encoder.minilm.graph_path", lambda: graph)
    monkeypatch.setattr(MiniLm, "_run", lambda _, ids: np.full((len(ids), MiniLm.width), np.nan, dtype=np.float32))
    with pytest.raises(ModelMissing, match="cannot be read"):
        installed()


def test_an_encoder_that_is_sound_has_no_fault(minilm: MiniLm) -> None:
    assert fault_of_encoder() == ""
    assert best_encoder().name == minilm.name


def test_building_again_makes_nothing_new() -> None:
    path = build.build()
    before = path.stat().st_mtime_ns
    assert build.build() == path
    assert path.stat().st_mtime_ns == before
