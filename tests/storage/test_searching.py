"""Facts about the search, the same on both engines."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.rights import SYSTEM
from models.search import Hit, Query, parse, place_word, stands_at
from models.searchable import Masked
from models.ticket import Event, EventKind, QueueFilter, TicketState
from models.verdict import Kind
from models.words import words_in
from storage.lexemes import GAP, LAST_POSITION, MOST_POSITIONS, words_of
from storage.store import Store
from tests.storage.making import NOW, decision, entry, opened, received, verdict
from tests.storage.raw import break_it, empty


def put(store: Store, *texts: str, subject: str = "", **facts: Any) -> str:
    """A ticket whose messages say this; gives its reference."""
    with store.write() as tx:
        ticket = opened(tx, first_masked=Masked(subject=subject, text=texts[0] if texts else ""), **facts)
        for text in texts[1:]:
            tx.tickets.append(ticket, entry(received(tx), masked=Masked(subject="", text=text)))
        reference = tx.tickets.reference_of(ticket)
    assert reference
    return reference


def hits(store: Store, question: str | Query, wanted: QueueFilter | None = None, limit: int = 50) -> list[Hit]:
    """All pages of what a question finds; the count must agree."""
    query = question if isinstance(question, Query) else parse(question)
    found: list[Hit] = []
    after: str | None = None
    with store.read() as tx:
        while True:
            page = tx.search.find(query, SYSTEM, wanted=wanted or QueueFilter(), limit=limit, after=after)
            assert len(page.hits) <= limit
            found += page.hits
            after = page.after
            if after is None:
                break
        assert tx.search.count(query, SYSTEM, wanted=wanted or QueueFilter()) == len(found)
    return found


def found(store: Store, question: str | Query, wanted: QueueFilter | None = None) -> list[str]:
    return [hit.row.reference for hit in hits(store, question, wanted)]


def marked(hit: Hit) -> list[str]:
    return [piece.text for piece in (*hit.subject, *hit.snippet) if piece.hit]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("No registrar overnight.", "registrar"),
        ("No registrars overnight.", "REGISTRAR"),
        ("Our registrar's rota", "registrar rota"),
        ("There was no registrar at all", '"no registrar"'),
        ("Left without supervision", "superv*"),
        ("Left without supervision", '"without super*"'),
        ("A&E was full", "A&E"),
        ("A & E was full", "a&e"),
        ("the A and E department", "A & E"),
        ("on call in O&G", "on-call O&G"),
        ("the oncall rota", "on-call"),
        ("As an F1 in cardiology", "f1"),
        ("the café is naïve", "cafe naive"),
        ("the cafe is naive", "Café NAÏVE"),
        ("We don’t get teaching", "don't"),
        ("We dont get teaching", "don’t"),
        ("Walsall Manor's ward", "manor"),
        ("病院で", "病院"),
        ("rota gaps", "rota -theatre"),
        ("100% of SELECT * FROM x; -- ok", "SELECT FROM x"),
    ],
)
def test_this_is_found(store: Store, text: str, question: str) -> None:
    reference = put(store, text)
    put(store, "nothing of it here")
    assert found(store, question) == [reference]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("No registrar overnight.", "consultant"),
        ("A registrar. No, none.", '"no registrar"'),
        ("Two registrars", '"registrar"'),
        ("rota and theatre", "rota -theatre"),
        ("rota and theatres", "rota -theatre"),
        ("rota gaps in theatre", 'rota -"in theatre"'),
        ("supervision", "super"),
        ("only the rota", "rota registrar"),
        ("rota", "-rota"),
        ("rota", "***"),
        ("rota", ""),
    ],
)
def test_this_is_not_found(store: Store, text: str, question: str) -> None:
    put(store, text)
    assert found(store, question) == []


def test_several_words_may_stand_in_several_messages_but_a_phrase_only_in_one(store: Store) -> None:
    reference = put(store, "no teaching this month, the registrar", "left at night", subject="Rota")
    assert found(store, "teaching night rota") == [reference]
    assert found(store, '"the registrar left"') == []
    assert found(store, '"left at night"') == [reference]
    assert found(store, '"rota no"') == []


def test_references_and_places_are_found_by_their_codes(store: Store) -> None:
    reference = put(store, "x", reference="QM-7K3F-2R", seen=verdict(provider="RWE", site="RWEAA"))
    other = put(store, "x", seen=verdict(provider="RRK"))
    for question in ("QM-7K3F-2R", "qm 7k3f 2r", "7k3f-2r", "qm7k3f2r", "7K3F", "rwe", "RWEAA"):
        assert found(store, question) == [reference], question
    assert found(store, "rrk") == [other]


def test_what_an_officer_decided_about_the_place_is_found_at_once(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx, seen=verdict(provider="RWE"))
        tx.tickets.decide(ticket, decision(provider="RRK", site="RRK15"), version=1, urgency=2)
    assert len(found(store, "RRK15")) == 1
    assert found(store, "RWE") == []


def test_a_place_is_asked_for_by_a_word_that_no_text_can_hold(store: Store) -> None:
    put(store, f"RWE {place_word('RWE')}", seen=verdict(provider=None))
    (term,) = parse("RWE").terms
    place = Query(terms=(term.__class__(alternatives=(term.alternatives[0].__class__(words=(place_word("RWE"),)),)),))
    assert found(store, place) == []
    meant = put(store, "x", seen=verdict(provider="RWE"))
    assert found(store, place) == [meant]


def test_nothing_is_found_by_words_that_nobody_has_masked_until_somebody_has(store: Store) -> None:
    with store.write() as tx:
        inbox_id = received(tx)
        ticket = opened(tx)
        tx.tickets.append(ticket, entry(inbox_id, text="secret words", new_text="secret words"))
    assert found(store, "secret") == []
    with store.write() as tx:
        assert tx.search.unmasked() == 2
        tx.search.set_masked(inbox_id, Masked(subject="", text="plain words"))
        assert tx.search.unmasked() == 1
    assert found(store, "secret") == []
    assert len(found(store, "plain")) == 1


def test_masks_are_no_words_and_no_phrase_reaches_across_them(store: Store) -> None:
    reference = put(store, "patient [name] fell, told [reporter]")
    assert found(store, "name") == found(store, "reporter") == found(store, '"patient fell"') == []
    assert found(store, "patient fell") == [reference]


def test_the_filters_of_the_queue_and_the_question_both_hold(store: Store) -> None:
    praise = put(store, "rota", seen=verdict(kind=Kind.GOOD_PRACTICE, isf=0, provider="RWE"))
    grave = put(store, "rota", seen=verdict(isf=3, red_flags=("violence",), needs_person=True))
    put(store, "theatre", seen=verdict(isf=3))
    assert found(store, "rota", QueueFilter(kinds=(Kind.GOOD_PRACTICE,))) == [praise]
    assert found(store, "rota", QueueFilter(isf=3)) == [grave]
    assert found(store, "rota", QueueFilter(flagged=True)) == [grave]
    assert found(store, "rota", QueueFilter(needs_person=False)) == [praise]
    assert found(store, "rota", QueueFilter(provider="RWE")) == [praise]
    with store.write() as tx:
        ticket = tx.tickets.get(praise, SYSTEM)
        assert ticket
        tx.tickets.set_state(ticket.row.id, TicketState.CLOSED, version=1, event=Event(at=NOW, kind=EventKind.STATE))
    assert found(store, "rota", QueueFilter(states=(TicketState.CLOSED,))) == [praise]


def test_the_newest_comes_first_page_by_page_whatever_arrives_between(store: Store) -> None:
    old = [put(store, "rota", received_at=NOW + timedelta(minutes=number)) for number in range(5)]
    with store.read() as tx:
        first = tx.search.find(parse("rota"), SYSTEM, limit=2)
    put(store, "rota")
    with store.read() as tx:
        second = tx.search.find(parse("rota"), SYSTEM, limit=2, after=first.after)
        third = tx.search.find(parse("rota"), SYSTEM, limit=2, after=second.after)
    pages = [[hit.row.reference for hit in page.hits] for page in (first, second, third)]
    assert pages == [[old[4], old[3]], [old[2], old[1]], [old[0]]]
    assert third.after is None


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1e3", "٣", "9" * 30, "1; --"])
def test_a_broken_cursor_is_a_value_error(store: Store, cursor: str) -> None:
    with store.read() as tx, pytest.raises(ValueError, match="no page of the search"):
        tx.search.find(parse("rota"), SYSTEM, after=cursor)


def test_counting_stops_where_nobody_counts_on(store: Store) -> None:
    for _ in range(4):
        put(store, "rota")
    with store.read() as tx:
        assert tx.search.count(parse("rota"), SYSTEM, most=2) == 3


def test_a_snippet_shows_the_hit_marked_in_its_surroundings_and_the_row_the_masked_subject(store: Store) -> None:
    filler = "word " * 200
    put(store, "nothing", f"{filler}There was no <b>Registrar</b> on call.{filler}", subject="About [name]")
    (hit,) = hits(store, "registrars on-call")
    assert marked(hit) == ["Registrar", "on call"]
    whole = "".join(piece.text for piece in hit.snippet)
    assert whole.startswith("… ")
    assert whole.endswith(" …")
    assert "no <b>Registrar</b> on call" in whole
    assert len(whole) < 300
    assert hit.row.subject == "About [name]"


def test_a_hit_in_the_subject_is_marked_there(store: Store) -> None:
    put(store, "no words of it", subject="Rotas in theatre")
    (hit,) = hits(store, "rota")
    assert [piece.text for piece in hit.subject if piece.hit] == ["Rotas"]
    assert "".join(piece.text for piece in hit.snippet) == "no words of it"


VOCABULARY = ["no", "registrar", "registrars", "on-call", "A&E", "rota", "café", "superv", "supervision", ".", "[name]"]
TEXTS = st.lists(st.lists(st.sampled_from(VOCABULARY), max_size=6).map(" ".join), min_size=1, max_size=3)
PARTS = st.sampled_from([*VOCABULARY, "super*", "re*", '"no registrar"', '"on call"', "-rota", '-"no registrar"', '"'])
QUESTIONS = st.lists(PARTS, max_size=4).map(" ".join)


def fits(texts: Sequence[str], query: Query) -> bool:
    words = words_of(texts)
    return query.asks and all(
        term.wanted == any(stands_at(phrase, words, at) for phrase in term.alternatives for at in range(len(words)))
        for term in query.terms
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tickets=st.lists(TEXTS, max_size=5), question=QUESTIONS)
def test_what_is_found_is_what_reading_all_of_it_would_find(
    store: Store, tickets: list[list[str]], question: str
) -> None:
    empty(store)
    written = [(put(store, *texts), texts) for texts in tickets]
    query = parse(question)
    assert found(store, query) == [reference for reference, texts in reversed(written) if fits(texts, query)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=60))
@example('" OR 1=1 --')
@example("words:rota NEAR(a b)")
@example("^rota + {a b} : *")
@example("'; DROP TABLE tickets; --")
@example("a:* & !b | <-> (c)")
def test_any_input_is_a_search_and_finds_the_text_that_it_is(store: Store, question: str) -> None:
    empty(store)
    reference = put(store, question)
    only = " ".join(one.word for one in words_in(question[:200]))
    with store.read() as tx:
        tx.search.find(parse(question), SYSTEM)
    asked = parse(f'"{only}"')
    assert found(store, asked) == ([reference] if fits([question], asked) else [])


def test_a_word_beyond_what_an_index_can_place_is_found_but_in_no_phrase(store: Store) -> None:
    filler = " ".join(f"w{number}" for number in range(LAST_POSITION))
    reference = put(store, filler, "last words", "no " * 300 + "registrar")
    assert found(store, "last") == found(store, "w15990 words") == [reference]
    assert found(store, '"last words"') == found(store, '"no registrar"') == []
    often = put(store, "yes " * MOST_POSITIONS + "yes consultant")
    assert found(store, "consultant yes") == [often]
    assert found(store, '"yes consultant"') == []


def test_a_text_of_the_longest_words_there_are_is_kept_as_far_as_there_is_room(store: Store) -> None:
    huge = " ".join(f"{number}" + "ᚠ" * 40 for number in range(15_000))
    reference = put(store, huge)
    assert found(store, "0" + "ᚠ" * 39) == [reference]


def test_gaps_are_never_side_by_side() -> None:
    words = words_of(["", "a [name] [name] b", "", ""], codes=[])
    assert words == ["a", GAP, "b", GAP]


def test_an_index_that_holds_all_has_no_fault_and_every_other_has_one(store: Store) -> None:
    references = [put(store, "rota", "theatre") for _ in range(3)]
    with store.write() as tx:
        assert tx.search.faults() == ()
        first, second, third = tx.search.tickets()
    break_it(store, f"DELETE FROM search_documents WHERE ticket_id = {first}")
    break_it(store, f"UPDATE search_entries SET text = 'other' WHERE ticket_id = {second}")
    break_it(store, f"DELETE FROM search_entries WHERE ticket_id = {third}")
    with store.write() as tx:
        faults = tx.search.faults()
        assert {fault.rpartition(" ")[2] for fault in faults if "all words" in fault} == set(references)
        assert sum("is not known to the search" in fault for fault in faults) == 2
        for ticket in (first, second, third):
            tx.search.index(ticket)
        assert not [fault for fault in tx.search.faults() if "all words" in fault]
