"""What a lead sees of conflicts and restrictions has no barrier and works with a browser's own means."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from models.rights import Role
from tests.intake.desk.browser import SIZES
from tests.intake.desk.conftest import EMAIL, OpenTab, Site
from tests.intake.desk.making import NOW, graded, open_ticket
from tests.intake.desk.test_in_a_browser import UNBROKEN, fault_free

ALL_OPEN = "document.querySelectorAll('main details').forEach(one => { one.open = true; })"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
def test_a_lead_lifts_and_restricts_without_a_barrier(site: Site, open_tab: OpenTab, size: ViewportSize) -> None:
    token, _ = site.session("lee.lead@nhs.test")
    site.session(EMAIL)
    with site.store.write() as tx:
        lead, other = tx.officers.by_email("lee.lead@nhs.test"), tx.officers.by_email(EMAIL)
        assert lead is not None
        assert other is not None
        tx.officers.set_roles(lead.id, [Role.LEAD])
        tx.officers.set_names(lead.id, ["Zebedee"], at=NOW)
        tx.officers.set_names(other.id, ["Zebedee", "Okonkwo"], at=NOW)
        tx.officers.add(email="long@nhs.test", name=UNBROKEN)
    open_ticket(site.store, graded(), text="Zebedee and Wolverhampton again")
    reference = open_ticket(site.store, graded(), text="Dr Okonkwo shouted.")
    with site.store.write() as tx:
        long = tx.officers.by_email("long@nhs.test")
        assert long is not None
        tx.officers.set_active(long.id, active=False)

    page = open_tab(size=size, token=token)
    page.goto("/")
    expect(page.get_by_role("region", name="1 ticket that nobody may see")).to_be_visible()
    expect(page.get_by_text("1 open ticket is hidden from you")).to_be_visible()
    fault_free(page, "the lead's queue")
    page.goto(f"/tickets/{reference}")
    page.evaluate(ALL_OPEN)
    fault_free(page, "a conflict")
    page.get_by_label("Reason For example").or_(page.locator("[id^=lift-][name=reason]")).first.fill("another Okonkwo")
    _press(page, "see it")
    expect(page.get_by_text("has a conflict of interest")).to_have_count(0)
    page.evaluate(ALL_OPEN)
    page.get_by_role("checkbox", name="Sam.Officer").check()
    _press(page, "Restrict")
    page.evaluate(ALL_OPEN)
    expect(page.get_by_text("Only Sam.Officer, and those who may see restricted tickets.")).to_be_visible()
    fault_free(page, "a restricted ticket")


def _press(page: Page, name: str) -> None:
    """Press a button and wait for the page that answers: until it is there, the old one could be opened or read."""
    with page.expect_event("load"):
        page.get_by_role("button", name=name).click()
