"""Facts about cutting into tokens: as spaCy does, of any text, and never a long run at once."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from classifiers.tokens import LONGEST, Remembering

PARTS = ["ward", "can't", "it's", "'", "😢", "£4", "=E", ".", "想死", "(no)", " ", "  ", "\n", "\u00a0", "3.30", "!?"]
LONG = ["a" * (LONGEST + 9), "'" * 450, "😢" * 300, "'s" * 200]


class Noting:
    """spaCy's tokenizer, and the longest run without spaces that it was given."""

    def __init__(self) -> None:
        nlp = spacy.blank("en")
        self._within, self.vocab = nlp.tokenizer, nlp.vocab
        self.longest = 0

    def __call__(self, text: str) -> Doc:
        self.longest = max(self.longest, *map(len, text.split()), 0)
        return self._within(text)


@pytest.fixture(scope="module")
def within() -> Noting:
    return Noting()


@given(parts=st.lists(st.sampled_from(PARTS), max_size=20))
def test_the_tokens_are_those_of_spacy(within: Noting, parts: list[str]) -> None:
    text = "".join(parts)
    cut, whole = Remembering(within)(text), within(text)
    assert [(one.text, one.idx, one.norm_) for one in cut] == [(one.text, one.idx, one.norm_) for one in whole]


@given(parts=st.lists(st.sampled_from([*PARTS, *LONG]), max_size=20))
def test_every_character_is_in_a_token_and_no_long_run_is_cut_at_once(parts: list[str]) -> None:
    text, noting = "".join(parts), Noting()
    assert Remembering(noting)(text).text == text
    assert noting.longest <= LONGEST
