"""The server is killed while it serves us, at every moment: nothing is lost, nothing comes under a second key."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from imapclient import IMAPClient

from channels.base import Unavailable
from models.message import RawMessage
from tests.channels.posts import Post, fetch, mail, mailbox, never, subjects
from tests.relay import Relay

SUBJECTS = ["one", "two", "three"]
Kept = list[RawMessage]


def while_we_wait(post: Post, _kept: Kept, _monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        Relay(post.port) as line,
        mailbox(post, port=line.port).open() as folder,
        ThreadPoolExecutor() as pool,
    ):
        waiting = pool.submit(folder.wait, 60.0, never)
        assert line.hears(b"IDLE\r\n")
        post.kill()
        waiting.result(timeout=20)


def before_it_answers(method: str, told: str) -> Callable[[Post, Kept, pytest.MonkeyPatch], None]:
    """Kill it when we have asked for the second mail, or to move it."""

    def killing(post: Post, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
        true_method, times = getattr(IMAPClient, method), [0]

        def deadly(self: Any, uids: Any, what: Any, *more: Any) -> Any:
            times[0] += told in what
            if times[0] == 2 and told in what:
                monkeypatch.undo()
                post.kill()
            return true_method(self, uids, what, *more)

        monkeypatch.setattr(IMAPClient, method, deadly)
        fetch(mailbox(post), kept.append)

    return killing


def after_it_has_moved(post: Post, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    true_move = IMAPClient.move

    def deadly(self: Any, uids: Any, folder: Any) -> Any:
        answer = true_move(self, uids, folder)
        post.kill()
        return answer

    monkeypatch.setattr(IMAPClient, "move", deadly)
    try:
        fetch(mailbox(post), kept.append)
    finally:
        monkeypatch.undo()


def while_we_keep(post: Post, kept: Kept, _monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(message: RawMessage) -> None:
        kept.append(message)
        post.kill()

    fetch(mailbox(post), keep)


MOMENTS = {
    "while we wait": while_we_wait,
    "before it gives us a mail": before_it_answers("fetch", "BODY.PEEK[]"),
    "while we keep a mail": while_we_keep,
    "before it moves a mail": before_it_answers("move", "Processed"),
    "after it has moved a mail": after_it_has_moved,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_server_that_is_killed_loses_nothing_and_brings_nothing_under_a_second_key(
    post: Post, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: Kept = []
    for subject in SUBJECTS:
        post.deliver(mail(subject))
    with pytest.raises(Unavailable):
        MOMENTS[moment](post, kept, monkeypatch)
    post.leave()
    fetch(mailbox(post), kept.append)
    assert sorted({message.key: one for message, one in zip(kept, subjects(kept), strict=True)}.values()) == sorted(
        SUBJECTS
    )
    assert (len(post.contents()), len(post.contents("Processed"))) == (0, 3)
