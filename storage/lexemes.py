"""The words of a ticket, and a question about them, in the language of each engine; both mean exactly the same.

Where a phrase must not reach across (between two messages, over a mask), a place is left empty. What PostgreSQL cannot
keep is not kept on SQLite either: positions beyond 16,000, a word's 256th position, and words beyond 800,000 bytes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from models.masking import MASKS
from models.search import Phrase, Query
from models.searchable import E_MAIL, REPORTER
from models.words import words_in

GAP = "\ue000"
LAST_POSITION = 16_000
MOST_POSITIONS = 255
MOST_BYTES = 800_000
_MASK = re.compile("|".join(re.escape(mask) for mask in (*MASKS.values(), REPORTER, E_MAIL)))


def words_of(texts: Iterable[str], *, codes: Sequence[str] = ()) -> list[str]:
    """The words of a ticket in their order, with a gap wherever no phrase reaches across. `codes` stand as they are."""
    kept: list[str] = []
    counted: dict[str, int] = {}
    size = 0
    for word in _all(texts, codes):
        seen, late = counted.get(word, 0), len(kept) >= LAST_POSITION
        if word == GAP:
            if kept and kept[-1] != GAP and not late:
                kept.append(GAP)
            continue
        if size > MOST_BYTES or (late and seen):
            continue
        kept += [GAP, word] if late else [GAP if seen >= MOST_POSITIONS else word]
        counted[word] = seen + 1
        size += 8 + (0 if seen else len(word.encode()))
    return kept


def _all(texts: Iterable[str], codes: Sequence[str]) -> Iterator[str]:
    for code in codes:
        yield from (code, GAP)
    for text in texts:
        for part in _MASK.split(text):
            yield from (one.word for one in words_in(part))
            yield GAP


def document(words: Sequence[str], dialect: str) -> str:
    """The value of the column: words and gaps side by side, or a `tsvector` with positions."""
    if dialect == "sqlite":
        return " ".join(words)
    places: dict[str, list[int]] = {}
    for position, word in enumerate(words, start=1):
        if word != GAP:
            places.setdefault(word, []).append(position)
    return " ".join(
        f"'{word}'" + (f":{','.join(map(str, found))}" if (found := [p for p in where if p <= LAST_POSITION]) else "")
        for word, where in places.items()
    )


def question(query: Query, dialect: str) -> str:
    """The question in FTS5's language, or as a `tsquery`. Words hold letters and digits only, so nothing leaks."""
    write = _fts5 if dialect == "sqlite" else _tsquery
    either, both = (" OR ", " AND ") if dialect == "sqlite" else (" | ", " & ")
    wanted = [either.join(map(write, term.alternatives)) for term in query.terms if term.wanted]
    unwanted = [either.join(map(write, term.alternatives)) for term in query.terms if not term.wanted]
    asked = both.join(f"({one})" for one in wanted)
    if not unwanted:
        return asked
    without = either.join(unwanted)
    return f"({asked}) NOT ({without})" if dialect == "sqlite" else f"({asked}) & !({without})"


def _fts5(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.words)}"' + (" *" if phrase.prefix else "")


def _tsquery(phrase: Phrase) -> str:
    *first, last = (f"'{word}'" for word in phrase.words)
    whole = " <-> ".join([*first, f"{last}:*" if phrase.prefix else last])
    return f"({whole})" if first else whole
