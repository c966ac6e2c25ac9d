"""The language in which cues are written, and an index that finds them fast.

A pattern is words with single spaces between them. `a|b` is either, `word*` any ending, `@seniors` a class of words
from `cues/words.toml`, `on_call` two words inside an alternative, `?word` may be missing, `..` up to three and `...` up
to seven words of any kind. `left & right` finds both sides in either order with up to six words between them, since
people say one thing in many orders. A pattern never reaches beyond its sentence.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

_GAPS = {"..": r"(?: \S+){0,3}?", "...": r"(?: \S+){0,7}?"}
_BETWEEN = r"(?: [^\s,;:()–—]\S*){0,6}?"
_NAME = re.compile(r"@([a-z_]+)")


class PatternError(ValueError):
    """A pattern is not written in the language above; says which."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cue:
    """One rule of a cue file: where it comes from, what it says, and how it is to be taken."""

    family: str
    """`theme`, `red_flag`, `impact`, … : the question that the cue answers."""
    label: str
    """A code of the reference data, or a level such as `4`."""
    rule: str
    """The name of the rule in its file: the `source` of evidence."""
    patterns: tuple[str, ...]
    negatable: bool = True
    """Whether a negation before it takes it back."""
    doubt: bool = False
    """Whether it still counts when negated or merely imagined: in doubt, a person looks."""
    under_if: bool = False
    """Whether it is asserted even under an `if`, as threats are: "if you report this you will not pass"."""
    certain: bool = False
    """Whether its red flag is given whatever the learned heads think: hardly anybody says so of anything else."""
    places: tuple[str, ...] = ()
    """Where each pattern stands: `themes.toml:12`."""

    def place_of(self, pattern: str) -> str:
        """Where a pattern stands, for messages about it; the rule's name where no file is behind it."""
        known = dict(zip(self.patterns, self.places, strict=False))
        return f"{known.get(pattern, self.rule)}: {pattern!r}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A cue at words `first` to `last`, both included, counted within its sentence."""

    cue: Cue
    first: int
    last: int


class CueIndex:
    """All cues. Only patterns are tried of which every element has a word in the sentence.

    An element with the same alternatives is one anchor, whichever pattern it stands in; the rarest finds its pattern.
    """

    def __init__(
        self, cues: Iterable[Cue], classes: Mapping[str, Iterable[str]], costs: Mapping[str, int] | None = None
    ) -> None:
        """Take the cues. `costs` says of frequent words how badly a pattern is found by them; others cost 1."""
        self._classes = {name: tuple(words) for name, words in classes.items()}
        self._costs = costs or {}
        self.patterns: list[tuple[Cue, str]] = []
        """Each pattern as a regular expression. It is compiled when it is first tried: many never are."""
        self._compiled: dict[int, re.Pattern[str]] = {}
        self._needs: list[int] = []
        """The anchors, as bits, without which a pattern need not be tried."""
        self._found_by: dict[int, list[int]] = {}
        self._anchors: dict[frozenset[str], int] = {}
        self._whole: dict[str, list[int]] = {}
        self._starting: dict[str, list[int]] = {}
        self.vocabulary: set[str] = set()
        for cue in cues:
            for pattern in cue.patterns:
                self._add(cue, pattern)
        self._read = lru_cache(maxsize=65_536)(self._reading)

    def find(self, words: list[str]) -> list[Found]:
        """Every cue in a sentence of lower-case words, in the order of the files."""
        active = 0
        candidates: set[int] = set()
        for word in words:
            anchors, numbers = self._read(word)
            active |= anchors
            candidates.update(numbers)
        needs = self._needs
        tried = [number for number in candidates if needs[number] & active == needs[number]]
        if not tried:
            return []
        text = f" {' '.join(words)} "
        found: list[Found] = []
        for number in sorted(tried):
            cue, pattern = self.patterns[number]
            compiled = self._compiled.get(number) or self._compiled.setdefault(number, re.compile(pattern))
            for match in compiled.finditer(text):
                first = text.count(" ", 0, match.start() + 1) - 1
                found.append(Found(cue=cue, first=first, last=first + match[0].count(" ") - 1))
        return found

    def _reading(self, word: str) -> tuple[int, tuple[int, ...]]:
        """The anchors that a word makes present, as bits, and the patterns that are found by them."""
        anchors = set(self._whole.get(word, ()))
        for length in range(2, min(len(word), 12) + 1):
            anchors.update(self._starting.get(word[:length], ()))
        numbers = {number for anchor in anchors for number in self._found_by.get(anchor, ())}
        return sum(1 << anchor for anchor in anchors), tuple(sorted(numbers))

    def _add(self, cue: Cue, pattern: str) -> None:
        if not pattern or pattern != " ".join(pattern.split()) or pattern != pattern.lower():
            raise PatternError(f"{cue.place_of(pattern)} must be lower-case words with single spaces between them")
        anchors: list[tuple[int, list[str]]] = []
        sides = [self._expression(side, cue, pattern, anchors) for side in pattern.split(" & ")]
        if len(sides) > 2 or not anchors:
            raise PatternError(f"{cue.place_of(pattern)} needs a word that must be there, and takes one & at most")
        regex = sides[0] if len(sides) == 1 else "|".join(_BETWEEN.join(pair) for pair in (sides, sides[::-1]))
        number = len(self.patterns)
        self.patterns.append((cue, regex))
        rarest = self._anchor(min(anchors, key=lambda anchor: anchor[0])[1])
        needed = {self._anchor(keys) for _, keys in anchors}
        self._needs.append(sum(1 << anchor for anchor in needed))
        self._found_by.setdefault(rarest, []).append(number)

    def _anchor(self, keys: list[str]) -> int:
        """The number of an element by its words, findable by each of them."""
        words = frozenset(keys)
        if words not in self._anchors:
            number = self._anchors[words] = len(self._anchors)
            for key in words:
                table, word = (self._starting, key[:-1][:12]) if key.endswith("*") else (self._whole, key)
                table.setdefault(word, []).append(number)
        return self._anchors[words]

    def _expression(self, side: str, cue: Cue, pattern: str, anchors: list[tuple[int, list[str]]]) -> str:
        """The regular expression of one side, which must begin and end with a word; adds what it can be found by."""
        elements = side.split()
        if not elements or {elements[0], elements[-1]} & _GAPS.keys() or "&" in elements:
            raise PatternError(f"{cue.place_of(pattern)} must begin and end with words, also beside an &")
        regex = ""
        for element in elements:
            if element in _GAPS:
                regex += _GAPS[element]
                continue
            words = self._alternatives(element.removeprefix("?"), cue, pattern)
            choice = rf" (?:{'|'.join(_regex(word) for word in words)})(?= )"
            regex += f"(?:{choice})?" if element.startswith("?") else choice
            if not element.startswith("?"):
                keys = [max(word.split(" "), key=self._rarity) for word in words]
                anchors.append((sum(self._costs.get(key, 1) for key in keys), keys))
            self.vocabulary.update(part for word in words for part in word.split(" ") if "*" not in part)
        return regex

    def _rarity(self, word: str) -> tuple[int, int]:
        return (-self._costs.get(word, 1), len(word))

    def _alternatives(self, element: str, cue: Cue, pattern: str) -> list[str]:
        words: list[str] = []
        for alternative in element.split("|"):
            name = _NAME.fullmatch(alternative)
            if name is None:
                words.append(alternative.replace("_", " "))
            elif name[1] in self._classes:
                words.extend(self._classes[name[1]])
            else:
                raise PatternError(f"{cue.place_of(pattern)} names the class {alternative}, which is not in words.toml")
        if any(
            len(part.removesuffix("*")) < (2 if part.endswith("*") else 1) for word in words for part in word.split(" ")
        ):
            raise PatternError(f"{cue.place_of(pattern)} has an empty word, or a * after less than two letters")
        return words


def _regex(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\S*").replace(r"\ ", " ")
