"""E-mail: reading, receiving and sending it."""
