"""Facts about the queue: what is read first, and what a filter shows."""

import re
from datetime import timedelta

import pytest

from models.ticket import TicketState
from models.verdict import Kind
from tests.intake.desk.conftest import Site, Visitor
from tests.intake.desk.making import HOUR, graded, open_ticket, ungraded


def listed(visitor: Visitor, path: str = "/") -> list[str]:
    """The subjects on a page of the queue, in their order."""
    return re.findall(r'class="desk-subject"><bdi>([^<]+)</bdi>', visitor.get(path).text)


def next_page(visitor: Visitor, path: str) -> str | None:
    found = re.search(r'<a href="([^"]+)" rel="next">', visitor.get(path).text)
    return found[1].replace("&amp;", "&") if found else None


def test_red_flags_come_first_then_the_ungraded_then_the_category_then_the_oldest(site: Site, officer: Visitor) -> None:
    made = {
        "category 1, newer": (graded(), 1),
        "category 3": (graded(isf=3), 1),
        "category 1, oldest": (graded(), 90),
        "flag, category 1": (graded(red_flags=("violence",)), 1),
        "not graded": (ungraded(), 1),
    }
    for subject, (verdict, hours) in made.items():
        open_ticket(site.store, verdict, subject=subject, age=hours * HOUR)
    assert listed(officer) == [
        "flag, category 1",
        "not graded",
        "category 3",
        "category 1, oldest",
        "category 1, newer",
    ]


def test_a_row_says_in_words_what_its_colours_say(site: Site, officer: Visitor) -> None:
    open_ticket(site.store, graded(isf=3, red_flags=("violence",), needs_person=True, provider="RWE"), age=3 * HOUR)
    row = officer.get("/").text.partition("<tbody")[2].partition("</tbody>")[0]
    text = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    for words in (
        "Red flag: Violence",
        "Category 3: proposed",
        "Needs a person",
        "University Hospitals of Leicester NHS Trust",
        "3 hours ago",
    ):
        assert words in text


def test_an_enquiry_is_shown_without_a_category(site: Site, officer: Visitor) -> None:
    open_ticket(site.store, graded(kind=Kind.ENQUIRY, isf=0))
    assert "Question</strong>" in officer.get("/").text


def test_pages_together_show_every_ticket_once_and_end(site: Site, officer: Visitor) -> None:
    for number in range(12):
        open_ticket(site.store, subject=f"Ticket {number:02d}", age=(12 - number) * HOUR)
    seen: list[str] = []
    path: str | None = "/"
    while path:
        page = listed(officer, path)
        assert 0 < len(page) <= 5
        seen += page
        path = next_page(officer, path)
    assert seen == [f"Ticket {number:02d}" for number in range(12)]


def test_the_next_page_keeps_the_filter(site: Site, officer: Visitor) -> None:
    for number in range(7):
        open_ticket(site.store, graded(isf=number % 2), subject=f"Ticket {number}")
        open_ticket(site.store, graded(isf=2), subject=f"Other {number}")
    more = next_page(officer, "/?isf=2")
    assert more is not None
    assert len(listed(officer, more)) == 2
    assert all(subject.startswith("Other") for subject in listed(officer, more))


FILTERS = {
    "kind=good_practice": ["praise"],
    "provider=Leicester Royal Infirmary": ["leicester"],
    "provider=RWE": ["leicester"],
    "isf=2": ["unclear", "leicester"],
    "flagged=1": ["flagged"],
    "person=1": ["unclear"],
    "flagged=1&isf=2": [],
    "state=closed": ["closed"],
    "state=all": ["flagged", "unclear", "leicester", "closed", "praise"],
    "kind=nonsense": [],
    "isf=9": [],
    "colour=red": [],
    "site=Leicester Royal Infirmary": [],
    "clock=late": [],
    "officer=nobody": ["flagged", "unclear", "leicester", "praise"],
    "officer=me": [],
    "age=day&channel=e-mail": ["flagged", "unclear", "leicester", "praise"],
    "age=over_week": [],
    "theme=rota": [],
}
"""What the address asks for -> the subjects shown."""


def test_a_filter_shows_what_it_asks_for_and_nonsense_shows_nothing(site: Site, officer: Visitor) -> None:
    open_ticket(site.store, graded(kind=Kind.GOOD_PRACTICE, isf=0), subject="praise")
    open_ticket(site.store, graded(isf=2, provider="RWE"), subject="leicester")
    open_ticket(site.store, graded(isf=3, red_flags=("violence",)), subject="flagged")
    open_ticket(site.store, ungraded(), subject="unclear")
    closed = open_ticket(site.store, graded(), subject="closed")
    officer.send_form(f"/tickets/{closed}/accept", version=1)
    told = {"outcome": "resolved", "words": "Thank you.", "tell": "send", "step": "close"}
    officer.send_form(f"/tickets/{closed}/close", version=2, **told)
    for query, wanted in FILTERS.items():
        assert listed(officer, f"/?{query}") == wanted, query


def test_a_place_that_nobody_knows_is_named_as_the_fault(site: Site, officer: Visitor) -> None:
    open_ticket(site.store)
    page = officer.get("/?provider=Hogwarts").text
    assert "We do not know that place" in page
    assert 'value="Hogwarts"' in page
    assert "No ticket fits this filter." in page


def test_what_the_queue_cannot_filter_by_is_told(officer: Visitor) -> None:
    assert "The queue has no such filter" in officer.get("/?colour=red").text
    assert "Choose a category from 0 to 4" in officer.get("/?isf=9").text
    assert "There is no such kind of message." in officer.get("/?kind=nonsense").text
    assert officer.get("/?after=nonsense").status_code == 404


def test_an_empty_queue_says_so(officer: Visitor) -> None:
    assert "Nothing is waiting for you." in officer.get("/").text
    assert "Tickets come here when an officer moves them." in officer.get("/?state=closed").text


def test_the_tabs_count_by_state_and_the_lanes_by_kind(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    open_ticket(site.store)
    open_ticket(site.store, graded(kind=Kind.GOOD_PRACTICE))
    officer.send_form(f"/tickets/{reference}/state", version=1, state=TicketState.WITH_PROVIDER.value)
    page = " ".join(re.sub(r"<[^>]+>", "", officer.get("/").text).split())
    assert "New2 tickets" in page
    assert "With the provider1 tickets" in page
    assert "Good practice (1)" in page
    assert "Concern (1)" in page
    elsewhere = " ".join(re.sub(r"<[^>]+>", "", officer.get("/?state=with_provider").text).split())
    assert "Concern (1)" in elsewhere
    assert "Good practice (0)" in elsewhere


@pytest.mark.parametrize(
    ("age", "said"),
    [(timedelta(seconds=5), "just now"), (timedelta(minutes=1), "1 minute ago"), (timedelta(days=9), "9 days ago")],
)
def test_age_is_told_in_one_unit(site: Site, officer: Visitor, age: timedelta, said: str) -> None:
    open_ticket(site.store, age=age)
    assert said in officer.get("/").text
