"""Everything that reads the bytes of a foreign mail, and what must hold whatever they are."""

import json
import re
from collections.abc import Callable
from functools import partial

from channels.email.attachments import MOST_ATTACHMENTS
from channels.email.bodies import LONGEST_TEXT
from channels.email.compose import compose
from channels.email.mime import as_contract, read
from channels.email.safe_html import TAGS, safe_html
from channels.email.sender import Trusted, facts_of
from intake.acknowledging import Identity, write_acknowledgement
from intake.files import Reading, examine
from intake.fingerprints import fingerprint
from intake.screening import Case, screen
from intake.threads import answered
from intake.withholding import reads_as_a_receipt
from models.reference import load_reference

OURS = "quality.me@intake.test"
_READING = Reading(most=5, largest_bytes=500_000, text_seconds=20, text_megabytes=512, malware_in=None)
_IDENTITY = Identity(address=OURS, name="Quality.me", domain="intake.test", plus_addresses=True)
_WORDS = load_reference(None)


class Wrong(Exception):
    """Something does not hold."""


def must(holds: object, what: str) -> None:
    """Raise Wrong unless it holds."""
    if not holds:
        raise Wrong(what)


def contract(raw: bytes) -> None:
    """The answer of `intake read` is JSON within bounds, and nothing new is lost."""
    mail = read(raw, own_addresses=frozenset({OURS}))
    told = json.dumps(as_contract(mail, "x"), ensure_ascii=False).encode("utf-8")
    must(json.loads(told)["file"] == "x", "the answer is no JSON")
    must(len(mail.text) <= 2 * LONGEST_TEXT, "the text is too long")
    must(len(mail.attachments) <= MOST_ATTACHMENTS, "too many attachments")
    must(mail.new_text.strip() or not mail.text.strip(), "the new text is empty where there was some")
    must(all(defect.strip() for defect in mail.defects), "a defect without words")
    must(read(raw, own_addresses=frozenset({OURS})) == mail, "the same bytes are read otherwise the second time")


def files(raw: bytes) -> None:
    """The files of a mail are looked into and named."""
    mail = read(raw)
    found = examine(_READING, raw, mail)
    must(len(found.shown(mail)) == len(mail.attachments), "an attachment is not shown")
    found.beside(mail.text).encode("utf-8")


def policy(raw: bytes) -> None:
    """What decides about a mail always decides."""
    mail = read(raw)
    case = {"own_addresses": frozenset({OURS}), "is_our_mail": False, "answers_our_mail": False}
    for envelope in (None, "", "a@x.test"):
        must(screen(Case(mail=mail, envelope_from=envelope, **case)).reason, "a rule without a reason")  # type: ignore[arg-type]
    must(fingerprint(raw, mail) == fingerprint(raw, mail), "the fingerprint changes")
    answered(mail)
    reads_as_a_receipt(mail)


def acknowledgement(raw: bytes) -> None:
    """Our acknowledgement is a whole mail to one address, or is refused; nothing of a foreign header gets into ours."""
    mail = read(raw)
    if mail.sender is None or not mail.sender.address:
        return
    outgoing = write_acknowledgement(
        reference="QM-7K3F-2R", mail=mail, words=_WORDS, identity=_IDENTITY, token="t" * 20
    )
    try:
        sent = compose(outgoing)
    except ValueError:  # an address that cannot be written to: a person sees it
        return
    head = sent.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    must(len(names) == len(set(names)), "a header stands twice in our mail")
    must(set(names) <= HEADERS, "a header that is not ours in our mail")
    must(
        b"\r" not in head.replace(b"\r\n", b"") and b"\n" not in head.replace(b"\r\n", b""),
        "a bare line end in our mail",
    )


def html(raw: bytes) -> None:
    """What is shown of a mail's HTML has nothing in it that loads, runs, links or sends."""
    shown = safe_html(read(raw).html, lambda _text: [])
    tags = {tag.lower() for tag in re.findall(r"<\s*/?\s*([a-zA-Z!?][\w:-]*)", shown)}
    must(tags <= TAGS, f"a tag that may not be there: {sorted(tags - TAGS)}")
    names = {name.lower() for tag in re.findall(r"<[^>]*>", shown) for name in re.findall(r"\s([\w:-]+)\s*=", tag)}
    must(names <= ATTRIBUTES, f"an attribute that may not be there: {sorted(names - ATTRIBUTES)}")
    shown.encode("utf-8")


ATTRIBUTES = {"colspan", "rowspan", "start", "dir", "lang"}


def _answer(answer: str, _name: str) -> str:
    return answer


def sender(raw: bytes) -> None:
    """What is found out about a sender never raises, whatever the keys of its domain are."""
    mail = read(raw)
    for answer in ("v=DKIM1; p=MCowBQYDK2VwAyEA", "k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "", "="):
        trusted = Trusted(
            servers=frozenset({"a", "mx.trust.test"}),
            own=frozenset({OURS}),
            find_key=partial(_answer, answer),
        )
        facts_of(raw, mail, trusted, now=1_800_000_000.0)


HEADERS = {
    *(b"date", b"from", b"to", b"subject", b"message-id", b"reply-to", b"in-reply-to", b"references"),
    *(b"auto-submitted", b"x-auto-response-suppress", b"mime-version", b"content-type", b"content-transfer-encoding"),
}

READERS: dict[str, Callable[[bytes], None]] = {
    "contract": contract,
    "files": files,
    "policy": policy,
    "html": html,
    "sender": sender,
    "acknowledgement": acknowledgement,
}
