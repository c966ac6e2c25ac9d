"""The way of one message, over real sockets: mailbox, SMTP and LMTP in, ticket, acknowledgement out."""

import signal
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from channels.email.mime import read
from intake.classifier import build_classifier
from intake.demo.mailserver import EmbeddedMail
from models.reference import load_reference
from models.work import Ending
from tests.product import OURS, PASSWORD, Running, running, write_settings
from tests.waiting import SECONDS, until
from tests.worker import FILE_STEPS, SEND_STEPS, TAKE_STEPS, Workers, classify, workers

STEPS = [f"take:{step}" for step in TAKE_STEPS]
STEPS += [f"file:{step}" for step in FILE_STEPS]
STEPS += [f"send:{step}" for step in SEND_STEPS]
TWICE = {"send:delivered", "send:settled"}
"""Between these and the commit nobody can know whether the mail went: it goes once more."""


@pytest.fixture
def hospital() -> Iterator[EmbeddedMail]:
    mail = EmbeddedMail({OURS: PASSWORD})
    mail.start()
    yield mail
    mail.stop()


@pytest.fixture(scope="module")
def murdered() -> Iterator[Workers]:
    with workers() as made:
        yield made


def mail(number: int, *headers: str, body: str = "") -> bytes:
    lines = (
        f"From: learner-{number}@student.test",
        f"To: {OURS}",
        f"Subject: Nights {number}",
        f"Message-ID: <{number}@student.test>",
        *headers,
        "",
        body or f"There was no registrar on site for {number} nights at Lincoln County Hospital.",
        "",
    )
    return "\r\n".join(lines).encode()


def answered(hospital: EmbeddedMail) -> list[str]:
    return sorted(one.recipients[0] for one in hospital.sink.mails)


def all_done(product: Running) -> bool:
    """Everything that has come is filed, and everything that was written is sent."""
    with product.app.store.read() as tx:
        waiting = [number for state, number in tx.outbox.counts().items() if state == "waiting"]
    return product.balance().waiting == 0 and not any(waiting)


def test_each_road_gives_one_ticket_and_one_acknowledgement(hospital: EmbeddedMail, tmp_path: Path) -> None:
    with running(write_settings(tmp_path, hospital), build_classifier(load_reference(None))) as product:
        hospital.deliver(OURS, mail(1))
        product.by_smtp("learner-2@student.test", mail(2))
        product.by_lmtp("learner-3@student.test", mail(3))
        assert hospital.sink.wait_for(lambda mails: len(mails) == 3, seconds=SECONDS)
        until(lambda: all_done(product) and hospital.folder(OURS) == 0)
        found = product.balance()
        tickets = product.tickets()
    assert sorted(ticket.row.subject for ticket in tickets) == ["Nights 1", "Nights 2", "Nights 3"]
    assert {ticket.row.provider for ticket in tickets} == {"RWD"}
    assert (found.received, found.tickets, found.holds) == (3, 3, True)
    assert answered(hospital) == [f"learner-{n}@student.test" for n in (1, 2, 3)]
    assert not any(b"registrar" in one.content for one in hospital.sink.mails)
    assert (hospital.folder(OURS), hospital.folder(OURS, "Processed")) == (0, 1)


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step_still_gives_one_ticket_and_its_acknowledgement(
    step: str, hospital: EmbeddedMail, tmp_path: Path, murdered: Workers
) -> None:
    settings = write_settings(tmp_path, hospital, lease=0.3)
    hospital.deliver(OURS, mail(1))
    assert murdered.die(settings, step) == signal.SIGKILL
    with running(settings, classify) as product:
        until(lambda: product.balance().received == 1 and hospital.folder(OURS, "Processed") == 1 and all_done(product))
        found = product.balance()
        [ticket] = product.tickets()
    assert (found.received, found.tickets, found.holds, found.faults) == (1, 1, True, ())
    ids = [read(one.content).message_id for one in hospital.sink.mails]
    assert (len(ids), len(set(ids))) == (2 if step in TWICE else 1, 1)
    assert ticket.row.reference in str(read(hospital.sink.mails[0].content).subject)
    assert (hospital.folder(OURS), hospital.folder(OURS, "Processed")) == (0, 1)


def test_the_same_mail_by_three_roads_is_one_ticket_with_one_acknowledgement(
    hospital: EmbeddedMail, tmp_path: Path
) -> None:
    with running(write_settings(tmp_path, hospital), classify) as product:
        hospital.deliver(OURS, b"Received: from a by b; today\r\n" + mail(1))
        product.by_smtp("learner-1@student.test", mail(1))
        product.by_smtp("learner-1@student.test", mail(1))
        product.by_lmtp("learner-1@student.test", b"Received: from c by d; today\r\n" + mail(1))
        until(lambda: product.balance().received == 3 and all_done(product))
        found, ignored = product.balance(), product.rows(Ending.IGNORED)
    assert (found.tickets, found.ignored, found.holds, answered(hospital)) == (1, 2, True, ["learner-1@student.test"])
    assert all("the same mail as message" in row.reason for row in ignored)


DSN = (
    b"From: MAILER-DAEMON@student.test\r\nSubject: Undelivered Mail Returned to Sender\r\n"
    b"Message-ID: <dsn@student.test>\r\n"
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nNot delivered.\r\n"
    b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; student.test\r\n\r\n"
    b"Final-Recipient: rfc822; a@student.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
)


def test_machines_are_kept_with_the_reason_and_never_answered_and_people_may_answer_us(
    hospital: EmbeddedMail, tmp_path: Path
) -> None:
    with running(write_settings(tmp_path, hospital), classify) as product:
        hospital.deliver(OURS, mail(1))
        assert hospital.sink.wait_for(lambda mails: len(mails) == 1, seconds=SECONDS)
        ours = hospital.sink.mails[0].content
        answers_us = f"In-Reply-To: {message_from_bytes(ours, policy=default)['message-id']}"
        hospital.deliver(OURS, mail(2, answers_us, "Auto-Submitted: auto-replied", body="I am away until Monday."))
        hospital.deliver(OURS, mail(3, "List-Id: <juniors.lists.test>", "Precedence: list"))
        product.by_smtp("", DSN)
        hospital.deliver(OURS, ours)
        hospital.deliver(OURS, mail(1, answers_us).replace(b"<1@", b"<again@"))
        until(lambda: product.balance().received == 6 and all_done(product))
        found = product.balance()
        reasons = " ".join(row.reason for row in product.rows(Ending.IGNORED))
        [ticket] = product.tickets()
    assert (found.tickets, found.follow_ups, found.ignored, found.holds) == (1, 1, 4, True)
    assert answered(hospital) == ["learner-1@student.test"]
    assert len(ticket.entries) == 2
    for reason in ("an out-of-office note", "a mailing list", "could not deliver", "that we sent ourselves"):
        assert reason in reasons


def nested(depth: int) -> bytes:
    head = b"From: deep@student.test\r\nMessage-ID: <deep@student.test>\r\nSubject: deep\r\n"
    inside = b"Content-Type: text/plain\r\n\r\nNo registrar.\r\n"
    for number in range(depth):
        line = b"--%d" % number
        inside = b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n%b\r\n%b\r\n%b--\r\n' % (
            number,
            line,
            inside,
            line,
        )
    return head + inside


ODD = {
    "no mail": b"\x01\x02\xff\xfe\x00 these bytes are no mail",
    "nothing": b"\r\n",
    "30 MB": mail(30) + (b"There was no registrar. " * 3 + b"\r\n") * (30 * 2**20 // 74),
    "no From": b"Subject: who\r\nMessage-ID: <nofrom@student.test>\r\n\r\nNo registrar.\r\n",
    "no Message-ID": b"From: noid@student.test\r\nSubject: none\r\n\r\nNo registrar.\r\n",
    "broken charset": b"From: charset@student.test\r\nMessage-ID: <charset@student.test>\r\n"
    b"Subject: =?klingon?Q?=FF?=\r\nContent-Type: text/plain; charset=klingon\r\n\r\nNo \xff\xfe registrar.\r\n",
    "deep nesting": nested(400),
}


def test_odd_mail_is_kept_and_visible_and_never_blocks_the_next(hospital: EmbeddedMail, tmp_path: Path) -> None:
    with running(write_settings(tmp_path, hospital), classify) as product:
        for number, (name, content) in enumerate(ODD.items(), start=100):
            if name == "deep nesting":  # the embedded mailbox would not survive it
                product.by_smtp("deep@student.test", content)
            else:
                hospital.deliver(OURS, content)
            hospital.deliver(OURS, mail(number))
        total = 2 * len(ODD)
        until(lambda: product.balance().received == total and all_done(product))
        until(lambda: hospital.folder(OURS) == 0)
        found, subjects = product.balance(), {ticket.row.subject for ticket in product.tickets()}
        quarantined = product.rows(Ending.QUARANTINED)
        sizes = [row.size for row in product.rows(Ending.TICKET)]
    assert (found.tickets, found.quarantined, found.holds, found.faults) == (total - 2, 2, True, ())
    assert {f"Nights {number}" for number in range(100, 100 + len(ODD))} | {"who", "none", "deep"} <= subjects
    assert all("not a mail that we can read" in row.reason for row in quarantined)
    assert max(sizes) > 30 * 2**20 - 100
    assert (hospital.folder(OURS, "Held"), hospital.folder(OURS, "Processed")) == (2, total - 3)
    assert {"charset@student.test", "deep@student.test", "noid@student.test"} <= set(answered(hospital))
