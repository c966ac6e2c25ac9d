"""Component `kind`: what the message is.

A concern, unless its words say otherwise and nothing of a concern is asserted.
"""

from collections import Counter

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.cues import words_data
from classifiers.document import Hit, Notebook, notebook
from models.verdict import Kind

HARD = frozenset(
    {
        "sexual_misconduct",
        "violence",
        "safeguarding",
        "serious_incident",
        "patient_safety",
        "bullying",
        "discrimination",
        "senior_fitness",
        "supervision",
        "competence",
        "lone_working",
        "speaking_up",
    }
)
"""Themes that no thanks and no question make up for."""


@Language.factory("kind")
def make_kind(nlp: Language, name: str) -> "KindFound":  # noqa: ARG001  spaCy calls factories so
    """The component, as spaCy asks for it."""
    return KindFound()


class KindFound:
    """Writes `kind` and `kind_sure` into the notebook."""

    def __call__(self, doc: Doc) -> Doc:
        """Weigh the cues of each kind against what is asserted of a concern."""
        notes = notebook(doc)
        hits = [hit for hit in notes.hits_of("kind") if not hit.negated and hit.sentence.part != "quoted"]
        kind = _kind(notes, hits)
        notes.kind = kind
        for hit in hits:
            if hit.cue.label == kind.value:
                notes.show(f"kind:{kind.value}", hit)
                break
        return doc


def _kind(notes: Notebook, hits: list[Hit]) -> Kind:
    # One cue said twice in a sentence is one sign; so are two cues of one rule there.
    count = Counter({label: len(signs) for label, signs in _signs(hits).items()})
    weight = _weight_of_concern(notes)
    rules = {(hit.cue.label, hit.cue.rule.rsplit(".", 1)[1]) for hit in hits}
    if {("about_learner", "writer"), ("about_learner", "conduct")} <= rules and count["about_learner"] >= 3:
        notes.kind_sure = count["about_learner"] >= weight
        return Kind.ABOUT_LEARNER
    notes.kind_sure = weight == 0
    for kind, enough in ((Kind.IRRELEVANT, 2), (Kind.GOOD_PRACTICE, 2), (Kind.ENQUIRY, 1)):
        if (
            count[kind.value] >= enough
            and count[kind.value] > weight
            and (kind is not Kind.IRRELEVANT or not notes.red_flags)
        ):
            return kind
    if _says_nothing(notes):
        return Kind.ENQUIRY
    if count["irrelevant"] and weight == 0 and not notes.red_flags:
        return Kind.IRRELEVANT
    if count["good_practice"] and weight == 0:
        return Kind.GOOD_PRACTICE
    notes.kind_sure = weight > 0
    return Kind.CONCERN


def _signs(hits: list[Hit]) -> dict[str, set[int]]:
    signs: dict[str, set[int]] = {}
    for hit in hits:
        signs.setdefault(hit.cue.label, set()).add(hit.sentence.number)
    return signs


def _weight_of_concern(notes: Notebook) -> int:
    """How many sentences assert something of a concern; those of hard themes count twice."""
    weights: dict[int, int] = {}
    for hit in notes.hits_of("theme"):
        if hit.asserted and not hit.elsewhere and hit.sentence.part != "signature":
            heavy = 2 if hit.cue.label in HARD else 1
            weights[hit.sentence.number] = max(weights.get(hit.sentence.number, 0), heavy)
    return sum(weights.values())


def _says_nothing(notes: Notebook) -> bool:
    """An empty message, or a mere thank-you."""
    words = [word.norm for sentence in notes.sentences for word in sentence.words]
    return len(words) <= 8 and all(word in _NOTHING for word in words)


_NOTHING: frozenset[str] = frozenset(words_data("grammar.toml")["nothing"])
