"""Facts about links, merges, splits, tasks, mentions, seals and holds on the ticket's page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from models.audit import ActFilter, Action
from models.desk_work import About
from models.rights import SYSTEM, Role
from models.sealing import Anonymity
from models.ticket import Reporter, Ticket
from tests.intake.desk.conftest import EMAIL, Site, Visitor, signed_in
from tests.intake.desk.making import follow_up, graded, open_ticket, quoted
from tests.intake.desk.test_ticket import plain


@contextmanager
def somebody(site: Site, email: str, *roles: Role) -> Iterator[Visitor]:
    """An officer with these roles, signed in."""
    with signed_in(site, email) as visitor:
        with site.store.write() as tx:
            who = tx.officers.by_email(email)
            assert who is not None
            tx.officers.set_roles(who.id, frozenset(roles))
        yield visitor


def kept(site: Site, reference: str) -> Ticket:
    with site.store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
    assert ticket is not None
    return ticket


def acts(site: Site, action: Action) -> int:
    with site.store.read() as tx:
        return len(tx.audit.find(ActFilter(action=action)))


def test_tickets_are_linked_merged_and_taken_apart_again(either: Site) -> None:
    whole, part = open_ticket(either.store, text="First story."), open_ticket(either.store, text="Second story.")
    with signed_in(either) as officer:
        assert officer.send_form(f"/tickets/{whole}/link", other="QM-NOPE").status_code == 422
        assert officer.send_form(f"/tickets/{whole}/link", other=whole).status_code == 422
        assert officer.send_form(f"/tickets/{whole}/link", other=part.lower(), kind="duplicate").status_code == 303
        assert f"Duplicate: {part}" in plain(officer.get(f"/tickets/{whole}").text)
        assert officer.send_form(f"/tickets/{whole}/unlink", other=part).status_code == 303
        merged = officer.send_form(f"/tickets/{part}/merge", other=whole)
        assert merged.headers["location"] == f"/tickets/{whole}?done=merged"
        page = plain(officer.get(f"/tickets/{whole}").text)
        assert "First story." in page
        assert "Second story." in page
        inner = officer.get(f"/tickets/{part}").text
        assert f'This ticket is part of <a href="/tickets/{whole}">' in inner
        assert 'action="/tickets/' + part + '/decide"' not in inner
        assert officer.send_form(f"/tickets/{part}/accept", version=9).status_code == 403
        assert officer.send_form(f"/tickets/{part}/merge", other=whole).status_code == 422
        assert officer.send_form(f"/tickets/{part}/unmerge").status_code == 303
        assert officer.send_form(f"/tickets/{part}/unmerge").status_code == 422
        assert "Second story." not in officer.get(f"/tickets/{whole}").text
    for action in (Action.TICKETS_LINKED, Action.TICKETS_UNLINKED, Action.TICKETS_MERGED, Action.MERGE_UNDONE):
        assert acts(either, action) == 1


def test_the_same_person_is_hinted_at_and_nobody_learns_who(site: Site, officer: Visitor) -> None:
    first, second = open_ticket(site.store, text="One."), open_ticket(site.store, text="Two.")
    hidden = Reporter(name="", address="alex@student.test", anonymity=Anonymity.ANONYMOUS)
    third = open_ticket(site.store, text="Three.", reporter=hidden)
    page = officer.get(f"/tickets/{first}").text
    assert second in page
    assert "The same person wrote it." in page
    assert third not in page
    assert "same person" not in officer.get(f"/tickets/{third}").text

    assert "alex@student.test" not in page
    assert "Alex Example" not in page


def test_a_later_message_becomes_a_ticket_of_its_own_with_what_the_machine_saw_in_it(
    site: Site, officer: Visitor
) -> None:
    reference = open_ticket(site.store, text="My rota is late.")
    words = "A consultant threw a phone at me."
    seen = graded(isf=3, red_flags=("violence",), evidence=(quoted(words, "threw a phone", "red_flag:violence"),))
    follow_up(site.store, reference, seen, text=words)
    page = officer.get(f"/tickets/{reference}").text
    [number] = re.findall(r'name="message" value="(\d+)"', page)
    assert officer.send_form(f"/tickets/{reference}/split", message="1").status_code == 422
    made = officer.send_form(f"/tickets/{reference}/split", message=number).headers["location"]
    new = made.removeprefix("/tickets/").partition("?")[0]
    row = kept(site, new).row
    assert (row.isf, row.red_flags, row.needs_person) == (3, ("violence",), True)
    shown = plain(officer.get(f"/tickets/{new}").text)
    assert f"This was split off from {reference}" in shown
    assert "threw a phone" in shown
    assert "Write to the reporter from there." in shown
    assert len(kept(site, reference).entries) == 1
    with site.store.read() as tx:
        calls = {one.reference for one in tx.alerts.to_tell(again_before=site.clock())}
    assert calls == {reference, new}, "nobody has said of the new one that they take care of it"


def test_flags_of_which_nobody_knows_the_message_go_with_what_is_split_off(site: Site, officer: Visitor) -> None:
    words = "Someone may be hurt."
    first = graded(evidence=(quoted("My rota is late.", "rota", "theme:rotas"),))
    reference = open_ticket(site.store, first, text="My rota is late.")
    follow_up(site.store, reference, graded(isf=3, red_flags=("violence",)), text=words)
    page = officer.get(f"/tickets/{reference}").text
    [number] = re.findall(r'name="message" value="(\d+)"', page)
    made = officer.send_form(f"/tickets/{reference}/split", message=number).headers["location"]
    row = kept(site, made.removeprefix("/tickets/").partition("?")[0]).row
    assert (row.graded, row.red_flags) == (False, ("violence",))


def test_a_ticket_is_given_to_an_officer_and_never_to_one_in_conflict(site: Site, officer: Visitor) -> None:
    site.add_officer("kim@nhs.test")
    reference = open_ticket(site.store, text="Kim Kim shouted at us.")
    with site.store.write() as tx:
        kim = tx.officers.by_email("kim@nhs.test")
        assert kim is not None
        tx.officers.set_names(kim.id, ("Kim Kim",), at=site.clock())
    page = officer.get(f"/tickets/{reference}").text
    assert 'value="kim@nhs.test"' not in page
    assert officer.send_form(f"/tickets/{reference}/assign", officer="kim@nhs.test").status_code == 404
    assert officer.send_form(f"/tickets/{reference}/assign", officer=EMAIL).status_code == 303
    assert "Sam.Officer" in plain(officer.get(f"/tickets/{reference}").text.partition('id="whose-title"')[2])[:40]


def test_tasks_and_mentions_tell_whom_they_are_for(site: Site, officer: Visitor) -> None:
    site.add_officer("kim@nhs.test")
    reference = open_ticket(site.store)
    for wrong in ({"task": " "}, {"task": "Ring.", "due": "soon"}):
        assert officer.send_form(f"/tickets/{reference}/task", **wrong).status_code == 422
    sent = officer.send_form(
        f"/tickets/{reference}/task", task="Ring the ward.", due="2026-11-01", owner="kim@nhs.test"
    )
    assert sent.status_code == 303
    assert "Ring the ward. Late Kim, by 1 November 2026" in plain(officer.get(f"/tickets/{reference}").text)
    officer.send_form(f"/tickets/{reference}/task/1", done="yes")
    assert "Ring the ward. Done" in plain(officer.get(f"/tickets/{reference}").text)
    officer.send_form(f"/tickets/{reference}/note", note=f"Dear @kim, please look. @nobody, me@x.test, @{EMAIL}")
    with site.store.read() as tx:
        told = [(one.about, one.reference) for one in tx.notices.waiting()]
    assert sorted(told) == [(About.MENTIONED, reference), (About.TASK, reference)]


def test_a_seal_is_opened_with_a_reason_and_an_anonymous_one_by_two_persons(site: Site) -> None:
    named = open_ticket(site.store)
    hidden = Reporter(name="", address="hidden@student.test", anonymity=Anonymity.ANONYMOUS)
    anonymous = open_ticket(site.store, reporter=hidden)
    reason = "We have to warn them of a danger."
    with somebody(site, "cas@nhs.test", Role.CUSTODIAN) as first, somebody(site, "lee@nhs.test", Role.LEAD) as second:
        assert "alex@student.test" not in first.get(f"/tickets/{named}/unseal").text
        assert first.send_form(f"/tickets/{named}/unseal", reason="short").status_code == 422
        assert "alex@student.test" in first.send_form(f"/tickets/{named}/unseal", reason=reason).text
        assert first.send_form(f"/tickets/{anonymous}/unseal", reason=reason).status_code == 303
        assert first.send_form(f"/tickets/{anonymous}/unseal", step="approve").status_code == 422
        assert first.send_form(f"/tickets/{anonymous}/unseal").status_code == 303
        assert reason in second.get(f"/tickets/{anonymous}/unseal").text
        assert second.send_form(f"/tickets/{anonymous}/unseal", reason=reason).status_code == 403
        assert second.send_form(f"/tickets/{anonymous}/unseal", step="approve").status_code == 303
        assert "hidden@student.test" in first.send_form(f"/tickets/{anonymous}/unseal").text
    with signed_in(site, "ann@nhs.test") as officer:
        assert officer.get(f"/tickets/{named}/unseal").status_code == 403
        assert officer.send_form(f"/tickets/{named}/unseal", reason=reason).status_code == 403
    assert [acts(site, one) for one in (Action.UNSEAL_ASKED, Action.UNSEAL_APPROVED, Action.UNSEALED)] == [2, 1, 2]


def test_a_hold_is_shown_to_all_and_set_by_those_who_may(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    assert officer.send_form(f"/tickets/{reference}/hold", reason="A court asks.").status_code == 403
    with somebody(site, "lee@nhs.test", Role.LEAD) as lead:
        assert "hold-reason" in lead.send_form(f"/tickets/{reference}/hold", reason=" ").headers["location"]
        assert lead.send_form(f"/tickets/{reference}/hold", reason="A court asks.").status_code == 303
        assert "A court asks." in officer.get(f"/tickets/{reference}").text
        assert lead.send_form(f"/tickets/{reference}/hold", lift="yes").status_code == 303
    assert "A court asks." not in officer.get(f"/tickets/{reference}").text.partition('id="timeline-title"')[0]
    assert acts(site, Action.LEGAL_HOLD_CHANGED) == 2
