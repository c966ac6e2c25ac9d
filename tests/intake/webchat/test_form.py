"""The form on one page."""

from models.chat import from_raw
from tests.intake.webchat.making import STORY, Running, Visitor, reference_in, said


def test_all_at_once_is_one_report_whose_answers_are_not_asked_for_again(site: Running, visitor: Visitor) -> None:
    page = visitor.fill_in(
        "/form", text=STORY, risk="no", provider="The Old Surgery", identity="confidential", name="Jo"
    )
    assert page.url.path == "/chat"
    assert "Check your report" in said(page.text)
    (ticket,) = site.tickets()
    assert ticket.row.reference == reference_in(page.text)
    assert ticket.entries[0].text == f"{STORY}\n\nWhere it happened: The Old Surgery"
    with site.app.store.read() as tx:
        assert tx.reports.reporter(ticket.row.id).name == "Jo"
        terms = tx.questions.terms(ticket.row.id)
    assert terms is not None
    assert terms.level == "confidential"


def test_a_name_is_kept_apart_from_the_bytes_of_the_report(site: Running, visitor: Visitor) -> None:
    visitor.fill_in("/form", text=STORY, risk="no", identity="named", name="Jo Bloggs", contact="jo@student.test")
    with site.app.store.read() as tx:
        kept = tx.inbox.message(site.tickets()[0].entries[0].inbox_id)
    assert kept is not None
    assert b"Bloggs" not in kept.raw
    assert dict(from_raw(kept.raw).told)["identity"] == "named"


def test_who_stays_anonymous_gives_no_name_even_when_it_was_typed(site: Running, visitor: Visitor) -> None:
    page = visitor.fill_in("/form", text=STORY, risk="no", identity="anonymous", name="Jo", contact="jo@student.test")
    assert "Cut the link" in page.text
    assert not any(b"jo@student" in message.raw or b"Jo" in message.raw for message in site.received)


def test_somebody_at_risk_is_told_to_call_first(site: Running, visitor: Visitor) -> None:
    page = visitor.fill_in("/form", text=STORY, risk="yes")
    assert "call 999 first" in said(page.text)
    assert site.tickets()[0].row.red_flags


def test_words_of_distress_come_before_all_else_and_the_answers_are_kept(visitor: Visitor) -> None:
    page = visitor.fill_in(
        "/form", text="I want to kill myself because of this placement.", risk="no", identity="anonymous"
    )
    assert "Are you safe right now?" in said(page.text)
    visitor.press("I am safe")
    assert "Which specialty" not in said(visitor.press("Carry on").text)


def test_what_is_left_open_is_asked(visitor: Visitor) -> None:
    page = visitor.fill_in("/form", text=STORY)
    assert "Is anyone at risk of serious harm right now?" in said(page.text)
    assert "How much may the team know about you?" in said(visitor.press("No").text)


def test_an_empty_form_comes_back_with_all_that_was_filled_in(site: Running, visitor: Visitor) -> None:
    page = visitor.fill_in("/form", provider="The Old Surgery", risk="unsure", name="<b>Jo</b>")
    assert page.status_code == 422
    assert 'value="The Old Surgery"' in page.text
    assert 'value="unsure" checked' in page.text
    assert "&lt;b&gt;Jo&lt;/b&gt;" in page.text
    assert site.received == []


def test_a_form_begins_a_report_of_its_own_beside_an_open_chat(site: Running, visitor: Visitor) -> None:
    visitor.fill_in(text=STORY)
    assert "You have a chat open" in said(visitor.get("/form").text)
    visitor.fill_in("/form", text=STORY + " This is another matter.", risk="no")
    assert len(site.tickets()) == 2


def test_a_name_or_a_way_to_reach_somebody_is_asked_for_unless_they_are_anonymous(
    site: Running, visitor: Visitor
) -> None:
    for level in ("named", "confidential"):
        page = visitor.fill_in("/form", text=STORY, identity=level, name=" ")
        assert page.status_code == 422
        assert '<a href="#name">Give a name or a way to reach you, or choose Anonymous</a>' in page.text
        assert STORY in page.text
    assert site.received == []
    assert visitor.fill_in("/form", text=STORY, identity="named", contact="jo@student.test").url.path == "/chat"


def test_officers_read_whether_somebody_was_sure_of_the_risk(site: Running, visitor: Visitor) -> None:
    visitor.fill_in(text=STORY)
    visitor.press("Carry on")
    visitor.press("Not sure")
    visitor.fill_in("/form", text=STORY, risk="unsure")
    visitor.fill_in("/form", text=STORY, risk="yes")
    evidence = []
    for ticket in site.tickets():
        assert ticket.row.red_flags == ("patient_at_risk",)
        evidence.append("\n".join(str(one) for one in ticket.verdicts))
    unsure = "The reporter was not sure whether anyone is at risk."
    assert [unsure in one for one in evidence] == [True, True, False]
    assert ["The reporter said so in the chat." in one for one in evidence] == [False, False, True]
