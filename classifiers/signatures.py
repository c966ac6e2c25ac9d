"""Where the signature stands behind a greeting: who the writer is, and nothing that they tell."""

import re
from itertools import pairwise

from classifiers.cues import cue_index, words_data
from classifiers.sign_offs import SIGN_OFF
from models.forenames import ALSO_WORDS, FAMILY_NAMES, FORENAMES
from models.trailers import trailer_ranges

LONGEST = 200
"""Characters that a signature may have after its greeting; more is read as the message."""
MOST_UNKNOWN = 2
"""Words in small letters that a line of a signature may have and that few signatures have: "sam smith"."""
_ADDED = re.compile(
    r"^\W{0,3}(?:p\.? ?p?\.? ?s|n\.?b|(?:please )?note|also|still|update|edit|fyi|btw|forgot|besides|addendum"
    r"|correction|additionally|furthermore|moreover|plus|but|(?:one|another) (?:\w{1,9} )?thing)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""How a line begins that adds something to the message: "PS", "NB"."""
_LETTER = re.compile(r"[^\W\d_]")
_SAID = re.compile(
    r"^(?:[^\s.!?]{1,40}[ \t]+){3}[^\n]{0,200}[^\s.!?]{3}[.!?\u2026]+[\"\u201d'’)]*[ \t]*$"
    r"|(?<![\w/@.-])(?:i|i'[a-z]{1,2}|we|he|she|they|it|me|us|him|them|you|was|were|had|hit|died|nobody|never|not|because|when"
    r"|but|told|said)(?![\w/@.-]*[/@])\b",
    re.IGNORECASE | re.MULTILINE,
)
"""Words of a sentence: a signature has none, so who thanks in the middle of a message goes on to be read."""
_LINK = re.compile(r"\S*[@/]\S*|www\.\S*")
_WORD = re.compile(r"\b[^\W\d_]{2,}(?:['’][^\W\d_]+)*\b")
_OPENING = re.compile(r"\W{0,3}([A-Z][a-z]+) (?=[a-z])")
_DEED = re.compile(r"\w{2,}(?:ed|ing)")
_SIGNED = frozenset(" ".join(words_data("signatures.toml").values()).split())
_NAMES = FORENAMES | ALSO_WORDS | FAMILY_NAMES


def signature_range(text: str, place: int, end: int) -> tuple[int, int]:
    """The (start, end) of the signature between a place and an end; empty where there is none.

    A trailer, such as "please consider the environment", tells nothing.
    """
    for greeting in SIGN_OFF.finditer(text, place, end):
        start = greeting.end()
        if not _LETTER.search(text, place, greeting.start()):
            continue
        added = _ADDED.search(text, min(start + 1, end), min(end, start + LONGEST))
        last = added.start() if added else end
        if last - start <= LONGEST and not _SAID.search(text, start, last) and not _tells(text[start:last]):
            return start, last
    return end, end


def _tells(signature: str) -> bool:
    edges = [0, *(edge for one in trailer_ranges(signature) for edge in one), len(signature)]
    said = "\n".join(signature[first:last] for first, last in zip(edges[::2], edges[1::2], strict=True))
    return any(map(_line_tells, said.split("\n")))


def _line_tells(line: str) -> bool:
    """Whether a line holds what no signature does: a word of the cues, a deed, or many words that few of them have."""
    line = _LINK.sub(" ", line).replace("’", "'")
    words = [word[0] for word in _WORD.finditer(line)]
    if len(words) == 1:
        return _word_tells(words[0])
    small = [word for word in words if word.islower()]
    if opening := _OPENING.match(line):
        small.append(opening[1].lower())
    elif line.isupper() and len(words) > MOST_UNKNOWN:
        small = [word.lower() for word in words]
    unknown = [word for word in small if word not in _SIGNED]
    if len(unknown) > MOST_UNKNOWN or any(word in cue_index().vocabulary or _DEED.fullmatch(word) for word in unknown):
        return True
    # "shouts at": who signs may have a plural at the end of a line, and no verb in its middle.
    return any(word.endswith("s") and word in unknown and after.islower() for word, after in pairwise(words))


def _word_tells(word: str) -> bool:
    """Whether the only word of a line tells something, and is no name: "scared", "Bullying"."""
    small = word.lower()
    told = small in cue_index().vocabulary or (word.islower() and _DEED.fullmatch(small))
    return bool(told) and not word.isupper() and small not in _SIGNED | _NAMES
