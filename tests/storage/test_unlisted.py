"""Facts about tickets that name a place in no list: who sees them, and that each question reads so many at most."""

from dataclasses import replace

from models.rights import SYSTEM, Role, Viewer
from models.unlisted import Mention
from models.verdict import Evidence, Kind, Verdict
from storage.store import Store, Transaction
from tests.storage.making import MINUTE, NOW, decision, entry, opened, received, verdict


def naming(*texts: str, label: str = "place:unknown", kind: Kind = Kind.CONCERN) -> Verdict:
    evidence = (Evidence(label=label, text=text, start=None, end=None, source="rule") for text in texts)
    return verdict(kind=kind, evidence=tuple(evidence))


def found(store: Store, viewer: Viewer = SYSTEM, *, before: int = 10_000, span: int = 10_000) -> list[tuple[int, str]]:
    with store.read() as tx:
        return [(one.ticket_id, one.text) for one in tx.tickets.naming_unlisted(viewer, before=before, span=span)]


def officer(tx: Transaction, email: str, role: Role = Role.OFFICER) -> Viewer:
    tx.officers.add(email=email, name="An Officer")
    made = tx.officers.by_email(email)
    assert made is not None
    tx.officers.set_roles(made.id, {role})
    made = tx.officers.by_email(email)
    assert made is not None
    return made.viewer


def test_each_ticket_that_names_such_a_place_is_found_the_newest_first_with_its_words(store: Store) -> None:
    with store.write() as tx:
        first = opened(tx, reference="QM-A", seen=naming("Elm Surgery", "St Bede’s Hospice"))
        opened(tx, seen=naming("Glenfield", label="provider:RWE"))
        second = opened(tx, seen=verdict())
        tx.tickets.add_verdict(second, naming("Oak “Clinic”"), 5, NOW)
    assert found(store) == [(second, "Oak “Clinic”"), (first, "Elm Surgery"), (first, "St Bede’s Hospice")]
    with store.read() as tx:
        *_, one, _ = tx.tickets.naming_unlisted(SYSTEM, before=10_000, span=10_000)
    assert one == Mention(ticket_id=first, reference="QM-A", at=NOW, text="Elm Surgery")


def test_words_that_only_speak_of_the_label_are_no_mention(store: Store) -> None:
    with store.write() as tx:
        opened(tx, seen=naming("place:unknown", label="theme:rota"))
    assert found(store) == []


def test_what_is_none_of_ours_does_not_count_also_once_an_officer_says_so(store: Store) -> None:
    with store.write() as tx:
        opened(tx, seen=naming("Sunny Clinic", kind=Kind.IRRELEVANT))
        ticket = opened(tx, seen=naming("Elm Surgery"))
    assert found(store) == [(ticket, "Elm Surgery")]
    with store.write() as tx:
        tx.tickets.decide(ticket, decision(kind=Kind.IRRELEVANT, isf=0), version=1, urgency=0)
    assert found(store) == []


def test_one_question_reads_the_tickets_of_its_span_only(store: Store) -> None:
    with store.write() as tx:
        numbers = [opened(tx, seen=naming(f"Elm {number} Surgery")) for number in range(6)]
    assert [ticket for ticket, _ in found(store, before=numbers[4], span=2)] == [numbers[3], numbers[2]]
    assert found(store, before=numbers[0], span=2) == []


def test_what_arrived_before_a_day_is_left_out_whatever_its_number(store: Store) -> None:
    with store.write() as tx:
        late = opened(tx, seen=naming("Elm Surgery"), received_at=NOW)
        opened(tx, seen=naming("Oak Hospice"), received_at=NOW - MINUTE)
    with store.read() as tx:
        [one] = tx.tickets.naming_unlisted(SYSTEM, before=10_000, span=10_000, since=NOW)
    assert (one.ticket_id, one.at) == (late, NOW)


def test_restricted_tickets_and_those_that_name_an_officer_are_hidden(store: Store) -> None:
    with store.write() as tx:
        plain, lead = officer(tx, "sam@nhs.test"), officer(tx, "lee@nhs.test", Role.LEAD)
        clerk = officer(tx, "ada@nhs.test", Role.ADMINISTRATOR)
        open_one = opened(tx, seen=naming("Elm Surgery"))
        hidden = opened(tx, seen=naming("Oak Hospice"))
        tx.access.restrict(hidden, [], at=NOW, actor="lee@nhs.test")
    assert found(store, plain) == [(open_one, "Elm Surgery")]
    assert found(store, lead) == [(hidden, "Oak Hospice"), (open_one, "Elm Surgery")]
    assert found(store, clerk) == []
    with store.write() as tx:
        tx.officers.add(email="jane@nhs.test", name="Jane Okonkwo", at=NOW)
        named = tx.officers.by_email("jane@nhs.test")
        first = replace(entry(received(tx)), text="Dr Okonkwo shouted.", new_text="Dr Okonkwo shouted.")
        about_her = opened(tx, entry=first, seen=naming("Ash Surgery"))
    assert named is not None
    assert found(store, named.viewer) == [(open_one, "Elm Surgery")]
    assert found(store, plain) == [(about_her, "Ash Surgery"), (open_one, "Elm Surgery")]


def test_erased_tickets_are_gone(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx, seen=naming("Elm Surgery"))
        tx.retention.remove((ticket,), why="asked for", now=NOW)
    assert found(store) == []
