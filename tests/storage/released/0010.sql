-- A sign of life, and an alarm that is over.
INSERT INTO heartbeats (name, at) VALUES ('mailbox main', @T5);
INSERT INTO alarms (name, words, since, told_at, ended_at) VALUES ('inbox', 'Nothing is filed.', @T3, @T4, @T5);
