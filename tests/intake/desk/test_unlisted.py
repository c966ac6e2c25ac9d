"""Facts about places in no list, as officers see them."""

import html
import json
import re
from dataclasses import replace

import pytest

from models.audit import Action
from models.rights import SYSTEM, Right, Role
from models.searchable import Masked
from models.verdict import Kind
from tests.intake.desk.conftest import Site, Visitor, signed_in
from tests.intake.desk.making import NOW, graded, open_ticket, unlisted
from tests.intake.desk.test_ticket import plain


def test_a_ticket_says_that_its_place_is_in_no_list(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, unlisted("Thornbury Hospice"), text="Thornbury Hospice has no teaching.")
    page = officer.get(f"/tickets/{reference}").text
    assert "is in no list of ours, so no place was given for it." in plain(page)
    assert "intake providers add 'Thornbury Hospice' --code CODE --kind other" in html.unescape(page)
    assert 'href="/places"' in page
    other = open_ticket(site.store, graded(), text="Breaks.")
    assert "in no list of ours" not in officer.get(f"/tickets/{other}").text


def test_the_places_of_what_is_none_of_ours_are_not_offered(site: Site, officer: Visitor) -> None:
    junk = replace(unlisted("Sunny Clinic"), kind=Kind.IRRELEVANT, isf=0)
    page = officer.get(f"/tickets/{open_ticket(site.store, junk, text='Sunny Clinic')}").text
    assert "in no list of ours" not in page
    assert "providers add" not in page


def test_all_names_are_listed_with_their_tickets(site: Site, officer: Visitor) -> None:
    assert "No ticket that you may see names a place that is in no list." in officer.get("/places").text
    references = [
        open_ticket(site.store, unlisted("Thornbury Hospice"), text="Thornbury Hospice"),
        open_ticket(site.store, unlisted("<b>Oakfield</b> Surgery"), text="<b>Oakfield</b> Surgery"),
        open_ticket(site.store, unlisted("thornbury hospice"), text="thornbury hospice"),
    ]
    page = officer.get("/places").text
    assert all(f'href="/tickets/{reference}"' in page for reference in references)
    assert plain(page).index("Oakfield") < plain(page).index("Thornbury Hospice")
    assert "Newest ticket" in plain(page)
    assert "<b>Oakfield" not in page


def test_tickets_that_are_not_for_an_officer_are_neither_named_nor_counted(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, unlisted("Thornbury Hospice"), text="Thornbury Hospice")
    site.session("lee.lead@nhs.test")
    with site.store.write() as tx:
        lead = tx.officers.by_email("lee.lead@nhs.test")
        assert lead is not None
        tx.officers.set_roles(lead.id, [Role.LEAD])
        number = tx.access.ticket_for(SYSTEM, Right.READ_TICKETS, reference)
    assert "Thornbury" in officer.get("/places").text
    with site.store.write() as tx:
        assert number is not None
        tx.access.restrict(number, [lead.id], at=NOW, actor=lead.email)
    page = officer.get("/places").text
    assert "Thornbury" not in page
    assert reference not in page


def test_beside_each_name_stands_the_command_that_adds_it(site: Site, officer: Visitor) -> None:
    open_ticket(site.store, unlisted("St Bede's Hospice", "Elm Surgery"), text="St Bede's Hospice Elm Surgery")
    page = html.unescape(officer.get("/places").text)
    assert "intake providers add 'St Bede'\"'\"'s Hospice' --code CODE --kind other" in page
    assert "intake providers add 'Elm Surgery' --code CODE --kind gp" in page


def test_many_tickets_of_one_place_are_found_by_the_search(site: Site, officer: Visitor) -> None:
    for _ in range(7):
        masked = Masked(subject="Alone", text="I am at Elm Surgery.")
        open_ticket(site.store, unlisted("Elm Surgery"), text="Elm Surgery", masked=masked)
    page = officer.get("/places").text
    assert len(re.findall(r'href="/tickets/', page)) == 5
    [link] = re.findall(r'href="(/search[^"]*)"', page)
    assert "7 tickets." in plain(officer.get(html.unescape(link)).text)


def test_many_places_and_many_tickets_go_page_by_page(
    site: Site, officer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.desk.unlisted.SPAN", 4)
    monkeypatch.setattr("intake.desk.unlisted.PAGE", 3)
    for number in range(10):
        open_ticket(site.store, unlisted(f"Elm{number} Surgery"), text=f"Elm{number} Surgery")
    seen: list[list[str]] = []
    path: str | None = "/places"
    while path and len(seen) < 20:
        page = officer.get(path).text
        seen.append(re.findall(r"<bdi[^>]*>Elm(\d) Surgery", page))
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = html.unescape(following[1]) if following else None
    assert [len(one) for one in seen] == [3, 1, 3, 1, 2]
    assert sorted(number for one in seen for number in one) == [str(number) for number in range(10)]
    assert "Begin again with the newest" in officer.get("/places?before=3").text


def test_no_name_is_lost_or_shown_twice_when_tickets_change_between_two_pages(
    site: Site, officer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.desk.unlisted.PAGE", 2)
    names = [f"Elm{number} Surgery" for number in range(6)]
    references = [open_ticket(site.store, unlisted(name), text=name) for name in names]
    page = officer.get("/places").text
    seen: list[str] = re.findall(r"<bdi[^>]*>(Elm\d Surgery)", page)
    for reference in references[:2]:
        with site.store.write() as tx:  # one that was shown is hidden now, and one that was not is named once more
            first, other = (tx.access.ticket_for(SYSTEM, Right.READ_TICKETS, one) for one in (reference, references[4]))
            assert first
            assert other
            tx.access.restrict(first, [], at=NOW, actor="lee.lead@nhs.test")
            tx.tickets.add_verdict(other, unlisted(names[5]), 5, NOW)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        assert following
        page = officer.get(html.unescape(following[1])).text
        seen += re.findall(r"<bdi[^>]*>(Elm\d Surgery)", page)
    assert sorted(seen) == names


def test_the_audit_chain_keeps_which_tickets_the_page_showed(site: Site, officer: Visitor) -> None:
    officer.get("/places")
    reference = open_ticket(site.store, unlisted("Elm Surgery"), text="Elm Surgery")
    officer.get("/places")
    with site.store.read() as tx:
        acts = [act for act in tx.audit.rows() if act.subject == "places"]
    assert [(act.action, json.loads(act.detail)) for act in acts] == [(Action.SEARCHED, {"shown": [reference]})]


@pytest.mark.parametrize("query", ["before=0", "before=x", "before=99999999999999999999", f"after={'x' * 1_001}"])
def test_an_address_that_is_none_is_refused(officer: Visitor, query: str) -> None:
    assert officer.get(f"/places?{query}").status_code == 422


def test_a_page_beyond_the_end_is_empty_and_leads_back(site: Site, officer: Visitor) -> None:
    open_ticket(site.store, unlisted("Elm Surgery"), text="Elm Surgery")
    page = officer.get("/places?after=oak+surgery").text
    assert "No more places here." in plain(page)
    assert 'href="/places">Begin again' in page


def test_who_may_read_no_tickets_is_refused(site: Site) -> None:
    with signed_in(site, "ada@nhs.test") as clerk:
        with site.store.write() as tx:
            made = tx.officers.by_email("ada@nhs.test")
            assert made is not None
            tx.officers.set_roles(made.id, {Role.ADMINISTRATOR})
        assert clerk.get("/places").status_code == 403


def test_the_words_behind_it_are_called_a_place_in_no_list(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, unlisted("Elm Surgery"), text="Elm Surgery is far.")
    page = officer.get(f"/tickets/{reference}").text
    assert "A place in no list" in page
    assert "Place: unknown" not in page
