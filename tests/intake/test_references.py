"""References: easy to read aloud, hard to mistype, impossible to guess in sequence."""

import re

import pytest

from intake import filing
from intake.references import ALPHABET, is_reference, new_reference
from storage.store import Store
from tests.intake.making import Office, content


def test_they_have_no_letter_that_looks_like_another_and_a_check_sign() -> None:
    for _ in range(200):
        reference = new_reference()
        assert re.fullmatch(r"QM-[2-9CDFGHJKMNPRTWXY]{4}-[2-9CDFGHJKMNPRTWXY]{2}", reference)
        assert is_reference(reference)
    assert set("01AEIOULBSZQV") & set(ALPHABET) == set()


def test_they_are_not_sequential() -> None:
    drawn = [new_reference() for _ in range(300)]
    assert len({one[:5] for one in drawn}) > 150
    assert drawn != sorted(drawn)


def test_every_single_slip_and_every_swap_of_neighbours_is_found() -> None:
    for reference in (new_reference() for _ in range(20)):
        signs = reference.replace("-", "")[2:]
        slips = [signs[:i] + other + signs[i + 1 :] for i in range(6) for other in ALPHABET if other != signs[i]]
        swaps = [signs[:i] + signs[i + 1] + signs[i] + signs[i + 2 :] for i in range(5) if signs[i] != signs[i + 1]]
        assert not any(is_reference(f"QM{wrong}") for wrong in slips + swaps)


@pytest.mark.parametrize("said", ["{}", "{lower}", " {} ", "{spaced}"])
def test_case_hyphens_and_spaces_do_not_matter(said: str) -> None:
    reference = new_reference()
    assert is_reference(said.format(reference, lower=reference.lower(), spaced=reference.replace("-", " ")))


@pytest.mark.parametrize("text", ["", "QM", "QM-", "QM-1111-11", "XX-7K3F-2R", "QM-7K3F", "ß" * 8, "QM-7K3F-2\u212a"])
def test_what_is_no_reference_is_told(text: str) -> None:
    assert not is_reference(text)


def test_a_reference_that_is_taken_is_drawn_again_and_grows_when_the_space_fills_up(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def draw(*, crowded: int = 0) -> str:
        asked.append(crowded)
        return "QM-7K3F-2R" if crowded == 0 else new_reference(crowded=crowded)

    monkeypatch.setattr(filing, "new_reference", draw)
    office = Office(sqlite_store)
    office.file()
    office.file(content())
    found = sorted((ticket.row.reference for ticket in office.tickets()), key=len)
    assert (asked, found[0], len(found[1])) == ([0, 0, 0, 0, 0, 0, 1], "QM-7K3F-2R", 11)
    assert is_reference(found[1])
