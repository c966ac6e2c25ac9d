"""Component `context`: finds all cues, and says of each whether its sentence really asserts it.

Scopes end with the clause: in "we had no registrar and a patient died" nothing takes the death back. A negation that is
itself part of a cue ("no registrar") belongs to the cue and denies nothing else.
"""

from collections.abc import Mapping

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.cues import cue_index
from classifiers.document import Hit, Sentence, notebook
from classifiers.patterns import Found
from classifiers.settings import SettingError, check

REACH = {"negation": 6, "no": 3}
"""Words that a negation reaches forward within its clause; `no` takes back what it stands before, and little more."""
IF = 12
"""Words that an `if` reaches."""
PERSONS = frozenset({"i", "we", "he", "she", "they", "you", "nobody", "everyone"})


@Language.factory("context", default_config={"reach": REACH, "under_if": IF})
def make_context(nlp: Language, name: str, reach: dict[str, int], under_if: int) -> "Context":  # noqa: ARG001
    """The component. Raises SettingError."""
    return Context(reach, under_if)


class Context:
    """Writes `hits` into the notebook."""

    def __init__(self, reach: Mapping[str, int] = REACH, under_if: int = IF) -> None:
        for label, words in reach.items():
            if label not in REACH:
                raise SettingError(f"the setting 'reach' of the component 'context' knows no {label!r}")
            check("context", f"reach.{label}", words, most=20)
        check("context", "under_if", under_if, most=100)
        self._reach, self._if = {**REACH, **reach}, under_if
        self._index = cue_index()

    def __call__(self, doc: Doc) -> Doc:
        """Find the cues sentence by sentence and judge each in its clause."""
        notes = notebook(doc)
        hits: list[Hit] = []
        for sentence in notes.sentences:
            found = self._index.find([word.norm for word in sentence.words])
            triggers = [one for one in found if one.cue.family == "context"]
            hits.extend(judge(sentence, one, triggers, self._reach, self._if) for one in found)
        notes.hits = tuple(hits)
        return doc


def judge(
    sentence: Sentence, found: Found, triggers: list[Found], reach: Mapping[str, int] = REACH, under_if: int = IF
) -> Hit:
    """The hit with everything that its sentence says about it; without words that deny it stands as it is."""
    if found.cue.family == "place" or not triggers:
        return Hit(cue=found.cue, sentence=sentence, first=found.first, last=found.last)
    idioms = [one for one in triggers if one.cue.label == "not_a_negation" and not _overlap(one, found)]
    others = [one for one in triggers if not _within(one, found) and not any(_overlap(one, idiom) for idiom in idioms)]
    return Hit(
        cue=found.cue,
        sentence=sentence,
        first=found.first,
        last=found.last,
        negated=found.cue.negatable and _denied(sentence, found, others, reach),
        imagined=not found.cue.under_if and _imagined(sentence, found, others, under_if),
        elsewhere=any(one.cue.label == "elsewhere" and _same_clause(sentence, one, found) for one in others),
        cleared=any(one.cue.label == "all_clear" and _same_clause(sentence, one, found) for one in triggers),
    )


def _denied(sentence: Sentence, found: Found, others: list[Found], reach: Mapping[str, int]) -> bool:
    """`nobody was rude`, `no bullying`, and what follows: `bullying: none`, `harassment was not the problem`."""
    return any(
        (one.cue.label in reach and _reaches(sentence, one, found, reach[one.cue.label]))
        or (one.cue.label == "denied_after" and _follows(sentence, found, one))
        for one in others
    )


def _follows(sentence: Sentence, found: Found, denial: Found) -> bool:
    """Whether a denial comes right behind the words, or behind a colon."""
    between = [word.norm for word in sentence.words[found.last + 1 : denial.first]]
    return denial.first > found.last and between in ([], [":"], ["?"])


def _reaches(sentence: Sentence, trigger: Found, found: Found, words: int) -> bool:
    """Whether a word about what follows it still speaks of the hit: near before it, in its clause."""
    return 0 < found.first - trigger.last <= words and _same_clause(sentence, trigger, found)


def _same_clause(sentence: Sentence, left: Found, right: Found) -> bool:
    return sentence.clauses[left.last] == sentence.clauses[right.first]


def _imagined(sentence: Sentence, found: Found, others: list[Found], under_if: int) -> bool:
    """Whether the words stand under an `if`, or are what a policy or a lesson is about.

    "If I ask for help he shouts" tells of a habit: after the subject of its own, an `if` reaches no second subject.
    """
    for one in others:
        if one.cue.label == "topic" and _reaches(sentence, one, found, 3):
            return True
        if one.cue.label == "imagined" and 0 < found.first - one.last <= (
            len(sentence.words) if sentence.question else under_if
        ):
            between = [word.norm for word in sentence.words[one.last + 1 : found.first]]
            habit = sum(word in PERSONS for word in between) > 1 and not sentence.question
            if not habit and (sentence.question or _same_clause(sentence, one, found)):
                return True
    return False


def _overlap(one: Found, other: Found) -> bool:
    return one.first <= other.last and other.first <= one.last


def _within(inner: Found, outer: Found) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last
