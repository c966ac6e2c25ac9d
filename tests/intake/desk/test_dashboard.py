"""Facts about the dashboard: what it counts, what it never shows, and how it is drawn."""

import csv
import io
import re

import pytest
from playwright.sync_api import ViewportSize

from intake.desk.dashboard import inert, written
from models.rights import SYSTEM, Role
from models.ticket import Decision
from models.verdict import Kind
from storage.store import Store
from tests.intake.desk.browser import DESKTOP, PHONE, barriers, sticks_out
from tests.intake.desk.conftest import EMAIL, OpenTab, Site, Visitor
from tests.intake.desk.making import HOUR, NOW, graded, open_ticket


def decided(store: Store, reference: str, isf: int) -> None:
    with store.write() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
        assert ticket is not None
        decision = Decision(
            officer=EMAIL,
            at=NOW,
            kind=Kind.CONCERN,
            provider=None,
            site=None,
            specialties=(),
            themes=("rota",),
            impact=3,
            likelihood=3,
            isf=isf,
            reason="Read.",
        )
        tx.tickets.decide(ticket.row.id, decision, version=ticket.row.version, urgency=1)


def filled(store: Store) -> None:
    """Five concerns of category 1, one of category 0 and four letters of praise; three concerns decided as 2."""
    for number in range(5):
        reference = open_ticket(store, graded(isf=1, themes=("rota",)), age=number * HOUR)
        if number < 3:
            decided(store, reference, 2)
    open_ticket(store, graded(isf=0))
    for _ in range(4):
        open_ticket(store, graded(isf=0, kind=Kind.GOOD_PRACTICE))


def rows(answer: str) -> dict[str, list[str]]:
    found = list(csv.reader(io.StringIO(answer.removeprefix("\ufeff"))))
    return {row[0]: row[1:] for row in found}


def test_a_table_and_its_file_hold_the_same_numbers_and_no_small_one(either: Site) -> None:
    filled(either.store)
    token, _ = either.session()
    with Visitor(base_url=either.url, cookies={"intake": token}) as officer:
        page = officer.get("/dashboard").text
        grades = rows(officer.get("/dashboard/grades.csv").text)["23 Nov 2026"]
        arrivals = rows(officer.get("/dashboard/arrivals.csv").text)["23 Nov 2026"]
        misses = rows(officer.get("/dashboard/misses.csv").text)["23 Nov 2026"]
        agreement = rows(officer.get("/dashboard/agreement.csv").text)
    # One concern of category 0 and two of category 1: with three others of category 2 they make six.
    assert grades == ["0", "0", "3", "[c]", "[c]", "0"]
    assert arrivals == ["10", "6", "4", "0", "0", "0"]
    assert misses == ["3", "0", "3"]
    assert agreement["Category 1"] == ["0", "0", "3", "0", "0"]
    table = page.partition('id="grades"')[2].partition("</table>")[0].rpartition("<tr")[2]
    shown = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", table)]
    assert shown == grades


def test_what_the_machine_missed_stands_first_and_leads_to_the_ticket(site: Site, officer: Visitor) -> None:
    filled(site.store)
    page = officer.get("/dashboard").text
    assert page.index("Look at these first") < page.index("Serious concerns that the machine missed")
    assert len(re.findall(r'<a href="/tickets/QM-[^"]+"', page)) == 3


def order(page: str) -> list[str]:
    return re.findall(r'<h2 class="nhsuk-heading-m" id="([\w-]+)-title"', page)


def test_what_has_nothing_in_it_stands_last_and_says_with_what_numbers_come(site: Site, officer: Visitor) -> None:
    nothing = officer.get("/dashboard").text
    assert order(nothing) == ["empty"]
    assert "There is nothing to count in this time." in nothing
    assert "Choose a longer time above." in nothing
    assert "No ticket that you may read fits" in officer.get("/dashboard?provider=RWE").text
    open_ticket(site.store)
    one = officer.get("/dashboard").text
    assert order(one)[0] == "arrivals"
    assert "There are too few to draw" in one
    for _ in range(3):
        open_ticket(site.store, graded(isf=2))
    several = officer.get("/dashboard").text
    assert order(several)[:2] == ["arrivals", "backlog"]
    assert order(several)[-1] == "empty"
    last = several.partition('id="empty-title"')[2]
    assert "The machine beside the officers" in last
    assert "Numbers come when officers decide on concerns" in last
    filled(site.store)
    assert order(officer.get("/dashboard").text)[:3] == ["missed", "misses", "agreement"]


def test_a_filter_counts_one_place_rounded_and_an_unknown_one_is_told(site: Site, officer: Visitor) -> None:
    filled(site.store)
    for _ in range(3):
        open_ticket(site.store, graded(isf=1, provider="RWE"))
    wolverhampton = rows(officer.get("/dashboard/arrivals.csv?provider=RWE").text)["23 Nov 2026"]
    assert wolverhampton == ["5", "5", "0", "0", "0", "0"]
    assert "rounded to the nearest 5" in officer.get("/dashboard?period=12m").text
    wrong = officer.get("/dashboard?provider=Hogwarts&specialty=Potions")
    assert wrong.status_code == 422
    assert "Choose a place from the list" in wrong.text
    assert "Choose a specialty from the list" in wrong.text
    assert officer.get("/dashboard?period=nonsense").status_code == 200
    assert officer.get("/dashboard/nothing.csv").status_code == 404
    assert officer.get("/dashboard/arrivals.csv?provider=Hogwarts").status_code == 404


def test_who_may_not_read_tickets_sees_no_figures_and_nobody_counts_what_is_restricted(site: Site) -> None:
    filled(site.store)
    token, _ = site.session()
    with site.store.write() as tx:
        officer = tx.officers.by_email(EMAIL)
        assert officer is not None
        for ticket_id in tx.search.tickets():
            tx.access.restrict(ticket_id, [], at=NOW, actor="lead@nhs.test")
    with Visitor(base_url=site.url, cookies={"intake": token}) as visitor:
        assert rows(visitor.get("/dashboard/arrivals.csv").text)["23 Nov 2026"] == ["0"] * 6
        assert "Look at these first" not in visitor.get("/dashboard").text
        with site.store.write() as tx:
            tx.officers.set_roles(officer.id, (Role.AUDITOR, Role.ADMINISTRATOR))
        assert visitor.get("/dashboard").status_code == 403
        assert visitor.get("/dashboard/arrivals.csv").status_code == 403


def test_no_cell_of_a_file_is_a_formula() -> None:
    evil = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1")
    assert [cell for cell in evil if not inert(cell).startswith("'")] == []
    [line] = csv.reader(io.StringIO(written([("=cmd|' /C calc'!A0", 'a "quoted", cell')])))
    assert line == ["\ufeff'=cmd|' /C calc'!A0", 'a "quoted", cell']


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_is_drawn_without_a_barrier_and_without_javascript_the_tables_stand(
    site: Site, open_tab: OpenTab, size: ViewportSize
) -> None:
    filled(site.store)
    token, _ = site.session()
    page = open_tab(size=size, token=token)
    page.goto("/dashboard")
    page.locator("canvas").nth(8).wait_for()
    assert page.locator("#grades").is_visible() is False
    assert sticks_out(page) == []
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
    assert barriers(page) == []
    assert sticks_out(page) == []
    # Something was drawn in every chart, and a stacked one has a pattern in it: more than one colour side by side.
    blank = page.evaluate(
        "[...document.querySelectorAll('canvas')].filter(one => !one.getContext('2d')"
        ".getImageData(0, 0, one.width, one.height).data.some(value => value)).length"
    )
    assert blank == 0
    plain = open_tab(size=size, token=token, javascript=False)
    plain.goto("/dashboard")
    assert plain.locator("#grades").is_visible()
    assert plain.locator("canvas").count() == 0
