"""The listeners over a real store: a mail is taken when its row is committed, and not before."""

import smtplib
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from channels.base import Retry
from intake.app import assemble
from intake.commands.common import prepare_store
from intake.config import Config
from intake.mailing import listeners
from storage.store import Store
from tests.intake.making import LEARNER, OURS, Office, content


@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
def test_while_the_store_cannot_be_used_mail_is_put_off_and_then_it_is_one_row(protocol: str, tmp_path: Path) -> None:
    config = Config.model_validate(
        {"data_dir": tmp_path, "identity": {"address": OURS}, protocol: {"enabled": True, "port": 0}}
    )
    app = assemble(config)
    [listener] = listeners(app)
    listener.start()
    sent = content()
    try:
        with {"smtp": smtplib.SMTP, "lmtp": smtplib.LMTP}[protocol]("127.0.0.1", listener.port) as client:
            with pytest.raises(smtplib.SMTPDataError) as put_off:
                client.sendmail(LEARNER, [OURS], sent)
            prepare_store(app)
            for _ in range(2):
                client.sendmail(LEARNER, [OURS], sent)
                with app.store.read() as tx:
                    [row] = tx.inbox.rows(ending=None)
                    message = tx.inbox.message(row.id)
    finally:
        listener.stop()
        app.store.close()
    assert put_off.value.smtp_code == 451
    assert message is not None
    assert message.raw == sent


def test_the_log_has_no_text_address_or_secret(sqlite_store: Store) -> None:
    def broken(raw: bytes) -> None:
        raise RuntimeError(raw.decode())

    office = Office(sqlite_store)
    with capture_logs() as logs:
        office.file(content(body="Wolverine shouted."))
        office.post.failures = [Retry(f"no {LEARNER}"), RuntimeError(f"no {LEARNER}")]
        for _ in range(3):
            office.send()
            office.clock.move(hours=1)
        Office(sqlite_store, read=broken).file(content(body="Wolverine shouted."))
    assert {"filing.failed", "mail.sent", "mail.not_sent"} <= {line["event"] for line in logs}
    assert not any(word in str(logs) for word in ("Wolverine", "student.test", "Nights", "Learner"))
