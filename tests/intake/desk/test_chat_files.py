"""Files of a chat on the desk: judged first, had as bytes that no browser opens, and their words graded."""

import base64
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

from channels.base import Unavailable
from channels.webchat import Upload, described
from intake.chatting import ChatCaps, register
from intake.conversing.working import ReadingWork
from intake.working import Shift
from models.audit import ActFilter, Action
from models.chat import ChatMessage
from models.message import RawMessage
from models.rights import SYSTEM, Role
from models.ticket import EventKind, QueueFilter, Ticket
from models.verdict import Verdict
from storage.store import Store
from tests.intake.conversing.making import Chats, quiet
from tests.intake.desk.conftest import Site, Visitor
from tests.intake.desk.making import NOW
from tests.intake.desk.test_belonging import somebody
from tests.intake.making import READING

STORY = "The registrar left us alone on the ward again last night and nobody came."
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"
NOTE = b"A patient was left without oxygen."
EVIL = b"malware of the tests"


def upload(name: str, data: bytes, kind: str = "") -> Upload:
    return Upload(name=name, type=kind, size=len(data), data=data)


def reported(store: Store, *uploads: Upload) -> Chats:
    chats = Chats(store)
    chats.say(STORY, channel="webchat")
    for number, one in enumerate(uploads):
        chats.say("", channel="webchat", message=f"m{number}", group="g", files=(described(one),))
    return chats


def alarmed(_subject: str, text: str, _channel: str) -> Verdict:
    return replace(quiet("", "", ""), isf=3, red_flags=("patient_at_risk",) if "oxygen" in text else ())


def judged(chats: Chats, scan: Callable[[bytes], str] | None = None) -> Ticket:
    work = ReadingWork(
        room=chats.room,
        whole=alarmed,
        files=replace(READING, malware_in=scan),
        shift=Shift(worker="reading", lease=timedelta(minutes=2)),
    )
    while work.step(lambda: False) == 0:
        pass
    return ticket_of(chats.store)


def ticket_of(store: Store) -> Ticket:
    with store.read() as tx:
        [row] = tx.tickets.queue(QueueFilter(), SYSTEM, limit=5).rows
        found = tx.tickets.get(row.reference, SYSTEM)
    assert found is not None
    return found


def address(ticket: Ticket, entry: int, place: int = 1) -> str:
    return f"/tickets/{ticket.row.reference}/messages/{ticket.entries[entry].inbox_id}/files/{place}"


def malware_in(data: bytes) -> str:
    return "Eicar" if data == EVIL else ""


def test_a_file_is_had_as_bytes_that_no_browser_opens_and_that_is_noted(site: Site, officer: Visitor) -> None:
    chats = reported(site.store, upload("photo.html", PNG))
    waiting = officer.get(address(ticket_of(site.store), 1))
    assert (waiting.status_code, "not been looked into yet" in waiting.text) == (403, True)
    ticket = judged(chats, malware_in)
    where = address(ticket, 1)
    assert where in officer.get(f"/tickets/{ticket.row.reference}").text
    answer = officer.get(where)
    assert (answer.content, answer.headers["content-type"]) == (PNG, "application/octet-stream")
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="{ticket.row.reference}-')
    assert answer.headers["content-disposition"].endswith('.png"')
    assert answer.headers["x-content-type-options"] == "nosniff"
    with site.store.read() as tx:
        acts = tx.audit.find(ActFilter(action=Action.FILE_DOWNLOADED), limit=5)
    assert [one.subject for one in acts] == [ticket.row.reference]


def test_a_harmful_file_is_locked_and_not_kept_and_the_timeline_says_why(site: Site, officer: Visitor) -> None:
    chats = reported(site.store, upload("a.bin", EVIL), upload("run.exe", b"MZ" + b"\0" * 99))
    ticket = judged(chats, malware_in)
    for number in (1, 2):
        answer = officer.get(address(ticket, number))
        assert (answer.status_code, "may do harm" in answer.text) == (403, True)
    locked = [event.detail for event in ticket.events if event.kind is EventKind.FILE_LOCKED]
    assert ["Eicar" in one["why"] for one in locked] == [True]
    with site.store.read() as tx:
        message = tx.inbox.message(ticket.entries[1].inbox_id)
    assert message is not None
    assert base64.b64encode(EVIL) not in message.raw


def test_the_words_of_a_document_stand_below_the_message_and_are_graded(site: Site, officer: Visitor) -> None:
    ticket = judged(reported(site.store, upload("note.txt", NOTE, "text/plain")))
    assert "left without oxygen" in ticket.entries[1].text
    assert (ticket.row.isf, ticket.row.red_flags) == (3, ("patient_at_risk",))
    assert officer.get("/search?q=oxygen").text.count(ticket.row.reference)


def test_nothing_is_opened_while_the_scanner_does_not_answer(site: Site, officer: Visitor) -> None:
    def away(_data: bytes) -> str:
        raise Unavailable("away")

    chats = reported(site.store, upload("photo.png", PNG))
    assert officer.get(address(judged(chats, away), 1)).status_code == 403
    chats.now += timedelta(minutes=3)
    assert officer.get(address(judged(chats, malware_in), 1)).status_code == 200


def test_only_files_of_that_ticket_are_had(site: Site, officer: Visitor) -> None:
    ticket = judged(reported(site.store, upload("photo.png", PNG)))
    for where in (address(ticket, 1, 2), address(ticket, 0), f"/tickets/{ticket.row.reference}/messages/999/files/1"):
        assert officer.get(where).status_code == 404
    taken_back = ChatMessage(address="learner", at=ticket.row.received_at)
    with site.store.write() as tx:
        tx.reports.rewrite(ticket.entries[1].inbox_id, taken_back.as_raw())
    assert officer.get(address(ticket, 1)).status_code == 404


def test_beyond_its_measure_a_chat_keeps_its_words_and_no_file_and_is_told(store: Store) -> None:
    chats = Chats(store)
    chats.say(STORY, channel="webchat")
    caps = ChatCaps(bytes_a_day=2_000)
    for number in range(2):
        file = described(upload("photo.png", PNG + b"x" * 2_000))
        chat = ChatMessage(address="learner", at=chats.now, message=f"m{number}", text="The rota.", files=(file,))
        raw = RawMessage(channel="webchat", account="bot", key=f"k{number}", raw=chat.as_raw(), received_at=chats.now)
        with store.write() as tx:
            register(tx, tx.inbox.receive(raw).inbox_id, raw, caps if number else None)
        chats.settle()
    assert "could not keep this file" in chats.hear("learner", "webchat")[-1].text
    entries = ticket_of(store).entries
    assert [entry.text for entry in entries] == [STORY, "The rota.", "The rota."]
    assert ["too many in a day" in "".join(entry.attachments) for entry in entries] == [False, False, True]
    with store.read() as tx:
        sizes = [len(found.raw) for entry in entries if (found := tx.inbox.message(entry.inbox_id))]
    assert sizes[2] < 2_000 < sizes[1]


def test_a_file_is_had_by_who_may_read_its_ticket_and_by_nobody_else(site: Site) -> None:
    ticket = judged(reported(site.store, upload("photo.png", PNG)))
    where, number = address(ticket, 1), ticket.row.id
    readers: dict[str, Visitor] = {}
    with ExitStack() as stack:
        for role in Role:
            readers[role] = stack.enter_context(somebody(site, f"{role}@nhs.test", role))

        def have_it() -> set[str]:
            answers = {name: one.get(where) for name, one in readers.items()}
            assert all(PNG not in one.content for one in answers.values() if one.status_code != 200)
            return {name for name, one in answers.items() if one.status_code == 200}

        assert have_it() == {"officer", "lead", "custodian", "read_only"}
        with site.store.write() as tx:
            tx.access.restrict(number, [], at=NOW, actor="lead@nhs.test")
        assert have_it() == {"lead", "custodian"}
        with site.store.write() as tx:
            lead = tx.officers.by_email("lead@nhs.test")
            assert lead is not None
            tx.officers.set_names(lead.id, ("registrar",), at=NOW)
        assert have_it() == {"custodian"}
