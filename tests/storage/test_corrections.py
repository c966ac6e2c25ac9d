"""Facts about corrections: kept with what was decided, by whom and on what; only added to; never from Telegram."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from models.learning import Correction
from models.masking import PersonalData, PersonalKind
from models.verdict import Evidence
from storage.store import StaleTicket, Store, StoreError
from tests.storage.making import MINUTE, NOW, decision, opened, verdict


def correction(ticket_id: int, **facts: object) -> Correction:
    usual = {
        "ticket_id": ticket_id,
        "channel": "imap",
        "subject": "Nights",
        "text": "[name] was left alone.",
        "consent": True,
        "messages": 1,
        "verdict": verdict(red_flags=("patient_at_risk",), themes=("supervision",)),
        "decision": decision(),
    }
    return Correction(**{**usual, **facts})  # type: ignore[arg-type]


def test_a_correction_comes_back_with_who_decided_what_and_when_beside_the_verdict(store: Store) -> None:
    with store.write() as tx:
        kept = correction(opened(tx), consent=False, messages=2)
        tx.corrections.append(kept)
    with store.read() as tx:
        assert tx.corrections.all() == (kept,)
    assert (kept.decision.officer, kept.decision.at, kept.verdict.classifier) == (
        "officer@example.test",
        NOW,
        "rules-1",
    )


def test_a_second_decision_is_added_and_the_first_stays(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx)
        first = correction(ticket)
        second = correction(ticket, decision=decision(isf=4, at=NOW + MINUTE))
        tx.corrections.append(first)
        tx.corrections.append(second)
    with store.read() as tx:
        assert tx.corrections.all() == (first, second)


def test_words_of_the_text_that_stand_in_the_evidence_are_not_kept(store: Store) -> None:
    quoted = Evidence(label="theme:supervision", text="Mrs Example was left alone", start=0, end=26, source="cue")
    named = PersonalData(kind=PersonalKind.NAME, start=0, end=11)
    with store.write() as tx:
        tx.corrections.append(correction(opened(tx), verdict=verdict(evidence=(quoted,), personal_data=(named,))))
    with store.read() as tx, store._engine.connect() as connection:
        [kept] = tx.corrections.all()
        rows = connection.execute(text("SELECT * FROM corrections")).all()
    assert (kept.verdict.evidence, kept.verdict.personal_data) == ((), ())
    assert "Example was" not in str(rows)


def test_a_correction_goes_when_the_decision_beside_it_cannot_be_written(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx)

    def decide_on_an_old_page() -> None:
        with store.write() as tx:
            tx.corrections.append(correction(ticket))
            tx.tickets.decide(ticket, decision(), version=7, urgency=2)

    with pytest.raises(StaleTicket):
        decide_on_an_old_page()
    with store.read() as tx:
        assert tx.corrections.all() == ()


def test_messages_from_telegram_are_refused_by_us_and_by_the_table_itself(store: Store) -> None:
    def keep_one() -> None:
        with store.write() as tx:
            tx.corrections.append(correction(opened(tx), channel="telegram"))

    with pytest.raises(StoreError, match="never kept"):
        keep_one()
    with store.write() as tx:
        tx.corrections.append(correction(opened(tx)))
    with pytest.raises(IntegrityError), store._engine.begin() as connection:
        connection.execute(text("UPDATE corrections SET channel = 'telegram'"))
