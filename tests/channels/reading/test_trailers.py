"""What organisations put around a mail is not what its sender wrote: it goes from the new words, never from mail."""

import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.mime import read
from channels.email.replies import new_text
from tests.models.test_trailers import JOINED, NHSMAIL, TRAILERS, WORDS_OF_PEOPLE

OWN = frozenset({"quality.me@intake.test"})
CONCERN = "I was left alone on the ward with nine patients, and one of them died.\n\nKind regards,\nAmina"
STARS = "*" * 116
HEAD = (
    b"From: Amina Hussain <amina.hussain@nhs.example>\r\nTo: Quality.me <quality.me@intake.test>\r\n"
    b"Subject: %s\r\nDate: Mon, 9 Nov 2026 18:04:11 +0000\r\nMessage-ID: <t1@nhs.example>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
)
SENTENCES = st.lists(
    st.sampled_from(
        [
            *WORDS_OF_PEOPLE,
            "I was left alone.",
            "My mentor hit a patient!",
            "Is this confidential?",
            "Please do not tell anyone",
            "- nobody came",
            "1) the drug was given twice",
            "\n\n",
            "\n",
        ]
    ),
    min_size=1,
    max_size=8,
).map(" ".join)


def eml(text: str, kind: bytes = b"plain", subject: bytes = b"My placement") -> bytes:
    body = quopri.encodestring(text.encode("utf-8")).replace(b"\n", b"\r\n")
    return HEAD % (subject, kind) + body


def words_of(raw: bytes) -> str:
    return read(raw, own_addresses=OWN).new_text


@pytest.mark.parametrize(
    "trailer", [*TRAILERS, f"{STARS}\n\n{NHSMAIL}\n\n{STARS}", f"{'_' * 60}\n{JOINED}\n{'-' * 60}"]
)
def test_a_trailer_goes_from_the_new_words_and_stays_in_the_mail(trailer: str) -> None:
    mail = read(eml(f"{CONCERN}\n\n\n{trailer}\n"), own_addresses=OWN)
    assert mail.new_text == CONCERN
    assert " ".join(trailer.split()) in " ".join(mail.text.split())


@pytest.mark.parametrize("trailer", TRAILERS)
def test_in_html_mail_it_goes_as_well(trailer: str) -> None:
    below = trailer.replace("<", " &lt;")
    page = f"<html><body><p>I was left alone.</p><div><br></div><hr><div>{below}</div></body></html>"
    assert words_of(eml(page, b"html")).strip("-_ \n") == "I was left alone."


NOTES = [
    "Sent from my Galaxy",
    "Sent from my Galaxy S21 Ultra 5G",
    "Sent from Proton Mail for iOS",
    "Sent from Outlook for Android<https://aka.ms/AAb9ysg>",
    "Sent via BT Email App",
    "Sent from my mobile device, please excuse any typos",
    "Envoyé de mon iPhone",
]
LIKE_NOTES = [
    "Sent from my Galaxy because the ward computer was locked.",
    "Sent from Proton Mail as I am afraid that they read my emails.",
    "Sent from my mobile, please do not reply to my NHS address",
    "Sent from Outlook since my NHS account is watched",
]
LIKE_BANNERS = [
    "You don't often get email from x@nhs.test because they silence us.",
    "WARNING: the external examiner hit a student",
    "External: they do not click with us and nobody came to be careful",
    "Caution: nurses from outside the trust are left alone with students",
]


@pytest.mark.parametrize("note", NOTES)
def test_what_a_telephone_writes_goes(note: str) -> None:
    assert words_of(eml(f"{CONCERN}\n\n{note}\n")) == CONCERN


@pytest.mark.parametrize("note", LIKE_NOTES)
def test_how_somebody_sent_it_and_why_is_heard(note: str) -> None:
    assert words_of(eml(f"{CONCERN}\n\n{note}\n")).endswith(note)


@pytest.mark.parametrize("first", LIKE_BANNERS)
def test_who_begins_as_banners_do_is_heard(first: str) -> None:
    assert words_of(eml(f"{first}\n\n{CONCERN}\n")).startswith(first)


def test_the_nhsmail_trailer_in_html_with_breaks_and_a_link() -> None:
    lines = NHSMAIL.replace("Joining NHSmail –", "<a href='https://support.nhs.net/joining'>Joining NHSmail –").split(
        "\n"
    )
    page = f"<p>I was left alone.</p><p>{STARS}<br>{'<br>'.join(lines)}</a><br>{STARS}</p>"
    assert words_of(eml(page, b"html")) == "I was left alone."


def test_a_banner_goes_from_the_top() -> None:
    for banner in TRAILERS[-2:]:
        assert words_of(eml(f"{banner}\n\n{CONCERN}\n\n{NHSMAIL}")) == CONCERN
        assert words_of(eml(f"{banner}\n{CONCERN}")) == CONCERN


@pytest.mark.parametrize("trailer", TRAILERS)
def test_who_answers_below_a_trailer_is_heard(trailer: str) -> None:
    assert words_of(eml(f"Hello.\n\n{trailer}\n\nMy mentor hit a patient.")) == "Hello.\n\nMy mentor hit a patient."


@pytest.mark.parametrize(
    "words", [*WORDS_OF_PEOPLE, "Staff shared confidential files of patients and disclosed them to a neighbour."]
)
def test_a_concern_about_confidential_information_stays(words: str) -> None:
    assert words_of(eml(f"Hello.\n\n{words}\n\n{NHSMAIL}")) == f"Hello.\n\n{words}"


def test_it_goes_from_a_forward_as_well() -> None:
    forwarded = (
        "From: Ward <ward@nhs.example>\nSent: 8 November 2026 10:00\nTo: Amina\nSubject: Rota\n\nYou are alone tonight."
    )
    found = words_of(eml(f"See below.\n\n{JOINED}\n\n{forwarded}\n\n{NHSMAIL}", subject=b"FW: Rota"))
    assert found == f"See below.\n\n{forwarded}"


def test_a_mail_that_is_nothing_but_a_trailer_is_kept() -> None:
    assert words_of(eml(NHSMAIL)).split() == NHSMAIL.split()


@settings(derandomize=True, max_examples=300, deadline=None, database=None)
@given(SENTENCES, st.sampled_from(TRAILERS), st.sampled_from(["", STARS + "\n\n", "_" * 40 + "\n"]))
def test_any_words_before_a_trailer_come_through_unchanged(words: str, trailer: str, rule: str) -> None:
    if words.strip():
        assert new_text(f"{words}\n\n{rule}{trailer}\n") == words.strip()
