"""Everything that can be wrong before the first message comes, found at once."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

from channels.base import Unavailable
from channels.email.rounds import Box
from channels.email.tls import server_context
from classifiers.cues import VERSION
from intake.app import App, retention_work
from intake.calling import uncalled
from intake.checking_chats import chat, helplines, telegram
from intake.classifying import build, encoder_faults
from intake.config import Config, ConfigError
from intake.expiring import accounts_of, end_of
from intake.files import scanner
from intake.findings import Finding, Weight
from intake.mailing import polling_mailboxes
from intake.openid import Provider
from intake.shelf import SHIPPED, ModelError
from intake.telegram.composing import bot_name, missing
from intake.transports import mail_sender
from models.officer import Officer
from models.rights import Role
from storage.store import StoreError

CERTIFICATE_DAYS = 30
"""So long before a certificate ends it is told."""


def check_app(app: App, *, today: date, offline: bool) -> Iterator[Finding]:
    """Look at the settings of an assembled app and, unless `offline`, at the servers that they name."""
    yield from _identity(app.config)
    yield from helplines(app.words, today)
    yield from chat(app.config, today)
    yield from telegram(app.config)
    yield from (Finding(subject="paging", weight=Weight.WARNING, text=why) for why in uncalled(app.config))
    yield from _files(app.config)
    yield from _certificates_for_tokens(app.config, today)
    yield from _store(app)
    yield from _classifier(app)
    if offline:
        return
    yield from _mailboxes(app)
    yield from _submission(app.config)
    if app.config.telegram.enabled and not missing(app.config):
        yield _reach("telegram", partial(bot_name, app.config))
    for one in app.config.sign_in.providers:
        yield _reach(f"sign_in.providers.{one.name}", Provider(one, app.clock).check)
    if app.config.attachments.has_scanner:
        yield _reach("attachments.clamd", scanner(app.config.attachments).version)


def _identity(config: Config) -> Iterator[Finding]:
    subject = "identity.address"
    if config.identity.domain.endswith(("example.test", "example.com", "example.org")):
        yield Finding(
            subject=subject, weight=Weight.WARNING, text="is an example; set the address that people write to"
        )
    else:
        yield Finding(subject=subject, weight=Weight.FINE)
    ways_in = (config.smtp, config.lmtp, config.web, config.telegram)
    if not (config.mailboxes or any(one.enabled for one in ways_in)):
        text = "no way in: add a [[mailboxes]] section, or enable smtp, lmtp, web or telegram"
        yield Finding(subject="channels", weight=Weight.FAULT, text=text)


def _files(config: Config) -> Iterator[Finding]:
    for name, listener in (("smtp", config.smtp), ("lmtp", config.lmtp)):
        if (listener.certificate is None) != (listener.key is None):
            yield Finding(subject=name, weight=Weight.FAULT, text="needs certificate and key, or neither")
    for subject, path in _named_files(config):
        if path is not None:
            text = _fault_of_file(path, is_text=subject.endswith(".password_file"))
            yield Finding(subject=subject, weight=Weight.FAULT if text else Weight.FINE, text=text)
    for name, listener in (("smtp", config.smtp), ("lmtp", config.lmtp)):
        if listener.certificate and listener.key and _is_file(listener.certificate) and _is_file(listener.key):
            try:
                server_context(listener.certificate, listener.key)
            except OSError:  # ssl.SSLError is one, too
                text = "the certificate and the key are not PEM files that belong together"
                yield Finding(subject=name, weight=Weight.FAULT, text=text)


def _fault_of_file(path: Path, *, is_text: bool) -> str:
    if not _is_file(path):
        return f"{path} cannot be read; does it exist, and may this user read it?"
    try:
        if is_text:
            path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return f"{path} is not UTF-8"
    return ""


def _is_file(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK)


def _certificates_for_tokens(config: Config, today: date) -> Iterator[Finding]:
    """A certificate that runs out takes the mailbox with it, so it is told weeks before."""
    for name, oauth in accounts_of(config):
        subject = f"{name}.oauth.{'certificate_file' if oauth.certificate_file else 'expires_on'}"
        try:
            end = end_of(oauth)
        except (OSError, ValueError):
            yield Finding(subject=subject, weight=Weight.FAULT, text="is no certificate that we can read")
            continue
        if end is not None:
            left = (end - today).days
            weight = Weight.FAULT if left < 0 else Weight.WARNING if left < CERTIFICATE_DAYS else Weight.FINE
            yield Finding(subject=subject, weight=weight, text="" if weight is Weight.FINE else f"ends in {left} days")


def _named_files(config: Config) -> Iterator[tuple[str, Path | None]]:
    accounts = [(f"mailboxes.{box.name}", box) for box in config.mailboxes]
    for name, account in (*accounts, *([("submission", config.submission)] if config.submission else [])):
        yield f"{name}.password_file", account.password_file
        yield f"{name}.ca_file", account.ca_file
    for name, listener in (("smtp", config.smtp), ("lmtp", config.lmtp)):
        yield f"{name}.certificate", listener.certificate
        yield f"{name}.key", listener.key
        yield f"{name}.password_file", listener.password_file


def _store(app: App) -> Iterator[Finding]:
    subject = "store.url"
    if app.config.store_url.startswith("sqlite") and not app.store_exists():
        yield Finding(subject=subject, weight=Weight.FINE, text="does not exist yet; it is made at the first start")
        return
    try:
        current = app.store.is_current()
        with app.store.read() as tx:
            officers = tx.officers.all() if current else ()
    except StoreError as fault:
        yield Finding(subject=subject, weight=Weight.FAULT, text=f"cannot be used: {fault}")
        return
    if current:
        yield _keys(app)
    text = "" if current else "the tables are not up to date; run 'intake migrate'"
    yield Finding(subject=subject, weight=Weight.FINE if current else Weight.FAULT, text=text)
    if current:
        yield from _overdue(app)
        yield from _officers(app, [officer for officer in officers if officer.active])


def _officers(app: App, officers: list[Officer]) -> Iterator[Finding]:
    """Who may sign in, and whether somebody can do what must be done."""
    if not officers:
        text = "nobody may sign in yet; run 'intake officers add'"
        yield Finding(subject="officers", weight=Weight.WARNING, text=text)
        return
    for role in (Role.LEAD, Role.ADMINISTRATOR):
        if not any(role in officer.roles for officer in officers):
            text = f"nobody is {role}; run 'intake officers role'"
            yield Finding(subject="officers", weight=Weight.WARNING, text=text)
    waiting = [officer.email for officer in officers if not officer.screened]
    if waiting:
        text = f"they see no ticket before the search for their names is over, at the next start: {', '.join(waiting)}"
        yield Finding(subject="officers", weight=Weight.WARNING, text=text)
    with app.store.read() as tx:
        forgotten = tx.access.hidden_from_all([officer.viewer for officer in officers])
    if forgotten:
        text = f"nobody may see and decide: {', '.join(forgotten)}; see 'intake officers hidden'"
        yield Finding(subject="tickets", weight=Weight.FAULT, text=text)


def _overdue(app: App) -> Iterator[Finding]:
    for late in retention_work(app).overdue():
        text = f"{late.count} {late.why}: {', '.join(late.first)}"
        yield Finding(subject=f"retention.{late.kept.value}", weight=Weight.WARNING, text=text)


def _keys(app: App) -> Finding:
    try:
        app.store.check_keys()
    except StoreError as fault:
        return Finding(subject="keys", weight=Weight.FAULT, text=str(fault))
    return Finding(subject="keys", weight=Weight.FINE)


def _classifier(app: App) -> Iterator[Finding]:
    yield _model(app, "classifier", SHIPPED, "all messages would wait for a person to grade them")
    yield from (Finding(subject="classifier.encoder", weight=Weight.WARNING, text=why) for why in encoder_faults())
    try:
        current = app.shelf.current()
    except ModelError as fault:
        yield Finding(subject="classifier.current", weight=Weight.FAULT, text=f"{fault}; the shipped model is used")
        current = SHIPPED
    if current != SHIPPED:
        instead = "the shipped model is used instead; run 'intake models rollback', or promote another"
        yield _model(app, "classifier.current", current, instead)
        yield from _age(app, current)
    if app.config.classifier.shadow:
        yield _model(app, "classifier.shadow", app.config.classifier.shadow, "nothing would be recorded for it")


def _age(app: App, version: str) -> Iterator[Finding]:
    try:
        rules = app.shelf.card(version).get("rules")
    except ModelError:
        return  # it has been named above
    if rules != VERSION:
        text = f"model {version} was trained with rules {rules}, and these are {VERSION}; run 'intake train' again"
        yield Finding(subject="classifier.current", weight=Weight.WARNING, text=text)


def _model(app: App, subject: str, version: str, otherwise: str) -> Finding:
    try:
        build(app.words, app.shelf, version)
    except Exception as fault:  # noqa: BLE001 - whatever it is, filing does without it and a person must know
        why = str(fault) if isinstance(fault, ModelError) else f"cannot be loaded ({type(fault).__name__})"
        return Finding(subject=subject, weight=Weight.FAULT, text=f"{why}; {otherwise}")
    return Finding(subject=subject, weight=Weight.FINE)


def _mailboxes(app: App) -> Iterator[Finding]:
    try:
        mailboxes = polling_mailboxes(app)
    except ConfigError:
        return  # the password file has been named above
    for mailbox in mailboxes:
        yield _reach(f"mailboxes.{mailbox.name}", partial(_log_in, mailbox))


def _log_in(mailbox: Box) -> None:
    with mailbox.open():
        pass


def _submission(config: Config) -> Iterator[Finding]:
    if config.submission is None:
        text = "is missing: nobody would be acknowledged"
        yield Finding(subject="submission", weight=Weight.FAULT, text=text)
        return
    try:
        sender = mail_sender(config.submission, config.data_dir)
    except ConfigError:
        return
    yield _reach("submission", sender.check)
    sender.close()


def _reach(subject: str, attempt: Callable[[], object]) -> Finding:
    try:
        attempt()
    except (Unavailable, ConfigError) as trouble:
        return Finding(subject=subject, weight=Weight.FAULT, text=str(trouble))
    return Finding(subject=subject, weight=Weight.FINE)
