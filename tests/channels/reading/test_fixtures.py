"""Each mail in tests/mail is read as the facts beside it say."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from channels.email.mime import as_contract, read

MAILS = Path(__file__).parents[2] / "mail"
OWN = frozenset({"quality.me@intake.test"})
NAMES = sorted(path.stem for path in MAILS.glob("*.eml"))
NONE = "none"
"""TOML has no null."""


def facts_of(name: str) -> dict[str, Any]:
    return tomllib.loads((MAILS / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_is_read_as_its_facts_say(name: str) -> None:
    facts = facts_of(name)
    mail = read((MAILS / f"{name}.eml").read_bytes(), own_addresses=OWN)
    answer = as_contract(mail, name)
    why = facts.pop("why")
    for part in ("text", "new_text"):
        for words in facts.pop(f"{part}_has", []):
            assert words in answer[part], why
        for words in facts.pop(f"{part}_lacks", []):
            assert words not in answer[part], why
    said = {key: NONE if answer[key] is None else answer[key] for key in facts}
    said |= {key: said[key].strip() for key in ("text", "new_text") if key in said}
    assert said == {key: value.strip() if isinstance(value, str) else value for key, value in facts.items()}, why


def test_every_mail_has_its_facts_and_all_facts_a_mail() -> None:
    assert sorted(path.stem for path in MAILS.glob("*.toml")) == NAMES
    assert len(NAMES) > 300
