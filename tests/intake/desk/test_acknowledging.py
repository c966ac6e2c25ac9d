"""Facts about sending an acknowledgement by hand that was withheld."""

import json

from models.audit import ActFilter, Action
from models.ticket import EventKind
from models.work import Delivery
from tests.intake.desk.conftest import Site, signed_in
from tests.intake.desk.test_deciding import ticket_of
from tests.intake.desk.test_letters import sent_mail, version_of
from tests.intake.desk.test_ticket import plain
from tests.intake.making import LEARNER, Office, content

STAMPED = "X-ServiceNow-Generated: true"


def withheld(site: Site, *headers: str, sender: str = LEARNER) -> tuple[Office, str]:
    """A mail that was filed and not answered."""
    office = Office(site.store)
    office.clock.now = site.clock()
    office.file(content(*headers, sender=sender, message_id="first@student.test"))
    [ticket] = office.tickets()
    return office, ticket.row.reference


def test_an_officer_sends_what_was_withheld_to_whom_it_belongs_and_only_once(either: Site) -> None:
    office, reference = withheld(either, STAMPED, sender="lee@trust.nhs.uk")
    assert office.waiting() == 0
    with signed_in(either) as officer:
        assert "Send the acknowledgement by hand" in plain(officer.get(f"/tickets/{reference}").text)
        version = version_of(either, reference)
        sent = officer.send_form(f"/tickets/{reference}/acknowledge", version=version)
        again = officer.send_form(f"/tickets/{reference}/acknowledge", version=version)
        third = officer.send_form(f"/tickets/{reference}/acknowledge", version=version_of(either, reference))
        shown = plain(officer.get(f"/tickets/{reference}?done=acknowledged").text)
    assert (sent.status_code, again.status_code, third.status_code) == (303, 409, 422)
    assert "The acknowledgement is on its way to the reporter" in shown
    assert "Send the acknowledgement by hand" not in shown
    outgoing = sent_mail(office)
    assert (outgoing.recipient, outgoing.in_reply_to) == ("lee@trust.nhs.uk", "first@student.test")
    assert reference in outgoing.text
    assert "You wrote from a work or university address" in outgoing.text
    assert ("Auto-Submitted", "auto-replied") in outgoing.headers
    assert [one.state for one in office.deliveries(reference)] == [Delivery.WITHHELD, Delivery.SENT]
    [queued] = [one for one in ticket_of(either, reference).events if one.kind is EventKind.ACKNOWLEDGEMENT_QUEUED]
    assert queued.actor != "intake"
    with either.store.read() as tx:
        [act] = tx.audit.find(ActFilter(action=Action.REPORTER_WRITTEN_TO))
    assert (act.subject, json.loads(act.detail)) == (reference, {"purpose": "acknowledgement", "way": "mail"})


def test_it_is_not_offered_where_one_has_gone_or_there_is_nobody_to_write_to_or_no_right(either: Site) -> None:
    office = Office(either.store)
    office.clock.now = either.clock()
    office.file(content())
    office.file(b"Subject: who\r\nMessage-ID: <x@y.test>\r\n\r\nNo registrar.\r\n")
    references = [ticket.row.reference for ticket in office.tickets()]
    with signed_in(either) as officer:
        for reference in references:
            assert "Send the acknowledgement by hand" not in plain(officer.get(f"/tickets/{reference}").text)
            sent = officer.send_form(f"/tickets/{reference}/acknowledge", version=version_of(either, reference))
            assert sent.status_code == 422
