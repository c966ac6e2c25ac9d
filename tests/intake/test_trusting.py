"""What is found out about a sender by the settings: kept with the ticket, and no reason to withhold anything."""

from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from channels.email.dkim import Result, verify
from channels.email.dkim_keys import DnsKeys
from intake.config import Config, ConfigError, load_config
from intake.transports import mail_sender
from intake.trusting import SenderLook
from models.message import Outgoing
from models.rights import SYSTEM
from models.sender import MailFacts, Spoofing, Trust, Witness
from models.ticket import QueueFilter
from models.work import Ending
from storage.store import Store
from tests.channels.scripted import ScriptedServer
from tests.channels.test_dkim import KEY, finding, record
from tests.dns_server import name_server, silent_server
from tests.intake.making import Office, content

FAIL = "Authentication-Results: mx.intake.test; spf=fail; dmarc=fail"
CONFIG = Config.model_validate(
    {
        "identity": {"address": "quality.me@intake.test"},
        "mailboxes": [
            {"name": "main", "host": "imap.test", "authserv_ids": ["MX.intake.test."]},
            {"name": "other", "host": "imap.test"},
        ],
        "lmtp": {"authserv_ids": ["mx.intake.test"]},
        "sender_trust": {"verify_dkim": False, "junk_headers": ["X-Filter: bad"]},
    }
)


def facts(office: Office) -> list[MailFacts]:
    with office.store.read() as tx:
        ids = [row.id for row in tx.tickets.queue(QueueFilter(), SYSTEM, limit=500).rows]
        return [one for ticket_id in sorted(ids) for one in tx.mail_facts.of_ticket(ticket_id).values()]


def test_each_mailbox_and_listener_believes_its_own_server_only(store: Store) -> None:
    office = Office(store, look=SenderLook(CONFIG))
    for channel, account in (("imap", "main/INBOX"), ("imap", "other/INBOX"), ("lmtp", "x"), ("smtp", "x")):
        office.file(content(FAIL, "Cc: dean@school.test"), channel=channel, account=account)
    assert [one.authentication.trust for one in facts(office)] == [
        Trust.DOUBTFUL,
        Trust.UNKNOWN,
        Trust.DOUBTFUL,
        Trust.UNKNOWN,
    ]


def test_a_doubtful_sender_and_junk_are_graded_filed_and_answered_like_all(sqlite_store: Store) -> None:
    office = Office(sqlite_store, look=SenderLook(CONFIG))
    raw = content(FAIL, "X-Filter: bad, 9 points", body="He had a knife.")
    row = office.file(raw, channel="imap", account="main/INBOX")
    assert row.ending is Ending.TICKET
    [found] = facts(office)
    assert (found.spoofing, found.junk) == ((Spoofing.FAILED,), "header x-filter")
    [ticket] = office.tickets()
    assert ticket.row.red_flags == ("violence",)
    office.send()
    assert len(office.post.sent) == 1


def test_nobody_but_the_sender_is_ever_written_to(sqlite_store: Store) -> None:
    office = Office(sqlite_store, look=SenderLook(CONFIG))
    office.file(
        content(
            "Cc: dean@school.test",
            "Reply-To: elsewhere@evil.test",
            body="---- Forwarded message ----\nFrom: M <m@trust.test>\n\nx",
        )
    )
    office.send()
    assert [one.recipient for one in office.post.sent] == ["learner@student.test"]
    assert [one.original.address for one in facts(office) if one.original] == ["m@trust.test"]


def test_a_follow_up_has_facts_of_its_own(sqlite_store: Store) -> None:
    office = Office(sqlite_store, look=SenderLook(CONFIG))
    office.file(content(message_id="a@student.test"))
    office.file(content("References: <a@student.test>", "Cc: dean@school.test"))
    [ticket] = office.tickets()
    assert len(ticket.entries) == 2
    assert [one.recipients[0].address for one in facts(office)] == ["dean@school.test"]


def test_a_look_that_fails_files_the_mail_all_the_same(sqlite_store: Store) -> None:
    class Broken(DnsKeys):
        def for_one_mail(self) -> DnsKeys:
            return self

        def __call__(self, name: str) -> str:
            raise RuntimeError(name)

    signed = b"DKIM-Signature: v=1; a=rsa-sha256; d=student.test; s=a; h=from; bh=x; b=x\r\n" + content()
    office = Office(sqlite_store, look=SenderLook(CONFIG, keys=Broken(1)))
    assert office.file(signed).ending is Ending.TICKET
    with silent_server() as port:
        office = Office(sqlite_store, look=SenderLook(CONFIG, keys=DnsKeys(0.1, server="127.0.0.1", port=port)))
        assert office.file(signed.replace(b"registrar", b"x")).ending is Ending.TICKET


def test_our_mail_is_signed_by_the_settings_and_whoever_gets_it_can_verify_it(
    sqlite_store: Store, tmp_path: Path
) -> None:
    plain = serialization.NoEncryption()
    pem = KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (tmp_path / "dkim.pem").write_bytes(pem)
    dkim = {"key_file": str(tmp_path / "dkim.pem"), "selector": "k1", "domain": "student.test"}
    outgoing = Outgoing(
        message_id="a@student.test",
        recipient="us@intake.test",
        subject="Thank you – we have it",
        text=".A dot.\n\nKind regards \n",
        sender="Quality.me <quality.me@student.test>",
    )
    with ScriptedServer() as server:
        submission = {"host": "127.0.0.1", "port": server.port, "security": "none", "dkim": dkim}
        config = Config.model_validate({"submission": submission})
        assert config.submission is not None
        with closing(mail_sender(config.submission, tmp_path)) as sender:
            sender.send(outgoing)
    received = server.mails[0].replace(b"\r\n..", b"\r\n.")
    [one] = verify(received, finding({"k1._domainkey.student.test": record()}), now=4e9)
    assert one.result is Result.PASS
    with name_server({"k1._domainkey.student.test": record()}) as port:
        office = Office(sqlite_store, look=SenderLook(CONFIG, keys=DnsKeys(5, server="127.0.0.1", port=port)))
        office.file(received)
    [found] = facts(office)
    assert (found.authentication.trust, found.authentication.witness) == (Trust.CONFIRMED, Witness.SIGNATURE)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('[submission]\nhost = "a"\n[submission.dkim]\nkey_file = "x"\n', "needs a selector and a domain"),
        ('[sender_trust]\njunk_headers = ["X-Spam"]\n', "a header's name, a colon"),
    ],
)
def test_half_a_setting_is_told_at_the_start(tmp_path: Path, settings: str, words: str) -> None:
    (tmp_path / "intake.toml").write_text(settings, encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        load_config(tmp_path / "intake.toml", {})


def test_a_key_that_cannot_be_used_is_told_with_its_place(tmp_path: Path) -> None:
    dkim = {"key_file": str(tmp_path / "none.pem"), "selector": "k1", "domain": "student.test"}
    config = Config.model_validate({"submission": {"host": "smtp.test", "dkim": dkim}})
    assert config.submission is not None
    with pytest.raises(ConfigError, match=r"submission: dkim.key_file: the key file cannot be read"):
        mail_sender(config.submission, tmp_path)
