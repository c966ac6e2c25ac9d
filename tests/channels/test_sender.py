"""What a mail tells of its sender and of who else it names: shown to an officer, and never a reason to drop it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.mime import read
from channels.email.sender import MOST_RECIPIENTS, Trusted, facts_of
from models.message import Address
from models.sender import MailFacts, Spoofing, Trust, Witness
from tests.channels.test_dkim import NOW, SIGNER, finding, record

MAILS = Path(__file__).parents[1] / "mail"
OURS = frozenset({"quality.me@intake.test"})
MANAGER = Address(name="Ward Manager", address="manager@trust.example")


def facts(raw: bytes, **more: object) -> MailFacts:
    trusted = Trusted(**{"own": OURS, "servers": frozenset({"mx.intake.test"}), **more})  # type: ignore[arg-type]
    return facts_of(raw, read(raw, own_addresses=OURS), trusted, now=NOW * 2)


def mail(*fields: str, sender: str = "Lee <lee@school.test>", to: str = "quality.me@intake.test") -> bytes:
    head = (f"From: {sender}", f"To: {to}", "Subject: Nights", "Message-ID: <1@school.test>", *fields)
    return "\r\n".join((*head, "", "No registrar.", "")).encode()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (mail(), ()),
        (mail("Authentication-Results: mx.intake.test; dmarc=fail"), (Spoofing.FAILED,)),
        (mail("Authentication-Results: mx.stranger.test; dmarc=fail"), ()),
        (mail(sender="Head <head@intake.test>"), (Spoofing.AS_US,)),
        (mail("Authentication-Results: mx.intake.test; dmarc=pass", sender="Head <head@intake.test>"), ()),
        (mail(sender='"dean@school.test" <x@evil.test>'), (Spoofing.NAME_SHOWS_ANOTHER,)),
        (mail(sender='"lee@school.test" <lee@school.test>'), ()),
        (mail("From: dean@school.test"), (Spoofing.SEVERAL_SENDERS,)),
        (mail("Reply-To: lee@home.test"), (Spoofing.ANSWERS_GO_ELSEWHERE,)),
        (mail("Reply-To: lee@mail.school.test"), ()),
    ],
)
def test_a_sign_that_somebody_pretends_to_be_somebody_else_is_noted(raw: bytes, expected: tuple[Spoofing, ...]) -> None:
    assert facts(raw).spoofing == expected


def test_of_two_senders_neither_is_confirmed() -> None:
    raw = mail("From: dean@school.test", "Authentication-Results: mx.intake.test; dmarc=pass")
    assert facts(raw).authentication.trust is Trust.UNKNOWN


def test_where_no_server_of_ours_looked_we_check_the_signature() -> None:
    find = finding({"k1._domainkey.school.test": record()})
    signed = SIGNER.signed(mail())
    forged = b"Authentication-Results: mx.stranger.test; dmarc=fail\r\n" + signed
    for raw in (signed, forged):
        found = facts(raw, find_key=find).authentication
        assert (found.trust, found.witness, found.found) == (Trust.CONFIRMED, Witness.SIGNATURE, "dkim pass")
    changed = facts(signed.replace(b"registrar", b"problem"), find_key=find)
    assert changed.authentication.trust is Trust.DOUBTFUL
    assert changed.spoofing == (Spoofing.FAILED,)
    for_another = facts(SIGNER.signed(mail(sender="Lee <lee@home.test>")), find_key=find).authentication
    assert (for_another.trust, for_another.found) == (Trust.UNKNOWN, "dkim pass for another domain")
    keyless = facts(signed, find_key=finding({})).authentication
    assert (keyless.trust, keyless.found) == (Trust.UNKNOWN, "dkim permerror")


def test_a_line_of_our_server_decides_before_any_signature() -> None:
    def find(_name: str) -> str:
        raise AssertionError("nobody is to be asked")

    raw = b"Authentication-Results: mx.intake.test; dmarc=fail\r\n" + SIGNER.signed(mail())
    assert facts(raw, find_key=find).authentication.trust is Trust.DOUBTFUL


def test_the_other_recipients_are_named_and_we_and_the_sender_are_not() -> None:
    to = "Quality.Me+token@Intake.test, Dean <dean@school.test>, lee@school.test"
    raw = mail("Cc: dean@school.test, Union Rep <rep@union.test>", to=to)
    assert facts(raw).recipients == (
        Address(name="Dean", address="dean@school.test"),
        Address(name="Union Rep", address="rep@union.test"),
    )
    crowd = ", ".join(f"a{number}@school.test" for number in range(MOST_RECIPIENTS + 10))
    assert len(facts(mail(to=crowd)).recipients) == MOST_RECIPIENTS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("forward-gmail", MANAGER),
        ("forward-outlook", MANAGER),
        ("forward-apple", MANAGER),
        ("forward-in-reply", MANAGER),
        ("forward-de", Address(name="Leitung", address="manager@trust.example")),
        ("forward-html-gmail", MANAGER),
        ("forward-html-apple", Address(name="Ward Manager", address="")),
        ("attached-mail", MANAGER),
        ("attached-mail-base64", MANAGER),
        ("reply-block-outlook", None),
        ("reply-html-gmail", None),
        ("reply-quotes-a-forward", None),
        ("automatic-dsn", None),
        ("plain", None),
    ],
)
def test_who_wrote_what_is_forwarded_is_suggested_and_never_taken_for_the_sender(
    name: str, expected: Address | None
) -> None:
    raw = (MAILS / f"{name}.eml").read_bytes()
    assert facts(raw).original == expected
    sender = read(raw, own_addresses=OURS).sender
    assert sender is None or sender.address != MANAGER.address


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("From: Ward Manager [mailto:manager@trust.example]", MANAGER),
        ("*From:* Ward Manager <manager@trust.example<mailto:manager@trust.example>>", MANAGER),
        ("From: Ward Manager\n <manager@trust.example>", MANAGER),
        ("Von: manager@trust.example", Address(name="", address="manager@trust.example")),
        ("From: Quality.me <quality.me@intake.test>", None),
        ("From: Lee <lee@school.test>", None),
    ],
)
def test_an_author_is_read_however_the_program_wrote_the_line(line: str, expected: Address | None) -> None:
    text = (
        f"See this.\n\n---------- Forwarded message ---------\n{line}\nDate: Monday\nSubject: Nights\n\nYou are alone."
    )
    raw = mail().replace(b"No registrar.", text.encode())
    assert facts(raw).original == expected


@settings(derandomize=True, max_examples=200, deadline=None, database=None)
@given(st.binary(max_size=600))
def test_no_bytes_raise(raw: bytes) -> None:
    assert isinstance(facts(raw, find_key=finding({})), MailFacts)
