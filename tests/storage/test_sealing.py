"""The database alone tells nothing: what is sealed opens in its own place, with its own key, and nowhere else."""

import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, text

from models.sealing import Anonymity
from models.ticket import NewTicket, Reporter
from storage.content import lines, shapes
from storage.key_sources import KeyFile, KeyText
from storage.keys import KeyClass, KeySet, new_keys
from storage.sealing import Form, Place, Purpose, Sealed, Seals
from storage.store import KeyFault, SealBroken, Store, StoreError
from storage.types import storable
from tests.keys import KEYS, SOURCE
from tests.storage.making import MINUTE, NOW, claimed, entry, message, outgoing, received, verdict
from tests.storage.raw import break_it

TABLE = Table(
    "things",
    MetaData(),
    Column("text", Sealed()),
    Column("raw", Sealed(Form.BYTES)),
    Column("facts", Sealed(Form.VALUES)),
    Column("address", Sealed(kind=KeyClass.ADDRESS)),
)
SEALS = Seals(SOURCE)
SECRETS = ("Zebedee", "Quillfeather", "zq@hidden.test", "hidden.test", "Marmaduke", "9434765919", "xray-marmaduke")


def source(keys: KeySet) -> KeyText:
    return KeyText(keys.text(), "a test")


def filed(store: Store) -> int:
    """A ticket whose every secret word stands in SECRETS; gives its number."""
    with store.write() as tx:
        raw = b"From: Zebedee Quillfeather <zq@hidden.test>\r\n\r\nMarmaduke 9434765919"
        inbox_id = tx.inbox.receive(
            message("zq@hidden.test", raw=raw, envelope_from="zq@hidden.test", envelope_to=("zq@hidden.test",))
        ).inbox_id
        tx.inbox.first_with("zq@hidden.test", inbox_id)
        new = NewTicket(
            reference="QM-A",
            channel="imap",
            received_at=NOW,
            entry=entry(
                inbox_id,
                subject="Marmaduke",
                text="Marmaduke 9434765919 Zebedee",
                new_text="Marmaduke 9434765919",
                masked_subject="[name]",
                masked_text="[name] [NHS number]",
                attachments=("xray-marmaduke.png (image/png, 3 bytes)",),
                masked_attachments=("image/png, 3 bytes",),
                message_id="zebedee.Quillfeather@hidden.test",
            ),
            reporter=Reporter(name="Zebedee Quillfeather", address="zq@hidden.test"),
            verdict=verdict(),
            urgency=1,
        )
        ticket_id = tx.tickets.open(new)
        mail = outgoing("ours@intake.test", recipient="zq@hidden.test", references=("zebedee@hidden.test",))
        tx.outbox.add(ticket_id, mail, purpose="acknowledgement", now=NOW)
        tx.outbox.withhold(ticket_id, purpose="more", reason="a cap", now=NOW)
    return ticket_id


def test_no_secret_word_is_in_any_row_of_either_engine(store: Store) -> None:
    filed(store)
    with store._engine.connect() as connection:
        dump = "\n".join(line for shape in shapes() for line in lines(connection, shape))
    assert "[NHS number]" in dump
    assert [word for word in SECRETS if word.lower() in dump.lower()] == []


def test_no_secret_word_is_in_the_sqlite_file_or_its_log(sqlite_store: Store, tmp_path: Path) -> None:
    filed(sqlite_store)
    found = b"".join(path.read_bytes() for path in tmp_path.glob("intake.db*")).lower()
    assert b"[nhs number]" in found
    assert [word for word in SECRETS if word.lower().encode() in found] == []


@given(data=st.binary(max_size=200), words=st.text(st.characters(exclude_categories=())), row=st.integers())
def test_whatever_is_sealed_opens_as_it_was(data: bytes, words: str, row: int) -> None:
    values = {"raw": data, "text": words, "facts": [words, {"a": None}], "address": words}
    sealed = SEALS.seal(TABLE, row, values, person=1)
    opened = {name: SEALS.open(Place(TABLE, name, row), token, person=1) for name, token in sealed.items()}
    kept = storable(words)
    assert opened == {"raw": data, "text": kept, "facts": [kept, {"a": None}], "address": kept}


@pytest.mark.parametrize("column", ["text", "address"])
def test_an_altered_byte_anywhere_opens_nothing(column: str) -> None:
    token = SEALS.seal(TABLE, 1, {column: "secret"}, person=1)[column]
    for number in range(len(token)):
        altered = token[:number] + bytes([token[number] ^ 1]) + token[number + 1 :]
        with pytest.raises((SealBroken, KeyFault)):
            SEALS.open(Place(TABLE, column, 1), altered, person=1)


def test_a_value_opens_in_its_own_row_column_and_ticket_only() -> None:
    sealed = SEALS.seal(TABLE, 1, {"text": "a", "address": "b"}, person=7)
    for place, token, person in (
        (Place(TABLE, "text", 2), sealed["text"], 7),
        (Place(TABLE, "facts", 1), sealed["text"], 7),
        (Place(TABLE, "address", 2), sealed["address"], 7),
        (Place(TABLE, "address", 1), sealed["address"], 8),
    ):
        with pytest.raises(SealBroken, match=f"things row {place.row}: the seal of {place.column} does not open"):
            SEALS.open(place, token, person=person)


def test_without_the_private_half_an_address_is_written_and_copied_and_not_opened() -> None:
    writer = Seals(source(KEYS.public_only()))
    token = writer.seal(TABLE, 1, {"address": "zq@hidden.test"}, person=7)["address"]
    with pytest.raises(KeyFault, match="private half"):
        writer.open(Place(TABLE, "address", 1), token, person=7)
    copied = writer.copied(token, Place(TABLE, "address", 1), Place(TABLE, "address", 2))
    assert SEALS.open(Place(TABLE, "address", 2), copied, person=7) == "zq@hidden.test"


def test_a_reply_goes_to_the_reporter_without_the_desk_opening_the_address(postgres_url: str) -> None:
    desk, sender = Store(postgres_url, source(KEYS.public_only())), Store(postgres_url, SOURCE)
    ticket_id = filed(desk)
    with desk.write() as tx:
        tx.outbox.reply(ticket_id, outgoing("reply@intake.test", recipient=""), purpose="reply", now=NOW)
        assert tx.outbox.written_to("ZQ@hidden.test", NOW - MINUTE) == 2
    with pytest.raises(KeyFault), desk.write() as tx:
        tx.outbox.claim(worker="desk", now=NOW, lease=MINUTE, limit=9)
    with sender.write() as tx:
        items = tx.outbox.claim(worker="sender", now=NOW, lease=MINUTE, limit=9)
    assert [item.outgoing.recipient for item in items] == ["zq@hidden.test"] * 2
    desk.close()
    sender.close()


def test_equal_values_have_equal_indexes_of_one_purpose_and_key_only() -> None:
    other = Seals(source(new_keys(NOW)))
    index = SEALS.blind(Purpose.ADDRESS, "a@b.test")
    assert index == SEALS.blind(Purpose.ADDRESS, "a@b.test") == SEALS.blinds(Purpose.ADDRESS, "a@b.test")[-1]
    assert index != SEALS.blind(Purpose.ADDRESS, "b@b.test")
    assert index != SEALS.blind(Purpose.DOMAIN, "a@b.test")
    assert index.partition(".")[2] != other.blind(Purpose.ADDRESS, "a@b.test").partition(".")[2]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inbox SET raw = (SELECT raw FROM inbox WHERE id = 2) WHERE id = 1",
        "UPDATE inbox SET raw = key WHERE id = 1",
    ],
)
def test_a_message_that_was_altered_is_quarantined_and_hinders_no_other(store: Store, statement: str) -> None:
    with store.write() as tx:
        received(tx, raw=b"one")
        received(tx, raw=b"two")
    break_it(store, statement)
    with store.write() as tx:
        (item,) = claimed(tx, limit=9)
    assert item.message.raw == b"two"
    with store.read() as tx:
        row = tx.inbox.row(1)
        with pytest.raises(SealBroken, match="inbox row 1: the seal of raw"):
            tx.inbox.message(1)
    assert row is not None
    assert "does not open" in row.reason
    assert any("inbox row 1" in fault for result in store.examine() for fault in result.faults)


def test_a_mail_that_was_altered_fails_with_its_reason_and_hinders_no_other(store: Store) -> None:
    ticket_id = filed(store)
    with store.write() as tx:
        tx.outbox.add(ticket_id, outgoing("two@intake.test"), purpose="x", now=NOW)
    break_it(store, "UPDATE outbox SET recipient = (SELECT recipient FROM outbox WHERE id = 1) WHERE id = 3")
    with store.write() as tx:
        (item,) = tx.outbox.claim(worker="w", now=NOW, lease=MINUTE, limit=9)
        assert item.outgoing.message_id == "ours@intake.test"
        assert "does not open" in tx.outbox.deliveries(ticket_id)[-1].error


def test_without_keys_nothing_is_received_and_it_may_be_tried_again(store: Store) -> None:
    keyless = Store(store._url, KeyText("", "nowhere"))
    with pytest.raises(KeyFault) as caught, keyless.write() as tx:
        tx.inbox.receive(message("1"))
    assert caught.value.retry
    with store.read() as tx:
        assert tx.inbox.balance().received == 0
    keyless.close()


def test_other_keys_are_told_at_once_and_never_take_their_place(store: Store) -> None:
    for keys in (new_keys(NOW), KeySet(keys=KEYS.keys[1:])):
        other = Store(store._url, source(keys))
        with pytest.raises(KeyFault, match="key"):
            other.check_keys()
        with pytest.raises(StoreError):
            other.migrate()
        other.close()
    store.check_keys()


def test_a_lost_key_file_is_not_made_anew_for_a_sealed_store(sqlite_url: str, tmp_path: Path) -> None:
    store = Store(sqlite_url)
    store.migrate()
    store.close()
    (tmp_path / "intake.keys").rename(tmp_path / "elsewhere")
    again = Store(sqlite_url)
    with pytest.raises(KeyFault, match="put its keys back"):
        again.migrate()
    assert not (tmp_path / "intake.keys").exists()
    (tmp_path / "elsewhere").rename(tmp_path / "intake.keys")
    again.migrate()
    again.close()


def test_a_key_file_is_for_its_owner_alone_and_made_whole_once(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    KeyFile(path).make(KEYS)
    KeyFile(path).make(new_keys(NOW))
    assert KeyFile(path).load() == KEYS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    with pytest.raises(KeyFault, match="chmod 600"):
        KeyFile(path).load()
    assert [one.name for one in tmp_path.iterdir()] == ["keys"]


def test_no_key_is_in_any_text_about_keys_or_their_faults(tmp_path: Path) -> None:
    shown = repr(KEYS) + repr(KEYS.keys[0]) + str(KEYS.keys)
    (tmp_path / "keys").write_text(KEYS.text()[:-20])
    (tmp_path / "keys").chmod(0o600)
    with pytest.raises(KeyFault) as caught:
        KeyFile(tmp_path / "keys").load()
    for key in KEYS.keys:
        assert key.secret is not None
        assert key.secret.hex() not in shown + str(caught.value)
        assert repr(key.secret) not in shown + str(caught.value)


def test_nothing_of_an_anonymous_reporter_without_a_way_back_is_kept(store: Store) -> None:
    with store.write() as tx:
        reporter = Reporter(name="", address="", anonymity=Anonymity.ANONYMOUS)
        new: dict[str, Any] = {"reference": "QM-A", "channel": "chat", "received_at": NOW, "reporter": reporter}
        ticket_id = tx.tickets.open(NewTicket(**new, entry=entry(received(tx)), verdict=verdict(), urgency=1))
        assert tx.tickets.reporters.sealed(ticket_id).is_cut
    with store._engine.connect() as connection:
        wanted = text("SELECT name, address, address_index, domain_index FROM reporters")
        assert connection.execute(wanted).one() == (None, None, None, None)
