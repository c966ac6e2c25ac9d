"""Component `judgement`: what the learned heads think of the message; the components after it decide with that."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from classifiers import lexicon
from classifiers.document import Hit, Notebook, notebook
from classifiers.encoder.values import Encoded
from classifiers.heads import Heads, Shown
from classifiers.kept_heads import load_heads, packed, save_heads, unpacked
from classifiers.mixing import Mix, together

UNUSED = frozenset({"context", "place"})
"""Families of cues that say nothing about what a message asserts."""


@Language.factory("judgement")
def make_judgement(nlp: Language, name: str) -> "Judgement":  # noqa: ARG001  spaCy calls factories so
    """The component without heads; they come from disk, or with `teach`."""
    return Judgement()


class Judgement:
    """Writes `scores` into the notebook: what the heads of its encoder and the lexicon say together.

    Where no heads fit the encoder, the lexicon speaks alone.
    """

    def __init__(self) -> None:
        self.heads: dict[str, Heads] = {}
        self._mixes: dict[str, Mix] = {}

    def teach(self, heads: Heads) -> None:
        """Use these heads for their encoder; a lexicon for every encoder."""
        self.heads[heads.encoder] = heads
        if "mix" in heads.settings:
            self._mixes[heads.encoder] = Mix.of(heads.settings["mix"])

    def judge_of(self, encoder: str) -> Heads | None:
        """The heads that judge what this encoder read: its own, or else the lexicon."""
        return self.heads.get(encoder) or self.heads.get(lexicon.NAME)

    def __call__(self, doc: Doc) -> Doc:
        """Judge; with no judge at all the rules stand alone, and a person is asked more often."""
        notes = notebook(doc)
        judge = self.judge_of(notes.encoder)
        # Without words the heads would still say something, with nothing to show for it.
        if notes.encoded is not None and judge is not None and not notes.unread:
            shown = shown_by(notes, notes.encoded)
            notes.scores, notes.settings, notes.judge = judge.scores(shown), judge.settings, judge.encoder
            second, mix = self.heads.get(lexicon.NAME), self._mixes.get(judge.encoder)
            if second is not None and mix is not None:
                notes.scores = together(notes.scores, second.scores(shown), mix)
        return doc

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002  spaCy calls it so
        """Write the heads, one file for each encoder."""
        Path(path).mkdir(parents=True, exist_ok=True)
        for name, heads in self.heads.items():
            save_heads(heads, Path(path) / f"{name}.npz")

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "Judgement":  # noqa: ARG002  spaCy calls it so
        """Read the heads of a folder. Raises HeadsError for a file that holds none."""
        for file in sorted(Path(path).glob("*.npz")):
            self.teach(load_heads(BytesIO(file.read_bytes())))
        return self

    def to_bytes(self, exclude: Iterable[str] = ()) -> bytes:  # noqa: ARG002  spaCy calls it so
        """The heads as one string of bytes."""
        return packed(self.heads)

    def from_bytes(self, data: bytes, exclude: Iterable[str] = ()) -> "Judgement":  # noqa: ARG002  spaCy calls it so
        """Take the heads that `to_bytes` gave, and no others. Raises HeadsError for anything else."""
        heads = unpacked(data)
        self.heads, self._mixes = {}, {}
        for one in heads:
            self.teach(one)
        return self


def shown_by(notes: Notebook, encoded: Encoded) -> Shown:
    """What the heads see of a message."""
    rules: list[list[str]] = [[] for _ in notes.sentences]
    for hit in notes.hits:
        if hit.cue.family not in UNUSED:
            name = rule_name(hit)
            rules[hit.sentence.number] += [name, family_name(name)]
    words = [[word.norm for word in sentence.words] for sentence in notes.sentences]
    return Shown(encoded=encoded, rules=rules, words=words)


def rule_name(hit: Hit) -> str:
    """A rule as the heads know it, without its version: denied and elsewhere it is another sign than asserted."""
    name = hit.cue.rule.rsplit("/", 1)[-1]
    return name + ("" if hit.asserted else "!") + ("@" if hit.elsewhere else "")


def family_name(name: str) -> str:
    """What all rules of one label have in common: `theme.rota.late!` becomes `theme.rota!`."""
    rule = name.rstrip("!@")
    return rule.rpartition(".")[0] + name[len(rule) :]
