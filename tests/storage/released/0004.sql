-- Two acts of the audit, chained.
INSERT INTO audit (seq, at, actor, action, subject, detail, previous, hash)
VALUES
    (1, '2026-11-24T09:01:00.000000Z', 'ann@trust.test', 'signed_in', '', '{}',
    '0000000000000000000000000000000000000000000000000000000000000000',
    '3240859cc72bdf212c01cab40344c5d1ef53d9981a5dc63389e92e1d80904e88'),
    (2, '2026-11-24T09:02:00.000000Z', 'ann@trust.test', 'ticket_decided', 'QM-BBBB-BBBB', '{"isf":4}',
    '3240859cc72bdf212c01cab40344c5d1ef53d9981a5dc63389e92e1d80904e88',
    '976bbe08d056b128a744f338f95b5032bf03645e8c3b80f66629119796f30f9b');
UPDATE audit_head SET seq = 2, hash = '976bbe08d056b128a744f338f95b5032bf03645e8c3b80f66629119796f30f9b';
