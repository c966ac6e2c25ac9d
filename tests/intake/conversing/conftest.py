"""The fast part of the real classifier, loaded once."""

import pytest

from intake.classifying import Classify, build_rules_or_do_without
from intake.shelf import Shelf
from tests.intake.conversing.making import WORDS


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Classify:
    """The rules alone, as `intake work` reads chat messages with them."""
    return build_rules_or_do_without(WORDS, Shelf(tmp_path_factory.mktemp("models")))
