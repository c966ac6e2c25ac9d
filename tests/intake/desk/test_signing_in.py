"""Facts about signing in: by a link that works once, or by password; and one answer for every way in which it fails."""

import re
from datetime import timedelta

import httpx
import pytest

from intake.desk.settings import DeskSettings
from models.framework import Reference
from models.sign_in import EntryRules
from storage.store import Store
from tests.intake.desk.conftest import EMAIL, PASSWORD, Site, Visitor, serving, signed_in

FAILED = "The e-mail address or the password is not right."


def words_of(answer: httpx.Response) -> str:
    """A page without what differs from answer to answer: tokens, nonces, and the address that was typed."""
    return re.sub(r'(nonce|value)="[^"]*"', "", answer.text)


def test_a_one_time_link_signs_in_once_and_asks_for_a_password_where_there_is_none(
    site: Site, visitor: Visitor
) -> None:
    link = site.one_time_link(site.add_officer(password=""))
    assert visitor.get(link).status_code == 200
    assert visitor.get(link).status_code == 200, "a mail scanner that follows the link does not use it up"
    answer = visitor.fill_in(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/password")
    assert visitor.get("/").status_code == 200
    visitor.cookies.delete("intake")
    again = visitor.fill_in(link)
    assert again.status_code == 401
    assert "That link has been used, or it is too old." in again.text
    assert visitor.get("/").status_code == 303


def test_a_one_time_link_leads_an_officer_with_a_password_straight_to_the_queue(site: Site, visitor: Visitor) -> None:
    assert visitor.fill_in(site.one_time_link(site.add_officer())).headers["location"] == "/"


def test_a_one_time_link_runs_out(site: Site, visitor: Visitor) -> None:
    link = site.one_time_link(site.add_officer(), lasts=timedelta(minutes=30))
    site.clock.forward(timedelta(minutes=31))
    assert visitor.fill_in(link).status_code == 401


@pytest.mark.parametrize("email", [EMAIL, EMAIL.upper(), f" {EMAIL} "])
def test_a_password_signs_in_however_the_address_is_written(site: Site, visitor: Visitor, email: str) -> None:
    site.add_officer()
    answer = visitor.fill_in("/sign-in", email=email, password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Sign out" in visitor.get("/").text


def test_every_way_to_fail_gives_the_same_answer(site: Site, visitor: Visitor) -> None:
    site.add_officer()
    without_password = site.add_officer("link.only@nhs.test", password="")
    locked_out = site.add_officer("gone@nhs.test")
    with site.store.write() as tx:
        tx.officers.set_active(locked_out.id, False)
    tries = [
        (EMAIL, "wrong"),
        ("nobody@nhs.test", PASSWORD),
        (without_password.email, ""),
        (locked_out.email, PASSWORD),
    ]
    answers = [visitor.fill_in("/sign-in", email=email, password=password) for email, password in tries]
    assert {answer.status_code for answer in answers} == {401}
    assert len({words_of(answer) for answer in answers}) == 1
    assert FAILED in answers[0].text


def test_an_account_waits_after_eight_failures_even_with_the_right_password_and_then_is_let_in(
    site: Site, visitor: Visitor
) -> None:
    site.add_officer()
    for number in range(8):
        spelling = EMAIL.upper() if number % 2 else EMAIL
        assert visitor.fill_in("/sign-in", email=spelling, password="wrong").status_code == 401
    refused = visitor.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
    assert refused.status_code == 429
    assert "Too many tries. Please wait 15 minutes." in refused.text
    site.clock.forward(timedelta(minutes=16))
    assert visitor.fill_in("/sign-in", email=EMAIL, password=PASSWORD).status_code == 303


def test_one_machine_that_tries_many_accounts_must_wait_too(sqlite_store: Store, words: Reference) -> None:
    settings = DeskSettings(secure_cookies=False, entry=EntryRules(client_tries=3))
    with serving(sqlite_store, words, settings) as site, Visitor(base_url=site.url) as visitor:
        statuses = [
            visitor.fill_in("/sign-in", email=f"guess{number}@nhs.test", password="x").status_code
            for number in range(4)
        ]
    assert statuses == [401, 401, 401, 429]


def test_a_sign_in_form_without_its_token_is_refused(site: Site, visitor: Visitor) -> None:
    site.add_officer()
    visitor.get("/sign-in")
    for token in ("", "made up"):
        answer = visitor.post("/sign-in", data={"token": token, "email": EMAIL, "password": PASSWORD})
        assert answer.status_code == 403
        assert "This form is too old" in answer.text


def test_who_is_not_signed_in_is_led_to_the_page_that_they_wanted(site: Site, visitor: Visitor) -> None:
    site.add_officer()
    wanted = visitor.get("/held")
    assert wanted.headers["location"] == "/sign-in?after=/held"
    answer = visitor.fill_in(wanted.headers["location"], email=EMAIL, password=PASSWORD)
    assert answer.headers["location"] == "/held"


def test_a_sign_in_never_ends_on_somebody_elses_page(site: Site, visitor: Visitor) -> None:
    site.add_officer()
    visitor.get("/sign-in")
    form = {"token": visitor.cookies["intake-form"], "email": EMAIL, "password": PASSWORD}
    for after in ("//evil.test", "https://evil.test", "/\\evil.test", "\\\\evil.test", "javascript:1", "/\r\nx", ""):
        assert visitor.post("/sign-in", data={**form, "after": after}).headers["location"] == "/", after


def test_a_new_password_must_be_long_and_typed_twice_and_ends_all_other_sessions(site: Site, officer: Visitor) -> None:
    elsewhere = dict(officer.cookies)
    form = {"now": PASSWORD, "new": "short", "again": "short"}
    assert "Use at least 12 characters" in officer.send_form("/account/password", **form).text
    form = {"now": PASSWORD, "new": "a new long password", "again": "another long one"}
    assert "The two new passwords differ" in officer.send_form("/account/password", **form).text
    form = {"now": "wrong", "new": "a new long password", "again": "a new long password"}
    assert "That is not your password now" in officer.send_form("/account/password", **form).text
    answer = officer.send_form("/account/password", **{**form, "now": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert officer.get("/").status_code == 200
    assert httpx.get(f"{site.url}/", cookies=elsewhere).status_code == 303
    with Visitor(base_url=site.url) as again:
        assert again.fill_in("/sign-in", email=EMAIL, password=PASSWORD).status_code == 401
        assert again.fill_in("/sign-in", email=EMAIL, password="a new long password").status_code == 303


def test_signing_out_ends_the_session_and_takes_a_form_token(site: Site) -> None:
    with signed_in(site) as officer:
        cookies = dict(officer.cookies)
        assert officer.post("/sign-out", data={"csrf": "made up"}).status_code == 403
        assert officer.get("/").status_code == 200
        answer = officer.send_form("/sign-out")
        assert answer.headers["location"] == "/sign-in"
        assert 'intake=""; ' in answer.headers["set-cookie"]
    assert httpx.get(f"{site.url}/", cookies=cookies).status_code == 303, "the old cookie is worth nothing"
