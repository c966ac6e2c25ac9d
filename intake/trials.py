"""Trying models on labelled messages, with a bar that shows how far it is: what the commands about models share."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import resources
from time import monotonic
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from classifiers.evaluate import Difference, judged
from classifiers.learning.corpus import CorpusError, Labelled, shipped
from classifiers.learning.measures import Figure, Pair
from intake.classifier import open_model
from intake.shelf import ModelError, Shelf
from models.framework import Reference

EVERY = 20.0
"""Seconds from one line of progress to the next in a log."""
Told = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and of how many (0 when nobody knows)."""


class _Lines:
    """Says what is being done, for logs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._said = monotonic()

    def __call__(self, step: str, done: int, of: int) -> None:
        """Say it, unless something was said less than so many seconds ago."""
        if monotonic() - self._said >= EVERY:
            self._said = monotonic()
            self._console.print(f"{step}: {done} of {of}" if of else step, markup=False, highlight=False)


@contextmanager
def bar() -> Iterator[Told]:
    """A progress bar on standard error; where that is no terminal, a line now and then."""
    terminal = Console(stderr=True)
    if not terminal.is_terminal:
        yield _Lines(terminal)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=terminal, transient=True) as progress:
        task = progress.add_task("starting", total=None)
        yield lambda step, done, of: progress.update(task, description=step, completed=done, total=of or None)


def tried(words: Reference, shelf: Shelf, version: str, messages: Sequence[Labelled], told: Told) -> list[Pair]:
    """Each message with the verdict of a version. Raises ModelError."""
    told(f"opening {version}", 0, 0)
    classifier = open_model(words, shelf, version)
    done = iter(range(1, len(messages) + 1))
    return judged(classifier, messages, lambda: told(f"{version} reads", next(done), len(messages)))


def frozen() -> list[Labelled]:
    """The frozen test part of the corpus. Raises ModelError when it is not there or broken."""
    try:
        return shipped("test")
    except (OSError, CorpusError) as fault:
        raise ModelError(f"the frozen test part of the corpus cannot be read ({type(fault).__name__})") from None


def shipped_card(*, lighter: bool) -> dict[str, Any]:
    """The card of the shipped model, or of its lighter half where that judges alone. Raises ModelError."""
    try:
        cards = json.loads((resources.files("classifiers.data") / "cards.json").read_text(encoding="utf-8"))
        card: dict[str, Any] = cards["minilm"] | ({"encoder": "hashing"} | cards["hashing"] if lighter else {})
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise ModelError(f"the card of the shipped model cannot be read ({type(fault).__name__})") from None
    return card


def figures_table(
    columns: Mapping[str, Mapping[str, Figure]], differences: Mapping[str, Difference | None] | None = None
) -> Table:
    """All figures, a column for each model, and their differences if there are any."""
    table = Table("Figure", *columns, *(["Difference"] if differences is not None else []))
    for name in next(iter(columns.values())):
        cells = [str(figures[name]) for figures in columns.values()]
        if differences is not None:
            cells.append(str(differences[name] or "–"))
        table.add_row(name, *cells)
    return table


def console() -> Console:
    """Where results go; wide enough for a table of figures when it is no terminal."""
    made = Console(markup=False, highlight=False)
    return made if made.is_terminal else Console(markup=False, highlight=False, width=160)
