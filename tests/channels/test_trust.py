"""What our own server found out about a sender: only its own line counts, and nothing in it can break us."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.trust import authentication, junk_sign
from models.message import Address
from models.sender import Trust, Witness

OURS = frozenset({"mx.trust.test"})
LEARNER = Address(name="", address="lee@student.example")


def trust(*lines: str, sender: Address = LEARNER) -> Trust:
    found = authentication(lines, OURS, sender)
    return found.trust if found else Trust.UNKNOWN


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("dmarc=pass header.from=student.example", Trust.CONFIRMED),
        ("spf=pass smtp.mailfrom=lee@student.example; dmarc=none", Trust.CONFIRMED),
        ("dkim=pass (2048-bit key) header.d=student.example header.i=@student.example", Trust.CONFIRMED),
        ("dkim=pass header.d=mail.student.example", Trust.CONFIRMED),
        ("dkim=fail header.d=student.example; dkim=pass header.d=student.example", Trust.CONFIRMED),
        ("dkim=pass header.d=mailer.test; spf=pass smtp.mailfrom=x@mailer.test", Trust.UNKNOWN),
        ("dkim=pass header.d=example", Trust.UNKNOWN),
        ("spf=pass smtp.mailfrom=lee@student.example; dmarc=fail header.from=student.example", Trust.DOUBTFUL),
        ("spf=fail smtp.mailfrom=lee@student.example", Trust.DOUBTFUL),
        ("spf=softfail smtp.mailfrom=lee@student.example; dkim=none", Trust.DOUBTFUL),
        ("dkim=fail (bad signature) header.d=student.example", Trust.DOUBTFUL),
        ("spf=none; dkim=none", Trust.UNKNOWN),
        ("none", Trust.UNKNOWN),
        ("", Trust.UNKNOWN),
    ],
)
def test_what_our_server_found_decides(results: str, expected: Trust) -> None:
    assert trust(f"mx.trust.test; {results}") is expected


def test_a_line_of_any_other_server_says_nothing() -> None:
    assert trust("mx.stranger.test; dmarc=pass header.from=student.example") is Trust.UNKNOWN
    assert trust("mx.trust.test.stranger.test; dmarc=pass") is Trust.UNKNOWN
    assert trust() is Trust.UNKNOWN


def test_of_our_own_lines_the_topmost_counts_since_anybody_can_write_one_below_it() -> None:
    forged = "mx.trust.test; dmarc=pass header.from=student.example"
    assert trust("mx.trust.test; dmarc=fail", forged) is Trust.DOUBTFUL
    assert trust("mx.stranger.test; dmarc=pass", "MX.Trust.test 1;\r\n\tdmarc=fail") is Trust.DOUBTFUL


def test_a_comment_is_no_result() -> None:
    assert trust("mx.trust.test; spf=fail (dmarc=pass; header.from=student.example)") is Trust.DOUBTFUL


@pytest.mark.parametrize(
    "results",
    [
        "spf=fail (a (dmarc=pass; dkim=pass header.d=student.example) b)",
        "spf=fail (; dmarc=pass (x) ; dmarc=pass)",
        'spf=fail reason="; dmarc=pass" smtp.mailfrom=x@y.test',
        'spf=fail smtp.mailfrom="a;dmarc=pass;"@y.test',
        r"spf=fail (\); dmarc=pass)",
        "spf=fail (never closed; dmarc=pass",
    ],
)
def test_what_a_stranger_wrote_into_a_comment_or_a_quoted_name_is_no_result(results: str) -> None:
    assert trust(f"mx.trust.test; {results}") is Trust.DOUBTFUL


@pytest.mark.parametrize(
    ("signer", "sender", "expected"),
    [
        ("evil.ac.uk", "x@ac.uk", Trust.UNKNOWN),
        ("ac.uk", "x@school.ac.uk", Trust.UNKNOWN),
        ("school.ac.uk", "x@mail.school.ac.uk", Trust.CONFIRMED),
        ("uk", "x@school.ac.uk", Trust.UNKNOWN),
        ("notstudent.example", "x@student.example", Trust.UNKNOWN),
    ],
)
def test_two_domains_are_one_organisation_only_below_a_name_of_its_own(
    signer: str, sender: str, expected: Trust
) -> None:
    line = f"mx.trust.test; dkim=pass header.d={signer}"
    assert trust(line, sender=Address(name="", address=sender)) is expected


def test_the_results_are_shown_in_a_fixed_order() -> None:
    found = authentication(["mx.trust.test; dmarc=pass; dkim=pass header.d=a.test; spf=none"], OURS, LEARNER)
    assert found is not None
    assert (found.found, found.witness) == ("spf none, dkim pass, dmarc pass", Witness.SERVER)


def test_without_a_line_of_ours_nothing_was_found_out() -> None:
    assert authentication(["mx.stranger.test; dmarc=pass"], OURS, LEARNER) is None


def test_a_header_of_the_settings_is_heard_too() -> None:
    further = (("x-filter", "junk"),)
    assert junk_sign({"x-filter": ["Junk mail, 9"]}, further) == "header x-filter"
    assert junk_sign({"x-filter": ["clean"]}, further) == ""


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("x-spam-flag", "YES", True),
        ("x-spam-flag", "NO", False),
        ("x-spam-status", "Yes, score=9.1", True),
        ("x-ms-exchange-organization-scl", "6", True),
        ("x-ms-exchange-organization-scl", "-1", False),
        ("x-forefront-antispam-report", "CIP:1.2.3.4;CTRY:;SFV:SPM;CAT:SPM", True),
        ("x-forefront-antispam-report", "CIP:1.2.3.4;SFV:NSPM;CAT:NONE", False),
        ("subject", "YES", False),
    ],
)
def test_the_servers_word_on_junk_is_heard(name: str, value: str, expected: bool) -> None:
    assert bool(junk_sign({name: [value]})) is expected


@settings(derandomize=True, max_examples=500, deadline=None, database=None)
@given(st.text(max_size=300), st.text(max_size=40))
def test_nothing_in_a_line_is_ever_taken_for_a_confirmation_by_mistake_or_raises(line: str, address: str) -> None:
    found = authentication([f"mx.trust.test; {line}"], OURS, Address(name="", address=address))
    assert found is None or found.trust is not Trust.CONFIRMED or "pass" in line.lower()
