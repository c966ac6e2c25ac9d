"""Component `kind`: what the message is.

A concern, unless its words say otherwise and nothing of a concern is asserted. To take a concern for something else
hides it, so every other kind has to earn its name, and where it does so narrowly a person is asked. Words of a crisis
make a concern of anything: where they are disguised, no rule and no head can read them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import inf

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.cues import VERSION, words_data
from classifiers.document import Hit, Notebook, notebook
from classifiers.heads import MARKS
from classifiers.settings import check
from classifiers.telling import most_telling, show_behind, show_label, show_whole
from models.verdict import Kind

RULE = f"rules-{VERSION}/kind"
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

CALL = 2
"""Words of "please help"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KindSettings:
    """From when on a kind is taken, and is sure."""

    favour: float = 1.5
    """How much likelier than a concern another kind must be to be taken."""
    sure: float = 0.6
    """Probability from which a kind is sure."""
    says_nothing: int = 8
    """A message of at most so many words, all of them polite, is a mere thank-you."""
    few: int = 3
    """A message of at most so many words, "help", tells too little to be sure of."""
    few_about: int = 12
    """The same of one about a learner: who begins "Student nurse, Lincoln, …" may write about themselves."""

    def __post_init__(self) -> None:
        check("kind", "favour", self.favour, least=1, most=inf)
        check("kind", "sure", self.sure)
        for setting in ("says_nothing", "few", "few_about"):
            check("kind", setting, getattr(self, setting), most=inf)

    def tells_little(self, kind: Kind) -> int:
        """How many words are too few to be sure of a kind."""
        return self.few_about if kind is Kind.ABOUT_LEARNER else self.few


@Language.factory("kind", default_config=asdict(KindSettings()))
def make_kind(  # noqa: PLR0917  spaCy hands over each setting by its name
    nlp: Language,  # noqa: ARG001
    name: str,  # noqa: ARG001
    favour: float,
    sure: float,
    says_nothing: int,
    few: int,
    few_about: int,
) -> "KindFound":
    """The component. Raises SettingError."""
    return KindFound(KindSettings(favour=favour, sure=sure, says_nothing=says_nothing, few=few, few_about=few_about))


class KindFound:
    """Writes `kind` and `kind_sure` into the notebook."""

    def __init__(self, settings: KindSettings | None = None) -> None:
        self._settings = settings or KindSettings()
        grammar = words_data("grammar.toml")
        self._nothing: frozenset[str] = frozenset(grammar["nothing"])
        self._learning: frozenset[str] = frozenset(grammar["learning"])

    def __call__(self, doc: Doc) -> Doc:
        """Weigh the cues of each kind against what is asserted of a concern."""
        notes = notebook(doc)
        hits = [hit for hit in notes.hits_of("kind") if _counts(hit)]
        words = [word.norm for sentence in notes.sentences for word in sentence.words]
        polite = len(words) <= self._settings.says_nothing and self._nothing.issuperset(words) and not _calls(words)
        if notes.unread:
            notes.kind, notes.kind_sure = Kind.CONCERN, False
        elif polite:
            notes.kind, notes.kind_sure = Kind.ENQUIRY, True
        elif notes.scores is not None:
            notes.kind, notes.kind_sure = likeliest(notes, self._settings)
        else:
            notes.kind = _kind(notes, hits, strange=self._learning.isdisjoint(words))
            notes.kind_sure = _sure(notes)
        if len(words) <= self._settings.tells_little(notes.kind) and not (polite and words):
            notes.kind_sure = False
        crisis = notes.crisis if notes.kind is not Kind.CONCERN else None
        if crisis is not None:
            notes.kind, notes.kind_sure = Kind.CONCERN, False
        hit = next((hit for hit in hits if hit.cue.label == notes.kind.value), None)
        if crisis is not None:
            notes.show_source(f"kind:{notes.kind.value}", *crisis, f"{RULE}.crisis")
        elif hit is not None:
            show_behind(notes, f"kind:{notes.kind.value}", hit)
        else:
            _show(notes, self._settings, polite=polite)
        return doc


def _calls(words: list[str]) -> bool:
    """Whether somebody calls for help, and does not thank for it."""
    return "help" in words and len(words) <= CALL


def _show(notes: Notebook, settings: KindSettings, *, polite: bool) -> None:
    """Show what tells a kind for which no cue speaks."""
    label = f"kind:{notes.kind.value}"
    asserted = [hit for family in ("theme", "impact") for hit in notes.hits_of(family) if hit.asserted]
    if polite or notes.unread:
        show_whole(notes, label, f"{RULE}.{'polite' if polite else 'unsaid'}")
    elif notes.scores is not None and notes.kind is Kind.CONCERN and notes.sentences:
        if _favoured(notes, settings) is not Kind.CONCERN:
            for flag in notes.red_flags:
                notes.show_again(label, f"red_flag:{flag}", f"{RULE}.red_flag")
        deciding = dict.fromkeys(told[0] for mark in MARKS if (told := most_telling(notes, mark)) is not None)
        for number in deciding:
            notes.show_sentence(label, number, f"{notes.judge}/kind.{notes.kind.value}")
    elif notes.scores is not None:
        show_label(notes, label)
    elif asserted:
        notes.show(label, asserted[0])
    else:
        show_whole(notes, label, f"{RULE}.unsaid")


def likeliest(notes: Notebook, settings: KindSettings) -> tuple[Kind, bool]:
    """The likeliest kind, and whether it is sure. To hide a concern costs more than to show what is none."""
    assert notes.scores is not None
    kind = _favoured(notes, settings)
    # Distress can stand in an enquiry; any other flag says that something happened at a place.
    if set(notes.red_flags) - {"learner_at_risk"} and kind in {Kind.GOOD_PRACTICE, Kind.ENQUIRY}:
        kind = Kind.CONCERN
    return kind, notes.scores.kinds[kind.value] >= settings.sure


def _favoured(notes: Notebook, settings: KindSettings) -> Kind:
    """The likeliest kind by the heads, where a concern is favoured."""
    assert notes.scores is not None
    kinds = notes.scores.kinds
    return Kind(max(kinds, key=lambda kind: kinds[kind] * (settings.favour if kind == Kind.CONCERN.value else 1.0)))


def _counts(hit: Hit) -> bool:
    """Whether a cue speaks for its kind. Those of `asked` are everyday words that only a question makes telling."""
    asked = hit.cue.rule.endswith(".asked")
    return not hit.negated and hit.sentence.part != "quoted" and (hit.sentence.question or not asked)


def _kind(notes: Notebook, hits: list[Hit], *, strange: bool) -> Kind:
    """The kind with enough behind it. `strange` says that not a single word is about learning or working."""
    count = Counter({label: len(numbers) for label, numbers in _sentences_of(hits).items()})
    rules = {hit.cue.rule.rsplit(".", 1)[1] for hit in hits}
    weight = weight_of_concern(notes)
    if {"writer", "conduct"} <= rules and count["about_learner"] >= 2 and 2 * count["about_learner"] >= weight:
        return Kind.ABOUT_LEARNER
    if count["irrelevant"] and (strange or (count["irrelevant"] >= 2 and count["irrelevant"] > weight)):
        return Kind.IRRELEVANT
    if set(notes.red_flags) - {"learner_at_risk"}:
        return Kind.CONCERN
    if count["good_practice"] > weight and (count["good_practice"] >= 2 or weight == 0):
        return Kind.GOOD_PRACTICE
    asks = any(hit.sentence.question for hit in hits if hit.cue.label == "enquiry")
    if count["enquiry"] > weight and (asks or not notes.red_flags):
        return Kind.ENQUIRY
    return Kind.CONCERN


def _sure(notes: Notebook) -> bool:
    """Whether nothing in the text speaks for another kind, not even what is only imagined or asked about."""
    hard = any(True for _ in hard_hits(notes))
    weight = weight_of_concern(notes)
    return weight > 0 if notes.kind is Kind.CONCERN else weight == 0 and not hard


def hard_hits(notes: Notebook) -> Iterator[Hit]:
    """What names a hard theme and is neither denied nor cleared, be it only imagined or asked about."""
    for hit in notes.hits_of("theme"):
        if hit.cue.label in HARD and not hit.negated and not hit.cleared:
            yield hit


def _sentences_of(hits: list[Hit]) -> dict[str, set[int]]:
    """Label -> the sentences that speak for it: two cues in one sentence are one sign."""
    numbers: dict[str, set[int]] = {}
    for hit in hits:
        numbers.setdefault(hit.cue.label, set()).add(hit.sentence.number)
    return numbers


def weight_of_concern(notes: Notebook) -> int:
    """How many sentences assert something of a concern; those of hard themes count twice."""
    weights: dict[int, int] = {}
    for hit in notes.hits_of("theme"):
        if hit.asserted and not hit.elsewhere and hit.sentence.part != "signature":
            heavy = 2 if hit.cue.label in HARD else 1
            weights[hit.sentence.number] = max(weights.get(hit.sentence.number, 0), heavy)
    return sum(weights.values())
