"""Any bytes give a readable answer: nothing is raised, the answer is JSON without half characters, within bounds."""

import json
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email import charsets, headers, html, parameters, transfer
from channels.email.attachments import MOST_ATTACHMENTS, safe_name
from channels.email.bodies import LONGEST_TEXT
from channels.email.mime import as_contract, read
from channels.email.replies import Setting, new_text

MAILS = sorted((Path(__file__).parents[2] / "mail").glob("*.eml"))
# The same examples every time: a red build must be red for everybody. By hand, raise max_examples.
few = settings(derandomize=True, max_examples=150, deadline=None, database=None)
many = settings(few, max_examples=600)

PIECES = st.sampled_from(
    [
        *(b"From: ", b"Subject: ", b"Content-Type: ", b"multipart/mixed; boundary=b", b"text/html", b"message/rfc822"),
        *(
            b"Content-Transfer-Encoding: base64",
            b"quoted-printable",
            b"--b",
            b"--b--",
            b"=?utf-8?q?",
            b"?=",
            b"filename*0*=",
        ),
        *(
            b"\r\n",
            b"\n\n",
            b"\n",
            b" ",
            b"\t",
            b'"',
            b";",
            b"=",
            b"%E2%80",
            b"\x00",
            b"\xff\xfe",
            b"\xe2\x80\x99",
            b"+2AA-",
        ),
        *(b"charset=utf-7", b"charset=utf-16", b"begin 644 x\n", b"<div>", b"<blockquote type=cite>", b"> ", b"wrote:"),
        *(b"On Mon, 9 Nov 2026 at 18:10, a@x.test wrote:", b"From: a\nSent: b\nTo: c\nSubject: d\n", b"-- \n"),
    ]
)
SOUP = st.lists(st.one_of(PIECES, st.binary(max_size=12)), max_size=60).map(b"".join)
WORDS = st.text(max_size=60)


def check(raw: bytes) -> None:
    mail = read(raw, own_addresses=frozenset({"quality.me@intake.test"}))
    answer = json.dumps(as_contract(mail, "x"), ensure_ascii=False).encode("utf-8")
    assert json.loads(answer)["file"] == "x"
    assert len(mail.text) <= 2 * LONGEST_TEXT
    assert len(mail.attachments) <= MOST_ATTACHMENTS
    assert mail.new_text.strip() or not mail.text.strip()
    assert all(defect.strip() for defect in mail.defects)


@many
@given(st.binary(max_size=400))
def test_bytes_of_any_kind(raw: bytes) -> None:
    check(raw)


@many
@given(SOUP)
def test_the_words_of_mail_in_any_order(raw: bytes) -> None:
    check(raw)
    check(b"From: a@x.test\nMIME-Version: 1.0\n" + raw)


@many
@given(st.sampled_from(MAILS), st.data())
def test_written_mails_with_bytes_cut_put_in_and_changed(path: Path, data: st.DataObject) -> None:
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.sampled_from([0, 0, 1, 3, 40]))] = data.draw(
            st.one_of(PIECES, st.binary(max_size=4))
        )
    check(bytes(raw))


def leaf(text: str, kind: str, charset: str) -> Message:
    if kind == "application":
        part = MIMEBase("application", "octet-stream", name=text.replace("\n", " ").replace("\r", " "))
        part.set_payload(text.encode("utf-8", "replace"))
        return part
    return MIMEText(text.encode(charset, "replace").decode(charset), kind, charset)


def grown(children: st.SearchStrategy[Message]) -> st.SearchStrategy[Message]:
    def gather(parts: list[Message], kind: str) -> Message:
        whole = MIMEMultipart(kind)
        for part in parts:
            whole.attach(part)
        return whole

    gathered = st.builds(
        gather, st.lists(children, max_size=4), st.sampled_from(["mixed", "alternative", "related", "report"])
    )
    return st.one_of(gathered, children.map(MIMEMessage))


TREES = st.recursive(
    st.builds(
        leaf,
        st.text(st.characters(codec="utf-8"), max_size=80),
        st.sampled_from(["plain", "html", "enriched", "application"]),
        st.sampled_from(["utf-8", "iso-8859-1", "shift_jis", "utf-16"]),
    ),
    grown,
    max_leaves=12,
)


@few
@given(TREES)
def test_trees_of_parts_that_the_standard_library_writes(tree: Message) -> None:
    tree["From"] = "a@x.test"
    tree["Subject"] = "s"
    check(tree.as_bytes())


@few
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=30), min_size=1, max_size=4
    )
)
def test_every_text_of_a_mixed_mail_is_read(texts: list[str]) -> None:
    whole = MIMEMultipart("mixed")
    whole["From"] = "a@x.test"
    for text in texts:
        whole.attach(MIMEText(f"x{text}x", "plain", "utf-8"))
    mail = read(whole.as_bytes())
    assert mail.text.split("\n\n") == [f"x{text}x" for text in texts]


@many
@given(
    st.binary(max_size=200),
    st.one_of(st.none(), st.text(max_size=20), st.sampled_from(["utf-7", "utf-16", "idna", "rot13", "gbk"])),
)
def test_bytes_in_any_charset_give_text_without_half_characters(data: bytes, charset: str | None) -> None:
    charsets.decode(data, charset)[0].encode("utf-8")


@few
@given(st.text(max_size=100))
def test_utf8_is_never_mistaken(text: str) -> None:
    data = text.encode("utf-8", "replace")
    said, defect = charsets.decode(data, "utf-8")
    assert (said, defect) == (data.decode(), None)


@few
@given(st.text(max_size=150))
def test_header_values_of_any_kind(value: str) -> None:
    headers.text_of(value)
    headers.addresses_of([value])
    headers.sender_of([value])
    headers.ids_of([value])
    headers.date_of(value)
    parameters.split(value)


@few
@given(st.text(max_size=200))
def test_a_safe_name_has_no_path_and_no_controls(name: str) -> None:
    safe = safe_name(name, 1)
    assert safe
    assert len(safe) <= 120
    assert not set(safe) & set("/\\\r\n\t\0\u202e")
    assert safe not in {".", ".."}
    safe.encode("utf-8")


@few
@given(st.binary(max_size=300), st.sampled_from(["base64", "quoted-printable", "x-uuencode", "8bit", "nonsense"]))
def test_encodings_of_any_kind(data: bytes, encoding: str) -> None:
    transfer.undo(data, encoding)
    assert transfer.size(data, encoding) >= 0


@few
@given(
    st.lists(
        st.sampled_from(
            [
                "<div>",
                "</div>",
                "<table>",
                "<td>",
                "<blockquote type=cite>",
                "</blockquote>",
                "<p hidden>",
                "<!--",
                "-->",
                "x",
                "&amp;",
                "<![CDATA[",
                "<li>",
                "\ufdd0",
            ]
        ),
        max_size=60,
    ).map("".join)
)
def test_html_of_any_kind(source: str) -> None:
    assert "\ufdd0" not in html.text_of_html(source)


LINES = st.sampled_from(
    [
        *(
            "I was left alone.",
            "It was at night.",
            "",
            "",
            "> I hear you.",
            ">",
            ">> deep",
            "-- ",
            "--",
            "____________",
        ),
        *("On Mon, 9 Nov 2026 at 18:10, Q <q@intake.test> wrote:", "From: Q <q@intake.test>", "Sent: 9 November 2026"),
        *("Subject: x", "To: me", "Sent from my iPhone", "-----Original Message-----", "Begin forwarded message:"),
        *("This e-mail is confidential and intended only for you.", "Amina", "reply above this line"),
    ]
)


@many
@given(st.lists(LINES, max_size=16), st.booleans())
def test_new_text_is_part_of_the_text_and_never_empty_without_need(lines: list[str], answers: bool) -> None:
    text = "\n".join(lines)
    new = new_text(text, Setting(is_reply=answers))
    assert {line.strip() for line in new.split("\n")} - {line.strip() for line in lines} <= {""}
    assert new.strip() or not text.strip()


@many
@given(st.lists(LINES, max_size=16))
def test_words_above_every_sign_of_a_quote_are_never_lost(lines: list[str]) -> None:
    new = new_text("\n".join(["I was hurt on Friday.", "", *lines]), Setting(is_reply=True))
    assert new.startswith("I was hurt on Friday.")
