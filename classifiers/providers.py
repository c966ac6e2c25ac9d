"""Component `providers`: the place where it happened, told apart from all the other places that a message names."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.cues import VERSION
from classifiers.document import Hit, Notebook, PlaceFound, Sentence, Word, notebook
from classifiers.place_contrast import is_compared, then_and_now
from classifiers.place_names import CITIES
from classifiers.place_roles import INTRODUCED, WEAK, Mention, Scale, take_back
from classifiers.places import Places
from classifiers.settings import check
from classifiers.town_care import care_of
from classifiers.unknown_places import elsewhere, unknown_places
from models.framework import Reference
from models.verdict import UNKNOWN_PLACE

RULE = f"rules-{VERSION}/provider"
BESIDE = 5
"""Words between an ambiguous name and the town that settles it: "Queen's Hospital, the one in Burton"."""
MOST = 8
"""Organisations that are offered as candidates; a name that more go by says nothing."""
_TRUST = (["trust"], ["nhs"], ["ft"])
"""Words behind a name by which the whole trust is meant."""
_APART = frozenset({"live", "lives", "living", "like", "unlike", "from"})
"""Words that keep a town from saying which hospital is meant."""
AGAIN = 0.2
"""What each further mention of an organisation adds, twice at most."""


@Language.factory("providers", default_config={"most": MOST, "again": AGAIN})
def make_providers(nlp: Language, name: str, most: int, again: float) -> "Providers":  # noqa: ARG001
    """The component without reference data; the pipeline puts them in with `use`. Raises SettingError."""
    return Providers(most, again)


class Providers:
    """Writes `place` into the notebook."""

    def __init__(self, most: int = MOST, again: float = AGAIN) -> None:
        check("providers", "most", most, least=1, most=50)
        check("providers", "again", again)
        self._most, self._again = most, again
        self._places: Places | None = None

    def use(self, reference: Reference) -> None:
        """Take places and their names from this reference data."""
        self._places = Places(reference)

    def __call__(self, doc: Doc) -> Doc:
        """Find every place, weigh what the words around it say, and choose."""
        if self._places is None:
            raise RuntimeError("providers has no reference data; call use() first")
        notes = notebook(doc)
        cues: dict[int, list[Hit]] = {}
        for hit in notes.hits_of("place"):
            cues.setdefault(hit.sentence.number, []).append(hit)
        opening = next((one.number for one in notes.sentences if one.part == "body"), 0)
        read = [(sentence, self._places.gazetteer.corrected(sentence.words)) for sentence in notes.sentences]
        subject = [name for sentence, names in read if sentence.part == "subject" for name in names]
        mentions: list[Mention] = []
        for sentence, names in read:
            named = _Named(self._places, sentence, names)
            if named.found or named.unknown or named.beyond:
                scale = Scale(
                    sentence=sentence,
                    cues=cues.get(sentence.number, []),
                    is_role=self._places.gazetteer.is_role,
                    early=sentence.number <= opening + 1,
                )
                mentions += _mentions(self._places, scale, named, subject, notes)
        mentions = then_and_now(notes, take_back(mentions))
        settled = _settled(self._places, mentions, read) if mentions else []
        notes.place = _choice(notes, settled, self._most, self._again)
        return doc


class _Named:
    """The names in one sentence: of places that we know, that we do not know, and beyond the region."""

    def __init__(self, places: Places, sentence: Sentence, names: list[str]) -> None:
        self.names = names
        self.found = places.gazetteer.find(sentence, names) or places.alike(sentence, names)
        known = [(one.first, one.last) for one in self.found]
        self.beyond = elsewhere(names, known)
        self.unknown = [(one.first, one.last) for one in unknown_places(sentence, names, known)]


def _mentions(places: Places, scale: Scale, named: _Named, subject: Sequence[str], notes: Notebook) -> list[Mention]:
    """The places of one sentence, with what speaks for each."""
    sentence, names, beyond = scale.sentence, named.names, named.beyond
    mentions: list[Mention] = []
    for one in named.found:
        meaning = places.town_meant(one.name, care_of(names, subject)) if one.name.town else places.meaning(one.name)
        if meaning is None:
            continue
        outside = _is_beyond(one.last, beyond, names)
        if meaning.organisations or outside or one.name.town:
            mentions.append(
                Mention(
                    sentence=sentence,
                    first=one.first,
                    last=one.last,
                    organisations=() if outside else meaning.organisations,
                    site=None if names[one.last + 1 : one.last + 2] in _TRUST else meaning.site,
                    score=scale.weigh(one.first, one.last) + WEAK * one.weak + meaning.handicap,
                    words=one.name.words,
                    partial=one.name.partial,
                    town=one.name.town,
                )
            )
    for first, last in named.unknown:
        notes.show_words(UNKNOWN_PLACE, sentence.words[first], sentence.words[last], f"{RULE}.unknown")
    others = [*named.unknown, *(span for span in beyond if span[0] and names[span[0] - 1] in {"at", "in"})]
    mentions += [
        Mention(sentence=sentence, first=first, last=last, organisations=(), site=None, score=scale.weigh(first, last))
        for first, last in others
    ]
    return _shared(_without_addresses(sorted(mentions, key=lambda one: one.first)))


def _is_beyond(last: int, beyond: Sequence[tuple[int, int]], names: Sequence[str]) -> bool:
    """Whether a town elsewhere stands right behind a name, "the Queen Elizabeth in King's Lynn", or around it."""
    return any(
        (0 <= first - last - 1 <= 2 and {"in", ",", "(", "at", "the"}.issuperset(names[last + 1 : first]))
        or first <= last <= end
        for first, end in beyond
    )


def _without_addresses(mentions: list[Mention]) -> list[Mention]:
    """A town right behind a name is where that place is: "the Elgar Unit in Worcester"."""
    kept = mentions[:1]
    for left, right in pairwise(mentions):
        between = [word.norm for word in right.sentence.words[left.last + 1 : right.first]]
        if not right.town or left.town or between not in (["in"], [","], ["("], []):
            kept.append(right)
    return kept


def _shared(mentions: list[Mention]) -> list[Mention]:
    """What is joined shares its role: "previously at Nottingham City and Leicester"."""
    for at in range(1, len(mentions)):
        left, right = mentions[at - 1], mentions[at]
        joint = _joint(left, right)
        # "Unlike A, B has none": behind a comparison a comma joins only where the list goes on, "unlike A, B and C".
        ends = joint == "," and is_compared(left) and _joint(right, *mentions[at + 1 : at + 2]) not in {"and", "or"}
        if joint and left.score < right.score and not ends:
            mentions[at] = replace(right, score=left.score)
    return mentions


def _joint(left: Mention, right: Mention | None = None) -> str:
    """The one word that joins two places as equals; empty where there is none, or no second place."""
    if right is None or right.first - left.last != 2:
        return ""
    joint = right.sentence.words[right.first - 1].norm
    return joint if joint in {"and", "or", ","} else ""


def _settled(places: Places, mentions: list[Mention], read: Sequence[tuple[Sentence, list[str]]]) -> list[Mention]:
    """Ambiguous names settled by a town beside them, another place or a town in the text; half names dropped."""
    names = {sentence.number: words for sentence, words in read}
    said: set[str] | None = None
    settled: list[Mention] = []
    for mention in mentions:
        if not mention.organisations or _is_one(mention):
            settled.append(mention)
            continue
        words = names[mention.sentence.number]
        near = words[max(0, mention.first - 3) : mention.first] + words[mention.last + 1 : mention.last + 1 + BESIDE]
        fitting = places.in_town(mention.organisations, mention.words, _phrases(near))
        if len(fitting) != 1 and (not mention.partial or len(mention.words) > 1):
            named = {m.organisations[0] for m in mentions if _is_one(m) and (m.score > 0 or m.said)}
            fitting = [code for code in mention.organisations if code in named]
        if len(fitting) != 1 and (not mention.partial or len(mention.words) > 1):
            said = said if said is not None else set().union(*(_phrases(all_words) for _, all_words in read))
            fitting = places.in_town(mention.organisations, mention.words, said)
        if len(fitting) == 1:
            site = places.site_called(fitting[0], mention.words)
            settled.append(replace(mention, organisations=(fitting[0],), site=site, partial=False))
        elif not mention.partial or mention.score > INTRODUCED:
            settled.append(mention)
    return _without_their_towns(places, settled)


def _without_their_towns(places: Places, mentions: list[Mention]) -> list[Mention]:
    """A town says no more than the hospital there that is named as well; a city says nothing beside any name."""
    named = [one for one in mentions if _is_one(one) and not one.town and one.score > 0]
    towns = {town for one in named if one.site for town in places.towns_of_site(one.site)}
    towns |= CITIES if named else set()
    return [one for one in mentions if not (one.town and " ".join(one.words) in towns)]


def _phrases(names: Sequence[str]) -> set[str]:
    """Words and their neighbours, as towns are called; where somebody studies or lives is no town here."""
    said: set[str] = set()
    for at, name in enumerate(names):
        if names[at + 1 : at + 2] in (["university"], ["road"]) or not _APART.isdisjoint(names[max(0, at - 2) : at]):
            continue
        said.add(name)
        said.update(" ".join(names[at : at + length]) for length in (2, 3))
    return said


def _choice(notes: Notebook, mentions: Sequence[Mention], most: int, again: float) -> PlaceFound:
    """The organisation with most behind it; what the text leaves open stays open."""
    scores: dict[str, float] = {}
    counts = Counter(mention.organisations for mention in mentions if mention.score > 0)
    for mention in mentions:
        if _is_one(mention):
            code = mention.organisations[0]
            scores[code] = max(scores.get(code, mention.score), mention.score)
    positive = {code: score + again * min(counts[(code,)] - 1, 2) for code, score in scores.items() if score > 0}
    top = max(positive.values(), default=0.0)
    others = [mention for mention in mentions if not mention.organisations and mention.score >= 1 + 2.0]
    if others and max(mention.score for mention in others) > top:
        return PlaceFound()
    open_ones = [one for one in mentions if not _is_one(one) and 0 < len(one.organisations) <= most and one.score > 0]
    if open_ones and (not positive or max(one.score for one in open_ones) >= top + 1):
        return _left_open(notes, max(open_ones, key=lambda mention: mention.score))
    if not positive:
        return PlaceFound()
    first = next(m for m in mentions if _is_one(m) and positive.get(m.organisations[0]) == top)
    return _decided(notes, first, mentions, positive)


def _is_one(mention: Mention) -> bool:
    """Whether it is clear which organisation is named."""
    return len(mention.organisations) == 1 and not mention.partial


def _left_open(notes: Notebook, mention: Mention) -> PlaceFound:
    for code in mention.organisations:
        notes.show_words(f"provider_candidate:{code}", *_ends(mention), f"{RULE}.ambiguous")
    notes.doubt("the place is named by a name that several go by")
    return PlaceFound(candidates=mention.organisations)


def _decided(notes: Notebook, first: Mention, mentions: Sequence[Mention], positive: dict[str, float]) -> PlaceFound:
    code = first.organisations[0]
    own = [one for one in mentions if one.organisations == (code,)]
    best = max(own, key=lambda one: one.score)
    sites = Counter(one.site for one in own if one.site and one.score > 0)
    site = best.site or (sites.most_common(1)[0][0] if sites else None)
    notes.show_words(f"provider:{code}", *_ends(best), f"{RULE}.name")
    if site:
        named = next((one for one in (best, *own) if one.site == site), best)
        notes.show_words(f"site:{site}", *_ends(named), f"{RULE}.name")
    rivals = [
        other
        for other in positive
        if other != code and positive[other] == positive[code] and _joined(best, other, mentions)
    ]
    if rivals:
        notes.show_again(f"provider_candidate:{code}", f"provider:{code}")
    for rival in rivals:
        other = next(one for one in mentions if one.organisations == (rival,) and one.score > 0)
        notes.show_words(f"provider_candidate:{rival}", *_ends(other), f"{RULE}.name")
    return PlaceFound(provider=code, site=site, candidates=(code, *rivals) if rivals else ())


def _joined(first: Mention, other: str, mentions: Sequence[Mention]) -> bool:
    """Whether the other place stands in the same sentence: both are then equally concerned."""
    return any(m.organisations == (other,) and m.sentence.number == first.sentence.number for m in mentions)


def _ends(mention: Mention) -> tuple[Word, Word]:
    words = mention.sentence.words
    return words[mention.first], words[mention.last]
