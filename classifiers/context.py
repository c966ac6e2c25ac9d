"""Component `context`: finds all cues, and says of each whether its sentence really asserts it.

Scopes end with the clause: in "we had no registrar and a patient died" nothing takes the death back. A negation that is
itself part of a cue ("no registrar") belongs to the cue and denies nothing else.
"""

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.cues import cue_index
from classifiers.document import Hit, Sentence, notebook
from classifiers.patterns import Found

REACH = 6
"""Words that a negation reaches forward within its clause."""


@Language.factory("context")
def make_context(nlp: Language, name: str) -> "Context":  # noqa: ARG001  spaCy calls factories so
    """The component, as spaCy asks for it."""
    return Context()


class Context:
    """Writes `hits` into the notebook."""

    def __init__(self) -> None:
        self._index = cue_index()

    def __call__(self, doc: Doc) -> Doc:
        """Find the cues sentence by sentence and judge each in its clause."""
        notes = notebook(doc)
        hits: list[Hit] = []
        for sentence in notes.sentences:
            found = self._index.find([word.norm for word in sentence.words])
            triggers = [one for one in found if one.cue.family == "context"]
            hits.extend(judge(sentence, one, triggers) for one in found)
        notes.hits = tuple(hits)
        return doc


def judge(sentence: Sentence, found: Found, triggers: list[Found]) -> Hit:
    """The hit with everything that its sentence says about it."""
    others = [one for one in triggers if one.cue.label != "not_a_negation" and not _within(one, found)]
    blind = [one for one in triggers if one.cue.label == "not_a_negation"]

    def before(label: str) -> bool:
        return any(
            one.cue.label == label and _reaches(sentence, one, found) for one in others if not _in_any(one, blind)
        )

    def anywhere(label: str) -> bool:
        return any(one.cue.label == label for one in others)

    return Hit(
        cue=found.cue,
        sentence=sentence,
        first=found.first,
        last=found.last,
        negated=found.cue.negatable and (before("negation") or _denied_after(sentence, found, others)),
        imagined=_imagined(sentence, found, others),
        elsewhere=anywhere("elsewhere"),
        hearsay=anywhere("hearsay"),
    )


def _reaches(sentence: Sentence, trigger: Found, found: Found) -> bool:
    return (
        trigger.last < found.first
        and found.first - trigger.last <= REACH
        and sentence.clauses[trigger.last] == sentence.clauses[found.first]
    )


def _denied_after(sentence: Sentence, found: Found, others: list[Found]) -> bool:
    """`bullying: none`, `harassment was not the problem`: a denial that follows, in the same clause."""
    return any(
        one.cue.label == "denied_after"
        and 0 < one.first - found.last <= 3
        and sentence.clauses[one.first] == sentence.clauses[found.last]
        for one in others
    )


def _imagined(sentence: Sentence, found: Found, others: list[Found]) -> bool:
    """Whether the words stand under an `if`, a `what would happen`, or a question that only asks about rules."""
    for one in others:
        if one.cue.label == "imagined" and one.last < found.first and found.first - one.last <= 2 * REACH:
            same = sentence.clauses[one.last] == sentence.clauses[found.first]
            if same or sentence.question:
                return True
    return False


def _within(inner: Found, outer: Found) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


def _in_any(one: Found, others: list[Found]) -> bool:
    return any(_within(one, other) for other in others)
