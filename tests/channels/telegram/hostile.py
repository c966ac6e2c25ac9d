"""Updates that make no sense, or are meant to do harm: none may raise, and none may delay the next."""

from typing import Any

PRIVATE: dict[str, Any] = {"id": 5_550_001_234, "type": "private", "first_name": "Ada"}
DEEP: Any = "end"
for _ in range(200):
    DEEP = [DEEP]

UPDATES: list[tuple[str, Any]] = [
    ("message", None),
    ("message", "text"),
    ("message", 7),
    ("message", []),
    ("message", {}),
    ("message", {"message_id": 1, "date": 0, "chat": {}}),
    ("message", {"message_id": "one", "date": "today", "chat": PRIVATE, "text": 7}),
    ("message", {"message_id": 2, "date": -1, "chat": PRIVATE, "text": "half \ud83d and \u0000 nul"}),
    ("message", {"message_id": 3, "date": 2**62, "chat": PRIVATE, "text": "\u202e\u200b" * 2_000}),
    ("message", {"message_id": 4, "date": 1, "chat": {"id": 2**70, "type": "private"}, "text": "huge"}),
    ("message", {"message_id": 5, "date": 1, "chat": {"id": True, "type": "private"}, "text": "true"}),
    ("message", {"message_id": 6, "date": 1, "chat": PRIVATE, "photo": [{}, None, {"file_size": "big"}]}),
    ("message", {"message_id": 7, "date": 1, "chat": PRIVATE, "document": {"file_id": ["x"], "file_size": -5}}),
    ("message", {"message_id": 8, "date": 1, "chat": PRIVATE, "text": "deep", "entities": DEEP}),
    ("message", {"message_id": 9, "date": 1, "chat": PRIVATE, "text": "x" * 60_000}),
    ("message", {"message_id": 10, "date": 1, "chat": PRIVATE, "something_new_of_2031": {"a": 1}}),
    ("message", {"message_id": 11, "date": 1, "chat": PRIVATE, "from": {"is_bot": True}, "text": "I am a bot"}),
    ("edited_message", {"message_id": 999, "chat": PRIVATE, "text": "an edit of nothing"}),
    ("callback_query", {"id": 7}),
    ("callback_query", {"id": "c1", "from": {"id": PRIVATE["id"]}, "message": {"chat": PRIVATE}, "data": "||||"}),
    ("callback_query", {"id": "c2", "from": {"id": PRIVATE["id"]}, "message": {"chat": PRIVATE}, "data": "2|n|yes"}),
    ("callback_query", {"id": "c3", "from": {"id": PRIVATE["id"]}, "message": {"chat": PRIVATE}}),
    ("poll_answer", {"unasked": True}),
]
