-- What is learned from.
INSERT INTO corrections (id, ticket_id, at, officer, classifier, channel, consent, messages, subject, text, isf, verdict,
    decision)
VALUES (1, 2, @T3, 'ann@trust.test', 'rules-1', 'smtp', TRUE, 1, 'Rota', 'The rota has gaps.', 4, '@V1', '@D4');
INSERT INTO shadow_verdicts (id, model, ticket_id, at, isf, verdict) VALUES (1, 'v1', 1, @T3, 1, '@V1');
