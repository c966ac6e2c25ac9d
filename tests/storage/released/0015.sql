-- A ticket that somebody has, with clocks, one of them told of; another that stands still; a flag that calls; a notice,
-- a label, a view, somebody who looks, and what an officer chose.
UPDATE tickets SET due = 29926980, due_clock = 'reading', assignee_id = 1 WHERE id = 1;
INSERT INTO clocks (ticket_id, clock, started_at, due_at, paused_days, done_at, told_at)
VALUES (1, 'reading', @T0, @T60, 0, NULL, @T61), (1, 'decision', @T0, @T90, 0, NULL, NULL),
    (2, 'decision', @T0, @T90, 1, @T3, NULL);
INSERT INTO clock_pauses (ticket_id, since, reason, actor) VALUES (2, @T4, 'The trust looks into it.', 'ann@trust.test');
INSERT INTO alerts (ticket_id, raised_at, flags, told_at, times, acknowledged_at, acknowledged_by)
VALUES (1, @T0, '["violence"]', @T1, 1, NULL, NULL);
INSERT INTO notices (id, officer_id, about, ticket_id, at) VALUES (1, 1, 'assigned', 1, @T5);
INSERT INTO ticket_labels (ticket_id, label) VALUES (1, 'theme:rota');
INSERT INTO saved_views (id, officer_id, name, query, shared) VALUES (1, 1, 'Late', 'state=new&late=1', TRUE);
INSERT INTO presences (ticket_id, officer_id, seen_at) VALUES (1, 1, @T5);
INSERT INTO officer_preferences (officer_id, mail_about, quiet_from, quiet_to, shortcuts, live)
VALUES (1, '["assigned"]', 1080, 480, TRUE, TRUE);
