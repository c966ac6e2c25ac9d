-- Where the store stands: it came from another database, and is open.
INSERT INTO standing (id, state, since, place) VALUES (1, 'open', @T4, 'sqlite:///old.db');
