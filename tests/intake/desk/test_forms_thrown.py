"""Every page and form of the desk gets what schemathesis makes up for it, from one who may do everything."""

import json
from typing import Any

import schemathesis
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from intake.serving import WebServer
from models.rights import Role
from tests.intake.desk.conftest import EMAIL, Clock, Site, Visitor
from tests.intake.desk.hostile import read_page
from tests.intake.desk.making import NIGHTS, nights, open_ticket
from tests.intake.desk.test_who_may import rows_of
from tests.intake.desk.who_may import TABLE


def calls_of(application: FastAPI) -> dict[str, Any]:
    """The pages and forms as schemathesis reads them. The desk publishes no document; this one is made here."""
    whole = get_openapi(title="The desk", version="1", routes=application.routes)
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(whole)))
    found = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    return {f"{one.method.upper()} {one.path}": one for one in found}


def cases_of(call: Any, number: int) -> list[Any]:
    made: list[Any] = []

    @settings(
        max_examples=number,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=call.as_strategy())
    def keep(case: Any) -> None:
        made.append(case)

    keep()
    return made


def test_whatever_is_sent_to_a_page_or_form_is_answered(
    site: Site, officer: Visitor, listening: tuple[FastAPI, WebServer, Clock]
) -> None:
    with site.store.write() as tx:
        mine = tx.officers.by_email(EMAIL)
        assert mine is not None
        tx.officers.set_roles(mine.id, set(Role))
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
