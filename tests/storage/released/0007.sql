-- A ticket that is held, a message whose bytes were let go, and one that is gone.
INSERT INTO legal_holds (ticket_id, at, actor, reason) VALUES (2, @T4, 'ann@trust.test', 'A court asked for it.');
UPDATE inbox SET raw = NULL WHERE id = 4;
INSERT INTO emptied_messages (inbox_id, at) VALUES (4, @T4);
INSERT INTO tombstones (id, inbox_id, ending, reference, why, at) VALUES (1, 99, 'ignored', NULL, 'junk', @T4);
