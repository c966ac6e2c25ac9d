"""The screening table, rule by rule: what becomes a ticket, what is answered, and what is only kept."""

from typing import Any

import pytest

from intake.screening import RULES, Action, Case, screen
from models.message import Address, Automatic
from tests.intake.making import OURS, mail


def case(
    *,
    envelope_from: str | None = "learner@student.test",
    is_our_mail: bool = False,
    answers: bool = False,
    **facts: Any,
) -> Case:
    return Case(
        mail=mail(**facts),
        envelope_from=envelope_from,
        own_addresses=frozenset({OURS}),
        is_our_mail=is_our_mail,
        answers_our_mail=answers,
    )


def wrote(address: str) -> Address:
    return Address(name="", address=address)


TABLE = [
    ("no-mail", case(readable=False, sender=None)),
    ("own-mail", case(is_our_mail=True)),
    ("own-mail", case(is_our_mail=True, sender=None)),
    ("own-mail", case(sender=wrote(OURS), automatic=Automatic.AUTO_REPLY)),
    ("own-mail", case(sender=wrote(OURS.upper()), automatic=Automatic.GENERATED)),
    ("bounce", case(automatic=Automatic.BOUNCE, envelope_from="")),
    ("receipt", case(automatic=Automatic.RECEIPT)),
    ("receipt", case(automatic=Automatic.CALENDAR)),
    ("automatic-answer", case(automatic=Automatic.AUTO_REPLY, answers=True)),
    ("automatic", case(automatic=Automatic.AUTO_REPLY)),
    ("list", case(automatic=Automatic.LIST)),
    ("list", case(automatic=Automatic.BULK)),
    ("list", case(automatic=Automatic.LIST, answers=True)),
    ("stamped-answer", case(automatic=Automatic.BULK, answers=True)),
    ("stamped-by-a-machine", case(automatic=Automatic.GENERATED)),
    ("null-return-path", case(envelope_from="")),
    ("no-sender", case(sender=None)),
    ("no-sender", case(sender=Address(name="Anonymous", address=""))),
    ("own-address", case(sender=wrote(OURS))),
    ("own-address", case(sender=wrote("Quality.Me@Intake.test"), automatic=Automatic.OWN)),
    ("no-reply", case(sender=wrote("no-reply@student.test"))),
    ("no-reply", case(sender=wrote("No_Reply@student.test"))),
    ("no-reply", case(sender=wrote("do.not.reply@student.test"))),
    ("no-reply", case(sender=wrote("noreply+case-77@student.test"))),
    ("no-reply", case(sender=wrote("postmaster@student.test"))),
    ("person", case()),
    ("person", case(envelope_from=None)),
    ("person", case(sender=wrote("norep.lyons@student.test"))),
    ("person", case(answers=True)),
]


@pytest.mark.parametrize(("rule", "what"), TABLE)
def test_each_rule_applies_to_what_it_is_for(rule: str, what: Case) -> None:
    assert screen(what).name == rule


def test_the_table_above_has_every_rule() -> None:
    assert {rule.name for rule in RULES} == {name for name, _ in TABLE}


def test_every_rule_has_a_reason_that_officers_can_read() -> None:
    assert all(rule.reason.endswith(".") and rule.reason[0].isupper() for rule in RULES)


def test_only_what_is_plainly_no_concern_is_ignored_and_only_people_are_answered() -> None:
    actions = {rule.name: rule.action for rule in RULES}
    assert [name for name, action in actions.items() if action is Action.TAKE] == ["person"]
    assert {name for name, action in actions.items() if action is Action.IGNORE} == {"own-mail", "bounce", "receipt"}
    assert [name for name, action in actions.items() if action is Action.QUARANTINE] == ["no-mail"]
