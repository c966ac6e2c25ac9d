"""The contract of fetching by IMAP, on the embedded server and on a real Dovecot: nothing is lost or doubled."""

from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from channels.base import Unavailable
from channels.email.imap import Mailbox, Taken
from channels.email.mime import read
from models.message import RawMessage
from tests.channels.posts import Post, fetch, mail, mailbox, never, subjects


def test_a_mail_is_taken_byte_for_byte_once_and_then_lies_in_processed(post: Post) -> None:
    sent = mail()
    kept: list[RawMessage] = []
    post.append(sent)
    assert fetch(mailbox(post), kept.append) == Taken(kept=1)
    assert fetch(mailbox(post), kept.append) == Taken()
    [message] = kept
    assert (message.channel, message.account, message.raw, message.held) == ("imap", "main/INBOX", sent, None)
    assert (post.contents(), post.contents("Processed")) == ([], [sent])


def test_a_sink_that_raises_leaves_the_mail_in_place_and_it_comes_again_under_its_old_key(post: Post) -> None:
    keys: list[str] = []

    def full(message: RawMessage) -> None:
        keys.append(message.key)
        raise RuntimeError("the disk is full")

    post.deliver(mail())
    with pytest.raises(RuntimeError, match="the disk is full"):
        fetch(mailbox(post), full)
    assert (len(post.contents()), post.contents("Processed"), post.contents("Held")) == (1, [], [])
    assert fetch(mailbox(post), lambda message: keys.append(message.key)) == Taken(kept=1)
    assert keys[0] == keys[1]


def test_a_mail_is_moved_only_after_the_sink_has_returned(post: Post) -> None:
    seen: list[tuple[int, int]] = []
    post.deliver(mail())
    fetch(mailbox(post), lambda _: seen.append((len(post.contents()), len(post.contents("Processed")))))
    assert seen == [(1, 0)]
    assert (len(post.contents()), len(post.contents("Processed"))) == (0, 1)


def test_what_is_no_mail_is_held_with_its_bytes_and_the_next_is_taken(post: Post) -> None:
    kept: list[RawMessage] = []
    post.append(b"\x01\xfe\xff these bytes are no mail")
    post.deliver(mail("after it"))
    assert fetch(mailbox(post), kept.append) == Taken(kept=2, held=1)
    assert (kept[0].raw, kept[0].held) == (post.contents("Held")[0], "These bytes are not a mail that we can read.")
    assert (subjects(kept[1:]), kept[1].held, len(post.contents("Processed"))) == (["after it"], None, 1)


def test_a_mail_that_is_too_big_is_held_with_its_header_and_stays_whole_in_held(post: Post) -> None:
    kept: list[RawMessage] = []
    big = mail("a film", "x" * 70 + "\r\n" + ("y" * 70 + "\r\n") * 60)
    post.append(big)
    assert fetch(mailbox(post, max_bytes=3_000), kept.append) == Taken(kept=1, held=1)
    assert subjects(kept) == ["a film"]
    assert b"yyy" not in kept[0].raw
    assert kept[0].held == (
        f"The mail is too big: {len(big):,} bytes, and we take 3,000. "
        "Its header is here, the rest is in the folder Held."
    )
    assert (post.contents(), post.contents("Processed"), post.contents("Held")) == ([], [], [big])


def test_a_mail_exactly_as_big_as_allowed_is_taken(post: Post) -> None:
    sent = mail()
    kept: list[RawMessage] = []
    post.append(sent)
    assert fetch(mailbox(post, max_bytes=len(sent)), kept.append) == Taken(kept=1)


def test_a_new_uidvalidity_brings_nothing_twice_and_hides_nothing(post: Post) -> None:
    kept: list[RawMessage] = []
    post.owner().create_folder("Concerns")
    box = mailbox(post, folder="Concerns")
    post.append(mail("first"), "Concerns")
    with box.open() as folder:
        folder.take_in(kept.append, never)
        post.remake("Concerns")
        assert folder.take_in(kept.append, never) == Taken()
        post.append(mail("second"), "Concerns")
    fetch(box, kept.append)
    assert subjects(kept) == ["first", "second"]
    validities, uids = zip(*(message.key.split(".") for message in kept), strict=True)
    assert (len(set(validities)), len(set(uids))) == (2, 1)  # the second has the first one's UID, and is another mail


def test_a_mail_that_cannot_be_kept_does_not_delay_those_behind_it(post: Post) -> None:
    kept: list[RawMessage] = []

    def keep(message: RawMessage) -> None:
        if read(message.raw).subject == "poison":
            raise RuntimeError("this one cannot be kept")
        kept.append(message)

    for subject in ("before", "poison", "after", "last"):
        post.deliver(mail(subject))
    with pytest.raises(RuntimeError, match="this one cannot be kept"):
        fetch(mailbox(post), keep)
    assert subjects(kept) == ["before", "after", "last"]
    assert [read(raw).subject for raw in post.contents()] == ["poison"]


def test_a_store_that_is_away_is_not_asked_for_each_mail(post: Post) -> None:
    asked: list[str] = []

    def away(message: RawMessage) -> None:
        asked.append(message.key)
        raise RuntimeError(f"away {len(asked)}")

    for number in range(5):
        post.deliver(mail(f"{number}"))
    with pytest.raises(RuntimeError, match="away 1"):
        fetch(mailbox(post), away)
    assert (len(asked), len(post.contents())) == (2, 5)


def test_a_mail_that_the_server_cannot_give_delays_none_and_in_the_end_a_person_gets_its_header(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[RawMessage] = []
    true_fetch = IMAPClient.fetch

    def broken_fetch(self: Any, uids: list[int], what: list[str], *more: Any) -> Any:
        if uids == first and "BODY.PEEK[]" in what:
            raise IMAPClientError("fetch failed: NO corrupted")
        return true_fetch(self, uids, what, *more)

    monkeypatch.setattr(IMAPClient, "fetch", broken_fetch)
    post.deliver(mail("corrupted"))
    post.owner().select_folder("INBOX")
    first = post.owner().search("ALL")
    post.deliver(mail("behind it"))
    box = mailbox(post, patience=2)
    for _ in range(2):
        with pytest.raises(Unavailable, match="1 mails could not be fetched"):
            fetch(box, kept.append)
    assert subjects(kept) == ["behind it"]
    assert fetch(box, kept.append) == Taken(kept=1, held=1)
    assert subjects(kept[1:]) == ["corrupted"]
    assert kept[1].held is not None
    monkeypatch.undo()
    assert (post.contents(), len(post.contents("Held"))) == ([], 1)


def test_folders_with_any_name_are_made_and_made_again_when_somebody_removes_them(post: Post) -> None:
    kept: list[RawMessage] = []
    box = mailbox(post, processed="Taken in – £ äöü", held="Zum Nachsehen & mehr")
    post.deliver(mail())
    with box.open() as folder:
        folder.take_in(kept.append, never)
        post.remove("Taken in – £ äöü")
        post.deliver(mail())
        folder.take_in(kept.append, never)
    assert (len(kept), len(post.contents("Taken in – £ äöü"))) == (2, 1)
    assert post.owner().folder_exists("Zum Nachsehen & mehr")


def test_a_mail_that_somebody_has_read_or_marked_as_deleted_is_taken_too(post: Post) -> None:
    kept: list[RawMessage] = []
    post.append(mail("read"), flags=(b"\\Seen",))
    post.append(mail("deleted"), flags=(b"\\Deleted",))
    assert fetch(mailbox(post), kept.append) == Taken(kept=2)
    assert len(post.contents("Processed")) == 2


def test_a_mail_that_comes_while_we_look_is_taken_in_the_same_round(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[RawMessage] = []
    true_search = IMAPClient.search

    def slow_search(self: Any, *criteria: Any) -> Any:
        monkeypatch.undo()
        post.deliver(mail())
        return true_search(self, *criteria)

    with mailbox(post).open() as folder:
        monkeypatch.setattr(IMAPClient, "search", slow_search)
        assert folder.take_in(kept.append, never) == Taken(kept=1)


def test_in_a_read_only_mailbox_nothing_is_moved_or_made_and_nothing_comes_twice(post: Post) -> None:
    kept: list[RawMessage] = []

    def known(_channel: str, _account: str, keys: list[str]) -> frozenset[str]:
        return frozenset(keys) & {message.key for message in kept}

    box = Mailbox(post.settings(read_only=True, max_bytes=3_000), readable=lambda raw: read(raw).readable)
    post.deliver(mail("first"))
    post.append(b"\x01\xfe\xff these bytes are no mail")
    post.append(mail("too big", "x" * 3_000))
    with box.open() as folder:
        for _ in range(2):
            folder.take_in(kept.append, never)
    post.deliver(mail("second"))
    restarted = Mailbox(post.settings(read_only=True, max_bytes=3_000), known=known)
    fetch(restarted, kept.append)
    assert [message.held is None for message in kept] == [True, False, False, True]
    assert (subjects(kept[2:]), "is in the folder INBOX" in str(kept[2].held)) == (["too big", "second"], True)
    assert len(post.contents()) == 4
    assert not any(post.owner().folder_exists(name) for name in ("Processed", "Held"))


@pytest.mark.parametrize("has_uidplus", [True, False])
def test_a_server_without_move_gets_a_copy_and_a_mark_and_nothing_of_others_is_removed(
    post: Post, monkeypatch: pytest.MonkeyPatch, has_uidplus: bool
) -> None:
    kept: list[RawMessage] = []
    true_capabilities = IMAPClient.capabilities
    without = {b"MOVE"} if has_uidplus else {b"MOVE", b"UIDPLUS"}
    monkeypatch.setattr(IMAPClient, "capabilities", lambda self: set(true_capabilities(self)) - without)
    monkeypatch.delattr(IMAPClient, "move")  # nothing may reach for it
    post.append(mail("first"))
    box = mailbox(post)
    for _ in range(2):
        fetch(box, kept.append)
    post.append(mail("second"))
    fetch(mailbox(post), kept.append)
    assert subjects(kept) == ["first", "second"]
    assert [read(raw).subject for raw in post.contents("Processed")] == ["first", "second"]
    assert len(post.contents()) == (0 if has_uidplus else 2)  # only marked: an expunge would take others' mails, too
