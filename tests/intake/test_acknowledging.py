"""The acknowledgement: neutral, once, with what comes next, and never a word of the concern."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser

import pytest

from channels.email.compose import compose
from intake.access_codes import CodeMaker
from intake.acknowledging import Identity, is_work_mailbox, write_acknowledgement
from intake.references import is_reference
from models.message import Address, Mail, Outgoing
from models.ticket import EventKind
from storage.store import Store
from tests.intake.conversing.making import HASHER, Chats
from tests.intake.making import OURS, WORDS, Office, content, mail

REFERENCE = "QM-7K3F-2R"
IDENTITY = Identity(address=OURS, name="Quality.me", domain="intake.test")


def write(about: Mail | None = None) -> Outgoing:
    return write_acknowledgement(reference=REFERENCE, mail=about or mail(), words=WORDS, identity=IDENTITY)


class Words(HTMLParser):
    """The text of a page, and its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def plain(self) -> str:
        return " ".join(" ".join(self.text).split())


def both(outgoing: Outgoing) -> tuple[str, str]:
    """The text and the page as a person reads them."""
    return " ".join(outgoing.text.split()), Words(outgoing.html).plain()


def test_the_subject_is_neutral_and_has_the_reference() -> None:
    assert write().subject == "We have your message (QM-7K3F-2R)"


def test_text_and_page_say_the_same_promises_helplines_and_how_to_add_more() -> None:
    promises = WORDS.promises.filled(REFERENCE)
    expected = [promises.opening, f"Your reference is {REFERENCE}", *promises.what_next, promises.add_more]
    expected += [promises.urgent, promises.closing, promises.team]
    expected += [line.contact for line in WORDS.helplines.values()]
    for words in both(write()):
        assert [one for one in expected if " ".join(one.split()) not in words] == []
        assert "999" in words
        assert "{" not in words


def test_only_the_page_that_anybody_can_show_is_sent() -> None:
    page = write().html
    assert Words(page).tags.isdisjoint({"img", "script", "link", "a", "form", "iframe", "style"})
    assert "http" not in page


def test_it_never_has_a_word_of_the_concern_nor_the_name_of_who_wrote() -> None:
    about = mail(
        sender=Address(name="Zebedee Quux", address="zq@student.test"),
        subject="Xylophone bullying",
        text="Wolverine shouted.",
        new_text="Wolverine shouted.",
        html="<p>Wolverine shouted.</p>",
    )
    whole = compose(write(about)).decode() + write(about).text + write(about).html
    for word in ("Xylophone", "bullying", "Wolverine", "shouted", "Zebedee", "Quux"):
        assert word not in whole


@pytest.mark.parametrize(
    ("address", "warned"),
    [
        ("lee@nhs.net", True),
        ("lee@ulh.nhs.uk", True),
        ("lee@students.lincoln.ac.uk", True),
        ("LEE@NHS.NET", True),
        ("lee@nhs.net.", True),
        ("lee@notnhs.uk", False),
        ("lee@nhs.uk.example.com", False),
        ("nhs.net@example.com", False),
        ("lee@example.com", False),
    ],
)
def test_who_writes_from_a_work_or_university_mailbox_is_warned_and_nobody_else(address: str, warned: bool) -> None:
    assert is_work_mailbox(address, WORDS.promises.work_domains) is warned
    sent = write(mail(sender=Address(name="", address=address)))
    for words in both(sent):
        assert (" ".join(WORDS.promises.work_mailbox_warning.split()) in words) is warned


def test_its_headers_keep_machines_from_answering_it() -> None:
    sent = write(mail(message_id="1@student.test", references=("a@student.test", "b@student.test")))
    header = message_from_bytes(compose(sent), policy=default)
    assert sent.null_return_path
    assert (header["auto-submitted"], header["x-auto-response-suppress"]) == ("auto-replied", "All")
    assert (header["from"], header["to"]) == (f'"Quality.me" <{OURS}>', "learner@student.test")
    assert header["in-reply-to"] == "<1@student.test>"
    assert header["references"] == "<a@student.test> <b@student.test> <1@student.test>"
    assert header.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in header.iter_parts()] == ["text/plain", "text/html"]


def test_its_message_id_is_new_each_time_when_written_and_the_same_each_time_it_is_sent() -> None:
    one, other = write(), write()
    assert one.message_id != other.message_id
    assert re.fullmatch(r"[0-9a-f]{32}\.qm-7k3f-2r@intake\.test", one.message_id)
    assert compose(one).split(b"Message-ID: ")[1].split(b"\r\n")[0] == f"<{one.message_id}>".encode()


def test_a_mail_without_an_address_has_no_acknowledgement() -> None:
    for sender in (None, Address(name="Lee", address="")):
        with pytest.raises(ValueError, match="names no address"):
            write(mail(sender=sender))


def test_a_page_escapes_what_an_operator_writes() -> None:
    promises = replace(WORDS.promises, team="R&D <Quality>")
    sent = write_acknowledgement(
        reference=REFERENCE, mail=mail(), words=replace(WORDS, promises=promises), identity=IDENTITY
    )
    assert "R&amp;D &lt;Quality&gt;" in sent.html
    assert "R&D <Quality>" in sent.text


def test_the_acknowledgement_of_a_ticket_goes_to_who_wrote_with_the_tickets_reference(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    office.file(content("Reply-To: elsewhere@student.test", body="Wolverine shouted."))
    office.send()
    [ticket] = office.tickets()
    [sent] = office.post.sent
    assert (sent.recipient, is_reference(ticket.row.reference)) == ("learner@student.test", True)
    assert ticket.row.reference in sent.subject
    assert "Wolverine" not in sent.text + sent.html + sent.subject
    assert ticket.events[-1].kind is EventKind.ACKNOWLEDGEMENT_SENT


def test_who_began_by_mail_goes_on_in_the_chat_with_the_code_of_the_acknowledgement(store: Store) -> None:
    maker = CodeMaker(where="https://chat.example.test", hasher=HASHER)
    office = Office(store, new_code=maker)
    office.file()
    office.send()
    text = office.post.sent[0].text
    [ticket] = office.tickets()
    found = re.search(rf"^{ticket.row.reference} ((?:\d{{5}} ){{4}}\d{{5}})$", text, re.MULTILINE)
    assert found is not None
    assert "https://chat.example.test" in text
    chats = Chats(store)
    [wrong] = chats.say(f"{ticket.row.reference} {'0' * 25}")
    assert "do not belong together" in wrong.text
    [right] = chats.say(found[0])
    assert f"{ticket.row.reference} is now open in this chat" in right.text
    chats.say("It was on ward 7, and it happened again last night.")
    [ticket] = office.tickets()
    assert [entry.channel for entry in ticket.entries] == ["smtp", "telegram"]


def test_no_code_goes_to_a_mailbox_that_an_employer_may_read(store: Store) -> None:
    office = Office(store, new_code=CodeMaker(hasher=HASHER))
    office.file(content(sender="lee@trust.nhs.uk"))
    office.send()
    [sent] = office.post.sent
    assert re.search(r"\d{5} \d{5}", sent.text + sent.html) is None
