-- An officer with roles, names and another post; a conflict that was found and lifted; a ticket for one officer only.
INSERT INTO officers (id, email, email_key, name, password_hash, active)
VALUES (2, 'Bob@trust.test', 'bob@trust.test', 'Bob Officer', '', TRUE);
INSERT INTO officer_profiles (officer_id, roles, names, screened, screened_to)
VALUES (2, '["lead", "officer"]', '["Bob Officer"]', TRUE, 2);
INSERT INTO attachments (officer_id, place, code) VALUES (2, 'RWD', 'RWD');
INSERT INTO conflicts (id, ticket_id, officer_id, kind, source, found_at, lifted_at, lifted_by)
VALUES (1, 1, 2, 'attached', 'RWD', @T3, NULL, NULL), (2, 2, 2, 'named', '2', @T3, @T4, 'ann@trust.test');
INSERT INTO restrictions (ticket_id, at, actor) VALUES (2, @T4, 'ann@trust.test');
INSERT INTO restricted_to (ticket_id, officer_id) VALUES (2, 2);
