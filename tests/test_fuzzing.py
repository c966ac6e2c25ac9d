"""A few hundred mangled mails, the same on every run; `python -m tests.fuzzing` goes on for hours."""

from random import Random

import pytest

from tests.fuzzing.keeping import Keeping
from tests.fuzzing.mutating import MOST_BYTES, mutated
from tests.fuzzing.readers import READERS


@pytest.mark.parametrize("name", READERS)
def test_nothing_that_reads_foreign_bytes_raises_or_loses_what_is_new(name: str) -> None:
    random = Random(name)
    for _ in range(60):
        READERS[name](mutated(random))


def test_what_comes_by_smtp_or_lmtp_lies_in_the_store_byte_for_byte() -> None:
    random = Random(4)
    with Keeping() as keeping:
        assert [fault for fault in (keeping.fault(mutated(random)) for _ in range(15)) if fault] == []


def test_the_same_seed_makes_the_same_mails_and_none_is_too_long() -> None:
    first, second = ([mutated(random) for _ in range(40)] for random in (Random(9), Random(9)))
    assert first == second
    assert max(map(len, first)) <= MOST_BYTES
    assert len(set(first)) == 40
