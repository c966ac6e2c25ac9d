"""DKIM: the examples of RFC 8463 hold, what we sign we verify, and no signed byte can be changed unnoticed."""

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email import dkim_forms as forms
from channels.email.dkim import LARGEST, MOST_SIGNATURES, Checked, Result, verify
from channels.email.dkim_forms import canonical_body, canonical_field
from channels.email.dkim_keys import LONGEST_KEPT, MOST_KEPT, SHORTEST_KEPT, DnsKeys, KeyAway, NoKey, read_key
from channels.email.dkim_sign import DkimSigner, KeyUnusable
from tests.dns_server import name_server, silent_server

NOW = 1_795_000_000.0
EXAMPLE = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
"""
ED25519 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
RSA = (
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi"
    "0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
)
RECORDS = {"brisbane._domainkey.football.example.com": ED25519, "test._domainkey.football.example.com": RSA}
"""The message and the keys of RFC 8463, appendix A."""
MAIL = b"From: Lee <lee@school.test>\r\nTo: us@intake.test\r\nSubject:  Nights \r\n\r\nNo  registrar \r\n\r\n"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNER = DkimSigner(domain="school.test", selector="k1", key=KEY)


def record(key: Ed25519PrivateKey = KEY, more: str = "") -> str:
    return f"v=DKIM1; k=ed25519; {more}p={base64.b64encode(key.public_key().public_bytes_raw()).decode()}"


def finding(records: dict[str, str]) -> Callable[[str], str]:
    def find(name: str) -> str:
        if name not in records:
            raise NoKey("there is no such key")
        return records[name]

    return find


def checked(raw: bytes, key: str = "", *, now: float = 4e9) -> Checked:
    [one] = verify(raw, finding({"k1._domainkey.school.test": key or record()}), now=now)
    return one


def resigned(change: Callable[[str], str]) -> bytes:
    """A signed mail of which a tag of the signature was changed and all of it signed anew, as another signer would."""
    head, rest = SIGNER.signed(MAIL).split(b"\r\n\tb=", 1)
    tail = rest.split(b"From:", 1)[1]
    said = change(head.decode()) + "\r\n\tb="
    names = forms.tags_of(said.partition(":")[2])["h"]
    fields, _ = forms.taken_apart(b"From:" + tail)
    data = forms.signed_headers(fields, names, f"{said}\r\n".encode(), "relaxed")
    value = base64.b64encode(KEY.sign(hashlib.sha256(data).digest())).decode()
    return f"{said}{value}\r\n".encode() + b"From:" + tail


def test_both_signatures_of_the_standards_example_hold() -> None:
    found = verify(EXAMPLE, finding(RECORDS), now=NOW)
    assert found == (Checked(domain="football.example.com", result=Result.PASS),) * 2


@pytest.mark.parametrize("old", [b"hungry", b"Joe SixPack", b"dinner", b"5F8J", b"suzie"])
def test_a_changed_word_of_the_standards_example_is_noticed(old: bytes) -> None:
    found = verify(EXAMPLE.replace(old, b"x" + old[1:], 1), finding(RECORDS), now=NOW)
    assert {one.result for one in found} == {Result.FAIL}


def test_the_forms_of_the_standard() -> None:
    assert canonical_body(b" C \r\nD \t E\r\n\r\n\r\n", "relaxed") == b" C\r\nD E\r\n"
    assert canonical_body(b" C \r\nD \t E\r\n\r\n\r\n", "simple") == b" C \r\nD \t E\r\n"
    assert (canonical_body(b"", "simple"), canonical_body(b"\r\n\r\n", "relaxed")) == (b"\r\n", b"")
    assert canonical_body(b"a", "simple") == b"a\r\n"
    assert canonical_body(b"a\r\r\n\r\n", "simple") == b"a\r\r\n"
    assert canonical_field(b"B : Y\t\r\n\tZ  \r\n", "relaxed") == b"b:Y Z\r\n"
    assert canonical_field(b"B : Y\t\r\n\tZ  \r\n", "simple") == b"B : Y\t\r\n\tZ  \r\n"


def test_a_field_that_is_added_on_the_way_breaks_the_signature() -> None:
    signed = SIGNER.signed(MAIL)
    assert checked(signed).result is Result.PASS
    for field in (b"From: boss@school.test\r\n", b"Subject: Paid\r\n", b"Reply-To: a@b.test\r\n"):
        assert checked(field + signed).result is Result.FAIL
    assert checked(b"Received: from mx\r\nX-Spam: no\r\n" + signed).result is Result.PASS


def test_line_ends_changed_on_the_way_change_nothing() -> None:
    assert checked(SIGNER.signed(MAIL).replace(b"\r\n", b"\n")).result is Result.PASS


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("d=school.test;", "d=school.test; x=10;", Result.NEUTRAL),
        ("d=school.test;", "d=school.test; l=3;", Result.NEUTRAL),
        ("d=school.test;", "d=school.test; l=14;", Result.PASS),
        ("d=school.test;", "d=school.test; i=lee@mail.school.test;", Result.PASS),
        ("d=school.test;", "d=school.test; i=lee@other.test;", Result.PERMERROR),
        ("d=school.test;", "d=school.test; q=http;", Result.PERMERROR),
        ("d=school.test;", "d=school.test; d=other.test;", Result.PERMERROR),
        ("s=k1", "s=none", Result.PERMERROR),
        ("s=k1", "s=../etc", Result.PERMERROR),
        ("v=1", "v=2", Result.PERMERROR),
        ("h=from:", "h=", Result.PERMERROR),
        ("c=relaxed/relaxed", "c=relaxed/odd", Result.PERMERROR),
        ("a=ed25519-sha256", "a=rsa-sha1", Result.NEUTRAL),
        ("a=ed25519-sha256", "a=rsa-sha256", Result.PERMERROR),
        ("\tt=", "\tt=9", Result.NEUTRAL),
        ("\tt=", "\tt=soon", Result.PERMERROR),
    ],
)
def test_a_signature_that_breaks_a_rule_is_none(old: str, new: str, expected: Result) -> None:
    def change(head: str) -> str:
        assert old in head
        changed = head.replace(old, new)
        return changed.replace(":from:", ":").replace(":from;", ";") if old == "h=from:" else changed

    assert checked(resigned(change)).result is expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (record(more="t=y; "), Result.NEUTRAL),
        (record(more="h=sha1; "), Result.PERMERROR),
        (record(more="s=tlsrpt; "), Result.PERMERROR),
        (record(more="h=sha1:sha256; s=*; t=s; n=a note; "), Result.PASS),
        ("v=DKIM1; k=ed25519; p=", Result.PERMERROR),
        ("v=DKIM1; k=ed25519; p=????", Result.PERMERROR),
        ("v=DKIM1; k=ed25519; p=AAAA", Result.PERMERROR),
        (RSA, Result.PERMERROR),
        ("v=spf1 -all", Result.PERMERROR),
        (record(Ed25519PrivateKey.from_private_bytes(bytes(32))), Result.FAIL),
    ],
)
def test_the_domain_says_what_its_key_is_for(key: str, expected: Result) -> None:
    assert checked(SIGNER.signed(MAIL), key).result is expected


def test_a_key_for_the_domain_itself_is_not_for_those_below_it() -> None:
    mail = resigned(lambda head: head.replace("d=school.test;", "d=school.test; i=lee@mail.school.test;"))
    assert checked(mail, record(more="t=s; ")).result is Result.PERMERROR


def test_the_senders_signature_is_looked_at_however_many_stand_above_it() -> None:
    asked: list[str] = []

    def find(name: str) -> str:
        asked.append(name)
        return record()

    mail = SIGNER.signed(MAIL)
    for number in range(20):
        mail = DkimSigner(domain=f"d{number}.test", selector="k1", key=KEY).signed(mail)
    found = verify(mail, find, now=4e9, first="school.test")
    assert found[0] == Checked(domain="school.test", result=Result.PASS)
    assert len(found) == len(asked) == MOST_SIGNATURES


def test_what_is_not_signed_or_too_large_asks_nobody() -> None:
    def find(_name: str) -> str:
        raise AssertionError("nobody is to be asked")

    assert verify(MAIL, find, now=NOW) == ()
    assert verify(SIGNER.signed(MAIL) + b"x" * LARGEST, find, now=NOW) == ()


_line = st.binary(max_size=40).map(lambda line: line.replace(b"\r", b"").replace(b"\n", b""))


@settings(derandomize=True, max_examples=60, deadline=None, database=None)
@given(st.lists(_line, max_size=6), st.text("abc \t", max_size=12), st.data())
def test_what_we_sign_we_verify_and_one_changed_byte_breaks_it(
    lines: list[bytes], subject: str, data: st.DataObject
) -> None:
    body = b"\r\n".join([*lines, b"end"])
    signed = SIGNER.signed(f"From: lee@school.test\r\nSubject: {subject}x\r\n\r\n".encode() + body)
    assert checked(signed).result is Result.PASS
    place = data.draw(st.integers(signed.index(b"end", len(signed) - len(body)), len(signed) - 1))
    changed = signed[:place] + b"#" + signed[place + 1 :]
    assert checked(changed).result is Result.FAIL


@settings(derandomize=True, max_examples=120, deadline=None, database=None)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_bytes_raise_or_pass(signature: bytes, rest: bytes) -> None:
    raw = b"DKIM-Signature: v=1; d=school.test; s=k1; " + signature + b"\r\nFrom: lee@school.test\r\n\r\n" + rest
    assert all(one.result is not Result.PASS for one in verify(raw, finding({}), now=NOW))


@settings(derandomize=True, max_examples=120, deadline=None, database=None)
@given(st.text(max_size=200))
def test_a_key_record_is_read_or_refused(text: str) -> None:
    try:
        read_key(f"v=DKIM1; {text}")
    except NoKey:
        return


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=bits)


def pem(key: rsa.RSAPrivateKey | Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def test_an_rsa_key_from_its_file_signs_what_its_public_half_verifies(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(pem(rsa_key(2048)))
    signer = DkimSigner.from_file(domain="School.test", selector="K1", path=tmp_path / "key.pem")
    public = rsa_key(2048).public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    key = f"p={base64.b64encode(der).decode()}"
    assert checked(signer.signed(MAIL), key).result is Result.PASS
    assert checked(signer.signed(MAIL).replace(b"Nights", b"Days"), key).result is Result.FAIL


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no key", "no private key"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "RSA or Ed25519"),
        (None, "cannot be read"),
    ],
)
def test_a_key_that_cannot_sign_is_told_at_the_start(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "key.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(KeyUnusable, match=words):
        DkimSigner.from_file(domain="school.test", selector="k1", path=path)


def test_keys_come_from_the_name_server() -> None:
    long = f"n={'x' * 600}; {record()}"
    with name_server({"k1._domainkey.school.test": long}) as port:
        keys = DnsKeys(5, server="127.0.0.1", port=port).for_one_mail()
        assert keys("k1._domainkey.school.test") == long
        with pytest.raises(NoKey):
            keys("k2._domainkey.school.test")


@pytest.mark.parametrize(("ttl", "kept"), [(0, SHORTEST_KEPT), (600, 600), (1_000_000, LONGEST_KEPT)])
def test_a_key_is_kept_as_long_as_its_domain_says_within_bounds_and_asked_for_once(ttl: int, kept: int) -> None:
    asked: list[str] = []
    now, known = [1_000.0], {"k1._domainkey.school.test": record()}
    with name_server(known, ttl=ttl, asked=asked) as port:
        keys = DnsKeys(5, server="127.0.0.1", port=port, clock=lambda: now[0])

        def key() -> str:
            return keys.for_one_mail()("K1._domainkey.school.test")

        assert key() == key() == record()
        known["k1._domainkey.school.test"] = "v=DKIM1; p="
        now[0] += kept - 1
        assert key() == record()
        now[0] += 1
        assert key() == "v=DKIM1; p="
        assert asked == ["k1._domainkey.school.test"] * 2


def test_that_there_is_no_key_is_kept_for_a_minute_and_what_is_kept_has_a_bound() -> None:
    asked: list[str] = []
    now, known = [1_000.0], {f"k{number}.test": record() for number in range(MOST_KEPT + 1)}
    with name_server(known, ttl=600, asked=asked) as port:
        keys = DnsKeys(60, server="127.0.0.1", port=port, clock=lambda: now[0]).for_one_mail()
        for _ in range(2):
            with pytest.raises(NoKey):
                keys("none.test")
        now[0] += SHORTEST_KEPT
        known["none.test"] = record()
        assert keys("none.test") == record()
        assert asked == ["none.test"] * 2
        for name in (*(one for one in known if one != "none.test"), "none.test"):
            keys(name)
    assert asked.count("none.test") == 3, "the one that was kept longest had to go"


def test_a_name_server_that_says_nothing_costs_the_agreed_time_at_most() -> None:
    with silent_server() as port:
        keys = DnsKeys(0.2, server="127.0.0.1", port=port).for_one_mail()
        for _ in range(2):
            with pytest.raises(KeyAway):
                keys("k1._domainkey.school.test")
        [one] = verify(SIGNER.signed(MAIL), keys, now=4e9)
    assert one.result is Result.TEMPERROR
