"""Component `judgement`: what the learned heads think of the message; the components after it decide with that."""

from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import Hit, Notebook, notebook
from classifiers.encoder.hashing import Hashing
from classifiers.encoder.values import Encoded
from classifiers.heads import Heads, Shown, load_heads, save_heads, together

UNUSED = frozenset({"context", "place"})
"""Families of cues that say nothing about what a message asserts."""


@Language.factory("judgement")
def make_judgement(nlp: Language, name: str) -> "Judgement":  # noqa: ARG001  spaCy calls factories so
    """The component without heads; they come from disk, or with `teach`."""
    return Judgement()


class Judgement:
    """Writes `scores` into the notebook, by the heads that fit the encoders that read the message."""

    def __init__(self) -> None:
        self.heads: dict[str, Heads] = {}

    def teach(self, heads: Heads) -> None:
        """Use these heads for their encoder."""
        self.heads[heads.encoder] = heads

    def __call__(self, doc: Doc) -> Doc:
        """Judge; without heads for this encoder the rules stand alone, and a person is asked more often."""
        notes = notebook(doc)
        heads = self.heads.get(notes.encoder)
        if heads is not None and notes.encoded is not None:
            shown = shown_by(notes, notes.encoded)
            notes.scores = heads.scores(shown)
            notes.settings = heads.settings
            second = self.heads.get(Hashing.name)
            if second is not None and notes.lighter is not None:
                notes.scores = together(notes.scores, second.scores(replace(shown, encoded=notes.lighter)))
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


def shown_by(notes: Notebook, encoded: Encoded) -> Shown:
    """What the heads see of a message."""
    rules: list[list[str]] = [[] for _ in notes.sentences]
    for hit in notes.hits:
        if hit.cue.family not in UNUSED:
            name = rule_name(hit)
            rules[hit.sentence.number] += [name, family_name(name)]
    return Shown(encoded=encoded, rules=rules, grade=_grade_by_rules(notes))


def _grade_by_rules(notes: Notebook) -> tuple[int, int, int] | None:
    grade = notes.rule_grade
    return (grade.impact, grade.likelihood, grade.isf) if grade is not None and grade.graded else None


def rule_name(hit: Hit) -> str:
    """A rule as the heads know it, without its version: denied and elsewhere it is another sign than asserted."""
    name = hit.cue.rule.rsplit("/", 1)[-1]
    return name + ("" if hit.asserted else "!") + ("@" if hit.elsewhere else "")


def family_name(name: str) -> str:
    """What all rules of one label have in common: `theme.rota.late!` becomes `theme.rota!`."""
    rule = name.rstrip("!@")
    return rule.rpartition(".")[0] + name[len(rule) :]
