"""Facts about erasing a reporter: afterwards nothing of them is anywhere, everybody else's is, and the sums agree."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from classifiers.personal_data import found_in
from intake.desk.learning import correction_of
from intake.persons import Looking, check, erase, person_of_address, person_of_ticket
from models.audit import Action
from models.erasure import Certificate, ErasureRefused, Mode
from models.retention import Kept
from models.rights import SYSTEM, Right, Role, Viewer
from models.search import parse
from models.ticket import Event, EventKind, TicketState
from models.work import Ending
from storage.store import Store
from tests.intake.conftest import Run
from tests.intake.making import NOW, OURS, Office, content
from tests.storage.dumps import dump
from tests.storage.making import decision

ZOE = "zoeline.quillfeather@home.test"
OTHER = "other@student.test"
TOLD = "There was no xylophonist on the ward. I am Zoeline.\r\n\r\nZoëline Quillfeather\r\n07700 900123"
WHO = ("zoeline", "zoëline", "quillfeather", "07700 900123", "zoe-7@home.test")


def letter(*, message_id: str = "zoe-7@home.test", extra: str = "", body: str = TOLD) -> bytes:
    """A mail of Zoeline's."""
    headers = f'From: "Quillfeather, Zoeline" <{ZOE}>\r\nTo: {OURS}\r\nSubject: Zoeline Quillfeather asks\r\n{extra}'
    return f"{headers}Message-ID: <{message_id}>\r\n\r\n{body}\r\n".encode()


@pytest.fixture
def office(store: Store) -> Office:
    """Three mails of Zoeline's (a ticket, the same once more, an absence note), one of another learner's."""
    office = Office(store, find_personal=found_in)
    assert office.file(letter(), envelope_from=ZOE).ending is Ending.TICKET
    assert office.file(letter(extra="Received: again\r\n")).ending is Ending.IGNORED
    away = letter(message_id="away-zoe@home.test", extra="Auto-Submitted: auto-replied\r\n", body="I am away. Zoeline")
    assert office.file(away).ending is Ending.IGNORED
    assert office.file(content(sender=OTHER, body="Our rota has gaps, too.")).ending is Ending.TICKET
    office.send()
    return office


def reference_of(store: Store, address: str = ZOE) -> str:
    with store.read() as tx:
        (ticket_id,) = tx.persons.tickets_of(address)
        reference = tx.tickets.reference_of(ticket_id)
    assert reference
    return reference


def decide(store: Store, reference: str) -> None:
    """Decide with the person's name in the reason, learn from it, and close."""
    with store.write() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
        assert ticket
        made = decision(at=NOW, reason="Zoeline Quillfeather is right about the ward")
        tx.tickets.decide(ticket.row.id, made, version=ticket.row.version, urgency=1)
        learnt = correction_of(ticket, made, allowed=True)
        if learnt is not None:
            tx.corrections.append(learnt)
        event = Event(at=NOW, kind=EventKind.STATE, detail={"reason": "Zoeline asked for it"})
        tx.tickets.set_state(ticket.row.id, TicketState.CLOSED, version=ticket.row.version + 1, event=event)


CUSTODIAN = Viewer(officer_id=1, email="guardian@nhs.test", roles=frozenset({Role.CUSTODIAN}))


def looking(office: Office, right: Right = Right.ERASE) -> Looking:
    return Looking(viewer=CUSTODIAN, right=right, read=office.room.read)


def erased(office: Office, mode: Mode, reference: str) -> Certificate:
    with office.store.write() as tx:
        person = person_of_ticket(tx, reference, looking(office))
        done = erase(tx, person, mode=mode, by=CUSTODIAN.email, find=found_in, now=NOW)
    office.store.compact()
    return done


def holds(store: Store) -> None:
    with store.write() as tx:
        balance = tx.inbox.balance()
        assert balance.holds, balance.faults
        assert tx.search.faults() == ()
        assert balance.received == 4
    assert [result for result in store.examine() if result.faults] == []


def test_all_that_is_theirs_is_found_by_a_ticket_and_by_the_address(office: Office) -> None:
    reference = reference_of(office.store)
    with office.store.read() as tx:
        by_ticket = person_of_ticket(tx, reference, looking(office))
        by_address = person_of_address(tx, f" {ZOE.upper()}".replace("HOME.TEST", "home.test"), looking(office))
        with pytest.raises(ErasureRefused, match="Nothing of this address"):
            person_of_address(tx, "nobody@home.test", looking(office))
        with pytest.raises(ErasureRefused, match="no ticket QM-0"):
            person_of_ticket(tx, "QM-0", looking(office))
    assert by_ticket.references == by_address.references == (reference,)
    assert len(by_ticket.strays) == len(by_address.strays) == 2


def test_pseudonymised_the_person_is_nowhere_and_what_they_told_still_is(office: Office) -> None:
    store, reference = office.store, reference_of(office.store)
    decide(store, reference)
    assert all(word in dump(store) for word in (*WHO, "xylophonist"))

    certificate = erased(office, Mode.PSEUDONYMISE, reference)

    left = dump(store)
    assert [word for word in WHO if word in left] == []
    assert "xylophonist" in left
    assert OTHER in left
    holds(store)
    with store.read() as tx:
        assert tx.search.count(parse("xylophonist"), SYSTEM) == 1
        assert tx.search.count(parse("quillfeather"), SYSTEM) == 0
        ticket = tx.tickets.get(reference, SYSTEM)
        assert ticket
        assert ticket.reporter.is_cut
        assert ticket.decisions[-1].reason == "[reporter] is right about the ward"
    assert certificate.rows["reporters"] == 1


def test_fully_erased_neither_the_person_nor_a_word_of_theirs_is_anywhere(office: Office) -> None:
    store, reference = office.store, reference_of(office.store)
    decide(store, reference)

    certificate = erased(office, Mode.FULL, reference)

    left = dump(store)
    assert [word for word in (*WHO, "xylophonist") if word in left] == []
    assert OTHER in left
    holds(store)
    with store.read() as tx:
        assert tx.tickets.get(reference, SYSTEM) is None
        assert tx.search.count(parse("xylophonist"), SYSTEM) == tx.search.count(parse(reference), SYSTEM) == 0
        assert tx.search.count(parse("rota"), SYSTEM) == 1
        assert tx.inbox.balance().gone == 3
    assert certificate.rows["inbox"] == 3


@pytest.mark.parametrize("mode", list(Mode))
def test_the_certificate_names_nobody_and_the_audit_chain_holds_its_digest(office: Office, mode: Mode) -> None:
    reference = reference_of(office.store)
    decide(office.store, reference)
    certificate = erased(office, mode, reference)
    shown = certificate.as_text() + json.dumps(certificate.as_json())
    assert [word for word in WHO if word in shown.lower()] == []
    assert certificate.references == (reference,)
    assert certificate.messages_of_no_ticket == 2
    assert set(certificate.rows) == set(certificate.digests)
    with office.store.read() as tx:
        (act,) = [row for row in tx.audit.rows() if row.action == Action.ERASED]
    assert (act.actor, act.subject) == (CUSTODIAN.email, reference)
    assert json.loads(act.detail)["digest"] == certificate.digest


def test_a_mail_that_still_waited_is_not_sent_to_somebody_who_was_erased(store: Store) -> None:
    office = Office(store)
    office.file(letter())
    erased(office, Mode.PSEUDONYMISE, reference_of(store))
    office.send()
    assert office.post.sent == []


def test_a_hold_blocks_both_and_an_open_ticket_blocks_a_full_erasure(office: Office) -> None:
    store, reference = office.store, reference_of(office.store)
    with store.write() as tx:
        person = person_of_ticket(tx, reference, looking(office))
        with pytest.raises(ErasureRefused, match="still open"):
            check(tx, person, Mode.FULL)
        tx.retention.hold(person.ticket_ids[0], at=NOW, actor="lead@nhs.test", reason="a court asks")
        for mode in Mode:
            with pytest.raises(ErasureRefused, match="legal hold"):
                erase(tx, person, mode=mode, by=CUSTODIAN.email, find=found_in, now=NOW)
        tx.retention.lift(person.ticket_ids[0])
    left = dump(store)
    assert all(word in left for word in WHO)


def test_when_the_period_of_identity_is_over_the_person_goes_and_the_masked_text_stays(office: Office) -> None:
    store, reference = office.store, reference_of(office.store)
    decide(store, reference)
    schedule = {kept: timedelta(days=1) for kept in (Kept.IDENTITY, Kept.IGNORED)}
    with store.write() as tx:
        for kept in schedule:
            assert tx.retention.expire(kept, NOW + timedelta(days=5), schedule) > 0
    left = dump(store)
    assert ZOE not in left
    assert "zoe-7@home.test" not in left
    assert "xylophonist" in left
    holds(store)


CONFIG = "--config"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Office, tuple[str, ...]]]:
    """A store on disk with Zoeline's mails, a custodian and an officer, and the words that begin a command."""
    path = tmp_path / "intake.toml"
    path.write_text(f"data_dir = {json.dumps(str(tmp_path))}\n")
    store = Store(f"sqlite:///{tmp_path}/intake.db")
    store.migrate()
    with store.write() as tx:
        tx.officers.add(email=CUSTODIAN.email, name="Guardian", roles=(Role.CUSTODIAN,))
        tx.officers.add(email="sam@nhs.test", name="Sam")
    office = Office(store, find_personal=found_in)
    office.file(letter(), envelope_from=ZOE)
    office.send()
    yield office, (CONFIG, str(path))
    store.close()


def test_erase_reads_the_address_from_standard_input_and_writes_the_certificate(
    run: Run, desk: tuple[Office, tuple[str, ...]], tmp_path: Path
) -> None:
    office, settings = desk
    guardian = ("--as", CUSTODIAN.email, "--address-stdin")
    code, shown, _ = run(*settings, "erase", *guardian, "--dry-run", given=f"{ZOE}\n".encode())
    assert code == 0
    assert "1 tickets" in shown
    assert ZOE in dump(office.store)
    assert run(*settings, "erase", "--as", "sam@nhs.test", "--address-stdin", given=ZOE.encode())[0] == 2
    assert run(*settings, "erase", "--as", CUSTODIAN.email)[0] == 2
    code, _, told = run(*settings, "erase", *guardian, "--mode", "full", given=ZOE.encode())
    assert code == 1
    assert "still open" in told
    out = tmp_path / "certificates"
    code, shown, _ = run(*settings, "erase", *guardian, "--certificate", str(out), given=ZOE.encode())
    assert code == 0
    assert "Certificate of erasure" in shown
    assert len(list(out.iterdir())) == 2
    assert [word for word in WHO if word in dump(office.store)] == []
    assert run(*settings, "erase", *guardian, given=ZOE.encode())[0] == 1


def test_subject_access_writes_out_theirs_and_nothing_of_others_or_of_officers(
    run: Run, desk: tuple[Office, tuple[str, ...]], tmp_path: Path
) -> None:
    office, settings = desk
    reference = reference_of(office.store)
    office.file(content(sender=OTHER, body="Our rota has gaps, too."))
    decide(office.store, reference)
    out = tmp_path / "zoe.zip"
    asked = ("subject-access", str(out), "--address-from-ticket", reference)
    assert run(*settings, *asked, "--as", "sam@nhs.test")[0] == 2
    assert run(*settings, *asked, "--as", CUSTODIAN.email)[0] == 0
    assert run(*settings, *asked, "--as", CUSTODIAN.email)[0] == 1, "nothing is overwritten"
    assert out.stat().st_mode & 0o077 == 0
    with ZipFile(out) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    held = json.loads(texts["everything.json"])
    assert (held["address"], held["name"]) == (ZOE, "Quillfeather, Zoeline")
    assert "xylophonist" in texts[f"{reference}/your message 1.txt"]
    assert reference in texts[f"{reference}/our mail 1.txt"]
    assert "category 2" in texts[f"{reference}/decisions.txt"]
    whole = "\n".join(texts.values())
    assert "is right about the ward" not in whole
    assert "officer@example.test" not in whole
    assert "rota has gaps" not in whole
    with office.store.read() as tx:
        acts = [(row.actor, row.subject) for row in tx.audit.rows() if row.action == Action.SUBJECT_ACCESS]
    assert acts == [(CUSTODIAN.email, reference)]
