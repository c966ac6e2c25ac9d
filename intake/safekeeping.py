"""Keeping the store safe: backups written, looked at and put back."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from intake.app import App
from intake.auditing import digest_of, operator
from intake.backup_keys import BackupKeys
from models.audit import Act, Action
from models.safety import Manifest, Origin
from storage.store import SealedWriter, StoreError, look_through

Told = Callable[[str, int], None]


def keys_of(app: App) -> BackupKeys:
    """The keys that seal backups."""
    return BackupKeys(app.store)


def version() -> str:
    """The version of the product."""
    try:
        return metadata.version("quality-me-intake")
    except metadata.PackageNotFoundError:
        return "from a source tree"


def back_up(app: App, destination: Path, *, models: bool) -> Manifest:
    """Write a backup, read it back, and only then give it its name. Raises StoreError; nothing is ever overwritten."""
    if destination.exists():
        raise StoreError(f"{destination} is there already; give another name: a backup never overwrites anything")
    keys = keys_of(app)
    key_id, key = keys.current()
    detail = {"file": destination.name[:200], "models": models}
    with app.store.write() as tx:
        tx.audit.append(Act(at=app.clock(), actor=operator(), action=Action.BACKED_UP, detail=detail))
    part = destination.with_name(f".{destination.name}.{secrets.token_hex(4)}.part")
    try:
        written = _write(app, part, key_id, key, models=models)
        if verify(part, keys) != written:
            raise StoreError("what was written is not what can be read back; there is no backup")
        _name(part, destination)
    except OSError as fault:
        raise StoreError(f"{destination} cannot be written ({fault.strerror}); there is no backup") from None
    finally:
        with suppress(OSError):
            part.unlink()
    return written


def _write(app: App, part: Path, key_id: str, key: bytes, *, models: bool) -> Manifest:
    origin = Origin(
        version=version(),
        revision=app.store.revision() or "",
        engine=app.store.engine,
        settings=digest_of(app.config),
        at=app.clock(),
    )
    files = model_files(app.config.models_dir) if models else {}
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        written = app.store.back_up(SealedWriter(file, key_id=key_id, key=key), origin, files)
        file.flush()
        os.fsync(file.fileno())
    return written


def _name(part: Path, destination: Path) -> None:
    """Give the file its name, unless something took it meanwhile; and make the name durable."""
    try:
        os.link(part, destination)
    except FileExistsError:
        raise StoreError(f"{destination} is there already; give another name") from None
    except OSError:  # a file system without links
        part.rename(destination)
    folder = os.open(destination.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def model_files(folder: Path) -> dict[str, Path]:
    """The files of trained models by their path in the folder; halves that were never finished are left out."""
    found = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in inside.parts):
            found[inside.as_posix()] = path
    return found


def verify(path: Path, keys: BackupKeys) -> Manifest:
    """Read a backup to its end and prove that it is whole. Raises StoreError."""
    try:
        with path.open("rb") as file:
            return look_through(file, keys.get)
    except OSError as fault:
        raise StoreError(f"{path} cannot be read ({fault.strerror})") from None


def put_back(app: App, path: Path, *, replace: bool, told: Told) -> Manifest:
    """Restore a backup into the store of the settings, and note that. Raises StoreError; then nothing was changed."""
    keys = keys_of(app)
    app.config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with path.open("rb") as file:
            manifest = app.store.restore(file, keys.get, models=app.config.models_dir, replace=replace, told=told)
    except OSError as fault:
        raise StoreError(f"{path} cannot be read, or its models not written ({fault.strerror})") from None
    detail = {
        "made_at": manifest.origin.at.isoformat(),
        "digest": manifest.content.digest,
        "rows": manifest.content.rows,
    }
    with app.store.write() as tx:
        tx.audit.append(Act(at=app.clock(), actor=operator(), action=Action.RESTORED, detail=detail))
    return manifest
