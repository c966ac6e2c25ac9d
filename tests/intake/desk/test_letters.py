"""Facts about writing to reporters: seen before it goes, by the reporter's own way, and what an answer does."""

import json
import re
from datetime import timedelta
from email import message_from_bytes, policy
from html import unescape

import httpx
import pytest

from channels.base import Gone
from channels.email.compose import compose
from intake.desk.conditions import conditions_of
from intake.desk.gaps import proposed_questions
from models.audit import ActFilter, Action
from models.framework import Reference
from models.letters import Purpose, Way
from models.message import Outgoing
from models.rights import SYSTEM, Role
from models.ticket import EventKind, Reporter, Ticket, TicketState
from models.verdict import Evidence
from models.work import Delivery
from storage.store import Store
from tests.intake.conversing.making import Chats
from tests.intake.desk.conftest import EMAIL, Site, Visitor, signed_in
from tests.intake.desk.making import graded, open_ticket
from tests.intake.desk.test_deciding import ticket_of
from tests.intake.desk.test_ticket import plain
from tests.intake.making import LEARNER, OURS, Office, content

AWHILE = timedelta(minutes=20)
"""Time passes, but nobody is signed out for having done nothing."""
WORDS = "Thank you for telling us.\nWe would like to know more."


def filed(site: Site, body: str = "No registrar.") -> tuple[Office, str]:
    """A mail that was filed, with its post office; the acknowledgement has gone."""
    office = Office(site.store)
    office.clock.now = site.clock() - AWHILE
    office.file(content("References: <a@x.test>", message_id="first@student.test", body=body))
    office.send()
    office.post.sent.clear()
    office.clock.now = site.clock()
    [ticket] = office.tickets()
    return office, ticket.row.reference


def version_of(site: Site, reference: str) -> int:
    return ticket_of(site, reference).row.version


def preview(site: Site, officer: Visitor, reference: str, **fields: str | list[str]) -> httpx.Response:
    whole: dict[str, str | list[str]] = {"purpose": "question", **fields}
    return officer.send_form(f"/tickets/{reference}/write", version=version_of(site, reference), **whole)


def send(officer: Visitor, shown: httpx.Response, button: str = "send") -> httpx.Response:
    """Press a button of the preview, with the fields that stand in its form."""
    action, form = re.findall(r'<form method="post" action="(/tickets[^"]+)"(.*?)</form>', shown.text, re.DOTALL)[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form):
        found.setdefault(name, []).append(unescape(value))
    return officer.post(action, data={**found, "step": button})


def sent_mail(office: Office) -> Outgoing:
    office.send()
    [outgoing] = office.post.sent
    return outgoing


def test_a_question_is_seen_whole_before_it_goes_and_nothing_goes_before(either: Site) -> None:
    office, reference = filed(either)
    with signed_in(either) as officer:
        shown = preview(either, officer, reference, text=WORDS, questions=["place", "when"])
    page = plain(shown.text)
    assert (shown.status_code, "Look at it before it goes" in page) == (200, True)
    assert f"Subject: A question about your message ({reference})" in page
    assert "1. Which hospital, practice or other place is this about?" in page
    assert "2. When did this happen? Is it still going on?" in page
    assert "No registrar" not in page
    office.send()
    assert office.post.sent == []
    assert ticket_of(either, reference).row.state is TicketState.NEW


def test_a_question_goes_by_mail_in_the_thread_of_the_reporters_mail(either: Site) -> None:
    office, reference = filed(either)
    with signed_in(either) as officer:
        answer = send(officer, preview(either, officer, reference, text=WORDS, questions=["place"]))
        assert (answer.status_code, answer.headers["location"]) == (303, f"/tickets/{reference}?done=written")
        page = plain(officer.get(answer.headers["location"]).text)
        assert "It is on its way to the reporter. The ticket waits for the answer" in page
        assert "A question to the reporter" in page
        assert "Waiting to be sent" in page
        outgoing = sent_mail(office)
        assert "Sent." in plain(officer.get(f"/tickets/{reference}").text)
    assert outgoing.recipient == LEARNER
    mail = message_from_bytes(compose(outgoing), policy=policy.default)
    assert (mail["In-Reply-To"], mail["References"]) == ("<first@student.test>", "<first@student.test>")
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == (None, None)
    assert str(mail["Reply-To"]) == OURS
    assert mail["Message-ID"].endswith("@intake.test>")
    assert outgoing.null_return_path is False
    assert "No registrar" not in outgoing.text
    assert outgoing.text.startswith("Hello,\n\nThank you for your message. A quality officer has read it")
    ticket = ticket_of(either, reference)
    assert ticket.row.state is TicketState.WAITING
    kinds = [event.kind for event in ticket.events]
    assert kinds[-3:] == [EventKind.LETTER_QUEUED, EventKind.STATE, EventKind.LETTER_SENT]


def test_an_answer_makes_the_ticket_new_again_and_says_so_until_somebody_decides(either: Site) -> None:
    office, reference = filed(either)
    with signed_in(either) as officer:
        send(officer, preview(either, officer, reference, questions=["place"]))
        outgoing = sent_mail(office)
        assert "The reporter answered" not in officer.get("/?state=all").text
        either.clock.forward(AWHILE)
        office.clock.now = either.clock()
        office.file(content(f"In-Reply-To: <{outgoing.message_id}>", body="At Kettering."))
        ticket = ticket_of(either, reference)
        assert (ticket.row.state, len(ticket.entries)) == (TicketState.NEW, 2)
        assert "The reporter answered" in officer.get("/").text
        page = plain(officer.get(f"/tickets/{reference}").text)
        assert "The reporter answered." in page
        assert page.index("No registrar.") < page.index("A question to the reporter") < page.index("At Kettering.")
        officer.send_form(f"/tickets/{reference}/accept", version=ticket.row.version)
        assert "The reporter answered" not in officer.get("/?state=all").text


def test_a_reply_leaves_the_ticket_where_it_is(either: Site) -> None:
    office, reference = filed(either)
    with signed_in(either) as officer:
        send(officer, preview(either, officer, reference, text="We are looking into it.", purpose="reply"))
    assert sent_mail(office).subject == f"About your message ({reference})"
    assert ticket_of(either, reference).row.state is TicketState.NEW
    with either.store.read() as tx:
        [letter] = tx.letters.of_ticket(ticket_of(either, reference).row.id)
    assert (letter.purpose, letter.way, letter.delivery) == (Purpose.REPLY, Way.MAIL, Delivery.SENT)


def test_a_letter_can_be_changed_after_it_was_looked_at(site: Site, officer: Visitor) -> None:
    _, reference = filed(site)
    shown = preview(site, officer, reference, text=WORDS, questions=["when"], purpose="reply")
    again = send(officer, shown, "edit")
    assert again.status_code == 200
    assert f">{WORDS}</textarea>" in again.text
    assert re.search(r'value="when" checked', again.text)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "Choose a question, or write something"),
        ({"text": "x" * 4_001}, "Make it shorter: 4000 characters at most"),
        ({"questions": ["place", "when", "action", "hopes"]}, "Choose 3 questions at most"),
        ({"questions": ["wizardry"]}, "Choose questions from the list"),
        ({"purpose": "closing", "text": "x"}, "Choose questions from the list"),
        ({"purpose": "", "text": "x"}, "Say whether you ask or only tell"),
    ],
)
@pytest.mark.parametrize("step", ["preview", "send"])
def test_what_cannot_be_sent_is_named(
    site: Site, officer: Visitor, fields: dict[str, str | list[str]], problem: str, step: str
) -> None:
    office, reference = filed(site)
    answer = preview(site, officer, reference, step=step, **fields)
    assert (answer.status_code, problem in plain(answer.text)) == (422, True)
    office.send()
    assert office.post.sent == []


def test_what_was_sent_twice_goes_once_and_the_second_is_told(site: Site, officer: Visitor) -> None:
    office, reference = filed(site)
    shown = preview(site, officer, reference, text=WORDS)
    assert send(officer, shown).status_code == 303
    second = send(officer, shown)
    assert second.status_code == 409
    assert "This ticket changed while you had it open" in plain(second.text)
    assert f">{WORDS}</textarea>" in second.text
    sent_mail(office)


def test_who_wrote_anonymously_without_a_way_back_cannot_be_written_to_and_the_page_says_so(
    site: Site, officer: Visitor
) -> None:
    reference = open_ticket(site.store, reporter=Reporter(name="", address=""))
    assert "nobody can write to them" in plain(officer.get(f"/tickets/{reference}").text)
    assert 'action="/tickets/' + reference + '/write"' not in officer.get(f"/tickets/{reference}").text
    for step in ("preview", "send"):
        answer = preview(site, officer, reference, text="Hello", step=step)
        assert (answer.status_code, "The reporter left no address" in plain(answer.text)) == (422, True)


def test_writing_needs_the_right_the_token_and_no_conflict(site: Site, officer: Visitor) -> None:
    office, reference = filed(site)
    path = f"/tickets/{reference}/write"
    assert officer.post(path, data={"version": 1, "text": "x", "step": "send"}).status_code == 403
    with signed_in(site, "reader@nhs.test") as reader:
        with site.store.write() as tx:
            who = tx.officers.by_email("reader@nhs.test")
            assert who is not None
            tx.officers.set_roles(who.id, frozenset({Role.READ_ONLY}))
        assert "/write" not in reader.get(f"/tickets/{reference}").text
        assert reader.send_form(path, version=1, text="x", step="send").status_code == 403
        assert reader.get(f"/tickets/{reference}/close").status_code == 403
    office.send()
    assert office.post.sent == []


def test_writing_is_in_the_audit_chain_without_a_word_of_it(site: Site, officer: Visitor) -> None:
    _, reference = filed(site)
    send(officer, preview(site, officer, reference, text=WORDS))
    with site.store.read() as tx:
        [row] = tx.audit.find(ActFilter(action=Action.REPORTER_WRITTEN_TO))
    assert (row.actor, row.subject, json.loads(row.detail)) == (
        EMAIL,
        reference,
        {"purpose": "question", "way": "mail"},
    )


def test_a_mail_that_fails_is_shown_as_such(site: Site, officer: Visitor) -> None:
    office, reference = filed(site)
    send(officer, preview(site, officer, reference, text=WORDS))
    office.post.failures.append(Gone("no such mailbox"))
    office.send()
    page = plain(officer.get(f"/tickets/{reference}").text)
    assert "Could not be sent: no such mailbox." in page
    assert "The mail to the reporter could not be sent" in page


# By chat.


def in_chat(store: Store, site: Site) -> tuple[Chats, str]:
    chats = Chats(store, start=site.clock() - AWHILE)
    chats.say("There has been no registrar on nights at all for weeks, and nobody helps us. It is unsafe.")
    [row] = Office(store).tickets()
    chats.now = site.clock()
    return chats, row.row.reference


def test_a_question_is_asked_in_the_reporters_chat_and_the_answer_comes_back(either: Site) -> None:
    chats, reference = in_chat(either.store, either)
    with signed_in(either) as officer:
        assert "Ask by chat" in officer.get(f"/tickets/{reference}").text
        shown = preview(either, officer, reference, text="Which ward is it?")
        assert "Subject:" not in plain(shown.text)
        assert send(officer, shown).status_code == 303
        assert ticket_of(either, reference).row.state is TicketState.WAITING
        assert "not read yet" in plain(officer.get(f"/tickets/{reference}").text)
        chats.now = either.clock()
        heard = chats.hear("learner")
        assert heard
        either.clock.forward(AWHILE)
        chats.now = either.clock()
        told = chats.press("Read it")
        assert any("Which ward is it?" in reply.text for reply in told)
        chats.say("Ward 7.")
        ticket = ticket_of(either, reference)
        assert ticket.row.state is TicketState.NEW
        page = plain(officer.get(f"/tickets/{reference}").text)
        assert "answered." in page
        assert "The reporter answered." in page


def test_a_reporter_who_would_rather_not_say_ends_the_waiting(either: Site) -> None:
    chats, reference = in_chat(either.store, either)
    with signed_in(either) as officer:
        send(officer, preview(either, officer, reference, text="Which ward is it?"))
    chats.now = either.clock()
    chats.hear("learner")
    chats.press("Read it")
    chats.press("I'd rather not say")
    assert ticket_of(either, reference).row.state is TicketState.NEW


# What is proposed.


def gaps(ticket: Ticket, words: Reference) -> list[str]:
    return [one.about for one in proposed_questions(ticket, (), words, conditions_of(ticket))]


def test_questions_are_proposed_for_what_is_missing_three_at_most(site: Site, words: Reference) -> None:
    bare = ticket_of(site, open_ticket(site.store, graded(), text="It is bad here.", subject="Hello"))
    assert gaps(bare, words) == ["place", "when", "affected"]
    rich = ticket_of(
        site,
        open_ticket(
            site.store,
            graded(provider="RWE", specialties=("326",)),
            text="Since May the students have had no supervisor. I told my tutor.",
        ),
    )
    assert gaps(rich, words) == []


def test_when_it_was_is_asked_unless_words_tell_how_likely_it_is_again(site: Site, words: Reference) -> None:
    def asked(source: str) -> list[str]:
        told = Evidence(label="likelihood:3", text="It is bad", start=0, end=9, source=source)
        verdict = graded(provider="RWE", evidence=(told,))
        return gaps(ticket_of(site, open_ticket(site.store, verdict, text="It is bad here.")), words)

    assert "when" in asked("rules/likelihood.unsaid")
    assert "when" not in asked("rules/likelihood.now.going_on")


@pytest.mark.parametrize(
    "words_",
    [
        "I haven't told anyone on site.",
        "I haven’t told the ward.",
        "I have not told them.",
        "I told nobody.",
        "No one knows.",
    ],
)
def test_who_says_that_nobody_was_told_is_not_asked_whether_anybody_knows(
    site: Site, words: Reference, words_: str
) -> None:
    ticket = ticket_of(site, open_ticket(site.store, graded(provider="RWE"), text=f"Since May we are alone. {words_}"))
    assert "action" not in gaps(ticket, words)


def test_what_was_asked_is_not_proposed_again(site: Site, officer: Visitor) -> None:
    _, reference = filed(site, body="It is bad here.")
    before = plain(officer.get(f"/tickets/{reference}").text)
    assert before.index("Which place it is") < before.index("You can also ask")
    send(officer, preview(site, officer, reference, questions=["place"]))
    after = plain(officer.get(f"/tickets/{reference}").text).partition("This is missing")[2]
    assert after.index("Which place it is") > after.index("You can also ask")


def test_every_ticket_of_the_system_can_be_shown_with_its_letters(site: Site) -> None:
    _, reference = filed(site)
    with site.store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
        assert ticket is not None
        assert tx.letters.of_ticket(ticket.row.id) == ()
        assert tx.letters.answered(()) == frozenset()


def test_letters_to_a_learner_at_risk_carry_the_helplines_and_send_nobody_to_who_is_in_charge(
    site: Site, officer: Visitor, words: Reference
) -> None:
    asked = {"text": "How are you?", "purpose": "question"}
    usual = plain(preview(site, officer, open_ticket(site.store), **asked).text)
    assert "tell the person in charge where you are" in usual
    assert words.promises.help_now not in usual
    at_risk = open_ticket(site.store, graded(red_flags=("learner_at_risk",)))
    for purpose in ("question", "reply"):
        letter = plain(preview(site, officer, at_risk, text="How are you?", purpose=purpose).text)
        assert words.promises.help_now in letter
        assert all(f"{line.name}: {line.contact}" in letter for line in words.helplines.values())
        assert "tell the person in charge" not in letter
