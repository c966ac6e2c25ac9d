"""A small Telegram on this machine: the Bot API over real HTTP, and the people who write to the bot."""
