"""Keys for tests: one set for the whole session, as all databases come from one that was sealed so."""

from datetime import UTC, datetime

from storage.key_sources import KeySource, KeyText
from storage.keys import KeySet, new_keys

KEYS: KeySet = new_keys(datetime(2026, 11, 1, tzinfo=UTC))
SOURCE: KeySource = KeyText(KEYS.text(), "the tests")
