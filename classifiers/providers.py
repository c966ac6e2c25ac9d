"""Component `providers`: the place where it happened, told apart from all the other places that a message names."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from spacy.language import Language
from spacy.tokens import Doc

from classifiers.cues import VERSION
from classifiers.document import Hit, Notebook, PlaceFound, Sentence, Word, notebook
from classifiers.gazetteer import Gazetteer, Name, NameFound
from models.framework import Reference

RULE = f"rules-{VERSION}/provider"
NEAR = 3
"""Words between a cue such as "transferred to" and the place that it speaks of."""
FUZZY = 90
"""How alike (0 to 100) unknown words before `Hospital` must be to a name."""
LONGEST = 5
"""Words that a name may have before its `Hospital`."""
ARTICLES = frozenset({"the", "at", "in"})
WEIGHTS = {"subject": 1.5, "body": 0.0, "signature": -0.3, "quoted": -0.5}
ROLES = {"here": 2.0, "before": -3.0, "next": -3.0, "transfer": -2.0, "other": -3.0}


@Language.factory("providers")
def make_providers(nlp: Language, name: str) -> "Providers":  # noqa: ARG001  spaCy calls factories so
    """The component without reference data; the pipeline puts them in with `use`."""
    return Providers()


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A place in the text: which organisations it can be, and how much speaks for it."""

    sentence: Sentence
    found: NameFound
    organisations: tuple[str, ...]
    site: str | None
    score: float


class Providers:
    """Writes `place` into the notebook."""

    def __init__(self) -> None:
        self._reference: Reference | None = None
        self._gazetteer: Gazetteer | None = None
        self._fuzzy: dict[str, Name] = {}

    def use(self, reference: Reference) -> None:
        """Take places and their names from this reference data."""
        self._reference = reference
        self._gazetteer = Gazetteer(reference)
        self._fuzzy = {
            " ".join(name.words): name
            for name in self._gazetteer.names
            if len(name.words) > 1 and not name.acronym and not name.ambiguous
        }

    def __call__(self, doc: Doc) -> Doc:
        """Find every place, weigh what the words around it say, and choose."""
        if self._reference is None or self._gazetteer is None:
            raise RuntimeError("providers has no reference data; call use() first")
        notes = notebook(doc)
        cues: dict[int, list[Hit]] = {}
        for hit in notes.hits_of("place"):
            cues.setdefault(hit.sentence.number, []).append(hit)
        mentions: list[Mention] = []
        for sentence in notes.sentences:
            found = self._gazetteer.find(sentence.words) or self._alike(sentence)
            mentions.extend(self._mentions(sentence, found, cues.get(sentence.number, [])))
        notes.place = self._choice(notes, mentions)
        return doc

    def _mentions(self, sentence: Sentence, found: Sequence[NameFound], cues: Sequence[Hit]) -> list[Mention]:
        mentions: list[Mention] = []
        before: tuple[NameFound, float] | None = None
        for one in found:
            score = 1.0 + WEIGHTS[sentence.part] + _role(sentence, one, cues)
            # "previously at Nottingham City and Leicester": what is joined shares its role.
            if before and one.first - before[0].last == 2 and sentence.words[one.first - 1].norm in {"and", "or", ","}:
                score = min(score, before[1])
            before = (one, score)
            organisations, site = self._meaning(one.name)
            if organisations:
                mentions.append(
                    Mention(sentence=sentence, found=one, organisations=organisations, site=site, score=score)
                )
        return mentions

    def _meaning(self, name: Name) -> tuple[tuple[str, ...], str | None]:
        """The organisations that go by a name, and the site if it is one."""
        assert self._reference is not None
        places = self._reference.providers
        members = [code for place in name.codes for code in places[place].members]
        if name.ambiguous or members:
            return name.ambiguous or tuple(members), None
        organisations: dict[str, None] = {}
        for code in name.codes:
            place = places[code]
            if place.kind not in {"university", "icb"} and not _is_no_place(place.aliases):
                organisation = self._reference.organisation_of(code)
                if organisation:
                    organisations[organisation] = None
        sites = [code for code in name.codes if places[code].kind == "site"]
        # A town alone that the trust goes by as well gives the trust only.
        alone = name.town and len(sites) < len(name.codes)
        if not sites and not name.town and not name.acronym and len(organisations) == 1:
            return tuple(organisations), self._site_called(next(iter(organisations)), name)
        return tuple(organisations), sites[0] if len(sites) == 1 and not alone else None

    def _alike(self, sentence: Sentence) -> list[NameFound]:
        """Names that are spelled so badly that only the whole of them is recognisable."""
        found: list[NameFound] = []
        for at, word in enumerate(sentence.words):
            if word.name not in {"hospital", "infirmary", "hosp"} or at < 1:
                continue
            first = at
            # All the capitals before it: "Peterborough City Hospital" is not our City Hospital.
            while first > max(0, at - LONGEST) and sentence.words[first - 1].text[0].isupper():
                first -= 1
            said = " ".join(one.name for one in sentence.words[first : at + 1] if one.name not in ARTICLES)
            best = process.extractOne(said, self._fuzzy.keys(), scorer=fuzz.ratio, score_cutoff=FUZZY)
            if first < at and best:
                found.append(NameFound(name=self._fuzzy[best[0]], first=first, last=at))
        return found

    def _choice(self, notes: Notebook, mentions: Sequence[Mention]) -> PlaceFound:
        """The organisation with most behind it; what the text leaves open stays open."""
        settled = [self._settled(mention, mentions, notes) for mention in mentions]
        scores: dict[str, float] = {}
        for mention in settled:
            if len(mention.organisations) == 1:
                code = mention.organisations[0]
                scores[code] = max(scores.get(code, mention.score), mention.score)
        positive = {code: score for code, score in scores.items() if score > 0}
        if positive:
            top = max(positive.values())
            first = next(m for m in settled if positive.get(m.organisations[0]) == top and len(m.organisations) == 1)
            return self._decided(notes, first, settled, positive)
        open_ones = [mention for mention in settled if len(mention.organisations) > 1 and mention.score > 0]
        if not open_ones:
            return PlaceFound()
        best_open = max(open_ones, key=lambda mention: mention.score)
        for code in best_open.organisations:
            notes.show_words(f"provider_candidate:{code}", *_ends(best_open), f"{RULE}.ambiguous")
        notes.doubt("the place is named by a name that several go by")
        return PlaceFound(candidates=best_open.organisations)

    def _decided(
        self, notes: Notebook, first: Mention, settled: Sequence[Mention], positive: dict[str, float]
    ) -> PlaceFound:
        code = first.organisations[0]
        sites = Counter(m.site for m in settled if m.organisations == (code,) and m.site and m.score > 0)
        site = sites.most_common(1)[0][0] if sites else None
        notes.show_words(f"provider:{code}", *_ends(first), f"{RULE}.name")
        rivals = [
            other
            for other in positive
            if other != code and positive[other] == positive[code] and _joined(first, other, settled)
        ]
        return PlaceFound(provider=code, site=site, candidates=(code, *rivals) if rivals else ())

    def _settled(self, mention: Mention, mentions: Sequence[Mention], notes: Notebook) -> Mention:
        """An ambiguous name, settled by another place or a town in the text; otherwise as it was."""
        if len(mention.organisations) < 2:
            return mention
        named = {m.organisations[0] for m in mentions if len(m.organisations) == 1 and m.score > 0}
        fitting = [code for code in mention.organisations if code in named]
        if len(fitting) != 1:
            words = _towns_said(notes)
            fitting = [code for code in mention.organisations if self._towns(code, mention) & words]
        if len(fitting) != 1:
            return mention
        return Mention(
            sentence=mention.sentence,
            found=mention.found,
            organisations=(fitting[0],),
            site=self._site_called(fitting[0], mention.found.name),
            score=mention.score,
        )

    def _towns(self, organisation: str, mention: Mention) -> set[str]:
        assert self._reference is not None
        words: set[str] = set()
        for place in self._reference.providers.values():
            if self._reference.organisation_of(place.code) != organisation:
                continue
            called = " ".join((place.name, *place.aliases)).lower().replace("'", "")
            if all(word in called for word in mention.found.name.words if word != "the"):
                words.update(town.strip().lower() for town in place.town.split("/") if town.strip())
        return words

    def _site_called(self, organisation: str, name: Name) -> str | None:
        assert self._reference is not None
        sites = [
            place.code
            for place in self._reference.providers.values()
            if place.kind == "site"
            and self._reference.organisation_of(place.code) == organisation
            and all(word in place.name.lower().replace("'", "").split() for word in name.words if word != "the")
        ]
        return sites[0] if len(sites) == 1 else None


def _role(sentence: Sentence, found: NameFound, cues: Sequence[Hit]) -> float:
    """What the nearest cue before the place says; a word against it wins over `at`."""
    score = 0.0
    for cue in cues:
        gap = found.first - cue.last - 1
        reaches = -1 <= gap <= NEAR and cue.first < found.first
        if cue.cue.label == "other" and cue.first > found.last and cue.first - found.last <= 2:
            reaches = sentence.words[cue.first].norm in {"was", "were", "graduate", "student", "trainee"}
        if not reaches or (gap > 1 and sentence.clauses[cue.last] != sentence.clauses[found.first]):
            continue
        value = ROLES[cue.cue.label]
        score = min(score, value) if value < 0 else (max(score, value) if score >= 0 else score)
    return score


def _is_no_place(aliases: Sequence[str]) -> bool:
    """Lead employers and ourselves: they employ or send learners, nothing happens there."""
    said = {alias.lower() for alias in aliases}
    return bool(said & {"lead employer", "deanery", "the deanery"})


def _joined(first: Mention, other: str, settled: Sequence[Mention]) -> bool:
    """Whether the other place stands in the same sentence: both are then equally concerned."""
    return any(m.organisations == (other,) and m.sentence.number == first.sentence.number for m in settled)


def _towns_said(notes: Notebook) -> set[str]:
    said: set[str] = set()
    for sentence in notes.sentences:
        names = [word.name for word in sentence.words]
        for at, name in enumerate(names):
            if at + 1 >= len(names) or names[at + 1] not in {"uni", "university"}:
                said.add(name)
                said.update(" ".join(names[at : at + length]) for length in (2, 3))
    return said


def _ends(mention: Mention) -> tuple[Word, Word]:
    words = mention.sentence.words
    return words[mention.found.first], words[mention.found.last]
