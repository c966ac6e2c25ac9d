-- Two tickets held together, a merge that was undone, a ticket split off another, and a task.
INSERT INTO ticket_links (id, first_id, second_id, kind, officer, at) VALUES (1, 1, 2, 'related', 'ann@trust.test', @T5);
INSERT INTO merges (id, from_id, into_id, state, before, after, officer, at, undone_at, undone_by)
VALUES (1, 2, 1, 'closed', '{}', '{}', 'ann@trust.test', @T5, @T6, 'ann@trust.test');
INSERT INTO splits (ticket_id, from_id, officer, at) VALUES (2, 1, 'ann@trust.test', @T5);
INSERT INTO tasks (id, ticket_id, text, due, owner_id, officer, at, done_at, done_by)
VALUES (1, 1, 'Ring the ward.', '2026-12-01', NULL, 'ann@trust.test', @T5, NULL, NULL);
