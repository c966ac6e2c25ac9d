"""Facts about the search on the desk."""

import re
from html import unescape

import pytest
from playwright.sync_api import ViewportSize, expect

from models.searchable import Masked
from tests.intake.desk.browser import SIZES, barriers, sticks_out
from tests.intake.desk.conftest import OpenTab, Site, Visitor
from tests.intake.desk.making import graded, open_ticket
from tests.intake.desk.test_faults import HOSTILE


def searchable(desk: Site, text: str, subject: str = "Rota", **facts: object) -> str:
    return open_ticket(
        desk.store, graded(**facts), text=text, subject=subject, masked=Masked(subject=subject, text=text)
    )


def found(page: str) -> list[str]:
    return re.findall(r'<h2[^>]*><a href="/tickets/([^"]+)"', page)


def test_the_box_stands_on_the_queue_and_its_form_finds_a_ticket(site: Site, officer: Visitor) -> None:
    reference = searchable(site, "There was no registrar on call.")
    assert '<form method="get" action="/search" role="search">' in officer.get("/").text
    page = officer.get("/search", params={"q": "registrars"}).text
    assert found(page) == [reference]
    assert "<mark>registrar</mark> on call" in page
    assert "1 ticket." in page


def test_filters_and_question_hold_together_and_pages_follow(site: Site, officer: Visitor) -> None:
    references = [searchable(site, "the rota", isf=number % 2, provider="RRK") for number in range(14)]
    grave = references[1::2]
    page = officer.get("/search", params={"q": "rota", "isf": "1", "provider": "RRK"}).text
    seen = found(page)
    while next_page := re.search(r'href="(/search\?[^"]+)" rel="next"', page):
        page = officer.get(unescape(next_page[1])).text
        seen += found(page)
    assert seen == grave[::-1]
    assert found(officer.get("/search", params={"q": "rota", "state": "closed"}).text) == []


def test_a_place_is_found_by_its_name_by_part_of_it_and_by_its_code(site: Site, officer: Visitor) -> None:
    reference = searchable(site, "x", provider="RBK", site="RBK02")
    for question in ("Walsall Manor", '"manor hospital"', "walsal*", "RBK02", "manors"):
        assert found(officer.get("/search", params={"q": question}).text) == [reference], question


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("", "Type what you remember"),
        ("***", "There is no word to look for"),
        ("-rota", "There is no word to look for"),
        ("zebra", "No ticket has all of these words"),
    ],
)
def test_an_empty_page_teaches_how_to_ask(site: Site, officer: Visitor, question: str, told: str) -> None:
    page = officer.get("/search", params={"q": question}).text
    assert told in page
    assert "superv*" in page


def test_strange_input_is_answered_and_escaped_and_a_broken_page_is_not_there(site: Site, officer: Visitor) -> None:
    searchable(site, f"rota {HOSTILE}", subject=HOSTILE)
    for question in ('" OR 1=1 --', "<script>alert(1)</script> rota", "words:x NEAR(", "\0\ue001"):
        answer = officer.get("/search", params={"q": question})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
    assert HOSTILE not in officer.get("/search", params={"q": "rota"}).text
    assert officer.get("/search", params={"q": "rota", "after": "x"}).status_code == 404


def test_nobody_searches_without_signing_in(site: Site, visitor: Visitor) -> None:
    searchable(site, "rota")
    assert visitor.get("/search", params={"q": "rota"}).status_code == 303


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
def test_the_search_has_no_barrier_and_nothing_sticks_out(site: Site, open_tab: OpenTab, size: ViewportSize) -> None:
    searchable(site, f"There was no registrar. {'Wolverhampton' * 12} {HOSTILE}", subject="Nights " + "x" * 90)
    token, _ = site.session()
    page = open_tab(size=size, token=token)
    for path in (
        "/",
        "/search",
        "/search?q=registrar",
        "/search?q=registrar&isf=1",
        "/search?q=zebra&provider=Hogwarts",
    ):
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        assert sticks_out(page) == [], path
        assert barriers(page) == [], path


def test_without_javascript_one_searches_from_the_queue_and_opens_what_was_found(site: Site, open_tab: OpenTab) -> None:
    searchable(site, "There was no registrar on call.", subject="Nights")
    token, _ = site.session()
    page = open_tab(token=token, javascript=False)
    page.goto("/")
    page.get_by_label("Search all tickets").fill('"no registrar"')
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text(["no registrar"])
    page.get_by_role("link", name="Nights").click()
    expect(page.get_by_role("heading", name="Nights")).to_be_visible()
