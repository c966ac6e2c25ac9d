"""What schemathesis makes up for the calls of a document."""

import json
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok


def calls_in(document: dict[str, Any]) -> dict[str, Any]:
    """The calls that an OpenAPI document tells of, by method and path."""
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(document)))
    found = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    return {f"{one.method.upper()} {one.path}": one for one in found}


def cases_of(call: Any, number: int) -> list[Any]:
    """Some cases of a call, as schemathesis makes them, always the same."""
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
