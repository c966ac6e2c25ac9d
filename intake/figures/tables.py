"""The figures as tables, each with a name, a title and a sentence on what it says."""

from collections.abc import Callable

from intake.figures.counting import GRADES, MACHINE, NONE, OFFICER, REST, STILL_OPEN, WENT, Figures
from models.clocks import Clock
from models.framework import Reference
from models.statistics import AGES, TOTAL, WAITS, Row, Table
from models.ticket import TicketState
from models.verdict import Kind

KINDS: dict[Kind, str] = {
    Kind.CONCERN: "Concerns",
    Kind.GOOD_PRACTICE: "Good practice",
    Kind.ENQUIRY: "Questions",
    Kind.ABOUT_LEARNER: "About one learner",
    Kind.IRRELEVANT: "Not for us",
}
STATES: dict[TicketState, str] = {
    TicketState.NEW: "New",
    TicketState.BEING_READ: "In hand",
    TicketState.WAITING: "Waiting for the reporter",
    TicketState.WITH_PROVIDER: "With the provider",
}
CLOCKS: dict[Clock, str] = {
    Clock.ACKNOWLEDGEMENT: "Acknowledgement",
    Clock.READING: "First reading",
    Clock.DECISION: "Decision",
    Clock.REPLY: "Reply",
}
DRAWN_THEMES = 5
BY_DECISIONS = "Numbers come when officers decide on concerns: open one from the queue."


def tables(found: Figures, words: Reference) -> tuple[Table, ...]:
    """All tables of an answer, the machine's misses first. Those that say nothing under a filter are left out."""
    made = [_misses(found), _agreement(found), _arrivals(found), _backlog(found), _open_now(found), _grades(found)]
    made += [_waits(found), _clocks(found), _themes(found, words)]
    if found.asked.provider is None:
        made.append(_places(found, words))
    if found.asked.specialty is None:
        made.append(_specialties(found, words))
    return tuple(made)


def _by_bucket(found: Figures, numbers: Callable[[int], tuple[int | None, ...]]) -> tuple[Row, ...]:
    period = found.asked.period
    return tuple(Row(label=period.label(bucket), numbers=numbers(bucket)) for bucket in period.buckets)


def _head(found: Figures) -> str:
    return "Month" if found.asked.period.span.by_month else "Week from"


def _misses(found: Figures) -> Table:
    shown = found.shown
    total = Row(label=TOTAL, numbers=(shown("missed"), shown("seen"), shown("serious")))
    rows = _by_bucket(found, lambda one: (shown("missed", one), shown("seen", one), shown("serious", one)))
    return Table(
        name="misses",
        title="Serious concerns that the machine missed",
        about="Of the concerns that arrived then and that officers put into category 2 or higher: how many the machine "
        "had graded lower, or not at all.",
        head=_head(found),
        columns=("Missed", "Seen", "Serious"),
        rows=(*rows, total),
        chart="stacked",
        drawn=2,
        comes=BY_DECISIONS,
    )


def _agreement(found: Figures) -> Table:
    names: dict[int | str, str] = {
        NONE: "Not graded",
        **{grade: f"Category {grade}" for grade in range(4)},
    }
    return Table(
        name="agreement",
        title="The machine beside the officers",
        about="Concerns that were decided on. A row is what the machine proposed at most, a column what the officer "
        "decided last. What stands in the first columns of the first rows is a serious concern that was missed.",
        head="Machine",
        columns=tuple(f"Officer: category {grade}" for grade in OFFICER),
        rows=tuple(
            Row(label=names[machine], numbers=tuple(found.shown("both", machine, one) for one in OFFICER))
            for machine in MACHINE
        ),
        chart="bars",
        comes=BY_DECISIONS,
    )


def _arrivals(found: Figures) -> Table:
    shown = found.shown
    return Table(
        name="arrivals",
        title="What arrived",
        about="New tickets, by what they are. A message that follows a ticket is not counted again.",
        head=_head(found),
        columns=("All", *KINDS.values()),
        rows=_by_bucket(found, lambda one: (shown("all", one), *(shown("kind", kind, one) for kind in KINDS))),
        chart="lines",
    )


def _backlog(found: Figures) -> Table:
    levels = dict(zip(found.asked.period.buckets, found.backlog, strict=True))
    return Table(
        name="backlog",
        title="What was open",
        about="Tickets that were not closed at the end of each week or month, to the nearest 5. "
        "One that was opened again counts as open since it arrived.",
        head=_head(found),
        columns=("Open",),
        rows=_by_bucket(found, lambda one: (levels[one],)),
        chart="lines",
        comes="Nothing was open.",
    )


def _open_now(found: Figures) -> Table:
    ages = range(len(AGES))
    return Table(
        name="open-now",
        title="What is open now, and how old it is",
        about="Open tickets by where they stand, and how long ago they arrived.",
        head="State",
        columns=(*(words for words, _ in AGES), "All"),
        rows=tuple(
            Row(
                label=STATES.get(state, state.value),
                numbers=(*(found.shown("open", state, age) for age in ages), found.shown("open", state)),
            )
            for state in STILL_OPEN
        ),
        chart="bars",
        drawn=len(AGES),
        comes="Nothing is open now.",
    )


def _grades(found: Figures) -> Table:
    names: dict[int | str, str] = {NONE: "Not graded", **{grade: f"Category {grade}" for grade in range(5)}}
    return Table(
        name="grades",
        title="Concerns by category",
        about="The officer's category where there is a decision, otherwise the machine's.",
        head=_head(found),
        columns=tuple(names[grade] for grade in GRADES),
        rows=_by_bucket(found, lambda one: tuple(found.shown("isf", grade, one) for grade in GRADES)),
        chart="stacked",
        comes="Numbers come with the first concerns.",
    )


def _waits(found: Figures) -> Table:
    waits = (*range(len(WAITS)), NONE)
    return Table(
        name="acknowledgements",
        title="How long people waited to be told that we have it",
        about="From the arrival to the acknowledgement. None is sent to who has no address, to machines, "
        "or where it could not be delivered yet.",
        head=_head(found),
        columns=(*(words.capitalize() for words, _ in WAITS), "None sent"),
        rows=_by_bucket(found, lambda one: tuple(found.shown("wait", wait, one) for wait in waits)),
        chart="stacked",
    )


def _clocks(found: Figures) -> Table:
    return Table(
        name="clocks",
        title="Service clocks",
        about="Tickets that arrived in this period. A clock is kept when it ended in time; overdue when it still runs.",
        head="Clock",
        columns=("Kept", "Late", "Overdue now", "Running"),
        rows=tuple(
            Row(label=CLOCKS[clock], numbers=tuple(found.shown("clock", clock, went) for went in WENT))
            for clock in Clock
        ),
        chart="bars",
    )


def _themes(found: Figures, words: Reference) -> Table:
    names = [words.themes[code].label if code in words.themes else code for code in found.themes]
    total = Row(label=TOTAL, numbers=tuple(found.shown("theme", code) for code in found.themes))
    rows = _by_bucket(found, lambda one: tuple(found.shown("theme", code, one) for code in found.themes))
    return Table(
        name="themes",
        title="Themes of concerns",
        about="A concern may have several themes. The most frequent stand first, and the first five are drawn.",
        head=_head(found),
        columns=tuple(names),
        rows=(*rows, total),
        chart="lines",
        drawn=DRAWN_THEMES,
        comes="Numbers come with the first concerns.",
    )


def _places(found: Figures, words: Reference) -> Table:
    def name(code: str | None) -> str:
        if code is None:
            return "Place not known"
        if code == REST:
            return "All other places"
        return words.providers[code].name if code in words.providers else code

    return Table(
        name="places",
        title="Concerns by place",
        about="The organisations that most concerns are about.",
        head="Place",
        columns=("Concerns", "Category 2 or higher"),
        rows=tuple(
            Row(label=name(code), numbers=(found.shown("place", code), found.shown("place", code, "serious")))
            for code in found.places
        ),
        chart="bars",
        comes="Numbers come with the first concerns.",
    )


def _specialties(found: Figures, words: Reference) -> Table:
    return Table(
        name="specialties",
        title="Concerns by specialty",
        about="A concern may belong to several specialties, or to none that we know. The most frequent are listed.",
        head="Specialty",
        columns=("Concerns",),
        rows=tuple(
            Row(
                label=words.specialties[code].name if code in words.specialties else code,
                numbers=(found.shown("specialty", code),),
            )
            for code in found.specialties
        ),
        chart="bars",
        comes="Numbers come with the first concerns.",
    )
