-- A letter to the reporter by mail, a note between officers, and a tag.
INSERT INTO letters (id, ticket_id, at, officer, purpose, way, text, reason, outcome, outbox_id, question_id)
VALUES (1, 1, @T5, 'ann@trust.test', 'question', 'chat', 'Which ward?', '', NULL, NULL, 1);
INSERT INTO notes (id, ticket_id, at, officer, text) VALUES (1, 1, @T5, 'ann@trust.test', 'I rang the ward.');
INSERT INTO tags (ticket_id, tag, officer, at) VALUES (1, 'winter', 'ann@trust.test', @T5);
