-- A session with what is known of it, a second factor with a recovery code, and an account at a provider.
INSERT INTO session_facts (token_hash, stage, way, device, opened_at, last_used_at, proved_at)
VALUES ('a1', 'whole', 'password', 'Firefox on Windows', @T0, @T5, @T0);
INSERT INTO second_factors (officer_id, secret, coming, set_at, last_step)
VALUES (1, @S{second_factors.secret 1 JBSWY3DPEHPK3PXP}@, NULL, @T0, 58000000);
INSERT INTO recovery_codes (officer_id, code_hash) VALUES (1, '@H00');
INSERT INTO outside_accounts (issuer, subject, officer_id, linked_at)
VALUES ('https://login.trust.test', 'ann-1', 1, @T0);
