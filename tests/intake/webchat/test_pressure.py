"""Floods: nothing is lost; it only takes a little work, or a short wait."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.classifying import Classify
from intake.webchat.pressure import Limits, Pressure
from intake.webchat.tokens import KEY_BYTES, Signer, key_in
from tests.intake.webchat.making import STORY, Clock, Visitor, running, said

SIGNER = Signer(bytes(KEY_BYTES))
WRONG = ("", "é")


def worked(form_id: str, bits: int) -> str:
    """The work that a browser does."""
    number = 0
    while int.from_bytes(hashlib.sha256(f"{form_id}:{number}".encode()).digest(), "big") >> (256 - bits):
        number += 1
    return str(number)


class Crowd:
    """Many who send forms to a site with small limits."""

    def __init__(self) -> None:
        self.clock = Clock()
        limits = Limits(a_minute=4, busy_from=6, work_bits=6, wait_seconds=20)
        self.pressure = Pressure(limits, self.clock)

    def send(self, token: str, *, work: str = "", content: str = "words", conversation: str = "one") -> int:
        form = SIGNER.form(token, self.clock())
        assert form is not None
        return self.pressure.wait(form, work=work, content=content, conversation=conversation)

    def new(self) -> str:
        """A form for which neither of the wrong works happens to be right, as one in 64 is for so few bits."""
        while True:
            token = SIGNER.new_form(self.clock(), bits=self.pressure.bits())
            form = SIGNER.form(token, self.clock())
            assert form is not None
            if not (form.bits and any(form.is_worked(work) for work in WRONG)):
                return token

    def flood(self) -> None:
        for number in range(6):
            assert self.send(self.new(), conversation=f"many-{number}") == 0


def test_while_it_is_quiet_nobody_works_or_waits() -> None:
    crowd = Crowd()
    assert crowd.pressure.bits() == 0
    assert crowd.send(crowd.new()) == 0


def test_under_a_flood_work_lets_in_at_once() -> None:
    crowd = Crowd()
    crowd.flood()
    token = crowd.new()
    form = SIGNER.form(token, crowd.clock())
    assert form is not None
    assert form.bits >= 6
    assert crowd.send(token, work=worked(form.id, form.bits)) == 0


def test_wrong_work_has_to_wait_like_none() -> None:
    crowd = Crowd()
    crowd.flood()
    token = crowd.new()
    for work in WRONG:
        assert crowd.send(token, work=work) > 0


def test_who_cannot_work_waits_once_and_is_then_let_in() -> None:
    crowd = Crowd()
    token = crowd.new()
    crowd.flood()
    wait = crowd.send(token)
    assert 0 < wait <= 20
    crowd.clock.forward(timedelta(seconds=wait))
    assert crowd.pressure.bits() > 0, "it has not become quiet meanwhile"
    assert crowd.send(token) == 0


def test_one_piece_of_work_is_good_for_one_message_only() -> None:
    crowd = Crowd()
    crowd.flood()
    token = crowd.new()
    form = SIGNER.form(token, crowd.clock())
    assert form is not None
    work = worked(form.id, form.bits)
    assert crowd.send(token, work=work, content="one") == 0
    assert crowd.send(token, work=work, content="one") == 0, "the same again is no second message"
    assert crowd.send(token, work=work, content="two") > 0


def test_a_single_conversation_that_floods_waits_and_no_other_does() -> None:
    crowd = Crowd()
    waits = [crowd.send(crowd.new(), conversation="loud") for _ in range(5)]
    assert waits[:4] == [0, 0, 0, 0]
    assert waits[4] > 0
    assert crowd.send(crowd.new(), conversation="quiet") == 0
    crowd.clock.forward(timedelta(seconds=waits[4]))
    assert crowd.send(crowd.new(), conversation="loud") == 0


def test_the_page_keeps_the_words_of_who_must_wait_and_takes_them_afterwards(tmp_path: Path, fast: Classify) -> None:
    with running(tmp_path, fast, "a_minute = 2\n") as site, Visitor(base_url=site.url) as visitor:
        for text in (STORY, "It was ward 7."):
            visitor.fill_in(text=text)
        page = visitor.fill_in(text="And it was dark.")
        assert page.status_code == 429
        assert int(page.headers["retry-after"]) > 0
        assert ">\nAnd it was dark.</textarea>" in page.text
        site.clock.forward(timedelta(minutes=1))
        again = visitor.fill_in(html=page.text, text="And it was dark.")
        assert "And it was dark." in said(again.text)
        assert [entry.text for entry in site.tickets()[0].entries] == [STORY, "It was ward 7.", "And it was dark."]


@given(st.text())
def test_no_text_is_taken_for_a_form_or_a_cookie_of_ours(text: str) -> None:
    assert SIGNER.form(text, Clock().now) is None
    assert SIGNER.token_in(text, Clock().now) == ""


TOKEN = SIGNER.new_form(Clock().now, bits=3)


@given(at=st.integers(0, len(TOKEN) - 1), sign=st.characters())
def test_a_form_that_was_changed_anywhere_is_not_ours(at: int, sign: str) -> None:
    changed = TOKEN[:at] + sign + TOKEN[at + 1 :]
    assert (SIGNER.form(changed, Clock().now) is not None) == (changed == TOKEN)


def test_a_form_is_no_cookie_and_another_key_signs_otherwise() -> None:
    now = Clock().now
    assert SIGNER.token_in(SIGNER.new_form(now, bits=0), now) == ""
    assert Signer(b"\1" * KEY_BYTES).form(SIGNER.new_form(now, bits=0), now) is None


def test_the_key_is_made_once_for_its_owner_alone_and_refused_when_damaged(tmp_path: Path) -> None:
    path = tmp_path / "web.key"
    assert key_in(path) == key_in(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"short")
    with pytest.raises(OSError, match="32 bytes"):
        key_in(path)
