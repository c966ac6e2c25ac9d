"""What somebody asks the search, and what it answers. A question can be misunderstood, but it can never be wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.ticket import TicketRow
from models.words import folded, words_in

LONGEST_QUESTION = 300
"""Characters of a question that are read."""
MOST_TERMS = 20
SHORTEST_PREFIX = 2
"""Letters before a "*"; fewer would mean half of all words there are."""
PLACE = "\ue001"
"""Stands before a place's code, where the place is meant and not a word that looks like its code."""
_TERM = re.compile(r'(?P<minus>(?<!\S)[-–−])?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»″", '"'))
_SINGLE_LETTERS = re.compile(r"(?<!\w)(\w)\s+&\s+(\w)(?!\w)")
_HISSING = ("s", "x", "z", "ch", "sh")


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    """Words that stand side by side. With `prefix` the last of them may go on."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One part of a question: at least one of the alternatives must be there, or none if it is not `wanted`."""

    alternatives: tuple[Phrase, ...]
    wanted: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A whole question: every term must hold."""

    terms: tuple[Term, ...]

    @property
    def asks(self) -> bool:
        """Whether there is a word to look for: one that only takes away finds nothing."""
        return any(term.wanted for term in self.terms)

    @property
    def wanted(self) -> tuple[Phrase, ...]:
        """All that may be marked in what was found."""
        return tuple(phrase for term in self.terms if term.wanted for phrase in term.alternatives)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A run of masked text; `hit` when it is what was asked for."""

    text: str
    hit: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A ticket that was found. The row's subject is the masked one; both parts are plain text, to be escaped."""

    row: TicketRow
    subject: tuple[Piece, ...]
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class HitPage:
    """One page of what was found, the newest ticket first; `after` asks for the next page, `None` at the end."""

    hits: tuple[Hit, ...]
    after: str | None


def place_word(code: str) -> str:
    """The word that stands for a place, in the index and in a question."""
    return PLACE + "".join(one.word for one in words_in(code))


def parse(question: str) -> Query:
    """`superv*` is a beginning, `"no registrar"` a phrase, `-rota` must not be there; all the rest are words.

    A plain word is found in the singular and the plural; in quotation marks only as it stands. Never raises.
    """
    text = _SINGLE_LETTERS.sub(r"\1&\2", question[:LONGEST_QUESTION].translate(_QUOTES))
    terms: list[Term] = []
    for match in _TERM.finditer(text):
        alternatives = tuple(_exactly(match["phrase"]) if match["phrase"] is not None else _loosely(match["word"]))
        if alternatives:
            terms.append(Term(alternatives=alternatives, wanted=match["minus"] is None))
    return Query(terms=tuple(dict.fromkeys(terms))[:MOST_TERMS])


def _exactly(text: str) -> Iterator[Phrase]:
    words = tuple(one.word for one in words_in(text))
    if words:
        yield Phrase(words=words, prefix=_goes_on(text, words))


def _loosely(text: str) -> Iterator[Phrase]:
    words = tuple(one.word for one in words_in(text))
    if len(words) == 1 and not _goes_on(text, words):
        yield from (Phrase(words=(form,)) for form in forms(words[0]))
    elif words:
        yield Phrase(words=words, prefix=_goes_on(text, words))
        if "-" in text and len(words) > 1:
            # "on-call" is written "oncall" too.
            yield Phrase(words=(folded("".join(words)),), prefix=_goes_on(text, words))


def _goes_on(text: str, words: tuple[str, ...]) -> bool:
    return text.endswith("*") and len(words[-1]) >= SHORTEST_PREFIX


def forms(word: str) -> tuple[str, ...]:
    """A word in the singular and the plural, itself first. Only English, and only what is regular."""
    if len(word) < 3 or not (word.isascii() and word.isalpha()):
        return (word,)
    found = [word, f"{word}es" if word.endswith(_HISSING) else f"{word}s"]
    if word.endswith("y"):
        found.append(f"{word[:-1]}ies")
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        found.append(word[:-1])
        if word.endswith("es") and word[:-2].endswith(_HISSING):
            found.append(word[:-2])
        if word.endswith("ies"):
            found.append(f"{word[:-3]}y")
    return tuple(dict.fromkeys(found))


def pieces(text: str, query: Query, *, around: int | None = None) -> tuple[Piece, ...]:
    """The text with its hits apart; with `around` only so many characters, from shortly before the first hit."""
    spans = list(_spans(text, query.wanted))
    start, end = (0, len(text)) if around is None else _window(text, spans, around)
    found: list[Piece] = [Piece(text="… ")] if start else []
    at = start
    for begin, stop in spans:
        if at <= begin and stop <= end:
            found += [Piece(text=text[at:begin]), Piece(text=text[begin:stop], hit=True)]
            at = stop
    found += [Piece(text=text[at:end]), Piece(text=" …" if end < len(text) else "")]
    return tuple(piece for piece in found if piece.text)


def _spans(text: str, wanted: tuple[Phrase, ...]) -> Iterator[tuple[int, int]]:
    words = list(words_in(text))
    plain = [one.word for one in words]
    beginnings: dict[str, list[Phrase]] = {}
    for phrase in wanted:
        beginnings.setdefault("" if phrase.prefix and len(phrase.words) == 1 else phrase.words[0], []).append(phrase)
    for at, word in enumerate(plain):
        tried = (*beginnings.get(word, ()), *beginnings.get("", ()))
        lengths = [len(phrase.words) for phrase in tried if stands_at(phrase, plain, at)]
        if lengths:
            yield words[at].start, words[at + max(lengths) - 1].end


def stands_at(phrase: Phrase, words: list[str], at: int) -> bool:
    """Whether the phrase begins at this word."""
    there = words[at : at + len(phrase.words)]
    if len(there) < len(phrase.words) or tuple(there[:-1]) != phrase.words[:-1]:
        return False
    last = phrase.words[-1]
    return there[-1].startswith(last) if phrase.prefix else there[-1] == last


def _window(text: str, spans: list[tuple[int, int]], around: int) -> tuple[int, int]:
    first = spans[0][0] if spans else 0
    start = max(0, min(first - around // 3, len(text) - around))
    end = min(len(text), start + around)
    if start:
        start = max(text.rfind(" ", 0, start + 1), text.rfind("\n", 0, start + 1), start - 30) + 1
    if end < len(text):
        blank = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
        end = blank if blank > max(start, end - 30) else end
    return start, end
