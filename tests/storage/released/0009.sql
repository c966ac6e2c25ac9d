-- A chat with its report, its messages and replies, a question of an officer's, and what was said of the service.
INSERT INTO code_failures (id, key, at) VALUES (1, 'telegram:1', @T4);
INSERT INTO conversations (id, channel, account, key, address, state, due_at, seen_at)
VALUES (1, 'telegram', 'bot', '@I{chat 12345}@', @S{conversations.address 1 12345}@,
    @S{conversations.state 1 {}}@, NULL, @T4);
INSERT INTO conversation_tickets (conversation_id, ticket_id) VALUES (1, 1);
INSERT INTO feedback (id, at, answer, comment) VALUES (1, @T4, 'yes', @S{feedback.comment 1 Kind.}@);
INSERT INTO access_codes (ticket_id, hash, issued_at) VALUES (1, 'h1', @T4);
INSERT INTO replies (id, key, conversation_id, ticket_id, prompt, policy, body, secret, question_id, external, created_at,
    due_at, claim, claimed_until, attempts, state, error, settled_at)
VALUES (1, 'r1', 1, 1, 'receipt', 'resend', @S{replies.body 1 {"text": "Thank you."}}@, FALSE, NULL, NULL, @T4, @T4,
    NULL, NULL, 1, 'sent', '', @T5);
INSERT INTO report_terms (ticket_id, level, questions_welcome, withdrawn_at, cut_at, erasure_asked_at)
VALUES (1, 'confidential', TRUE, NULL, NULL, NULL);
INSERT INTO chat_messages (inbox_id, conversation_id, message, album) VALUES (3, 1, 'm1', '');
INSERT INTO questions (id, ticket_id, officer, text, state, asked_at, ended_at, answer_id)
VALUES (1, 1, 'ann@trust.test', @S{questions.text 1 Which ward?}@, 'open', @T5, NULL, NULL);
INSERT INTO second_readings (id, ticket_id, due_at, claim, claimed_until, attempts) VALUES (3, 1, @T5, NULL, NULL, 0);
