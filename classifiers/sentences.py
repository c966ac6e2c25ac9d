"""Component `sentences`: words, sentences and clauses, and which part of the message each sentence is in."""

import re
from functools import lru_cache
from typing import Any

from spacy.attrs import NORM  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.language import Language
from spacy.tokens import Doc, Token

from classifiers.cues import cue_index, words_data
from classifiers.document import Notebook, Sentence, Word, notebook
from classifiers.quoting import quoted_ranges
from classifiers.settings import check
from classifiers.signatures import signature_range
from classifiers.spelling import Spelling
from classifiers.tokens import Remembering, frequent

_ENDS = frozenset(".!?…")
_OPENED = frozenset({"ca", "wo", "sha", "nt", "ve", "ll", "m", "re", "Ca", "Wo"})
"""Halves of contractions, which spaCy opens: `cant` is `ca` and `nt`."""
_POINTS = frozenset(",;:()–—")
_LIST_MARK = re.compile(r"[-*•·>]|\(?[0-9a-zA-Z]{1,2}[.)]")
_SUBJECTS: frozenset[str] = frozenset(words_data("grammar.toml")["subjects"])
_JOINTS: frozenset[str] = frozenset(words_data("grammar.toml")["joints"])
LONGEST = 100
"""Words after which a sentence ends whatever comes: nobody writes longer ones, and work grows with their square."""


@Language.factory("sentences", default_config={"longest": LONGEST})
def make_sentences(nlp: Language, name: str, longest: int) -> "Sentences":  # noqa: ARG001  spaCy calls factories so
    """The component; the pipeline's tokenizer gets a memory. Raises SettingError."""
    vocab: Any = nlp.vocab
    # Nothing but the opened form of a word is read of what spaCy can tell about it.
    vocab.lex_attr_getters = {key: get for key, get in vocab.lex_attr_getters.items() if key == NORM}
    if not isinstance(nlp.tokenizer, Remembering):
        nlp.tokenizer = Remembering(nlp.tokenizer)
    nlp.make_doc(" ".join(frequent()))
    return Sentences(longest)


class Sentences:
    """Writes `sentences` into the notebook."""

    def __init__(self, longest: int = LONGEST) -> None:
        check("sentences", "longest", longest, least=10, most=500)
        self._longest = longest
        index = cue_index()
        self._spelling = Spelling(index.vocabulary)
        self._slang: dict[str, str] = words_data("words.toml")["slang"]
        self._read = lru_cache(maxsize=65_536)(self._reading)

    def __call__(self, doc: Doc) -> Doc:
        """Cut the document into sentences of words."""
        notes = notebook(doc)
        parts = _Parts(notes)
        made: list[Sentence] = []
        words: list[Word] = []
        breaks = notes.source.breaks
        question = False

        def close() -> None:
            nonlocal words, question
            if words:
                part = parts.of(notes.source.source_offset(words[0].start))
                made.append(
                    Sentence(
                        words=tuple(words), clauses=_clauses(words), part=part, question=question, number=len(made)
                    )
                )
            words, question = [], False

        for token in doc:
            text, start = token.text, token.idx
            lines = breaks.get(start)
            if words and ((lines and (lines > 1 or _starts_anew(text, words))) or len(words) >= self._longest):
                close()
            if text[0] in _ENDS and not text[-1].isalnum():
                question = question or "?" in text
                close()
            else:
                self._take(token, text, start, words)
        close()
        notes.sentences = tuple(made)
        return doc

    def _take(self, token: Token, text: str, start: int, words: list[Word]) -> None:
        end = start + len(text)
        if text in {"'s", "'S"} and words and words[-1].end == start:
            before = words[-1]
            words[-1] = Word(norm=before.norm, name=before.name + "s", text=before.text, start=before.start, end=end)
            return
        for norm, name in self._read(text, token.norm_ if "'" in text or text in _OPENED else text):
            words.append(Word(norm=norm, name=name, text=text, start=start, end=end))

    def _reading(self, text: str, opened: str) -> tuple[tuple[str, str], ...]:
        """What a token says as (`Word.norm`, `Word.name`): nothing, one word, or several for slang that is opened."""
        if text in _POINTS:
            return ((text, text),)
        sign = not (text[0].isalnum() or text[-1].isalnum()) and text.isascii()
        if sign and text not in self._slang:
            return ()
        norm = opened.lower()
        norm = self._slang.get(norm) or self._slang.get(text.lower()) or self._spelling.corrected(norm.strip("'"))
        name = norm if sign else text.lower().replace("'", "").replace("&", "and").rstrip(".")
        return tuple((part or text, "" if at else name) for at, part in enumerate(norm.split(" ")))


class _Parts:
    """Which stretch is the subject, an older message or a signature."""

    def __init__(self, notes: Notebook) -> None:
        self._lined = notes.source.lined
        self._source = notes.source.source
        text = self._lined.text
        self._text = self._lined.offset_of(notes.text_start)
        self._quoted, self._cited = quoted_ranges(text, self._text, self._written)
        end = self._quoted[0][0] if self._quoted else len(text)
        self._signature = (end, end) if notes.channel == "chat" else signature_range(text, self._text, end)

    def _written(self, start: int, end: int) -> str:
        place = self._lined.source_offset
        return self._source[place(start) : place(end) if end < len(self._lined.text) else None]

    def of(self, offset: int) -> str:
        """The part of the message that the character at an offset of the source is in."""
        offset = self._lined.offset_of(offset)
        if offset < self._text:
            return "subject"
        if any(start <= offset < end for start, end in self._quoted):
            return "quoted"
        if any(start <= offset < end for start, end in self._cited):
            return "cited"
        return "signature" if self._signature[0] <= offset < self._signature[1] else "body"


def _starts_anew(text: str, words: list[Word]) -> bool:
    """Whether a single line's end ends the sentence too: lists, greetings and short lines do, wrapped lines do not."""
    return (
        bool(_LIST_MARK.fullmatch(text))
        or (text[0].isupper() and words[-1].text in {",", ":", ";"})
        or (text[0].isupper() and words[-1].end - words[0].start < 60)
    )


def _clauses(words: list[Word]) -> tuple[int, ...]:
    """The number of each word's clause. `no A, B or C` stays one clause: what is denied together is denied whole."""
    numbers: list[int] = []
    clause = 0
    for at, word in enumerate(words):
        norm = word.norm
        if norm in {";", ":", "(", ")", "–", "—"} or norm in _JOINTS:
            clause += 1
        elif norm == ",":
            clause += 0 if _lists_on(words, at) else 1
        elif norm in {"and", "or"} and at + 1 < len(words) and _new_statement(words, at + 1, either=norm == "or"):
            clause += 1
        numbers.append(clause)
    return tuple(numbers)


def _lists_on(words: list[Word], comma: int) -> bool:
    for ahead in range(comma + 1, min(comma + 6, len(words))):
        norm = words[ahead].norm
        if norm in {"or", "nor"}:
            return True
        if norm in _SUBJECTS or norm in _JOINTS:
            return False
    return False


def _new_statement(words: list[Word], at: int, *, either: bool) -> bool:
    """Whether an `and` opens a statement of its own: its subject follows, or so much that it must be one."""
    if words[at].norm in _SUBJECTS:
        return True
    return not either and len(words) - at > 3
