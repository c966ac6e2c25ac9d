"""Every page and form of the desk gets what schemathesis makes up for it, from one who may do everything."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from intake.serving import WebServer
from models.rights import Role
from models.ticket import Reporter
from tests.intake.desk.conftest import EMAIL, Clock, Site, Visitor
from tests.intake.desk.hostile import BLINDFOLD, WORDS, read_page
from tests.intake.desk.making import NIGHTS, nights, open_ticket
from tests.intake.desk.test_who_may import rows_of
from tests.intake.desk.thrown import calls_in, cases_of
from tests.intake.desk.who_may import TABLE


def calls_of(application: FastAPI) -> dict[str, Any]:
    """The pages and forms as schemathesis reads them. The desk publishes no document; this one is made here."""
    whole = get_openapi(title="The desk", version="1", routes=application.routes)
    return calls_in(whole)


def give_all_roles(site: Site) -> None:
    with site.store.write() as tx:
        mine = tx.officers.by_email(EMAIL)
        assert mine is not None
        tx.officers.set_roles(mine.id, set(Role))


def test_whatever_is_sent_to_a_page_or_form_is_answered(
    site: Site, officer: Visitor, listening: tuple[FastAPI, WebServer, Clock]
) -> None:
    give_all_roles(site)
    calls = calls_of(listening[0])
    faults = []
    for row, call in calls.items():
        if row == "POST /sign-out":
            continue
        for number, case in enumerate(cases_of(call, 3)):
            for name in case.path_parameters or {}:
                if number % 2 == 0:
                    real = open_ticket(site.store, nights(), text=NIGHTS) if name == "reference" else "1"
                    case.path_parameters[name] = real
            if isinstance(case.body, dict):
                case.body["csrf"] = officer.csrf
            answer = case.call(base_url=site.url, cookies=dict(officer.cookies))
            if answer.status_code >= 500:
                faults.append(f"{row}: {answer.status_code} {case.body!r}"[:400])
            elif "text/html" in answer.headers.get("content-type", [""])[0]:
                faults += [f"{row}: {fault}" for fault in read_page(answer.text).faults]
    assert faults == []
    assert set(calls) >= {row for row in rows_of(listening[0]) if row in TABLE} - {"GET /healthz"}


STEPS: dict[str, dict[str, Any]] = {
    "POST /tickets/{reference}/write": {"version": 1, "questions": [], "purpose": "reply"},
    "POST /tickets/{reference}/close": {"version": 2, "outcome": "resolved", "tell": "send", "step": "preview"},
    "POST /tickets/{reference}/task": {"due": "", "owner": ""},
    "POST /tickets/{reference}/link": {"kind": "related"},
    "POST /programs/tokens": {"whose": "role lead", "days": "9", "scopes": ["tickets:read"], "name": f"{WORDS[:50]}"},
    "POST /programs/webhooks": {"url": "https://x.test/", "role": "lead", "events": ["ticket.created"], "name": "<q>"},
    "POST /officers": {"roles": ["officer"], "email": "<svg/onq=1>@x.test", "name": "<svg/onq=1>"},
    "POST /bulk": {"do": "close"},
    "POST /bulk/close": {"step": "preview", "outcome": "resolved"},
}
"""What is sent beside hostile words, so that a form gets further than its first check."""
KEPT = {"csrf", "version", "flags_asked", "standards_asked", "tickets", "before"}


def fields_of(application: FastAPI) -> dict[str, list[str]]:
    """Form -> the names of its fields."""
    whole = get_openapi(title="The desk", version="1", routes=application.routes)
    shapes = whole["components"]["schemas"]
    found = {}
    for path, calls in whole["paths"].items():
        body = calls.get("post", {}).get("requestBody", {}).get("content", {})
        for shape in body.values():
            found[f"POST {path}"] = sorted(shapes[shape["schema"]["$ref"].rpartition("/")[2]]["properties"])
    return found


def test_hostile_words_in_each_field_of_each_form_stay_words(
    site: Site, officer: Visitor, listening: tuple[FastAPI, WebServer, Clock]
) -> None:
    """What is shown again, looked at before it goes, kept and shown on the ticket; and who wrote, once it is opened."""
    give_all_roles(site)
    words = f"{WORDS}{BLINDFOLD}"
    who = Reporter(name=words[:150], address="<svg/onq=1>@student.test")
    reference = open_ticket(site.store, nights(), text=f"{NIGHTS} {words}", subject=words, reporter=who)
    officer.send_form(f"/tickets/{reference}/accept", version=1)
    faults, said = [], ""
    officer.follow_redirects = True
    for row, names in sorted(fields_of(listening[0]).items()):
        if row in ("POST /sign-out", "POST /sign-in/one-time", "POST /tickets/{reference}/merge"):
            continue
        path = row.removeprefix("POST ").replace("{reference}", reference)
        for name in ("number", "view_id", "what"):
            path = path.replace(f"{{{name}}}", "1")
        sent: dict[str, Any] = {name: words for name in names if name not in KEPT}
        sent |= {"tickets": [reference]} if "tickets" in names else {}
        answer = officer.send_form(path, **{**sent, **STEPS.get(row, {})})
        said += answer.text
        faults += [f"{row}: status {answer.status_code}"] if answer.status_code >= 500 else []
        faults += [f"{row}: {fault}" for fault in read_page(answer.text).faults]
    opened = officer.send_form(f"/tickets/{reference}/unseal", reason="I must know.")
    assert "student.test" in opened.text
    for page in (opened, officer.get(f"/tickets/{reference}"), officer.get("/programs"), officer.get("/officers")):
        assert "&lt;" in page.text
        faults += read_page(page.text).faults
    assert faults == []
    assert "&lt;hostile-tag" in said
