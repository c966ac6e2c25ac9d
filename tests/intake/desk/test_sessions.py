"""Facts about sessions and headers: what a browser is told, and what it is refused."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from intake.desk.settings import DeskSettings
from models.framework import Reference
from models.rights import SYSTEM
from storage.store import Store
from tests.intake.desk.conftest import EMAIL, PASSWORD, Site, Visitor, serving
from tests.intake.desk.making import open_ticket

FORMS = (
    "/sign-out",
    "/account/password",
    "/tickets/{ticket}/accept",
    "/tickets/{ticket}/decide",
    "/tickets/{ticket}/state",
    "/tickets/{ticket}/write",
    "/tickets/{ticket}/close",
    "/tickets/{ticket}/note",
    "/tickets/{ticket}/tags",
    "/held/1/again",
)


@pytest.fixture
def abroad(sqlite_store: Store, words: Reference) -> Iterator[Site]:
    """A desk as it is reached from other machines, through TLS."""
    with serving(sqlite_store, words, DeskSettings()) as made:
        yield made


def attributes(cookie: str) -> dict[str, str]:
    parts = [part.strip().partition("=") for part in cookie.split(";")]
    return {name.lower() if number else name: value for number, (name, _, value) in enumerate(parts)}


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(site: Site, visitor: Visitor) -> None:
    site.add_officer()
    visitor.get("/sign-in")
    answer = visitor.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
    cookie = attributes(answer.headers["set-cookie"])
    assert cookie["samesite"] == "lax"
    assert cookie["path"] == "/"
    assert "httponly" in cookie
    assert "domain" not in cookie
    assert int(cookie["max-age"]) == 36_000


def test_off_loopback_cookies_are_for_tls_only_and_bound_to_the_host(abroad: Site) -> None:
    abroad.add_officer()
    with Visitor(base_url=abroad.url) as visitor:
        page = visitor.get("/sign-in")
        form = attributes(page.headers["set-cookie"])
        token = form["__Host-intake-form"]
        headers = {"cookie": f"__Host-intake-form={token}"}
        data = {"token": token, "email": EMAIL, "password": PASSWORD}
        session = attributes(visitor.post("/sign-in", data=data, headers=headers).headers["set-cookie"])
    for cookie in (form, session):
        assert "secure" in cookie
        assert "httponly" in cookie
        assert (cookie["path"], cookie["samesite"]) == ("/", "lax")
        assert "domain" not in cookie
    assert "__Host-intake" in session


def test_the_store_keeps_no_cookie_that_could_be_used(site: Site, visitor: Visitor, sqlite_url: str) -> None:
    site.add_officer()
    visitor.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    kept = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert visitor.cookies["intake"].encode() not in kept
    assert PASSWORD.encode() not in kept


def test_a_session_ends_after_ten_hours_whatever_happens(site: Site, officer: Visitor) -> None:
    for _ in range(11):
        assert officer.get("/").status_code == 200
        site.clock.forward(timedelta(minutes=55))
    assert officer.get("/").headers["location"] == "/sign-in?after=/"


def test_a_session_that_no_person_uses_for_an_hour_ends_though_its_page_goes_on_asking(
    site: Site, officer: Visitor
) -> None:
    by_page = {"sec-fetch-mode": "cors"}
    for _ in range(2):
        assert officer.get("/", headers=by_page).status_code == 200
        site.clock.forward(timedelta(minutes=30))
    assert officer.get("/", headers=by_page).status_code == 303
    assert officer.get("/").status_code == 303


def test_an_officer_who_is_locked_out_is_out_at_once(site: Site, officer: Visitor) -> None:
    with site.store.write() as tx:
        known = tx.officers.by_email(EMAIL)
        assert known is not None
        tx.officers.set_active(known.id, False)
    assert officer.get("/").status_code == 303


def test_a_form_of_an_officer_without_its_token_changes_nothing(site: Site, officer: Visitor) -> None:
    _, anothers = site.session("another@nhs.test")
    reference = open_ticket(site.store)
    for path, csrf in product(FORMS, ("", "made up", anothers)):
        form = {"csrf": csrf, "version": 1, "state": "closed", "kind": "concern", "isf": "3", "reason": "x"}
        answer = officer.post(path.format(ticket=reference), data=form)
        assert (answer.status_code, "Nothing was saved" in answer.text) == (403, True), path
    with site.store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
    assert ticket is not None
    assert ticket.row.version == 1


def test_every_answer_carries_the_headers_that_guard_it(officer: Visitor) -> None:
    for path in ("/sign-in", "/", "/tickets/QM-0000-00", "/nothing", "/static/desk.css", "/healthz"):
        headers = officer.get(path).headers
        policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert re.fullmatch(r"'self' 'nonce-[\w-]{20,}'", policy["script-src"])
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["form-action"] == policy["style-src"] == "'self'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        for name in ("cross-origin-opener-policy", "cross-origin-resource-policy"):
            assert headers[name] == "same-origin"
        assert headers["cross-origin-embedder-policy"] == "require-corp"
        assert {"camera=()", "geolocation=()", "usb=()"} <= set(headers["permissions-policy"].split(", "))
        assert headers["cache-control"] == ("public, max-age=3600" if path.startswith("/static") else "no-store")


def test_a_browser_that_came_by_tls_is_told_never_to_come_without(officer: Visitor) -> None:
    by_tls = officer.get("/", headers={"x-forwarded-proto": "https"}).headers
    assert by_tls["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in officer.get("/").headers


def test_every_answer_has_a_nonce_of_its_own_and_no_script_goes_without(officer: Visitor) -> None:
    pages = [officer.get("/") for _ in range(2)]
    nonces = [re.findall(r"'nonce-([\w-]+)'", page.headers["content-security-policy"])[0] for page in pages]
    assert nonces[0] != nonces[1]
    for page, nonce in zip(pages, nonces, strict=True):
        scripts = re.findall(r"<script[^>]*>", page.text)
        assert len(scripts) >= 2
        assert all(f'nonce="{nonce}"' in script for script in scripts)
        assert re.search(r"\son\w+=|style=", page.text) is None


def test_a_body_beyond_measure_is_refused_before_it_is_read(visitor: Visitor) -> None:
    answer = visitor.post("/sign-in", data={"email": "x" * 1_100_000})
    assert answer.status_code == 413
    assert answer.headers["x-content-type-options"] == "nosniff"
    chunked = visitor.post("/sign-in", content=iter([b"email=", b"x" * 100]))
    assert chunked.status_code == 411
