"""Facts about what a decision leaves to learn from: masked, with consent, in the same breath, and never too much."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from intake.desk.learning import correction_of
from intake.desk.settings import DeskSettings
from models.learning import Correction
from models.masking import PersonalData, PersonalKind
from models.reference import load_reference
from models.rights import SYSTEM
from models.ticket import Ticket
from models.verdict import Verdict
from storage.store import Store
from tests.intake.desk.conftest import EMAIL, Site, Visitor, serving, signed_in
from tests.intake.desk.making import follow_up, graded, open_ticket
from tests.intake.desk.test_deciding import choice

TEXT = "The patient, Mrs Made Up, waited alone."
NAME = PersonalData(kind=PersonalKind.NAME, start=13, end=24)


def seen() -> Verdict:
    return graded(personal_data=(NAME,), red_flags=("patient_at_risk",))


def kept(store: Store) -> tuple[Correction, ...]:
    with store.read() as tx:
        return tx.corrections.all()


def opened(store: Store, verdict: Verdict | None = None, **facts: Any) -> tuple[str, Ticket]:
    text = facts.pop("text", TEXT)
    reference = open_ticket(store, verdict or seen(), text=text, subject="Mrs Made Up, alone", **facts)
    with store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
    assert ticket is not None
    return reference, ticket


def decide(officer: Visitor, reference: str, **changes: object) -> httpx.Response:
    return officer.send_form(f"/tickets/{reference}/decide", **choice(isf="2", impact="3", likelihood="4", **changes))


def test_a_decision_is_kept_beside_the_verdict_with_the_masked_text(site: Site, officer: Visitor) -> None:
    reference, ticket = opened(site.store)
    assert decide(officer, reference).status_code == 303
    [one] = kept(site.store)
    assert (one.text, one.subject) == ("The patient, [name], waited alone.", "[name], alone")
    assert (one.ticket_id, one.channel, one.consent, one.messages) == (ticket.row.id, "imap", True, 1)
    assert (one.decision.officer, one.decision.isf, one.verdict.isf) == (EMAIL, 2, 1)
    assert (one.verdict.classifier, one.verdict.red_flags) == ("rules-1.0.0", ("patient_at_risk",))


def test_a_proposal_that_is_accepted_is_confirmed_by_that(site: Site, officer: Visitor) -> None:
    reference, _ = opened(site.store)
    assert officer.send_form(f"/tickets/{reference}/accept", version=1).status_code == 303
    [one] = kept(site.store)
    assert (one.decision.isf, one.decision.impact, one.decision.reason) == (1, 2, "")


def test_a_decision_on_a_page_that_is_old_leaves_nothing_to_learn_from(site: Site, officer: Visitor) -> None:
    reference, _ = opened(site.store)
    follow_up(site.store, reference, graded(), text="More.")
    assert decide(officer, reference).status_code == 409
    assert kept(site.store) == ()
    assert decide(officer, reference, version=3).status_code == 303
    assert [one.messages for one in kept(site.store)] == [2]


def test_nothing_is_kept_where_the_setting_forbids_it(sqlite_store: Store) -> None:
    settings = DeskSettings(secure_cookies=False, learn_from_decisions=False)
    with serving(sqlite_store, load_reference(None), settings) as site, signed_in(site) as officer:
        reference, _ = opened(site.store)
        assert decide(officer, reference).status_code == 303
    assert kept(sqlite_store) == ()


def test_nothing_from_telegram_is_kept_and_chats_that_were_not_asked_without_consent(
    site: Site, officer: Visitor
) -> None:
    for channel in ("telegram", "webchat"):
        reference, _ = opened(site.store, channel=channel)
        assert decide(officer, reference).status_code == 303
    assert [(one.channel, one.consent) for one in kept(site.store)] == [("webchat", False)]


@pytest.mark.parametrize(
    "blind",
    [
        graded(classifier="none"),
        graded(needs_person_reasons=("the part 'personal_data' of the classifier failed (ValueError)",)),
    ],
)
def test_a_text_in_which_nobody_looked_for_personal_data_is_not_kept(
    blind: Verdict, site: Site, officer: Visitor
) -> None:
    reference, _ = opened(site.store, blind)
    assert decide(officer, reference).status_code == 303
    assert kept(site.store) == ()


def test_of_a_huge_text_only_the_beginning_is_kept(site: Site, officer: Visitor) -> None:
    reference, _ = opened(site.store, text=TEXT + " so long" * 9_000)
    decide(officer, reference)
    with site.store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
    assert ticket is not None
    made = correction_of(ticket, ticket.decisions[-1], allowed=True)
    assert made is not None
    assert len(made.text) == 20_000


def test_what_the_whole_classifier_said_is_kept_and_not_the_quick_rules_of_a_chat(site: Site, officer: Visitor) -> None:
    reference, _ = opened(site.store)
    decide(officer, reference)
    with site.store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
    assert ticket is not None
    quick, whole = (replace(ticket.verdicts[0], classifier=one) for one in ("rules-1", "rules-1+minilm-1.2"))
    made = correction_of(replace(ticket, verdicts=(quick, whole)), ticket.decisions[-1], allowed=True)
    assert made is not None
    assert made.verdict == whole
    alone = replace(ticket, verdicts=(quick,))
    assert alone.first_reading == quick
