"""Facts about places in no list, as officers see them."""

from models.rights import SYSTEM, Right, Role
from tests.intake.desk.conftest import Site, Visitor
from tests.intake.desk.making import NOW, graded, open_ticket, unlisted
from tests.intake.desk.test_ticket import plain


def test_a_ticket_says_that_its_place_is_in_no_list(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, unlisted("Thornbury Hospice"), text="Thornbury Hospice has no teaching.")
    page = officer.get(f"/tickets/{reference}").text
    assert "is in no list of ours, so no place was given for it." in plain(page)
    assert 'href="/places"' in page
    other = open_ticket(site.store, graded(), text="Breaks.")
    assert "in no list of ours" not in officer.get(f"/tickets/{other}").text


def test_all_names_are_listed_with_their_tickets(site: Site, officer: Visitor) -> None:
    assert "Every place that reporters named is known." in officer.get("/places").text
    references = [
        open_ticket(site.store, unlisted("Thornbury Hospice"), text="Thornbury Hospice"),
        open_ticket(site.store, unlisted("<b>Oakfield</b> Surgery"), text="<b>Oakfield</b> Surgery"),
        open_ticket(site.store, unlisted("thornbury hospice"), text="thornbury hospice"),
    ]
    page = officer.get("/places").text
    assert all(f'href="/tickets/{reference}"' in page for reference in references)
    assert plain(page).index("Thornbury Hospice") < plain(page).index("Oakfield")
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
