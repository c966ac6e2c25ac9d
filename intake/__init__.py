"""Puts it together: the way of a message, the command line, the desk, the demo."""
