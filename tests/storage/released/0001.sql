-- Two concerns, one decided; a follow-up; mail ignored, quarantined and waiting; answers sent, waiting and withheld.
INSERT INTO officers (id, email, email_key, name, password_hash, active)
VALUES (1, 'Ann@trust.test', 'ann@trust.test', 'Ann Officer', '$argon2id$x', TRUE);
INSERT INTO sessions (token_hash, officer_id, csrf, expires_at) VALUES ('a1', 1, 'c', @T60);
INSERT INTO one_time_tokens (token_hash, officer_id, expires_at) VALUES ('b1', 1, @T60);
INSERT INTO sign_in_failures (id, key, at) VALUES (1, 'ann@trust.test', @T0);
INSERT INTO leases (name, holder, epoch, expires_at) VALUES ('imap:main', 'host:1', 7, @T1);
INSERT INTO tickets (id, reference, version, state, channel, received_at, subject, kind, provider, site, isf, decided,
    needs_person, graded, flagged, red_flags, rank)
VALUES
    (1, 'QM-AAAA-AAAA', 2, 'new', 'imap', @T0, 'Nights', 'concern', 'RWD', NULL, 2, FALSE, FALSE, TRUE, TRUE,
    '["violence"]', -7),
    (2, 'QM-BBBB-BBBB', 2, 'closed', 'smtp', @T1, 'Rota é', 'concern', NULL, NULL, 4, TRUE, FALSE, TRUE, FALSE, '[]', -9);
INSERT INTO inbox (id, channel, account, key, raw, size, sha256, envelope_from, envelope_to, held, received_at, due_at,
    claim, claimed_until, attempts, last_error, ending, reason, ticket_id, settled_at)
VALUES
    (1, 'imap', 'in@trust.test/INBOX', 'k1', @B0102ff, 3, '@H0102ff', NULL, '[]', NULL, @T0, @T0, NULL, NULL, 1, '',
    'ticket', '', 1, @T1),
    (2, 'smtp', 'in@trust.test', 'k2', @B68656c70, 4, '@H68656c70', '', '["in@trust.test"]', NULL, @T1, @T1, NULL, NULL,
    1, '', 'ticket', '', 2, @T2),
    (3, 'imap', 'in@trust.test/INBOX', 'k3', @B03, 1, '@H03', NULL, '[]', NULL, @T2, @T2, NULL, NULL, 1, '',
    'follow_up', '', 1, @T3),
    (4, 'imap', 'in@trust.test/INBOX', 'k4', @B04, 1, '@H04', NULL, '[]', NULL, @T2, @T2, NULL, NULL, 1, '', 'ignored',
    'It is automatic mail.', NULL, @T3),
    (5, 'imap', 'in@trust.test/INBOX', 'k5', @B05, 1, '@H05', NULL, '[]', 'It is too large.', @T2, @T2, NULL, NULL, 0,
    '', 'quarantined', 'It is too large.', NULL, @T2),
    (6, 'imap', 'in@trust.test/INBOX', 'k6', @B06, 1, '@H06', NULL, '[]', NULL, @T3, @T3, NULL, NULL, 0, '', NULL, '',
    NULL, NULL);
INSERT INTO fingerprints (fingerprint, inbox_id) VALUES ('f1', 1), ('f2', 2);
INSERT INTO entries (id, ticket_id, inbox_id, at, channel, subject, text, new_text, attachments, defects, message_id)
VALUES
    (1, 1, 1, @T0, 'imap', 'Nights', 'No registrar on nights.', 'No registrar on nights.', '["a.pdf (application/pdf, 3 bytes)"]',
    '[]', '1@school.test'),
    (2, 2, 2, @T1, 'smtp', 'Rota é', 'The rota has gaps.', 'The rota has gaps.', '[]', '["charset"]', NULL),
    (3, 1, 3, @T2, 'imap', 'Re: Nights', 'Still none.', 'Still none.', '[]', '[]', '3@school.test');
INSERT INTO reporters (ticket_id, name, address, address_key)
VALUES (1, 'Lee Learner', 'Lee@School.test', 'lee@school.test'), (2, '', '', '');
INSERT INTO verdicts (id, ticket_id, at, classifier, isf, verdict)
VALUES
    (1, 1, @T0, 'rules-1', 2, '@V2'),
    (2, 2, @T1, 'rules-1', 1, '@V1');
INSERT INTO decisions (id, ticket_id, at, officer, isf, decision) VALUES (1, 2, @T3, 'ann@trust.test', 4, '@D4');
INSERT INTO events (id, ticket_id, at, kind, actor, detail)
VALUES (1, 1, @T0, 'received', '', '{}'), (2, 2, @T3, 'decided', 'ann@trust.test', '{"isf": 4, "reason": "Read twice."}');
INSERT INTO outbox (id, ticket_id, purpose, message_id, address_key, domain, outgoing, created_at, due_at, claim,
    claimed_until, attempts, state, error, settled_at)
VALUES
    (1, 1, 'acknowledgement', 'ack-1@trust.test', 'lee@school.test', 'school.test', '@Oack-1', @T1, @T1, NULL, NULL, 1,
    'sent', '', @T2),
    (2, 2, 'acknowledgement', NULL, '', '', '{}', @T2, @T2, NULL, NULL, 0, 'withheld', 'It has no address.', @T2),
    (3, 1, 'message', 'more-1@trust.test', 'lee@school.test', 'school.test', '@Omore-1', @T3, @T3, NULL, NULL, 0,
    'waiting', '', NULL);
