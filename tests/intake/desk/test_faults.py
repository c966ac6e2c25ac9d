"""Facts about what goes wrong: a kind page in plain words, never a traceback, never a word of what was sent."""

import httpx
import pytest

from intake.desk import queue
from storage.store import StoreError
from tests.intake.desk.conftest import Site, Visitor
from tests.intake.desk.making import open_ticket

HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>"


def is_kind(answer: httpx.Response) -> bool:
    """Whether an answer is a whole page of ours with a way on, and tells nothing of our insides."""
    insides = ("Traceback", "Error:", ".py", "Exception", "sqlite", '{"detail"')
    return '<h1 class="nhsuk-heading-l">' in answer.text and not any(word in answer.text for word in insides)


ANSWERS = {
    "/nothing": 404,
    "/tickets/QM-0000-00": 404,
    "/tickets/%00": 404,
    "/tickets/%ff%fe": 404,
    "/tickets/" + "x" * 3_000: 404,
    "/tickets/..%2f..%2fetc%2fpasswd": 404,
    "/tickets/' OR 1=1 --": 404,
    "/held/0/raw": 404,
    "/held/999/raw": 404,
    "/held/99999999999999999999999/raw": 404,
    "/held/abc/raw": 422,
    "/held?what=everything": 404,
    "/held?before=x": 422,
    "/held?before=99999999999999999999": 422,
    "/?after=made-up": 404,
    "/?after=%00": 404,
    "/?kind=" + "x" * 400: 422,
    "/sign-in/one-time?token=" + "x" * 100: 200,
    "/static/../app.py": 404,
    "/static/%2e%2e/app.py": 404,
    "/assets/": 404,
}
"""Address -> status."""


def test_unknown_pages_and_bad_ids_give_a_kind_page(officer: Visitor) -> None:
    for path, status in ANSWERS.items():
        answer = officer.get(path)
        assert (answer.status_code, is_kind(answer)) == (status, True), path


def test_a_version_that_is_none_is_refused(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    for version in ("", "x", "-1", "99999999999999999999999", "9" * 5_000):
        answer = officer.send_form(f"/tickets/{reference}/accept", version=version)
        assert (answer.status_code, is_kind(answer)) == (422, True), version


def test_a_way_that_a_page_does_not_have_is_refused_kindly(officer: Visitor) -> None:
    answer = officer.put("/held")
    assert (answer.status_code, is_kind(answer)) == (405, True)
    assert "That does not work here" in answer.text


def test_a_store_that_is_away_is_said_and_healthz_is_not_ready(
    officer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise StoreError("the disk at /secret is gone")

    monkeypatch.setattr("storage.store.Store.read", away)
    answer = officer.get("/")
    assert (answer.status_code, is_kind(answer)) == (503, True)
    assert "secret" not in answer.text
    health = officer.get("/healthz")
    assert (health.status_code, health.text) == (503, "not ready")


def test_our_own_fault_is_owned_guarded_and_tells_nothing(officer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("words of a learner")

    monkeypatch.setattr(queue, "place_names", broken)
    answer = officer.get("/")
    assert (answer.status_code, is_kind(answer)) == (500, True)
    assert "This is our fault, not yours." in answer.text
    assert "words of a learner" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_healthz_needs_no_sign_in_and_says_ready(visitor: Visitor) -> None:
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ready")


def test_nothing_is_shown_to_who_is_not_signed_in(site: Site, visitor: Visitor) -> None:
    reference = open_ticket(site.store)
    for path in ("/", "/held", "/held/1/raw", "/account/password", "/tickets/QM-0000-00", f"/tickets/{reference}"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.text) == (303, ""), path


def test_hostile_words_in_every_field_stay_words(site: Site, officer: Visitor) -> None:
    reference = open_ticket(
        site.store,
        subject=HOSTILE,
        text=f"{HOSTILE}\n\n> {HOSTILE}",
        new_text=HOSTILE,
        attachments=(HOSTILE,),
        defects=(HOSTILE,),
    )
    typed: dict[str, str | int | list[str]] = {
        "version": 1,
        "kind": HOSTILE,
        "provider": HOSTILE,
        "specialties": HOSTILE,
        "reason": HOSTILE,
    }
    answers = [
        officer.get("/"),
        officer.get(f"/tickets/{reference}"),
        officer.get(f"/?provider={HOSTILE}&state={HOSTILE}"),
        officer.send_form(f"/tickets/{reference}/decide", **typed),
        officer.fill_in("/sign-in", email=HOSTILE, password="x"),
        officer.get(f"/sign-in/one-time?token={HOSTILE}"),
    ]
    for answer in answers:
        assert "<img" not in answer.text
        assert "<script>" not in answer.text
    assert all("&lt;script&gt;" in answer.text for answer in answers)
