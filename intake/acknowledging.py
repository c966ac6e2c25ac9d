"""The acknowledgement: sent at once, promising only what the settings promise, with never a word of the concern."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

from intake.access_codes import NewCode
from models.framework import Promises, Reference
from models.message import Mail, Outgoing
from models.thread_tokens import plus_address

HEADERS = (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"))
"""RFC 3834, and the header that Exchange heeds: no out-of-office may answer us."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who writes: a mailbox address, a display name, and the domain of our Message-IDs."""

    address: str
    name: str
    domain: str
    plus_addresses: bool = False
    """Whether mail to `local+anything@domain` is delivered to us."""


def _templates() -> Environment:
    folder = resources.files("intake") / "templates"
    sources = {name: (folder / name).read_text(encoding="utf-8") for name in ("receipt.txt", "receipt.html")}
    return Environment(
        loader=DictLoader(sources),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


_TEMPLATES = _templates()


def write_acknowledgement(
    *,
    reference: str,
    mail: Mail,
    words: Reference,
    identity: Identity,
    files_left_unread: bool = False,
    token: str = "",
    code: NewCode | None = None,
) -> Outgoing:
    """The acknowledgement of the ticket `reference` to the sender of `mail`; raises ValueError when there is none.

    It says so when we cannot read the mail, or not all the files with it.
    """
    if mail.sender is None or not mail.sender.address:
        raise ValueError("the mail names no address to answer")
    promises = words.promises.filled(reference)
    return _written(
        reference=reference,
        words=words,
        identity=identity,
        token=token,
        recipient=mail.sender.address,
        answers=(*mail.references[-10:], mail.message_id) if mail.message_id else (),
        notice=_notice(mail, promises, files_left_unread=files_left_unread),
        work_mailbox=is_work_mailbox(mail.sender.address, words.promises.work_domains),
        code=code,
    )


def code_for(mail: Mail, words: Reference, new_code: Callable[[], NewCode] | None) -> NewCode | None:
    """A code for whoever wrote a mail, or None. Where an employer may read along, they could read how it stands."""
    address = mail.sender.address if mail.sender else ""
    if new_code is None or not address or is_work_mailbox(address, words.promises.work_domains):
        return None
    return new_code()


def acknowledgement_by_hand(
    *,
    reference: str,
    words: Reference,
    identity: Identity,
    token: str,
    answers: tuple[str, ...],
    work_mailbox: bool,
) -> Outgoing:
    """The acknowledgement that an officer sends after all, without its recipient, whom the store knows and we do not.

    `answers` are the reporter's Message-IDs, oldest first.
    """
    return _written(
        reference=reference,
        words=words,
        identity=identity,
        token=token,
        recipient="",
        answers=answers,
        notice="",
        work_mailbox=work_mailbox,
    )


def _written(
    *,
    reference: str,
    words: Reference,
    identity: Identity,
    token: str,
    recipient: str,
    answers: tuple[str, ...],
    notice: str,
    work_mailbox: bool,
    code: NewCode | None = None,
) -> Outgoing:
    promises = words.promises.filled(reference)
    facts = {
        "reference": reference,
        "promises": promises,
        "notice": notice,
        "helplines": tuple(words.helplines.values()),
        "work_mailbox": work_mailbox,
        "code": code,
    }
    return Outgoing(
        message_id=new_message_id(reference, identity, token),
        reply_to=reply_address(identity, token),
        recipient=recipient,
        sender=f"{identity.name} <{identity.address}>",
        subject=promises.subject,
        text=_TEMPLATES.get_template("receipt.txt").render(facts),
        html=_TEMPLATES.get_template("receipt.html").render(facts),
        in_reply_to=answers[-1] if answers else "",
        references=answers,
        headers=HEADERS,
    )


def new_message_id(reference: str, identity: Identity, token: str) -> str:
    """A Message-ID that nobody can guess, with the thread's token in it."""
    return f"{secrets.token_hex(16)}.{f'{token}.' if token else ''}{reference.lower()}@{identity.domain}"


def reply_address(identity: Identity, token: str) -> str:
    """Where an answer should go: our address with the token, where the mail server delivers such addresses."""
    return plus_address(identity.address, token) if token and identity.plus_addresses else ""


def _notice(mail: Mail, promises: Promises, *, files_left_unread: bool) -> str:
    if is_encrypted(mail):
        return promises.encrypted
    return promises.files_left_unread if files_left_unread else ""


def is_encrypted(mail: Mail) -> bool:
    """Whether nobody here can read the mail."""
    return mail.protection is not None and not mail.protection.is_signed


def is_work_mailbox(address: str, work_domains: tuple[str, ...]) -> bool:
    """Whether an employer or university may read that mailbox, by the domain's ending at a dot."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    return any(domain == ending or domain.endswith(f".{ending}") for ending in work_domains)
