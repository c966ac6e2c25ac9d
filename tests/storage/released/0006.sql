-- One message that may be found by its words, beside those that nobody has masked yet.
UPDATE search_entries SET masked = TRUE, subject = 'Nights', text = 'No registrar on nights.' WHERE inbox_id = 1;
