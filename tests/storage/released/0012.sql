-- A chat message whose files are still to be fetched.
INSERT INTO file_fetches (id, due_at, claim, claimed_until, attempts) VALUES (3, @T5, NULL, NULL, 0);
