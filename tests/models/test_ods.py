"""Facts about reading the NHS organisation files."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ods import LONGEST_LINE, OdsPlace, Rejected, Skipped, read_ods, spoken

TODAY = date(2026, 11, 24)


def line(*cells: str, **at: str) -> bytes:
    """An ODS line of 27 columns; `at` gives further ones by number, as `c15="RWE"`."""
    columns = [*cells, *[""] * (27 - len(cells))]
    for name, value in at.items():
        columns[int(name[1:]) - 1] = value
    return ",".join(f'"{cell}"' for cell in columns).encode() + b"\r\n"


TRUST = ("R0Z", "THE NEW MIDLANDS NHS TRUST", "Y60", "QHL", "1 HIGH STREET", "", "", "BIRMINGHAM", "", "B1  1aa")


def read(*lines: bytes) -> list[OdsPlace | Rejected | Skipped]:
    return [*read_ods("file.csv", lines, today=TODAY)]


def test_a_trust_is_read_with_its_name_as_people_write_it() -> None:
    assert read(line(*TRUST)) == [
        OdsPlace(
            code="R0Z",
            name="The New Midlands NHS Trust",
            kind="trust",
            region="Y60",
            parent="QHL",
            town="Birmingham",
            postcode="B1 1AA",
            closed=False,
        )
    ]


@pytest.mark.parametrize(("above", "parent"), [("", "R0Z"), ("R9X", "R9X")])
def test_the_trust_of_a_site_is_in_column_15_or_in_its_code(above: str, parent: str) -> None:
    [site] = read(line("R0ZAA", "ST MARY'S HOSPITAL", "Y60", c15=above))
    assert isinstance(site, OdsPlace)
    assert (site.kind, site.parent) == ("site", parent)


@pytest.mark.parametrize(("day", "closed"), [("", False), ("20261124", True), ("20261125", False), ("19990101", True)])
def test_a_place_is_closed_from_its_day_of_closing_on(day: str, closed: bool) -> None:
    [place] = read(line(*TRUST, c12=day))
    assert isinstance(place, OdsPlace)
    assert place.closed is closed


def test_of_the_prescribers_only_gp_practices_are_places_of_training() -> None:
    practice, prison = read(
        line("M81001", "THE SURGERY", "Y60", c26="4"), line("M81002", "HMP SOMEWHERE", "Y60", c26="10")
    )
    assert isinstance(practice, OdsPlace)
    assert practice.kind == "gp"
    assert prison == Skipped(place="file.csv:2")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"R0Z,only three,columns\n", "has 3 columns; an ODS file has 27"),
        (b'"R0Z,"x\n', "is not valid CSV"),
        (line("LS1", "A POSTCODE, NOT A CODE"), "does not begin with the code of a trust, site or GP practice"),
        (line("R0Z", ""), "R0Z has no name"),
        (line(*TRUST, c12="31122026"), "has a day of closing that is no date (YYYYMMDD)"),
        (b"x" * (LONGEST_LINE + 1), "the line is far too long"),
    ],
)
def test_a_line_that_is_not_right_is_rejected_with_place_and_reason_and_the_next_is_read(
    bad: bytes, reason: str
) -> None:
    rejected, good = read(bad, line(*TRUST))
    assert isinstance(rejected, Rejected)
    assert rejected.place == "file.csv:1"
    assert reason in rejected.reason
    assert isinstance(good, OdsPlace)


def test_windows_text_a_byte_order_mark_and_empty_lines_are_no_trouble() -> None:
    [place] = read(b"\xef\xbb\xbf" + line(*TRUST[:1], "CAF\xc9 HOUSE", *TRUST[2:]), b"\r\n")
    assert isinstance(place, OdsPlace)
    [windows] = read(line(*TRUST).replace(b"NEW", b"N\xc9W"))
    assert isinstance(windows, OdsPlace)
    assert windows.name == "The Néw Midlands NHS Trust"


@pytest.mark.parametrize(
    ("shouted", "written"),
    [
        ("QUEEN'S HOSPITAL, STOKE-ON-TRENT", "Queen's Hospital, Stoke-on-Trent"),
        (
            "UNIVERSITY HOSPITALS OF DERBY AND BURTON NHS FOUNDATION TRUST",
            "University Hospitals of Derby and Burton NHS Foundation Trust",
        ),
        ("The  Right   Way", "The Right Way"),
        ("A&E AT THE ROYAL", "A&E at the Royal"),
    ],
)
def test_capitals_become_a_name_as_people_write_it(shouted: str, written: str) -> None:
    assert spoken(shouted) == written


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_no_bytes_make_reading_fail(lines: list[bytes]) -> None:
    found = read(*lines)
    assert len(found) == sum(bool(one.strip()) for one in lines)
