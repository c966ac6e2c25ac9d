"""Alembic's revisions, run by `storage.migrating`."""
