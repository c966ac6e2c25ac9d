INSERT INTO seal_keys (id, kind, proof, seen_at, retired_at) VALUES ('0a0b0c0d', 'content', 'x', @T1, @T2);
