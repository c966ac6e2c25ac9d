"""From the inbox to a ticket: one transaction, one ending, and no message ever without one."""

from typing import Any

import pytest

from intake.acknowledging import Identity
from intake.filing import file_one
from intake.references import is_reference
from models.message import Outgoing
from models.rights import SYSTEM
from models.ticket import Event, EventKind, TicketState
from models.work import Delivery, Ending
from storage.store import LostClaim, Store
from tests.intake.making import LEARNER, OURS, Office, content

STEPS = ["claimed", "read", "screened", "examined", "classified", "opened", "written", "settled", "committed"]


def events(office: Office) -> list[EventKind]:
    [ticket] = office.tickets()
    return [event.kind for event in ticket.events]


def test_a_persons_mail_is_a_ticket_and_its_acknowledgement_waits(store: Store) -> None:
    office = Office(store)
    row = office.file(content(body="No registrar.\r\n\r\n-- \r\nLee"))
    [ticket] = office.tickets()
    assert (row.ending, row.ticket_reference) == (Ending.TICKET, ticket.row.reference)
    assert is_reference(ticket.row.reference)
    assert (ticket.reporter.has_name, ticket.reporter.has_address) == (True, True)
    assert (ticket.entries[0].text, ticket.entries[0].inbox_id) == ("No registrar.", row.id)
    with store.read() as tx:
        reporter = tx.tickets.reporters.opened(ticket.row.id)
    assert (reporter.name, reporter.address) == ("Lee Learner", LEARNER)
    assert events(office) == [EventKind.RECEIVED, EventKind.PREGRADED, EventKind.ACKNOWLEDGEMENT_QUEUED]
    assert office.waiting() == 1
    assert office.balances()


def test_the_steps_are_told_in_order(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    office.file()
    assert office.steps == STEPS


@pytest.mark.parametrize("step", STEPS[:-1])
def test_whatever_breaks_before_the_commit_leaves_nothing_behind_and_it_is_filed_later(
    step: str, sqlite_store: Store
) -> None:
    def breaking(reached: str) -> None:
        if reached == step and not broken:
            broken.append(reached)
            raise OSError("broken")

    broken: list[str] = []
    office = Office(sqlite_store, observe=breaking)
    row = office.file()
    assert (row.ending, row.last_error, office.tickets(), office.waiting()) == (None, "OSError", [], 0)
    office.clock.move(minutes=5)
    office.work().step(lambda: False)
    assert (office.row(row.id).ending, len(office.tickets()), office.waiting()) == (Ending.TICKET, 1, 1)
    assert office.balances()


def test_the_answer_of_the_same_person_to_our_mail_is_a_follow_up_and_is_not_acknowledged_again(store: Store) -> None:
    office = Office(store)
    office.file()
    office.send()
    ours = office.post.sent[0].message_id
    row = office.file(content(f"In-Reply-To: <{ours}>", sender="LEARNER@student.test", body="And again."))
    [ticket] = office.tickets()
    assert (row.ending, row.ticket_reference) == (Ending.FOLLOW_UP, ticket.row.reference)
    assert [entry.text for entry in ticket.entries] == ["No registrar.", "And again."]
    assert office.waiting() == 0
    assert office.balances()


def test_a_follow_up_may_raise_what_the_first_mail_did_not_tell(store: Store) -> None:
    office = Office(store)
    office.file(content(message_id="first@student.test"))
    office.file(content("References: <first@student.test>", body="He had a knife."))
    [ticket] = office.tickets()
    assert (ticket.row.isf, ticket.row.red_flags, len(ticket.verdicts)) == (3, ("violence",), 2)


def test_a_quote_of_our_own_mail_is_not_taken_for_the_learners_words(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    office.file()
    office.send()
    ours = office.post.sent[0]
    quoted = "\r\n".join(f"> {line}" for line in ours.text.splitlines())
    body = f"And again.\r\n\r\nOn Tue, 24 Nov 2026 at 09:30, Quality.me <{OURS}> wrote:\r\n{quoted}"
    office.file(content(f"In-Reply-To: <{ours.message_id}>", body=body))
    [ticket] = office.tickets()
    assert ticket.entries[1].text == "And again."


def test_another_persons_answer_is_a_ticket_of_its_own_that_only_mentions_the_first(store: Store) -> None:
    office = Office(store)
    office.file(content(message_id="first@student.test"))
    [first] = office.tickets()
    row = office.file(content("References: <first@student.test>", sender="colleague@student.test"))
    assert row.ending is Ending.TICKET
    [second] = [ticket for ticket in office.tickets() if ticket.row.reference != first.row.reference]
    assert [e.detail["reference"] for e in second.events if e.kind is EventKind.POSSIBLY_RELATED] == [
        first.row.reference
    ]
    assert office.waiting() == 2


def test_the_reference_in_a_subject_alone_joins_nothing(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    office.file()
    [first] = office.tickets()
    raw = content().replace(b"Subject: Nights", f"Subject: Re: {first.row.reference}".encode())
    assert office.file(raw).ending is Ending.TICKET


def test_the_same_mail_by_two_roads_is_one_ticket(store: Store) -> None:
    office = Office(store)
    raw = content()
    first = office.file(raw)
    second = office.file(b"Received: from a by b; today\r\n" + raw, channel="imap", account="main/INBOX", key="7.1")
    assert (second.ending, second.reason) == (
        Ending.IGNORED,
        f"This is the same mail as message {first.id}, delivered again.",
    )
    assert (len(office.tickets()), office.waiting(), office.balances()) == (1, 1, True)


def test_a_mail_that_was_kept_and_not_moved_when_its_folder_got_a_new_uidvalidity_is_one_ticket(store: Store) -> None:
    office = Office(store)
    raw = content()
    place = {"channel": "imap", "account": "main/INBOX"}
    office.file(raw, **place, key="1700000000.4")
    assert office.file(raw, **place, key="1800000000.1").ending is Ending.IGNORED
    assert (len(office.tickets()), office.waiting()) == (1, 1)


def test_two_mails_that_only_look_alike_are_two_tickets(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    office.file(content(body="help"))
    office.file(content(body="help"))
    office.file(content(message_id="same@student.test", body="one"))
    office.file(content(message_id="same@student.test", body="two"))
    assert len(office.tickets()) == 4


def test_bytes_that_are_no_mail_are_quarantined_with_the_reason(store: Store) -> None:
    office = Office(store)
    row = office.file(b"\x00\x01\xff")
    assert (row.ending, row.reason) == (Ending.QUARANTINED, "These bytes are not a mail that we can read.")
    assert office.balances()


def test_a_machines_mail_is_ignored_with_the_reason_and_the_sign(store: Store) -> None:
    office = Office(store)
    row = office.file(content("Auto-Submitted: auto-replied", body="I am away."))
    assert (row.ending, office.tickets()) == (Ending.IGNORED, [])
    assert row.reason == "This mail says that a machine sent it. (header auto-submitted: auto-replied)"


def test_a_machines_mail_with_a_red_flag_is_a_ticket_without_an_acknowledgement(store: Store) -> None:
    office = Office(store)
    office.file(content("List-Id: <juniors.test>", body="He had a knife."))
    [ticket] = office.tickets()
    [delivery] = office.deliveries(ticket.row.reference)
    assert (delivery.state, delivery.error) == (
        Delivery.WITHHELD,
        "This mail was sent to a mailing list or in bulk.",
    )
    assert (events(office)[-1], office.waiting(), office.balances()) == (EventKind.ACKNOWLEDGEMENT_WITHHELD, 0, True)


@pytest.mark.parametrize(
    ("raw", "envelope", "reason"),
    [
        (content(), {"envelope_from": ""}, "its return path is empty"),
        (content(sender="no-reply@student.test"), {}, "Nobody reads mail"),
        (content(sender=OURS), {}, "one of our own addresses"),
        (b"Subject: who\r\n\r\nNo registrar.\r\n", {}, "names no address"),
    ],
)
def test_a_concern_that_cannot_be_answered_is_still_a_ticket(
    raw: bytes, envelope: dict[str, Any], reason: str, sqlite_store: Store
) -> None:
    office = Office(sqlite_store)
    assert office.file(raw, **envelope).ending is Ending.TICKET
    [ticket] = office.tickets()
    [delivery] = office.deliveries(ticket.row.reference)
    assert (delivery.state, reason in delivery.error) == (Delivery.WITHHELD, True)
    assert office.balances()


def test_acknowledgements_to_one_address_are_capped_and_tickets_are_not(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    for _ in range(4):
        office.file()
    assert (len(office.tickets()), office.waiting(), office.balances()) == (4, 3, True)
    office.clock.move(days=1, minutes=1)
    office.file()
    assert office.waiting() == 4


def test_acknowledgements_to_one_domain_are_capped(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    for number in range(7):
        office.file(content(sender=f"robot-{number}@Loop.test"))
    assert (len(office.tickets()), office.waiting()) == (7, 5)
    reasons = {d.error for t in office.tickets() for d in office.deliveries(t.row.reference) if d.error}
    assert reasons == {"This domain has had as many acknowledgements in the last hour as we allow. It may be a loop."}


def test_a_claim_that_another_worker_has_taken_over_writes_nothing(store: Store) -> None:
    office = Office(store)
    office.take(content())
    with store.write() as tx:
        [late] = tx.inbox.claim(worker="a", now=office.clock(), lease=office.work().shift.lease)
    office.clock.move(minutes=2)
    with store.write() as tx:
        [item] = tx.inbox.claim(worker="b", now=office.clock(), lease=office.work().shift.lease)
    with pytest.raises(LostClaim):
        file_one(office.room, late)
    assert office.tickets() == []
    file_one(office.room, item)
    assert (len(office.tickets()), office.waiting(), office.balances()) == (1, 1, True)


def sent_acknowledgement(office: Office) -> Outgoing:
    office.file(content())
    office.send()
    return office.post.sent[-1]


def test_an_answer_that_forgot_which_mail_it_answers_finds_its_ticket_by_the_address(store: Store) -> None:
    office = Office(store, identity=Identity(address=OURS, name="Q", domain="intake.test", plus_addresses=True))
    acknowledgement = sent_acknowledgement(office)
    row = office.file(content(f"Cc: {acknowledgement.reply_to}", body="And again."))
    assert acknowledgement.reply_to.startswith("quality.me+t")
    assert row.ending is Ending.FOLLOW_UP


def test_a_forwarded_acknowledgement_lets_nobody_else_into_the_ticket(store: Store) -> None:
    office = Office(store, identity=Identity(address=OURS, name="Q", domain="intake.test", plus_addresses=True))
    ours = sent_acknowledgement(office)
    headers = (f"Cc: {ours.reply_to}", f"In-Reply-To: <{ours.message_id}>", f"References: <{ours.message_id}>")
    row = office.file(content(*headers, sender="stranger@student.test", body=f"Re: {ours.subject}"))
    assert row.ending is Ending.TICKET
    assert len(office.tickets()) == 2


def test_a_mail_of_ours_that_comes_back_is_told_in_its_ticket(store: Store) -> None:
    office = Office(store)
    ours = sent_acknowledgement(office)
    report = "\r\n".join(
        (
            "From: Mail Delivery System <MAILER-DAEMON@mx.test>",
            f"To: {OURS}",
            "Subject: Undelivered Mail Returned to Sender",
            "Message-ID: <dsn@mx.test>",
            "Auto-Submitted: auto-replied",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=r",
            "",
            "--r\r\n\r\nIt could not be delivered.\r\n--r",
            "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n",
            "Action: ACTION\r\nStatus: 5.1.1\r\n--r",
            f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{ours.message_id}>\r\n--r--",
        )
    )
    office.file(report.replace("ACTION", "delayed").replace("<dsn@", "<dsn0@").encode())
    [before] = office.deliveries(office.tickets()[0].row.reference)
    row = office.file(report.replace("ACTION", "failed").encode())
    [ticket] = office.tickets()
    [after] = office.deliveries(ticket.row.reference)
    assert (before.state, after.state, row.ending) == (Delivery.SENT, Delivery.FAILED, Ending.IGNORED)
    assert after.error == "There is no such mailbox. (5.1.1)"
    assert [event.kind for event in ticket.events][-1] is EventKind.CAME_BACK


def close_first(office: Office) -> str:
    """Close the only ticket, as an officer does; gives its reference."""
    [ticket] = office.tickets()
    closed = Event(at=office.clock(), kind=EventKind.CLOSED, actor="officer@trust.test", detail={"outcome": "told"})
    with office.store.write() as tx:
        tx.tickets.set_state(ticket.row.id, TicketState.CLOSED, version=ticket.row.version, event=closed)
    return ticket.row.reference


@pytest.mark.parametrize(("days", "reopened"), [(0, True), (27.9, True), (28.1, False), (400, False)])
def test_an_answer_after_closing_opens_the_ticket_again_or_another_that_names_it(
    store: Store, days: float, reopened: bool
) -> None:
    office = Office(store)
    office.file(content(message_id="first@student.test"))
    reference = close_first(office)
    office.clock.move(days=days)
    row = office.file(content("In-Reply-To: <first@student.test>", body="It has begun again."))
    found = {ticket.row.reference: ticket for ticket in office.tickets()}
    first = found.pop(reference)
    assert row.ending is (Ending.FOLLOW_UP if reopened else Ending.TICKET)
    assert first.row.state is (TicketState.NEW if reopened else TicketState.CLOSED)
    assert len(found) == int(not reopened)
    for other, ticket in found.items():
        [told] = [event for event in first.events if event.kind is EventKind.CONTINUED]
        [tells] = [event for event in ticket.events if event.kind is EventKind.CONTINUES]
        assert (told.detail, tells.detail) == ({"reference": other}, {"reference": reference})
        assert ticket.entries[0].text == "It has begun again."
        with store.read() as tx:
            assert [link.other.reference for link in tx.links.of(ticket.row.id, SYSTEM)] == [reference]
    assert office.waiting() == 1 + int(not reopened)
    assert office.balances()


@pytest.mark.parametrize(
    "stamp",
    ["X-ServiceNow-Generated: true", "Auto-Submitted: auto-generated", "Precedence: bulk", "Precedence: junk"],
)
def test_a_persons_answer_that_a_machine_has_stamped_is_a_follow_up_all_the_same_and_says_so(
    sqlite_store: Store, stamp: str
) -> None:
    office = Office(sqlite_store)
    office.file()
    office.send()
    ours = office.post.sent[0].message_id
    row = office.file(content(f"In-Reply-To: <{ours}>", stamp, body="It was on ward 7."))
    [ticket] = office.tickets()
    assert (row.ending, ticket.entries[1].text, office.waiting()) == (Ending.FOLLOW_UP, "It was on ward 7.", 0)
    [told] = [event for event in ticket.events if event.kind is EventKind.FOLLOW_UP]
    assert "a person may" in told.detail["reason"].lower()
