"""Facts about what did not become a ticket: it is listed with its reason, can be downloaded, and filed again."""

import re

from models.rights import SYSTEM
from models.ticket import Event, EventKind
from models.work import Ending
from tests.intake.desk.conftest import Site, Visitor
from tests.intake.desk.making import NOW, hold, open_ticket, received
from tests.intake.desk.test_ticket import plain


def test_each_list_shows_its_own_with_the_reason_and_its_number(site: Site, officer: Visitor) -> None:
    odd = hold(site.store, Ending.QUARANTINED, "No words could be read.")
    hold(site.store, Ending.IGNORED, "An out-of-office note.")
    with site.store.write() as tx:
        received(tx)
    quarantine = plain(officer.get("/held").text)
    assert f"Number {odd} e-mail, 10 bytes" in quarantine
    assert "No words could be read." in quarantine
    assert "out-of-office" not in quarantine
    assert re.search(r"Quarantine 1 messages Ignored 1 messages Waiting 1 messages", quarantine)
    assert "An out-of-office note." in plain(officer.get("/held?what=ignored").text)
    assert "It has not been looked at yet." in plain(officer.get("/held?what=waiting").text)


def test_an_empty_list_says_what_comes_there(officer: Visitor) -> None:
    assert "What no machine can read comes here" in officer.get("/held").text
    assert "Out-of-office notes, bounces" in officer.get("/held?what=ignored").text
    assert "until they are filed" in officer.get("/held?what=waiting").text


def test_a_message_is_downloaded_byte_for_byte_and_never_opened_by_the_browser(site: Site, officer: Visitor) -> None:
    raw = b"<script>alert(1)</script>\x00\xff\r\n"
    number = hold(site.store, Ending.QUARANTINED, "odd", raw)
    answer = officer.get(f"/held/{number}/raw")
    assert answer.content == raw
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f'attachment; filename="message-{number}.eml"'
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_message_is_put_back_to_be_filed_again(site: Site, officer: Visitor) -> None:
    number = hold(site.store, Ending.IGNORED, "An out-of-office note.")
    answer = officer.send_form(f"/held/{number}/again")
    assert (answer.status_code, answer.headers["location"]) == (303, "/held?what=ignored&done=again")
    assert "back in the inbox" in officer.get(answer.headers["location"]).text
    assert f"Number {number}" in plain(officer.get("/held?what=waiting").text)


def test_what_became_a_ticket_cannot_be_filed_again(site: Site, officer: Visitor) -> None:
    open_ticket(site.store)
    assert officer.send_form("/held/1/again").status_code == 404


def test_a_long_list_has_pages(site: Site, officer: Visitor) -> None:
    numbers = {hold(site.store, Ending.IGNORED, f"reason {number}") for number in range(53)}
    first = officer.get("/held?what=ignored").text
    [more] = re.findall(r'href="([^"]+)" rel="next"', first)
    second = officer.get(more.replace("&amp;", "&")).text
    seen = [int(number) for page in (first, second) for number in re.findall(r"Number (\d+)<", page)]
    assert seen == sorted(numbers, reverse=True)
    assert 'rel="next"' not in second


def test_a_mail_with_a_locked_file_is_not_handed_out(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    with site.store.write() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
        assert ticket is not None
        inbox_id = ticket.entries[0].inbox_id
        detail = {"name": "rota.exe", "why": "a program", "inbox_id": inbox_id}
        tx.tickets.add_event(ticket.row.id, Event(at=NOW, kind=EventKind.FILE_LOCKED, detail=detail))
    assert officer.get(f"/held/{inbox_id}/raw").status_code == 404
    assert "A file is locked : rota.exe (a program)" in plain(officer.get(f"/tickets/{reference}").text)


def test_how_it_runs_says_what_waits_and_what_is_wrong(site: Site, officer: Visitor) -> None:
    hold(site.store, Ending.QUARANTINED, "odd")
    assert "All is well." in plain(officer.get("/status").text)
    with site.store.write() as tx:
        tx.watch.beat("mailbox main", NOW)
        tx.watch.compare({"mailbox main": "We have not been able to look into the mailbox main for 20 minutes."}, NOW)
    page = plain(officer.get("/status").text)
    assert "Something is wrong" in page
    assert "look into the mailbox main for 20 minutes" in page
    assert "Messages in quarantine 1" in page
