"""Carrying out the dialogue: from a chat message in the inbox to entries, tickets and replies, in one transaction."""
