-- The figures are made from the tickets that are there. Two tokens, an answer, a webhook, and a call that waits.
INSERT INTO api_tokens (id, name, prefix, token_hash, scopes, officer_id, role, made_by, made_at, expires_at,
    last_used_at, revoked_at)
VALUES (1, 'Reports', 'aaaaaaaa', 'h1', '["statistics:read"]', NULL, 'read_only', 'ann@trust.test', @T5, @T60, NULL, NULL),
    (2, 'Ann', 'bbbbbbbb', 'h2', '["tickets:read"]', 1, NULL, 'ann@trust.test', @T5, @T60, @T6, @T7);
INSERT INTO api_calls (token_id, key, fingerprint, at, answer) VALUES (2, 'k1', 'f1', @T6, '{"version": 3}');
INSERT INTO webhooks (id, name, url, secret, events, role, made_by, made_at, failing_since, disabled_at, disabled_why)
VALUES (1, 'Register', 'https://register.trust.test/hook', @S{webhooks.secret 1 a long shared secret}@, '["ticket.created"]',
    'read_only', 'ann@trust.test', @T5, NULL, NULL, '');
INSERT INTO hook_calls (id, webhook_id, ticket_id, event, at, due_at, claim, claimed_until, attempts, state, error,
    settled_at)
VALUES (1, 1, 1, 'ticket.created', @T6, @T6, NULL, NULL, 0, 'waiting', '', NULL);
