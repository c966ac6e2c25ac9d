"""Alembic wants this file; `storage.migrating` sets everything up before it could be needed."""
