"""The public page on which learners write to the team: the chat, and a form for those who prefer to write at once."""
