"""Stories told over a real store and the real rules: every word that is answered stands in tests/transcripts.

`python -m tests.intake.conversing.renew` writes the answers anew after a wording was changed; read them before you keep
them.
"""

import pytest

from intake.classifying import Classify
from storage.store import Store
from tests.intake.conversing.making import Chats
from tests.intake.conversing.stories import FOLDER, Story, names, script_of


@pytest.mark.parametrize("name", names())
def test_the_story_is_told_as_it_was_written_down(name: str, sqlite_store: Store, rules: Classify) -> None:
    written = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    told = Story(Chats(sqlite_store, fast=rules)).tell(script_of(written))
    assert "\n".join(told) + "\n" == written


def test_there_are_sixty_stories() -> None:
    assert len(names()) >= 60
