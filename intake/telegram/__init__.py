"""The Telegram bot within the product: who fetches, who sends, and whether it may run at all."""
