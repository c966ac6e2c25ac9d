-- A conversation of which a message may wait for its turn.
INSERT INTO chat_turns (conversation_id, inbox_id, due_at) VALUES (1, 3, @T5);
