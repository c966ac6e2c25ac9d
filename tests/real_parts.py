"""Real parts (PostgreSQL, a browser, npm) may be missing on a machine. Where they are promised, missing is failing."""

import os
from typing import NoReturn

import pytest


def need(reason: str) -> NoReturn:
    """Skip the test because a real part is missing; fail it where INTAKE_REQUIRE_REAL_PARTS=1 promises all parts."""
    if os.environ.get("INTAKE_REQUIRE_REAL_PARTS") == "1":
        pytest.fail(f"a real part is missing: {reason}", pytrace=False)
    pytest.skip(reason)
