-- What a mail tells of its sender, and who else it went to.
INSERT INTO mail_facts (inbox_id, trust, witness, found, spoofing, junk, people)
VALUES (1, 'doubtful', 'server', 'spf fail, dmarc fail', '["failed"]', 'header x-spam-flag',
    @S{mail_facts.people 1 {"recipients": [["Head of School", "head@school.test"]], "original": null}}@);
