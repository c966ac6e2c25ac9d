"""Sections of the settings that are large enough for a module of their own; `intake/config.py` puts them together."""
