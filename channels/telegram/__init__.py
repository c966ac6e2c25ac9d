"""Telegram as a channel: updates in, replies out, by long polling or by a webhook."""
