"""Mail servers to fetch from: the embedded one, and a real Dovecot that lives as long as the session."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.channels.posts import DovecotPost, PymapPost
from tests.dovecot import Dovecot, DovecotMissing, dovecot
from tests.real_parts import need

_numbers = count(1)


@pytest.fixture(scope="session")
def _dovecot() -> Iterator[Dovecot | DovecotMissing]:
    try:
        with dovecot() as server:
            yield server
    except DovecotMissing as missing:
        yield missing


@pytest.fixture
def dovecot_post(_dovecot: Dovecot | DovecotMissing) -> Iterator[DovecotPost]:
    """A fresh mailbox on a real Dovecot."""
    if isinstance(_dovecot, DovecotMissing):
        need(str(_dovecot))
    found = DovecotPost(_dovecot, f"quality.{next(_numbers)}@hospital.test")
    yield found
    found.leave()


@pytest.fixture
def pymap_post() -> Iterator[PymapPost]:
    """A fresh mailbox on a fresh embedded server."""
    with PymapPost("quality.me@hospital.test") as post:
        yield post


@pytest.fixture(params=["pymap", "dovecot"])
def post(request: pytest.FixtureRequest) -> PymapPost | DovecotPost:
    """A fresh, empty mailbox, on each server in turn."""
    found = request.getfixturevalue(f"{request.param}_post")
    assert isinstance(found, PymapPost | DovecotPost)
    return found
