"""Writes the winmail.dat files that the tests read: MS-OXTNEF, as Outlook does it."""

import struct

MESSAGE, FILE = 1, 2


def attribute(level: int, number: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def prop(kind: int, number: int, data: bytes) -> bytes:
    """A property that says its own length."""
    return struct.pack("<HHII", kind, number, 1, len(data)) + data + b"\0" * (-len(data) % 4)


def properties(*given: bytes) -> bytes:
    return struct.pack("<I", len(given)) + b"".join(given)


def number_of(kind: int, number: int, value: int) -> bytes:
    return struct.pack("<HHI", kind, number, value)


def file(name: str, data: bytes, *, long_name: str = "") -> bytes:
    parts = [
        attribute(FILE, 0x9002, b"\0" * 14),
        attribute(FILE, 0x8010, name.encode("cp1252") + b"\0"),
        attribute(FILE, 0x800F, data),
    ]
    if long_name:
        parts.append(attribute(FILE, 0x9005, properties(prop(0x1F, 0x3707, long_name.encode("utf-16-le")))))
    return b"".join(parts)


def winmail(*parts: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22" + b"\x01\x00" + b"".join(parts)


def body(text: str) -> bytes:
    return attribute(MESSAGE, 0x800C, text.encode("cp1252") + b"\0")


def mapi(*given: bytes) -> bytes:
    return attribute(MESSAGE, 0x9003, properties(*given))
