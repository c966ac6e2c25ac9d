"""winmail.dat: the words and files in it are found; whatever is in it, nothing is raised and it ends."""

import struct

import compressed_rtf
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.winmail import unpacked
from tests.channels.reading.tnef import attribute, body, file, mapi, number_of, prop, properties, winmail

RTF = r"{\rtf1\ansi\ansicpg1252 {\fonttbl{\f0 Arial;}}\f0 The on-call phone rang out.\par Nobody came \'96 again.\par}"


def test_a_plain_body_and_files_are_found() -> None:
    found = unpacked(winmail(body("Left alone.\r\nAgain."), file("ROTA~1.PDF", b"%PDF", long_name="Rota für Mai.pdf")))
    assert (found.text, found.whole) == ("Left alone.\nAgain.", True)
    assert [(one.name, one.data) for one in found.files] == [("Rota für Mai.pdf", b"%PDF")]


def test_the_body_among_the_properties_is_found_behind_others() -> None:
    named = struct.pack("<HH16sII", 0x1E, 0x8001, b"\0" * 16, 0, 7) + struct.pack("<II", 1, 3) + b"abc\0"
    several = struct.pack("<HHI", 0x1003, 0x6000, 2) + struct.pack("<II", 1, 2)
    words = prop(0x1F, 0x1000, "Nobody came – twice.".encode("utf-16-le"))
    found = unpacked(winmail(mapi(number_of(3, 0x3FDE, 65001), named, several, words)))
    assert (found.text, found.whole) == ("Nobody came – twice.", True)


def test_rich_text_is_read_when_there_is_nothing_else() -> None:
    packed = prop(0x102, 0x1009, compressed_rtf.compress(RTF.encode(), compressed=True))
    assert unpacked(winmail(mapi(packed))).text == "The on-call phone rang out.\nNobody came – again."
    assert unpacked(winmail(mapi(packed), body("Plain."))).text == "Plain."


def test_a_mail_packed_into_it_is_read_too() -> None:
    inner = bytes.fromhex("0703020000000000c000000000000046") + winmail(body("The first letter."), file("a.txt", b"a"))
    outer = winmail(
        attribute(2, 0x9002, b""), attribute(2, 0x9005, properties(prop(0xD, 0x3701, inner))), body("See below.")
    )
    found = unpacked(outer)
    assert (found.text, found.inner) == ("See below.", ["The first letter."])
    assert "a.txt" in [one.name for one in found.files]


def test_what_breaks_off_gives_what_was_there_before() -> None:
    whole = winmail(body("Left alone."), file("a.txt", b"abc" * 50))
    found = unpacked(whole[:-30])
    assert (found.text, found.whole) == ("Left alone.", False)


def test_rich_text_that_promises_to_become_huge_is_left_alone() -> None:
    bomb = struct.pack("<IIII", 100, 2_000_000_000, 0x75465A4C, 0) + b"\xff" * 90
    assert unpacked(winmail(mapi(prop(0x102, 0x1009, bomb)))).text == ""


@settings(derandomize=True, max_examples=400, deadline=None, database=None)
@given(st.data())
def test_a_changed_file_never_raises(data: st.DataObject) -> None:
    packed = prop(0x102, 0x1009, compressed_rtf.compress(RTF.encode(), compressed=True))
    raw = bytearray(winmail(mapi(packed, number_of(3, 1, 2)), body("a"), file("n", b"d", long_name="long")))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(6, len(raw) - 1))
        raw[at] = data.draw(st.integers(0, 255))
    unpacked(bytes(raw[: data.draw(st.integers(6, len(raw)))]))


@settings(derandomize=True, max_examples=200, deadline=None, database=None)
@given(st.binary(max_size=300))
def test_any_bytes_behind_the_signature_never_raise(tail: bytes) -> None:
    unpacked(winmail(tail))
