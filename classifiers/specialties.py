"""Component `specialties`: the post's specialty, training programme and learner profession.

Names decide first. Where heads judge, words that go with a post (`post_words.py`) add those that nobody names.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.cues import VERSION, words_data
from classifiers.document import Notebook, notebook
from classifiers.post_words import FILE, PostWords, load_post_words, post_words_of, read_of, save_post_words
from classifiers.posts import NAMED, POST, STAY, WRITER, Posts, Seen, early_sentences
from models.framework import Reference

RULE = f"rules-{VERSION}/specialty.alias"
LEARNED = "posts-1/specialty"
GENERAL_NURSING = "950-ADULT"
"""What a student nurse is who names no field."""
MIDWIFERY, OBSTETRICS = "560", "501/502"
"""A midwife's labour ward is midwifery, not obstetrics."""
NEWLY = "950-PREC"
"""Preceptorship, which says when rather than what."""


@Language.factory("specialties", default_config={"guess": True})
def make_specialties(nlp: Language, name: str, guess: bool) -> "Specialties":  # noqa: ARG001
    """The component without reference data; the pipeline puts them in with `use`.

    `guess`: whether words that go with a post add those that nobody names.
    """
    return Specialties(guess=guess)


class Specialties:
    """Writes `specialties` into the notebook."""

    def __init__(self, *, guess: bool = True) -> None:
        self._guess = guess
        data = words_data("specialties.toml")
        self._implied: dict[str, str] = data["implied"]
        self._core: dict[str, list[str]] = data["core"]
        self._places: dict[str, str] = data["places"]
        self._posts: Posts | None = None
        self._known: frozenset[str] = frozenset()
        self.words: PostWords | None = None

    def use(self, reference: Reference) -> None:
        """Take names and aliases from this reference data."""
        self._posts = Posts(reference)
        self._known = frozenset(reference.specialties)

    def teach(self, words: PostWords) -> None:
        """Use these words for posts that are not named."""
        self.words = words

    def __call__(self, doc: Doc) -> Doc:
        """Find names, settle the ambiguous ones by their neighbours, keep what is the learner's own."""
        if self._posts is None:
            raise RuntimeError("specialties has no reference data; call use() first")
        notes = notebook(doc)
        read = [(one, self._posts.names(one)) for one in read_of(notes)]
        everything = " ".join(name for _, names in read for name in names)
        early = early_sentences(notes.sentences)
        seen: list[Seen] = []
        for sentence, names in read:
            seen += self._posts.find(sentence, names, everything, len(seen), early=sentence.number in early)
        chosen = _chosen(seen)
        for one in chosen:
            notes.show_words(f"specialty:{one.code}", one.first, one.last, RULE)
        notes.named_specialties = self._completed(notes, chosen)
        notes.specialties = notes.named_specialties
        if self._guess and self.words is not None and notes.scores is not None:
            self._add(notes, self.words)
        return doc

    def _add(self, notes: Notebook, words: PostWords) -> None:
        """Posts that the words make likely; a code that an operator has taken away stays away."""
        for code, sentence in words.likely(read_of(notes), beside=bool(notes.named_specialties)):
            if code in self._known and code not in notes.specialties:
                notes.show_sentence(f"specialty:{code}", sentence.number, f"{LEARNED}.{code}")
                notes.specialties += (code,)

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002  spaCy calls it so
        """Write the words, where there are any."""
        if self.words is not None:
            Path(path).mkdir(parents=True, exist_ok=True)
            save_post_words(self.words, Path(path) / FILE)

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "Specialties":  # noqa: ARG002  spaCy calls it so
        """Read the words of a folder, where there are any. Raises HeadsError for a file that holds none."""
        if (Path(path) / FILE).exists():
            self.teach(load_post_words(Path(path) / FILE))
        return self

    def to_bytes(self, exclude: Iterable[str] = ()) -> bytes:  # noqa: ARG002  spaCy calls it so
        """The words as one string of bytes; empty where there are none."""
        file = BytesIO()
        if self.words is not None:
            save_post_words(self.words, file)
        return file.getvalue()

    def from_bytes(self, data: bytes, exclude: Iterable[str] = ()) -> "Specialties":  # noqa: ARG002  spaCy calls it so
        """Take the words that `to_bytes` gave. Raises HeadsError for anything else."""
        self.words = post_words_of(data, FILE) if data else None
        return self

    def _completed(self, notes: Notebook, chosen: Sequence[Seen]) -> tuple[str, ...]:
        """With the core programme of a core trainee, the specialty of a programme, and that of a hospice.

        Each shows the words that it follows from.
        """
        codes = {one.code: f"specialty:{one.code}" for one in chosen}
        for programme, family in self._core.items():
            core = next((one.code for one in chosen if one.core and one.code in family), None)
            if core is not None:
                codes.setdefault(programme, f"specialty:{core}")
        for programme, specialty in self._implied.items():
            if programme in codes and all(one.learner for one in chosen):
                codes.setdefault(specialty, codes[programme])
        where = {notes.place.provider: "provider", notes.place.site: "site"}
        for place, specialty in self._places.items() if chosen else ():
            if place in where:
                codes.setdefault(specialty, f"{where[place]}:{place}")
        for code, like in codes.items():
            if like != f"specialty:{code}":
                notes.show_again(f"specialty:{code}", like, f"{RULE.removesuffix('.alias')}.implied")
        return tuple(codes)


def _chosen(seen: Sequence[Seen]) -> list[Seen]:
    """Who the learner is, and what the post is in; a place that is merely named only when nothing else is."""
    best: dict[str, Seen] = {}
    for one in seen:
        if one.code not in best or one.weight > best[one.code].weight:
            best[one.code] = one
    learners = [one for one in best.values() if one.learner and one.weight >= NAMED]
    top = max((one.weight for one in learners), default=NAMED)
    learners = [one for one in learners if one.weight == top]
    fields = {one.code for one in learners if one.code.startswith("950-")} - {GENERAL_NURSING, NEWLY}
    if fields:
        learners = [one for one in learners if one.code != GENERAL_NURSING]
    posts = [one for one in best.values() if not one.learner and one.weight >= NAMED]
    if MIDWIFERY in {one.code for one in learners}:
        learners = [one for one in learners if one.code != NEWLY]
    if any(one.code == MIDWIFERY for one in learners):
        posts = [one for one in posts if one.code != OBSTETRICS]
    most = max((one.weight for one in posts), default=NAMED)
    if most == WRITER and top == NAMED:
        learners = []
    if most == NAMED:
        posts = [] if top == WRITER else posts[:1]
    elif most == WRITER:
        posts = [one for one in posts if one.weight >= STAY]
    else:
        posts = [one for one in posts if one.weight >= POST]
    return sorted((*learners, *posts), key=lambda one: one.order)
