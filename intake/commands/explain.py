"""`intake explain`: why the classifier says what it says."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from rich.console import Console
from rich.table import Table

from classifiers.explaining import Explained, LeftOut, Message, explained, left_out
from classifiers.learning.corpus import CorpusError, Labelled, shipped
from classifiers.learning.exemplars import Exemplars, exemplars, key_of, load, save
from classifiers.pipeline import Classifier
from intake.classifier import open_model
from intake.commands.classify import LineError, insist_on_one, messages_in
from intake.commands.settings import settings
from intake.exits import FAILED
from intake.shelf import Shelf
from intake.trials import Told, bar
from models.framework import Reference
from models.naming import on_one_line
from models.reference import load_reference
from models.verdict import Verdict

app = typer.Typer()
CURRENT = "current"
TOLD = 500
"""Messages after which it is said how far the reading is, where there is no terminal for a bar."""


@app.command()
def explain(
    ctx: typer.Context,
    text: Annotated[str | None, typer.Argument(help="One message; '-' reads it from standard input.")] = None,
    subject: Annotated[str, typer.Option(help="Its subject.")] = "",
    channel: Annotated[str, typer.Option(help="How it came: email or chat.")] = "email",
    *,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read and write one JSON object a line.")] = False,
    occlude: Annotated[
        bool, typer.Option("--occlude", help="Leave out one sentence after the other, and say what would change.")
    ] = False,
    near: Annotated[
        bool,
        typer.Option(
            "--near/--no-near",
            help="Show the marked sentences that are most alike; reading them the first time takes minutes.",
        ),
    ] = True,
    model: Annotated[str, typer.Option(help="A version, or: current, shipped, rules.")] = CURRENT,
) -> None:
    """Explain a verdict: every label with its words and where it comes from.

    Labels that were learned come with the marked sentences of the training part whose vectors are nearest. With --jsonl
    lines are read as by 'intake classify', and one that cannot be read makes the exit code 1 at the end.
    """
    insist_on_one(text, jsonl=jsonl)
    config = settings(ctx)
    words, shelf = load_reference(config.reference_overlay), Shelf(config.models_dir)
    classifier = open_model(words, shelf, shelf.current() if model == CURRENT else model)
    known = _exemplars(classifier, words, shelf) if near else None
    if jsonl:
        answers = [_write(answer) for answer in answer_lines(sys.stdin.buffer, classifier, known, occlude=occlude)]
        raise typer.Exit(0 if all(answers) else FAILED)
    message = Message(subject=subject, text=sys.stdin.read() if text == "-" else text or "", channel=channel)
    verdict, labels = explained(classifier, message, known)
    _show(verdict, labels)
    if occlude:
        _show_left_out([*left_out(classifier, message)])


def answer_lines(
    lines: BinaryIO, classifier: Classifier, known: Exemplars | None, *, occlude: bool
) -> Iterator[dict[str, Any]]:
    """One answer a line, in order; a blank line has none."""
    for given in messages_in(lines):
        if isinstance(given, LineError):
            yield {"id": None, "error": str(given)}
            continue
        message = Message(subject=given["subject"], text=given["text"], channel=given["channel"])
        verdict, labels = explained(classifier, message, known)
        answer = {"id": given["id"], "classifier": verdict.classifier, "needs_person": verdict.needs_person}
        answer |= {"reasons": list(verdict.needs_person_reasons), "labels": [asdict(one) for one in labels]}
        if occlude:
            answer["left_out"] = [asdict(one) for one in left_out(classifier, message)]
        yield answer


def _exemplars(classifier: Classifier, words: Reference, shelf: Shelf) -> Exemplars | None:
    """The marked sentences as this classifier reads them: from the last time, or read now."""
    encoder = classifier.read(subject="", text="", channel="email").encoder
    if not encoder:
        return None
    try:
        messages = shipped("train")
    except (OSError, CorpusError) as fault:
        typer.echo(f"Without exemplars: the corpus cannot be read ({type(fault).__name__}).", err=True)
        return None
    path, key = shelf.folder / f"exemplars-{encoder}.npz", key_of(messages, encoder)
    return load(path, key) or _read_and_kept(classifier, messages, words, path, key)


def _read_and_kept(
    classifier: Classifier, messages: list[Labelled], words: Reference, path: Path, key: str
) -> Exemplars:
    """The exemplars read now, which takes minutes: it is said that they are, how far it is, and whether they stay."""
    marked, data = [one for one in messages if one.marks], path.parent.parent
    typer.echo(f"Reading {len(marked):,} marked messages, to show the nearest; --no-near leaves this out.", err=True)
    stays = data.is_dir()  # it is never made here: as whom and where, only the start of the service knows
    missing = f"They are not kept, for there is no folder {data} yet: the next time takes as long."
    typer.echo(f"They are kept in {path}, so that the next time is quick." if stays else missing, err=True)
    with bar() as told:
        count = iter(range(1, len(marked) + 1))
        found = exemplars(classifier, marked, words, key=key, step=lambda: _tell(told, next(count), len(marked)))
    if stays:
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            save(found, path)
        except OSError as fault:
            typer.echo(f"They could not be kept ({fault.strerror}): the next time takes as long.", err=True)
    return found


def _tell(told: Told, done: int, of: int) -> None:
    """How far the reading is: by the bar, or where there is no terminal for it by a line now and then."""
    told("reading the training part, once", done, of)
    if not sys.stderr.isatty() and (done % TOLD == 0 or done == of):
        typer.echo(f"{done:,} of {of:,} read", err=True)


def _write(answer: dict[str, Any]) -> bool:
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
    return "error" not in answer


def _show(verdict: Verdict, labels: list[Explained]) -> None:
    out = Console(highlight=False, markup=False)
    for one in labels:
        chance = f"  (chance {one.chance:.2f})" if one.chance is not None else ""
        out.print(f"{one.label}{chance}", style="bold")
        for evidence in one.evidence:
            out.print(f"    “{on_one_line(evidence.text)}”  {evidence.source}")
        if not one.evidence:
            out.print("    has no single words")
        for near in one.exemplars:
            out.print(f"    {near.likeness:.2f} like {near.message}: “{on_one_line(near.text)}”", style="dim")
    for reason in verdict.needs_person_reasons:
        out.print(f"A person is asked: {on_one_line(reason)}")
    out.print(f"By {verdict.classifier}.")


def _show_left_out(found: list[LeftOut]) -> None:
    table = Table("Without", "What would change")
    for one in found:
        words = [f"{name}: {before} > {after}" for name, (before, after) in one.changes.items()]
        table.add_row(on_one_line(one.text), "\n".join(map(on_one_line, words)) or "nothing")
    Console(highlight=False, markup=False).print(table)
