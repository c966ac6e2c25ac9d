"""What is kept of an update: never a name, never a fault, and the same key whenever it comes again."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.telegram.updates import ALLOWED, Account, press_of, understand
from models.chat import ChatFormatError, ChatKind, ChatMessage, FileState, from_raw
from models.message import RawMessage
from tests.channels.telegram.hostile import UPDATES

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
ACCOUNT = Account.of("4242:a-secret-token-of-the-tests")
PERSON = {
    "id": 5_550_001_234,
    "is_bot": False,
    "first_name": "Wilhelmina",
    "last_name": "Quartermaine",
    "username": "willa_q",
    "language_code": "cy",
    "is_premium": True,
}
CHAT = {"id": 5_550_001_234, "type": "private", "first_name": "Wilhelmina", "username": "willa_q"}
HEAD = {"message_id": 7, "date": 1_790_000_000, "from": PERSON, "chat": CHAT}
PRIVATE_WORDS = (b"Wilhelmina", b"Quartermaine", b"willa_q", b"cy", b"+44")
JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=6),
    max_leaves=20,
)


def taken(kind: str, body: object, update_id: int = 5) -> RawMessage:
    found = understand({"update_id": update_id, kind: body}, ACCOUNT, NOW)
    assert found is not None
    return found


def message(**more: Any) -> ChatMessage:
    return from_raw(taken("message", {**HEAD, **more}).raw)


@pytest.mark.parametrize(
    ("more", "odd"),
    [
        ({"text": "No registrar."}, ""),
        ({"contact": {"phone_number": "+44 7700 900123", "first_name": "Wilhelmina"}}, "contact"),
        ({"location": {"latitude": 52.95, "longitude": -1.18}}, "location"),
        ({"sticker": {"file_id": "s", "emoji": "x"}}, "sticker"),
        ({"text": "Look", "forward_origin": {"sender_user": PERSON}, "entities": [{"user": PERSON}]}, ""),
        ({"text": "Yes", "reply_to_message": {**HEAD, "text": "Wilhelmina"}, "quote": {"text": "willa_q"}}, ""),
        ({"document": {"file_id": "d", "file_name": "Quartermaine.pdf", "mime_type": "application/pdf"}}, ""),
        ({"something_new": PERSON}, "unknown kind of message"),
    ],
)
def test_nothing_of_a_person_but_their_words_is_kept(more: dict[str, Any], odd: str) -> None:
    kept = taken("message", {**HEAD, **more})
    assert not [word for word in PRIVATE_WORDS if word in kept.raw]
    assert str(CHAT["id"]) not in kept.key
    assert from_raw(kept.raw).odd == odd


def test_the_largest_photo_is_taken_and_what_is_too_big_is_said_so() -> None:
    sizes = [{"file_id": "small", "file_size": 10}, {"file_id": "large", "file_size": 900}]
    [photo] = message(photo=sizes, caption="the rota", media_group_id="77").files
    assert (photo.ref, photo.kind, photo.size, photo.state) == ("large", "photo", 900, FileState.HELD)
    [video] = message(video={"file_id": "v", "file_size": 21 * 2**20}).files
    assert video.state is FileState.TOO_BIG


def test_an_edit_names_what_it_changes_and_is_another_message() -> None:
    first, changed = taken("message", {**HEAD, "text": "a"}), {**HEAD, "text": "b", "edit_date": 1_790_000_100}
    edit = taken("edited_message", changed)
    again = taken("edited_message", {**changed, "edit_date": 1_790_000_200})
    assert (from_raw(edit.raw).kind, from_raw(edit.raw).edits) == (ChatKind.EDIT, "7")
    assert len({first.key, edit.key, again.key}) == 3


def test_a_button_counts_only_from_the_person_of_its_chat() -> None:
    body = {"id": "press-1", "from": PERSON, "message": {"chat": CHAT, "message_id": 9}, "data": "1|n0nce|carry_on"}
    press = from_raw(taken("callback_query", body).raw)
    assert (press.kind, press.option, press.nonce) == (ChatKind.PRESS, "carry_on", "n0nce")
    assert understand({"update_id": 1, "callback_query": {**body, "from": {"id": 1}}}, ACCOUNT, NOW) is None
    assert press_of({"update_id": 1, "callback_query": body}) == "press-1"
    foreign = from_raw(taken("callback_query", {**body, "data": "x" * 64}).raw)
    assert (foreign.option, foreign.nonce) == ("", "")


def test_the_same_number_after_a_quiet_week_is_no_repetition() -> None:
    one = taken("message", {**HEAD, "text": "a"}, update_id=9)
    assert taken("message", {**HEAD, "text": "a"}, update_id=9).key == one.key
    assert taken("message", {**HEAD, "message_id": 8, "text": "a"}, update_id=9).key != one.key


def test_a_group_is_left_and_other_bots_are_ignored() -> None:
    group = {"id": -100_500, "type": "supergroup", "title": "Ward 7"}
    joined = {"chat": group, "from": PERSON, "date": 1, "new_chat_member": {"status": "member"}}
    assert from_raw(taken("my_chat_member", joined).raw).kind is ChatKind.GROUP
    said = taken("message", {**HEAD, "chat": group, "text": "words of the group"})
    again = taken("message", {**HEAD, "chat": group, "text": "more words", "message_id": 8}, update_id=6)
    assert (said.key == again.key, b"words" in said.raw, b"Ward 7" in said.raw) == (True, False, False)
    bot = {**HEAD, "from": {**PERSON, "is_bot": True}, "text": "beep"}
    assert understand({"update_id": 1, "message": bot}, ACCOUNT, NOW) is None


def test_blocking_us_is_told_and_coming_back_says_nothing() -> None:
    member = {"chat": CHAT, "from": PERSON, "date": 1, "new_chat_member": {"status": "kicked"}}
    assert from_raw(taken("my_chat_member", member).raw).kind is ChatKind.GONE
    back = {**member, "new_chat_member": {"status": "member"}}
    assert understand({"update_id": 1, "my_chat_member": back}, ACCOUNT, NOW) is None


def check(update: object) -> None:
    kept = understand(update, ACCOUNT, NOW)
    if kept is None:
        return
    again = understand(copy.deepcopy(update), ACCOUNT, NOW)
    assert again is not None
    assert (again.key, again.raw) == (kept.key, kept.raw)
    json.loads(kept.raw)
    if kept.held:
        with pytest.raises(ChatFormatError):
            from_raw(kept.raw)
        return
    found = from_raw(kept.raw)
    found.text.encode()
    assert "\0" not in found.text


@pytest.mark.parametrize("update", UPDATES, ids=str)
def test_hostile_updates_are_understood_or_held(update: tuple[str, Any]) -> None:
    check({"update_id": 1, update[0]: update[1]})


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_any_json_is_understood_or_held(update: object) -> None:
    check(update)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ALLOWED), st.dictionaries(st.sampled_from([*sorted(HEAD), "text", "photo", "data", "id"]), JSON))
def test_a_message_with_any_field_replaced_is_understood_or_held(kind: str, changes: dict[str, Any]) -> None:
    check({"update_id": 1, kind: {**HEAD, "text": "words", **changes}})
