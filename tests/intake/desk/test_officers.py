"""Facts about the officers' accounts on the desk: for administrators, never for one's own, and each change an act."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from playwright.sync_api import ViewportSize, expect

from intake.serving import WebServer
from models.audit import ActFilter
from models.officer import Officer
from models.rights import Role
from tests.intake.desk.browser import DESKTOP, PHONE, barriers, sticks_out
from tests.intake.desk.conftest import EMAIL, PASSWORD, Clock, OpenTab, Site, Visitor
from tests.intake.desk.making import NOW, open_ticket
from tests.intake.desk.test_belonging import somebody

ADA = "ada@nhs.test"
NEW = "new.officer@nhs.test"


@pytest.fixture
def ada(site: Site) -> Iterator[Visitor]:
    """An administrator."""
    with somebody(site, ADA, Role.ADMINISTRATOR) as visitor:
        yield visitor


def officer_of(site: Site, email: str = EMAIL) -> Officer:
    with site.store.read() as tx:
        found = tx.officers.by_email(email)
    assert found is not None
    return found


def acts(site: Site, email: str) -> list[tuple[str, str]]:
    with site.store.read() as tx:
        return [(row.actor, row.action) for row in reversed(tx.audit.find(ActFilter(subject=email), limit=50))]


def link_in(page: str) -> str:
    """The link of a page that shows one, as a path."""
    found = re.search(r'readonly value="http://[^/]+(/sign-in/one-time\?token=[\w-]{43})"', page)
    assert found is not None
    return found[1]


def test_an_officer_who_is_added_signs_in_by_the_link_once_and_chooses_a_password(site: Site, ada: Visitor) -> None:
    made = ada.send_form("/officers", name="New  Officer", email=f" {NEW} ", roles=["officer", "read_only"])
    path = link_in(made.text)
    assert path.partition("=")[2] not in ada.get("/officers").text
    new = officer_of(site, NEW)
    assert (new.name, new.password_hash) == ("New Officer", "")
    assert new.roles == {Role.OFFICER, Role.READ_ONLY}
    assert acts(site, NEW) == [(ADA, "officer_added"), (ADA, "officer_link_made")]
    with Visitor(base_url=site.url) as first:
        assert first.fill_in(path).headers["location"] == "/account/password"
        first.fill_in("/account/password", new=PASSWORD, again=PASSWORD)
        assert first.get("/").status_code == 200
    with Visitor(base_url=site.url) as second:
        assert second.fill_in(path).status_code == 401
    assert officer_of(site, NEW).screened


def test_what_is_wrong_with_a_new_account_is_said_and_nobody_is_added(site: Site, ada: Visitor) -> None:
    for sent, said in (
        ({"name": "", "email": NEW, "roles": "officer"}, "Give the full name"),
        ({"name": "New", "email": "new", "roles": "officer"}, "Give an e-mail address"),
        ({"name": "New", "email": "new@x.test <y>", "roles": "officer"}, "Give an e-mail address"),
        ({"name": "New", "email": NEW, "roles": "king"}, "Choose at least one role"),
        ({"name": "New", "email": ADA.upper(), "roles": "officer"}, "There is an officer with this address already"),
    ):
        answer = ada.send_form("/officers", **sent)
        assert (answer.status_code, said in answer.text) == (422, True), sent
    with site.store.read() as tx:
        assert [one.email for one in tx.officers.all()] == [ADA]


def test_roles_are_changed_and_the_officer_signs_in_again(site: Site, officer: Visitor, ada: Visitor) -> None:
    open_ticket(site.store)
    page = f"/officers/{officer_of(site).id}"
    assert ada.send_form(f"{page}/roles").status_code == 422
    assert ada.send_form(f"{page}/roles", roles=["lead", "auditor"]).headers["location"] == f"{page}?done=roles"
    assert officer_of(site).roles == {Role.LEAD, Role.AUDITOR}
    assert officer.get("/").headers["location"] == "/sign-in?after=/"
    assert acts(site, EMAIL)[-1] == (ADA, "officer_roles_changed")


def test_who_is_locked_out_is_out_at_once_and_may_be_let_in_again(site: Site, officer: Visitor, ada: Visitor) -> None:
    page = f"/officers/{officer_of(site).id}"
    path = link_in(ada.send_form(f"{page}/link").text)
    assert ada.send_form(f"{page}/lock").status_code == 303
    assert officer.get("/").status_code == 303
    with Visitor(base_url=site.url) as client:
        assert client.fill_in(path).status_code == 401, "a link from before opens nothing any more"
        assert client.fill_in("/sign-in", email=EMAIL, password=PASSWORD).status_code == 401
        assert "Locked out" in ada.get(page).text
        assert ada.send_form(f"{page}/link").status_code == 404
        assert ada.send_form(f"{page}/unlock").status_code == 303
        assert client.fill_in("/sign-in", email=EMAIL, password=PASSWORD).status_code == 303
    assert [what for who, what in acts(site, EMAIL) if who == ADA] == [
        "officer_link_made",
        "officer_locked",
        "officer_unlocked",
    ]


def test_sessions_codes_and_accounts_elsewhere_are_taken_away(site: Site, officer: Visitor, ada: Visitor) -> None:
    mine = officer_of(site)
    page = f"/officers/{mine.id}"
    with site.store.write() as tx:
        tx.sign_ins.coming(mine.id, "A" * 32)
        tx.sign_ins.confirm(mine.id, step=1, at=NOW, codes=["x"])
        tx.sign_ins.link_outside(mine.id, "https://login.test", "1", NOW)
    shown = ada.get(page).text
    assert "https://login.test" in shown
    for what, action in (
        ("sign-out", "sessions_ended"),
        ("reset", "second_factor_reset"),
        ("unlink", "outside_account_unlinked"),
    ):
        assert f'action="{page}/{what}"' in shown
        assert ada.send_form(f"{page}/{what}").headers["location"] == f"{page}?done={what}"
        assert acts(site, EMAIL)[-1] == (ADA, action)
    assert officer.get("/").status_code == 303
    for what in ("reset", "unlink", "nonsense"):
        assert ada.send_form(f"{page}/{what}").status_code == 404
        assert f'action="{page}/{what}"' not in ada.get(page).text
    with site.store.read() as tx:
        assert tx.sign_ins.second_factor(mine.id) is None
        assert tx.sign_ins.of_outside("https://login.test", "1") is None


def test_nobody_changes_their_own_account_so_the_last_administrator_stays(site: Site, ada: Visitor) -> None:
    page = f"/officers/{officer_of(site, ADA).id}"
    assert "Nobody changes their own roles here" in ada.get(page).text
    assert f'action="{page}' not in ada.get(page).text
    for what, sent in (
        ("roles", {"roles": "custodian"}),
        *((one, {}) for one in ("lock", "sign-out", "reset", "unlink", "link")),
    ):
        assert ada.send_form(f"{page}/{what}", **sent).status_code == 403, what
    assert officer_of(site, ADA).roles == {Role.ADMINISTRATOR}
    assert officer_of(site, ADA).active


def test_two_administrators_cannot_take_each_other_away_at_once(site: Site, ada: Visitor) -> None:
    """The second's session has gone with their role; and the store keeps the last one, whoever asks."""
    with somebody(site, "bea@nhs.test", Role.ADMINISTRATOR) as bea:
        assert (
            ada.send_form(f"/officers/{officer_of(site, 'bea@nhs.test').id}/roles", roles="officer").status_code == 303
        )
        answer = bea.send_form(f"/officers/{officer_of(site, ADA).id}/roles", roles="officer")
    assert answer.headers["location"].startswith("/sign-in")
    assert officer_of(site, ADA).roles == {Role.ADMINISTRATOR}


def test_it_takes_the_right_and_a_fresh_proof(site: Site, officer: Visitor, ada: Visitor) -> None:
    page = f"/officers/{officer_of(site, ADA).id}"
    assert "/officers" not in officer.get("/").text
    assert officer.get("/officers").status_code == 403
    assert officer.send_form(f"{page}/lock").status_code == 403
    site.clock.forward(timedelta(minutes=16))
    mine = f"/officers/{officer_of(site).id}"
    assert ada.get(mine).headers["location"] == f"/prove?after={mine}"
    assert ada.send_form(f"{mine}/lock").headers["location"] == f"/prove?after={mine}"
    assert officer_of(site).active


@pytest.mark.parametrize(
    ("role", "home"), [(Role.OFFICER, "/"), (Role.ADMINISTRATOR, "/officers"), (Role.AUDITOR, "/account")]
)
def test_who_signs_in_begins_where_they_have_something_to_do(site: Site, role: Role, home: str) -> None:
    mine = site.add_officer()
    with site.store.write() as tx:
        tx.officers.set_roles(mine.id, {role})
    with Visitor(base_url=site.url) as client:
        answer = client.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
        wanted = f"/sign-in/second-factor?after={home}" if role is Role.ADMINISTRATOR else home
        assert answer.headers["location"] == wanted
        if role is not Role.ADMINISTRATOR:
            assert client.get(home).status_code == 200


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_pages_have_no_barrier_and_need_no_script(
    site: Site, listening: tuple[FastAPI, WebServer, Clock], open_tab: OpenTab, size: ViewportSize
) -> None:
    token, _ = site.session(ADA)
    with site.store.write() as tx:
        tx.officers.set_roles(officer_of(site, ADA).id, {Role.ADMINISTRATOR, Role.OFFICER})
        other = tx.officers.add(email=f"{'w' * 60}@nhs.test", name="W" * 60, roles=set(Role))
        tx.sign_ins.link_outside(other.id, "https://login.trust.test/v2.0", "1", NOW)
        tx.sign_ins.coming(other.id, "A" * 32)
        tx.sign_ins.confirm(other.id, step=1, at=NOW, codes=["x"])
    page = open_tab(size=size, token=token)
    page.goto("/")
    page.get_by_role("link", name="Officers").click()
    page.get_by_role("button", name="Add the officer").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert barriers(page) == []
    assert sticks_out(page) == []
    page.get_by_role("link", name="W" * 60).click()
    assert barriers(page) == []
    assert sticks_out(page) == []
    plain = open_tab(size=size, token=token, javascript=False)
    plain.goto("/officers")
    plain.get_by_label("Full name").fill("Kim Field")
    plain.get_by_label("E-mail address").fill("kim@nhs.test")
    plain.get_by_label("Lead").check()
    plain.get_by_role("button", name="Add the officer").click()
    assert "/sign-in/one-time?token=" in plain.get_by_label("Link for Kim Field").input_value()
    plain.get_by_role("link", name="Kim Field").click()
    plain.get_by_role("button", name="Lock them out").click()
    plain.get_by_role("button", name="Let them in again").click()
    assert officer_of(site, "kim@nhs.test").roles == {Role.OFFICER, Role.LEAD}
