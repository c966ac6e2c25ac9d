"""Whatever is done to a chain of acts is found, and where."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.audit import GENESIS, Action, Checkpoint, Head, Row, canonical, moment
from models.chain import Proof, published_line, read_published, verify, vouching

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
START = Checkpoint()
FIELDS = ("at", "actor", "action", "subject", "detail", "previous", "hash")


def chain(length: int, start: Checkpoint = START) -> list[Row]:
    rows: list[Row] = []
    previous = start.hash
    for seq in range(start.seq + 1, start.seq + length + 1):
        row = Row(
            seq=seq,
            at=moment(NOW + timedelta(seconds=seq)),
            actor="officer@example.test",
            action=Action.TICKET_READ,
            subject=f"QM-{seq}",
            detail=canonical({"n": seq}),
            previous=previous,
            hash="",
        )
        row = replace(row, hash=row.digest)
        rows.append(row)
        previous = row.hash
    return rows


def head_of(rows: list[Row]) -> Head:
    return Head(seq=rows[-1].seq, hash=rows[-1].hash) if rows else Head()


def proof(rows: list[Row], head: Head, **facts: object) -> Proof:
    ordered = sorted(rows, key=lambda row: row.seq)
    return verify(ordered, **{"head": head, "checkpoint": START, **facts})  # type: ignore[arg-type]


@given(st.integers(0, 30))
def test_a_chain_that_nobody_touched_holds(length: int) -> None:
    rows = chain(length)
    assert proof(rows, head_of(rows)) == Proof(acts=length, first=1, head=head_of(rows), faults=())


@settings(max_examples=200)
@given(length=st.integers(1, 20), data=st.data())
def test_an_altered_act_is_found_where_it_is(length: int, data: st.DataObject) -> None:
    rows, head = chain(length), head_of(chain(length))
    at = data.draw(st.integers(0, length - 1))
    field = data.draw(st.sampled_from(FIELDS))
    value: Any = data.draw(st.text(max_size=80).filter(lambda text: text != getattr(rows[at], field)))
    rows[at] = replace(rows[at], **{field: value})

    found = proof(rows, head)

    assert at + 1 in {fault.seq for fault in found.faults}
    assert {fault.seq for fault in found.faults} <= {at + 1, at + 2}


@given(length=st.integers(2, 20), data=st.data())
def test_an_altered_act_whose_hash_was_made_anew_is_found_at_the_next(length: int, data: st.DataObject) -> None:
    rows, head = chain(length), head_of(chain(length))
    at = data.draw(st.integers(0, length - 1))
    altered = replace(rows[at], actor="somebody.else@example.test")
    rows[at] = replace(altered, hash=altered.digest)

    (fault,) = proof(rows, head).faults

    assert fault.seq == min(at + 2, length)


@given(length=st.integers(1, 20), data=st.data())
def test_removed_acts_are_named_by_their_numbers(length: int, data: st.DataObject) -> None:
    rows, head = chain(length), head_of(chain(length))
    first = data.draw(st.integers(0, length - 1))
    last = data.draw(st.integers(first, length - 1))

    (fault,) = proof(rows[:first] + rows[last + 1 :], head).faults

    assert fault.seq == first + 1
    assert f"acts {first + 1} to {last + 1} were removed" in fault.what


@given(length=st.integers(2, 20), data=st.data())
def test_acts_that_changed_places_are_found(length: int, data: st.DataObject) -> None:
    rows, head = chain(length), head_of(chain(length))
    one, other = data.draw(st.lists(st.integers(0, length - 1), min_size=2, max_size=2, unique=True))
    rows[one], rows[other] = replace(rows[other], seq=one + 1), replace(rows[one], seq=other + 1)

    assert {one + 1, other + 1} <= {fault.seq for fault in proof(rows, head).faults}


@given(length=st.integers(0, 20), data=st.data())
def test_an_act_that_was_put_in_between_is_found(length: int, data: st.DataObject) -> None:
    rows, head = chain(length), head_of(chain(length))
    at = data.draw(st.integers(0, length))
    before = rows[at - 1].hash if at else GENESIS
    forged = replace(chain(1)[0], seq=at + 1, subject="QM-FORGED", previous=before)
    rows = [*rows[:at], replace(forged, hash=forged.digest), *(replace(row, seq=row.seq + 1) for row in rows[at:])]

    assert min(fault.seq for fault in proof(rows, head).faults) in {at + 1, at + 2}


@pytest.mark.parametrize("seq", [0, -3])
def test_an_act_before_the_first_is_found(seq: int) -> None:
    rows = chain(3)
    (fault,) = proof([replace(rows[0], seq=seq), *rows], head_of(rows)).faults
    assert fault.seq == seq


def test_a_head_that_does_not_fit_is_found() -> None:
    rows = chain(3)
    assert [fault.seq for fault in proof(rows, Head(seq=3, hash="f" * 64)).faults] == [3]
    assert [fault.seq for fault in proof(rows, Head(seq=2, hash=rows[1].hash)).faults] == [3]


@given(length=st.integers(1, 20), data=st.data())
def test_a_chain_cut_off_with_its_head_shows_against_a_published_head(length: int, data: st.DataObject) -> None:
    rows = chain(length)
    published, broken = read_published(published_line(head_of(rows), NOW) + "\n")
    kept = rows[: data.draw(st.integers(0, length - 1))]

    assert broken == ()
    assert proof(rows, head_of(rows), published=published).holds
    assert proof(kept, head_of(kept)).holds
    assert [fault.seq for fault in proof(kept, head_of(kept), published=published).faults] == [length]


def test_a_chain_written_anew_shows_against_a_published_head() -> None:
    rows = chain(4)
    published, _ = read_published(f"{published_line(Head(seq=2, hash=rows[1].hash), NOW)}\n")
    anew = chain(4, replace(START, hash="0" * 63 + "1"))
    anew[0] = replace(anew[0], previous=GENESIS)
    anew[0] = replace(anew[0], hash=anew[0].digest)

    assert 2 in {fault.seq for fault in proof(anew, head_of(anew), published=published).faults}


def test_a_published_file_says_which_of_its_lines_are_none() -> None:
    good = published_line(Head(seq=7, hash="a" * 64), NOW)
    assert good == f"2026-11-24T09:30:00.000000Z 7 {'a' * 64}"
    assert read_published(f"{good}\n\nnonsense\n{good[:-1]}\n") == ({7: frozenset({"a" * 64})}, (3, 4))


def test_a_chain_goes_on_from_a_checkpoint_that_an_act_vouches_for() -> None:
    checkpoint = Checkpoint(seq=5, hash=chain(5)[-1].hash)
    rows = chain(3, checkpoint)
    unvouched = proof(rows, head_of(rows), checkpoint=checkpoint)
    assert [fault.seq for fault in unvouched.faults] == [5]
    act = replace(rows[-1], action=Action.AUDIT_CHECKPOINT, detail=vouching(checkpoint))
    rows[-1] = replace(act, hash=act.digest)

    assert proof(rows, head_of(rows), checkpoint=checkpoint).holds
