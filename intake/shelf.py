"""The models on disk: one folder each under `data_dir/models`, and which of them is in use.

`current` holds the version in use; without it the shipped model is used. `history` holds a line for each change, so
that there is a way back. Only `current` is ever replaced, and in one step: a reader finds the old version or the new.
"""

import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

SHIPPED = "shipped"
"""The name of the model that comes with the product."""
CURRENT, HISTORY, CARD = "current", "history", "card.json"
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")


class ModelError(Exception):
    """A model is not there or cannot be used; the text says which, why, and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A line of the history: which version was in use from then on, and by which command."""

    at: str
    what: str
    version: str


class Shelf:
    """The models in one folder, which need not be there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def versions(self) -> tuple[str, ...]:
        """The versions on disk, oldest first."""
        cards = [card for card in self.folder.glob(f"*/{CARD}") if _NAME.fullmatch(card.parent.name)]
        return tuple(card.parent.name for card in sorted(cards, key=lambda card: (card.stat().st_mtime_ns, card)))

    def current(self) -> str:
        """The version in use. Raises ModelError when the pointer cannot be read."""
        try:
            name = (self.folder / CURRENT).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return SHIPPED
        except (OSError, UnicodeDecodeError) as fault:
            raise ModelError(f"the pointer {CURRENT!r} cannot be read ({type(fault).__name__})") from None
        return name or SHIPPED

    def path(self, version: str) -> Path | None:
        """The folder of a version, None for the shipped one. Raises ModelError when there is none."""
        if version == SHIPPED:
            return None
        if not _NAME.fullmatch(version) or not (self.folder / version / CARD).is_file():
            raise ModelError(f"there is no model {version}; 'intake models' lists those there are")
        return self.folder / version

    def card(self, version: str) -> dict[str, Any]:
        """The card of a version on disk. Raises ModelError."""
        path = self.path(version)
        try:
            card = json.loads((path / CARD).read_text(encoding="utf-8")) if path else {}
        except (OSError, ValueError) as fault:
            raise ModelError(f"the card of model {version} cannot be read ({type(fault).__name__})") from None
        return card if isinstance(card, dict) else {}

    def add(self, version: str, write: Callable[[Path], None]) -> Path:
        """Put a model there, whole or not at all; one of the same version is replaced unless it is in use."""
        if not _NAME.fullmatch(version) or version in {SHIPPED, CURRENT, HISTORY}:
            raise ModelError(f"{version!r} is no name for a model")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self.folder / version
        half = Path(mkdtemp(prefix=".half-", dir=self.folder))
        try:
            write(half)
            if place.exists() and self.current() != version:
                shutil.rmtree(place)
            if not place.exists():
                half.rename(place)
        finally:
            shutil.rmtree(half, ignore_errors=True)
        return place

    def history(self) -> tuple[Change, ...]:
        """All changes, oldest first; a line that cannot be read is passed over."""
        try:
            lines = (self.folder / HISTORY).read_text(encoding="utf-8").splitlines()
        except OSError:
            return ()
        return tuple(change for line in lines if (change := _change(line)) is not None)

    def promote(self, version: str, at: datetime) -> None:
        """Use this version from now on. Raises ModelError when there is none such."""
        self.path(version)
        self._change_to(version, "promote", at)

    def before(self) -> str:
        """The version that was in use before the current one and is still there. Raises ModelError without one."""
        stack = self._stack()
        there = {SHIPPED, *self.versions()}
        earlier = [version for version in stack[:-1] if version in there]
        if not earlier:
            raise ModelError("there is no earlier model to go back to: the shipped one has been in use all along")
        return earlier[-1]

    def _stack(self) -> list[str]:
        """The versions to go back through, the current one last. It is never empty."""
        stack = [SHIPPED]
        for change in self.history():
            if change.what == "promote":
                stack.append(change.version)
                continue
            stack.pop()
            while stack and stack[-1] != change.version:
                stack.pop()
            stack = stack or [SHIPPED]
        try:
            current = self.current()
        except ModelError:
            current = "?"  # a pointer that cannot be read must not bar the way back
        return stack if stack[-1] == current else [*stack, current]

    def roll_back(self, at: datetime) -> str:
        """Use what was used before; gives its version. Raises ModelError when there was nothing."""
        version = self.before()
        self.path(version)
        self._change_to(version, "rollback", at)
        return version

    def _change_to(self, version: str, what: str, at: datetime) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.folder / f".{CURRENT}-{os.getpid()}"
        _write(fresh, f"{version}\n", "w")
        fresh.replace(self.folder / CURRENT)
        _write(self.folder / HISTORY, json.dumps({"at": at.isoformat(), "what": what, "version": version}) + "\n", "a")


def _write(path: Path, text: str, mode: str) -> None:
    with path.open(mode, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _change(line: str) -> Change | None:
    try:
        return Change(**{name: str(value) for name, value in json.loads(line).items()})
    except (ValueError, TypeError, AttributeError):
        return None
