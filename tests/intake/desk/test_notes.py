"""Facts about notes and tags: for officers only, never sent, each an act in the audit chain."""

import json

from models.audit import ActFilter, Action
from models.rights import Role
from tests.intake.desk.conftest import EMAIL, Site, Visitor, signed_in
from tests.intake.desk.making import open_ticket
from tests.intake.desk.test_faults import HOSTILE
from tests.intake.desk.test_letters import filed
from tests.intake.desk.test_ticket import plain


def test_a_note_stands_on_the_ticket_marked_as_not_sent_and_goes_to_nobody(either: Site) -> None:
    office, reference = filed(either)
    with signed_in(either) as officer:
        saved = officer.send_form(f"/tickets/{reference}/note", note="I rang the ward.")
        assert saved.status_code == 303
        page = plain(officer.get(f"/tickets/{reference}").text)
    assert f"Not sent. 24 November 2026, 09:00, {EMAIL} I rang the ward." in page
    office.send()
    assert office.post.sent == []
    with either.store.read() as tx:
        [act] = tx.audit.find(ActFilter(action=Action.NOTE_ADDED))
    assert (act.actor, act.subject, json.loads(act.detail)) == (EMAIL, reference, {"note": 1})


def test_an_empty_note_is_refused_and_hostile_words_are_inert(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    assert officer.send_form(f"/tickets/{reference}/note", note=" ").status_code == 422
    officer.send_form(f"/tickets/{reference}/note", note=HOSTILE)
    officer.send_form(f"/tickets/{reference}/tags", tag=HOSTILE)
    assert "<script>alert" not in officer.get(f"/tickets/{reference}").text


def test_tags_are_put_on_and_taken_away(either: Site) -> None:
    reference = open_ticket(either.store)
    with signed_in(either) as officer:
        for tag in ("  Winter   Rota ", "winter rota", ""):
            officer.send_form(f"/tickets/{reference}/tags", tag=tag)
        assert "Tag: winter rota" in officer.get(f"/tickets/{reference}").text
        officer.send_form(f"/tickets/{reference}/tags", without="winter rota")
        assert "Tag: winter rota" not in officer.get(f"/tickets/{reference}").text
    with either.store.read() as tx:
        changes = [json.loads(act.detail) for act in tx.audit.find(ActFilter(action=Action.TAGS_CHANGED))]
    assert changes == [{"added": False}, {"added": True}]


def test_who_may_only_read_adds_no_note_and_no_tag(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    officer.send_form(f"/tickets/{reference}/note", note="Seen.")
    with signed_in(site, "reader@nhs.test") as reader:
        with site.store.write() as tx:
            who = tx.officers.by_email("reader@nhs.test")
            assert who is not None
            tx.officers.set_roles(who.id, frozenset({Role.READ_ONLY}))
        assert "Seen." in reader.get(f"/tickets/{reference}").text
        assert reader.send_form(f"/tickets/{reference}/note", note="x").status_code == 403
        assert reader.send_form(f"/tickets/{reference}/tags", tag="x").status_code == 403
