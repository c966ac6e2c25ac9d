"""The field's terms as values: places, specialties, themes, the ISF, red flags, helplines and promises.

The wordings come from editable reference data (`models/reference/`), never from code.
"""

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """An organisation, site, ICB, university or other place. `code` is the ODS code where there is one."""

    code: str
    name: str
    kind: str
    """`trust`, `site`, `icb`, `university`, `gp`, `dental` or `other`."""
    parent: str | None = None
    """The trust of a site; the ICB of a trust."""
    postcode: str = ""
    town: str = ""
    aliases: tuple[str, ...] = ()
    closed: bool = False
    successor: str | None = None
    """The organisation that took over from a closed one."""
    members: tuple[str, ...] = ()
    """The organisations of a group."""
    care: tuple[str, ...] = ()
    """What care a trust gives: `acute`, `mental`, `community`, `ambulance`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AmbiguousName:
    """A name that several places go by ("City", "the Royal"). Candidates are organisation codes."""

    name: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Specialty:
    """A specialty, training programme or learner profession."""

    code: str
    name: str
    group: str
    profession: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Standard:
    """One standard of the Education Quality Framework, for example `3.5`, within its domain."""

    code: str
    domain: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Theme:
    """One of the themes a concern can have, with the standards it touches."""

    code: str
    label: str
    meaning: str
    standards: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class IsfCategory:
    """A category of the Intensive Support Framework: its meaning, who is told, what follows."""

    number: int
    label: str
    meaning: str
    told: tuple[str, ...]
    follows: tuple[str, ...]
    by_program: bool
    """Whether a program may propose it: never for category 4."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Scores (impact x likelihood) from `lowest` to `highest`, both included, mean `category`."""

    lowest: int
    highest: int
    category: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RedFlag:
    """Something a person must see at once, whatever the grade."""

    code: str
    label: str
    meaning: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Helpline:
    """Where somebody in distress can turn. `verified_on` is when its `owner` last checked it."""

    code: str
    name: str
    contact: str
    hours: str
    owner: str
    verified_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Promises:
    """What an acknowledgement may promise, and its wordings. Nothing is promised that is not set here."""

    team: str
    hours: str
    read_within: str
    subject: str
    opening: str
    what_next: tuple[str, ...]
    add_more: str
    urgent: str
    help_now: str
    """Before the helplines in a letter to a learner at risk."""
    work_mailbox_warning: str
    encrypted: str
    """For a mail that nobody here can read."""
    files_left_unread: str
    """When a file was not opened, or its words could not be read."""
    work_domains: tuple[str, ...]
    """Domain endings whose mailboxes an employer or university may read, for example `nhs.uk`."""
    closing: str

    def filled(self, reference: str) -> "Promises":
        """The same with the reference, the hours and the time filled in."""

        def fill(words: str) -> str:
            for name, value in (("reference", reference), ("hours", self.hours), ("read_within", self.read_within)):
                words = words.replace(f"{{{name}}}", value)
            return words

        return replace(
            self,
            subject=fill(self.subject),
            opening=fill(self.opening),
            what_next=tuple(fill(step) for step in self.what_next),
            add_more=fill(self.add_more),
            urgent=fill(self.urgent),
            work_mailbox_warning=fill(self.work_mailbox_warning),
            closing=fill(self.closing),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CannedQuestion:
    """A question that officers may ask with one click. `about` names what its answer fills in."""

    code: str
    label: str
    text: str
    about: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosingOutcome:
    """How a ticket can end. `words` are what the reporter gets unless the officer changes them."""

    code: str
    label: str
    words: str
    hint: str = ""
    """What an officer should think of before choosing it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterFrame:
    """What stands around an officer's own words in a mail; {reference} and {hours} are filled in."""

    code: str
    """`question`, `reply` or `closing`."""
    subject: str
    opening: str
    ending: str
    danger: str = ""
    """What follows the ending, unless the helplines do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """All reference data, checked. Mappings keep the order of their files."""

    providers: dict[str, Provider]
    ambiguous_names: tuple[AmbiguousName, ...]
    specialties: dict[str, Specialty]
    standards: dict[str, Standard]
    domains: dict[int, str]
    themes: dict[str, Theme]
    categories: dict[int, IsfCategory]
    bands: tuple[Band, ...]
    red_flags: dict[str, RedFlag]
    helplines: dict[str, Helpline]
    promises: Promises
    questions: dict[str, CannedQuestion]
    outcomes: dict[str, ClosingOutcome]
    letters: dict[str, LetterFrame]

    def category_of(self, impact: int, likelihood: int) -> int:
        """The ISF category of an impact and a likelihood, each 1 to 5; raises ValueError outside the bands."""
        score = impact * likelihood
        for band in self.bands:
            if band.lowest <= score <= band.highest:
                return band.category
        raise ValueError(f"no ISF band holds the score {score} (impact {impact} x likelihood {likelihood})")

    def organisation_of(self, code: str) -> str | None:
        """The organisation code of a place: a site's trust, a closed trust's successor, otherwise itself."""
        place = self.providers.get(code)
        if place is None:
            return None
        if place.kind == "site" and place.parent:
            return self.organisation_of(place.parent)
        return place.successor or place.code
