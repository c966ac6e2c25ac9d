"""Backups as tests make them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from models.safety import Manifest, Origin
from storage.store import SealedWriter, Store

KEY_ID, KEY = "0a0b0c0d", bytes(range(32))
AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def key_of(key_id: str) -> bytes:
    assert key_id == KEY_ID
    return KEY


def quiet(_table: str, _done: int) -> None:
    """Tell nobody."""


def backed_up(store: Store, files: Mapping[str, Path] | None = None) -> tuple[bytes, Manifest]:
    """A backup, and what it says that it holds."""
    out = BytesIO()
    origin = Origin(version="1", revision=store.revision() or "", engine=store.engine, settings="s", at=AT)
    manifest = store.back_up(SealedWriter(out, key_id=KEY_ID, key=KEY), origin, files or {})
    return out.getvalue(), manifest


def restored(store: Store, backup: bytes, models: Path, *, replace: bool = False) -> Manifest:
    return store.restore(BytesIO(backup), key_of, models=models, replace=replace, told=quiet)
