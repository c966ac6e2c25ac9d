"""Whatever the classifier does, a message becomes a ticket; what nobody graded stands above all but red flags."""

from pathlib import Path
from threading import Event

import pytest

from intake import classifier
from intake.classifying import GuardedClassifier, build_or_do_without
from intake.shelf import Shelf
from models.verdict import Verdict
from storage.store import Store
from tests.intake.making import WORDS, Office, content, verdict


def raising(*_: str) -> Verdict:
    raise RuntimeError("secret words")


def graded_three(*_: str) -> Verdict:
    return verdict(isf=3, impact=5, likelihood=5)


def test_a_classifier_that_raises_still_yields_a_ticket_at_the_top_of_the_queue(store: Store) -> None:
    office = Office(store, classify=graded_three)
    office.file()
    failing = Office(store, classify=GuardedClassifier(raising, seconds=20))
    failing.file(content(body="what nobody graded"))
    tickets = office.tickets()
    assert [ticket.row.graded for ticket in tickets] == [False, True]
    assert tickets[0].verdicts[0].needs_person_reasons == ("The machine could not read this.",)
    assert (tickets[0].row.needs_person, office.waiting(), office.balances()) == (True, 2, True)


def test_a_classifier_that_hangs_is_left_behind_and_the_next_message_has_its_own_turn(sqlite_store: Store) -> None:
    never = Event()

    def hangs_on_the_first(_subject: str, text: str, _channel: str) -> Verdict:
        if "first" in text:
            never.wait()
        return verdict()

    office = Office(sqlite_store, classify=GuardedClassifier(hangs_on_the_first, seconds=0.2))
    try:
        office.file(content(body="first"))
        office.file(content(body="second"))
        tickets = office.tickets()
    finally:
        never.set()
    assert [(ticket.entries[0].text, ticket.row.graded) for ticket in tickets] == [("first", False), ("second", True)]
    assert tickets[0].verdicts[0].needs_person_reasons == ("The machine took too long to read this.",)


@pytest.mark.parametrize("fault", [ImportError("no spaCy"), RuntimeError("broken cues"), OSError("disk")])
def test_a_classifier_that_is_missing_still_yields_a_ticket_at_the_top_of_the_queue(
    fault: Exception, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing(*_: object) -> None:
        raise fault

    monkeypatch.setattr(classifier, "build_classifier", missing)
    office = Office(sqlite_store, classify=GuardedClassifier(build_or_do_without(WORDS, Shelf(tmp_path)), seconds=20))
    office.file()
    [ticket] = office.tickets()
    assert (ticket.row.graded, ticket.row.needs_person, office.waiting()) == (False, True, 1)


def test_the_real_classifier_is_built_when_it_is_there(tmp_path: Path) -> None:
    found = build_or_do_without(WORDS, Shelf(tmp_path))("Nights", "No registrar at Lincoln County Hospital.", "email")
    assert (found.provider, found.classifier != "none") == ("RWD", True)


def test_a_red_flag_stands_above_what_nobody_graded(sqlite_store: Store) -> None:
    Office(sqlite_store, classify=GuardedClassifier(raising, seconds=20)).file()
    office = Office(sqlite_store)
    office.file(content(body="He had a knife."))
    assert [ticket.row.red_flags for ticket in office.tickets()] == [("violence",), ()]
