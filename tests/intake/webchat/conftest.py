"""The site, its visitors, and a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from intake.classifying import Classify, build_rules_or_do_without
from intake.shelf import Shelf
from models.reference import load_reference
from tests.intake.desk.browser import chromium
from tests.intake.webchat.making import Running, Visitor, running


@pytest.fixture(scope="session")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Classify:
    """The quick part of the classifier, as the product uses it in chats."""
    return build_rules_or_do_without(load_reference(None), Shelf(tmp_path_factory.mktemp("shelf")))


@pytest.fixture
def site(tmp_path: Path, fast: Classify) -> Iterator[Running]:
    """A site that listens, with an empty store."""
    with running(tmp_path, fast) as found:
        yield found


@pytest.fixture
def visitor(site: Running) -> Iterator[Visitor]:
    """Somebody who comes for the first time."""
    with Visitor(base_url=site.url) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, one for all tests of a file."""
    with chromium() as started:
        yield started
