"""Facts about decisions: what an officer may choose, that it stands beside the proposal, and that nobody is overrun."""

import html
import re
from threading import Barrier, Thread
from typing import Any

import httpx
import pytest

from models.rights import SYSTEM
from models.ticket import Decision, EventKind, Ticket, TicketState
from models.verdict import Kind
from tests.intake.desk.conftest import EMAIL, Site, Visitor, signed_in
from tests.intake.desk.making import NIGHTS, follow_up, graded, nights, open_ticket, ungraded
from tests.intake.desk.test_ticket import plain

REASON = "The ward has been visited; the learner agrees."


def ticket_of(site: Site, reference: str) -> Ticket:
    with site.store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
    assert ticket is not None
    return ticket


def decision_of(site: Site, reference: str) -> Decision:
    return ticket_of(site, reference).decisions[-1]


def choice(**changes: Any) -> dict[str, Any]:
    """The fields of the form, as a browser sends them for the ticket of `nights`."""
    usual = {
        "version": 1,
        "kind": "concern",
        "isf": "3",
        "impact": "4",
        "likelihood": "4",
        "provider": "",
        "specialties": ["Acute Internal Medicine (326)", ""],
        "themes": ["supervision", "speaking_up"],
        "reason": REASON,
        "is_lower": "yes",
    }
    return {**usual, **changes}


def test_accepting_makes_the_proposal_the_decision(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(isf=2, impact=3, likelihood=4, provider="RWE", themes=("rota",)))
    answer = officer.send_form(f"/tickets/{reference}/accept", version=1)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/tickets/{reference}?done=decided")
    decided = decision_of(site, reference)
    assert (decided.officer, decided.isf, decided.provider, decided.themes) == (EMAIL, 2, "RWE", ("rota",))
    assert (decided.impact, decided.likelihood, decided.reason) == (3, 4, "")
    assert "Your decision is saved" in officer.get(answer.headers["location"]).text
    assert "Category 2: decided" in officer.get("/?state=being_read").text


def test_accepting_keeps_what_an_earlier_message_named(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(provider="RWE", specialties=("326",), themes=("rota",)))
    follow_up(site.store, reference, graded(isf=3, impact=4, likelihood=4, themes=("violence",)), text="It is worse.")
    version = ticket_of(site, reference).row.version
    officer.send_form(f"/tickets/{reference}/accept", version=version)
    decided = decision_of(site, reference)
    assert (decided.isf, decided.provider, decided.specialties) == (3, "RWE", ("326",))
    assert set(decided.themes) == {"rota", "violence"}


def test_a_graded_first_message_can_be_accepted_after_a_second_one_without_a_grade(
    site: Site, officer: Visitor
) -> None:
    reference = open_ticket(site.store, graded(isf=3, impact=4, likelihood=4))
    follow_up(site.store, reference, ungraded(isf=2), text="Thank you.")
    assert "Accept all: category 3" in plain(officer.get(f"/tickets/{reference}").text)
    version = ticket_of(site, reference).row.version
    assert officer.send_form(f"/tickets/{reference}/accept", version=version).status_code == 303
    assert decision_of(site, reference).isf == 3


def test_what_the_machine_did_not_grade_is_never_decided_by_a_mere_click(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, ungraded())
    assert officer.send_form(f"/tickets/{reference}/accept", version=1).status_code == 422
    answer = officer.fill_in(f"/tickets/{reference}")
    assert answer.status_code == 422
    assert "Choose a category" in answer.text
    assert ticket_of(site, reference).decisions == ()


def test_an_officer_changes_place_specialty_themes_and_grade_with_a_reason(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    form = choice(
        isf="4", impact="5", provider="Leicester Royal Infirmary", specialties=["Emergency Medicine", "326"],
        themes=["staffing"],
    )  # fmt: skip
    assert officer.send_form(f"/tickets/{reference}/decide", **form).status_code == 303
    decided = decision_of(site, reference)
    assert (decided.kind, decided.isf, decided.impact, decided.likelihood) == (Kind.CONCERN, 4, 5, 4)
    assert (decided.provider, decided.specialties, decided.themes) == ("RWE", ("180", "326"), ("staffing",))
    assert decided.site is not None
    assert decided.reason == REASON
    row = ticket_of(site, reference).row
    assert (row.isf, row.decided, row.red_flags) == (4, True, ("patient_at_risk",)), "the flag is not taken away"


def test_the_decision_stands_beside_the_proposal(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    officer.send_form(f"/tickets/{reference}/decide", **choice(isf="1", provider="RX1"))
    ticket = ticket_of(site, reference)
    assert ticket.verdicts == (nights(),), "what the machine said is kept as it was"
    assert EventKind.DECIDED in [event.kind for event in ticket.events]
    page = plain(officer.get(f"/tickets/{reference}").text)
    assert f"{EMAIL} decided category 1 on 24 November 2026, 09:00: {REASON}" in page
    assert "Category Proposed 3: Major concern Decided 1: Minor concern Changed" in page
    assert "Impact Proposed 4: serious, harm or nearly so Decided 4: serious, harm or nearly so Likelihood" in page
    assert "Decided : category 1" in page


def test_every_decision_stays_and_the_last_one_counts(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    officer.send_form(f"/tickets/{reference}/accept", version=1)
    officer.send_form(f"/tickets/{reference}/decide", **choice(version=ticket_of(site, reference).row.version, isf="2"))
    assert [one.isf for one in ticket_of(site, reference).decisions] == [3, 2]
    assert "Category 2: decided" in officer.get(f"/tickets/{reference}").text


@pytest.mark.parametrize(
    ("changes", "problem", "field"),
    [
        ({"isf": "2", "reason": " "}, "Say in a few words why you decided so", "reason"),
        ({"isf": ""}, "Choose a category", "isf"),
        ({"isf": "5"}, "Choose a category", "isf"),
        ({"isf": "-1"}, "Choose a category", "isf"),
        ({"isf": "9" * 4_500}, "Choose a category", "isf"),
        ({"kind": "nonsense"}, "Choose what kind of message this is", "kind"),
        ({"impact": "6"}, "Choose an impact and a likelihood from 1 to 5", "impact"),
        ({"likelihood": "x"}, "Choose an impact and a likelihood from 1 to 5", "impact"),
        ({"provider": "City Hospital"}, "Choose a place from the list, or leave it empty", "provider"),
        ({"specialties": ["wizardry"]}, "Choose specialties from the list, or leave them empty", "specialties"),
        ({"themes": ["wizardry"]}, "Choose themes from the list", "themes"),
    ],
)
def test_a_choice_that_cannot_be_is_named_and_what_was_typed_stays(
    site: Site, officer: Visitor, changes: dict[str, Any], problem: str, field: str
) -> None:
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    answer = officer.send_form(f"/tickets/{reference}/decide", **choice(**changes))
    assert answer.status_code == 422
    assert f'<a href="#{field}">{problem}</a>' in answer.text
    assert re.search(rf'<(select|input|textarea)[^>]* id="{field}"', answer.text), "the link leads to the field"
    assert "<title>Error: " in answer.text.replace("\n", "").replace("  ", "")
    if "reason" not in changes:
        assert REASON in answer.text
    assert ticket_of(site, reference).decisions == ()


@pytest.mark.parametrize(("guessed", "status"), [(("180",), 303), ((), 422)])
def test_a_guessed_post_is_called_so_and_taken_out_without_a_reason(
    site: Site, officer: Visitor, guessed: tuple[str, ...], status: int
) -> None:
    seen = graded(specialties=("326", "180"), guessed_specialties=guessed)
    reference = open_ticket(site.store, seen)
    assert ("(a guess)" in officer.get(f"/tickets/{reference}").text) is bool(guessed)
    kept = ["Acute Internal Medicine (326)"]
    form = choice(isf="1", impact="2", likelihood="3", specialties=kept, themes=[], reason="")
    assert officer.send_form(f"/tickets/{reference}/decide", **form).status_code == status


@pytest.mark.parametrize("form", ["accept", "decide", "state"])
def test_whoever_comes_second_is_told_and_overwrites_nothing(site: Site, officer: Visitor, form: str) -> None:
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    with signed_in(site, "kim@nhs.test") as second:
        officer.send_form(f"/tickets/{reference}/decide", **choice(isf="1"))
        answer = second.send_form(f"/tickets/{reference}/{form}", **choice(isf="2", reason="mine"), state="waiting")
    assert answer.status_code == 409
    page = plain(answer.text)
    assert "This ticket changed while you had it open" in page
    assert f"{EMAIL} decided category 1: {REASON}" in page
    if form == "decide":
        assert ">mine</textarea>" in answer.text
    ticket = ticket_of(site, reference)
    assert [one.isf for one in ticket.decisions] == [1]
    assert ticket.row.state.value == "being_read"


def test_of_two_officers_who_decide_at_the_same_moment_exactly_one_is_heard(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    gate = Barrier(2)
    answers: list[httpx.Response] = []

    def decide(visitor: Visitor, isf: str) -> None:
        gate.wait()
        answers.append(visitor.send_form(f"/tickets/{reference}/decide", **choice(isf=isf)))

    with signed_in(site, "kim@nhs.test") as second:
        threads = [Thread(target=decide, args=(officer, "1")), Thread(target=decide, args=(second, "2"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert len(ticket_of(site, reference).decisions) == 1


def test_a_ticket_is_moved_and_its_timeline_says_by_whom(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    answer = officer.send_form(f"/tickets/{reference}/state", version=1, state="with_provider")
    page = plain(officer.get(answer.headers["location"]).text)
    assert "The ticket is now “With the provider”" in page
    assert f"Moved : With the provider 24 November 2026, 09:00, {EMAIL}" in page
    assert officer.send_form(f"/tickets/{reference}/state", version=2, state="gone").status_code == 404


def test_a_ticket_that_was_decided_on_is_not_new_any_more(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    officer.send_form(f"/tickets/{reference}/accept", version=1)
    assert ticket_of(site, reference).row.state is TicketState.BEING_READ
    assert reference not in officer.get("/").text
    assert reference in officer.get("/?state=being_read").text


def test_a_decision_leaves_a_ticket_that_was_moved_where_it_is(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    officer.send_form(f"/tickets/{reference}/state", version=1, state="with_provider")
    officer.send_form(f"/tickets/{reference}/accept", version=2)
    assert ticket_of(site, reference).row.state is TicketState.WITH_PROVIDER


def test_an_officer_adds_and_takes_away_red_flags_with_a_reason_and_both_are_kept(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    form = choice(flags_asked="yes", red_flags=["violence"])
    answer = officer.send_form(f"/tickets/{reference}/decide", **{**form, "reason": ""})
    assert answer.status_code == 422
    assert "Say in a few words why you take a red flag away" in plain(answer.text)
    assert officer.send_form(f"/tickets/{reference}/decide", **form).status_code == 303
    ticket = ticket_of(site, reference)
    assert ticket.row.red_flags == ("violence",)
    assert ticket.decisions[-1].red_flags == ("violence",)
    assert ticket.verdicts[0].red_flags == ("patient_at_risk",), "what the machine saw stays"
    assert "Red flags Proposed Patients at risk now Decided Violence Changed" in plain(
        officer.get(f"/tickets/{reference}").text
    )
    with site.store.read() as tx:
        [learnt] = tx.corrections.all()
    assert (learnt.decision.red_flags, learnt.verdict.red_flags) == (("violence",), ("patient_at_risk",))


def test_without_its_last_red_flag_a_ticket_stands_where_its_category_belongs(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    before = ticket_of(site, reference).row.urgency
    officer.send_form(f"/tickets/{reference}/decide", **choice(flags_asked="yes", isf="1"))
    after = ticket_of(site, reference).row
    assert (after.red_flags, after.urgency < before) == ((), True)


def test_an_unknown_red_flag_is_refused(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    form = choice(flags_asked="yes", red_flags=["patient_at_risk", "wizardry"])
    answer = officer.send_form(f"/tickets/{reference}/decide", **form)
    assert (answer.status_code, "Choose red flags from the list" in answer.text) == (422, True)


def test_an_ambiguous_place_is_chosen_among_its_candidates(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    page = officer.get(f"/tickets/{reference}").text
    assert re.findall(r'name="candidate" type="radio" value="(\w+)"', page) == ["RX1", "RXK", "other"]

    def again(**changes: Any) -> dict[str, Any]:
        return choice(version=ticket_of(site, reference).row.version, **changes)

    officer.send_form(f"/tickets/{reference}/decide", **again(candidate="RXK"))
    assert decision_of(site, reference).provider == "RXK"
    officer.send_form(f"/tickets/{reference}/decide", **again(candidate="other", provider="RWE"))
    assert decision_of(site, reference).provider == "RWE"
    officer.send_form(f"/tickets/{reference}/decide", **again(candidate="other"))
    assert decision_of(site, reference).provider is None


def test_a_category_that_is_not_that_of_impact_and_likelihood_is_pointed_out(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    assert "makes category 3, as chosen" in plain(officer.get(f"/tickets/{reference}").text)
    officer.send_form(f"/tickets/{reference}/decide", **choice(isf="1"))
    page = plain(officer.get(f"/tickets/{reference}").text)
    assert "Impact 4 × likelihood 4 would make category 3. The officer decided category 1." in page
    assert "makes category 3, but category 1 is chosen" in page


@pytest.mark.parametrize(
    ("scores", "kept_flags"),
    [({"impact": "5", "likelihood": "4"}, []), ({"impact": "2", "likelihood": "3"}, ["violence"])],
    ids=["far below impact and likelihood", "a red flag stays"],
)
def test_a_low_category_has_to_be_meant(
    site: Site, officer: Visitor, scores: dict[str, str], kept_flags: list[str]
) -> None:
    reference = open_ticket(site.store, graded(isf=3, impact=5, likelihood=4, red_flags=("violence",)))
    form: dict[str, Any] = {"version": 1, "kind": "concern", "isf": "1", **scores, "reason": "testing"}
    form |= {"flags_asked": "yes", "red_flags": kept_flags}
    refused = officer.send_form(f"/tickets/{reference}/decide", **form)
    assert refused.status_code == 422
    assert "Tick the box if you mean this low category" in refused.text
    assert 'id="is_lower"' in refused.text
    assert officer.send_form(f"/tickets/{reference}/decide", **form, is_lower="yes").status_code == 303


def test_a_category_that_fits_needs_no_further_word(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(isf=3, impact=5, likelihood=4))
    form = {"version": "1", "kind": "concern", "isf": "2", "impact": "4", "likelihood": "3", "reason": "One floor up."}
    assert officer.send_form(f"/tickets/{reference}/decide", **form).status_code == 303


def test_praise_that_is_accepted_is_not_said_to_have_been_changed_or_graded(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(kind=Kind.GOOD_PRACTICE, isf=0, provider="RWE"))
    officer.send_form(f"/tickets/{reference}/accept", version=1)
    page = officer.get(f"/tickets/{reference}").text
    shown = plain(page)
    assert "decided good practice on" in shown
    assert "Changed" not in shown
    assert "Category 0: decided" not in shown
    compared = shown.partition("what was decided")[2].partition("Themes")[0]
    assert "Impact" not in compared
    for listed in (page, officer.get("/?state=all").text):
        assert '<strong class="nhsuk-tag nhsuk-tag--white">Good practice</strong>' in listed


def test_a_ticket_leads_to_the_others_of_its_place(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(provider="RWE"))
    other = open_ticket(site.store, graded(provider="RWE"))
    elsewhere = open_ticket(site.store, graded(provider="RX1"))
    page = officer.get(f"/tickets/{reference}").text
    [way] = re.findall(r'href="([^"]+)">Other tickets of this place', page)
    found = officer.get(html.unescape(way)).text
    assert other in found
    assert elsewhere not in found
