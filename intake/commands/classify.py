"""`intake classify`: the contract for programs (see docs/contracts.md), and a summary for people."""

import json
import sys
from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO

import typer
from rich.console import Console
from rich.table import Table

from classifiers.pipeline import Classifier
from intake.classifier import open_current
from intake.commands.settings import settings
from intake.exits import FAILED, USAGE
from intake.shelf import Shelf
from models.framework import Reference
from models.naming import on_one_line
from models.reference import load_reference
from models.verdict import Verdict

CHANNELS = frozenset({"", "email", "chat"})
"""How a message may have come, as the contract names it; nothing where it does not matter."""
app = typer.Typer()


class LineError(Exception):
    """A line of input that is no message; the text says why."""


@app.command()
def classify(
    ctx: typer.Context,
    text: Annotated[
        str | None, typer.Argument(help="One message to classify; '-' reads it from standard input.")
    ] = None,
    subject: Annotated[str, typer.Option(help="Its subject.")] = "",
    channel: Annotated[str, typer.Option(help="How it came: email or chat.")] = "email",
    *,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read and write one JSON object a line.")] = False,
    reasons: Annotated[
        bool, typer.Option("--reasons", help="Say why a person is needed: for people always, with --jsonl if asked.")
    ] = False,
) -> None:
    """Classify messages: kind, place, specialty, themes, severity, red flags and the ISF pre-grade.

    With --jsonl each line of standard input is {"id", "channel", "subject", "text"} and each answer is one line, in
    order. A blank line has none. One that cannot be read is answered {"id": null, "error": …}, which names the line of
    the input, and the exit code is 1 at the end.
    """
    if channel not in CHANNELS:
        typer.echo("--channel is email or chat.", err=True)
        raise typer.Exit(USAGE)
    insist_on_one(text, jsonl=jsonl)
    config = settings(ctx)
    words = load_reference(config.reference_overlay)
    classifier = open_current(words, Shelf(config.models_dir))
    if jsonl:
        answers = [_write(answer) for answer in answer_lines(sys.stdin.buffer, classifier, reasons=reasons)]
        raise typer.Exit(0 if all(answers) else FAILED)
    whole = sys.stdin.read() if text == "-" else text or ""
    _show(classifier.classify(subject=subject, text=whole, channel=channel), words)


def answer_lines(lines: BinaryIO, classifier: Classifier, *, reasons: bool = False) -> Iterator[dict[str, Any]]:
    """One answer a line, in order; a blank line has none. With `reasons` it is said why a person is needed.

    Without being asked for they stay away: the contract names every key that an answer has.
    """
    for message in messages_in(lines):
        if isinstance(message, LineError):
            yield {"id": None, "error": str(message)}
            continue
        verdict = classifier.classify(subject=message["subject"], text=message["text"], channel=message["channel"])
        why = {"needs_person_reasons": [*verdict.needs_person_reasons]} if reasons else {}
        yield verdict.as_contract(message["id"]) | why


def insist_on_one(text: str | None, *, jsonl: bool) -> None:
    """End the command unless there is one message, of which an empty one is no less, or lines of them."""
    if text is None and not jsonl:
        typer.echo('Give one message (an empty one is ""), or --jsonl and messages on standard input.', err=True)
        raise typer.Exit(USAGE)
    if text is not None and jsonl:
        typer.echo("--jsonl reads the messages from standard input: give no message beside it.", err=True)
        raise typer.Exit(USAGE)


def messages_in(lines: BinaryIO) -> Iterator[dict[str, Any] | LineError]:
    """Each message, or why its line is none, with the line's number in the file. A blank line is nothing at all."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                message: dict[str, Any] | LineError = _message(line)
            except LineError as fault:
                message = LineError(f"line {number}: {fault}")
            yield message


def _message(line: bytes) -> dict[str, Any]:
    """A message from its line. Raises LineError."""
    try:
        message = json.loads(line)
        json.dumps(message, allow_nan=False)  # NaN and endless numbers are no JSON, and the id goes back as it came
    except (ValueError, RecursionError):  # a JSONDecodeError or UnicodeDecodeError is a ValueError
        raise LineError("not JSON in UTF-8") from None
    if not isinstance(message, dict):
        raise LineError('not a JSON object such as {"id": 1, "text": "…"}')
    if not isinstance(message.get("text"), str):
        raise LineError('no "text" that is a string')
    for name in ("subject", "channel"):
        if not isinstance(message.setdefault(name, ""), str | None):
            raise LineError(f'"{name}" is not a string')
        message[name] = message[name] or ""
    if message["channel"] not in CHANNELS:
        raise LineError('"channel" is neither "email" nor "chat"')
    return {"id": message.get("id"), **{name: message[name] for name in ("subject", "channel", "text")}}


def _write(answer: dict[str, Any]) -> bool:
    line = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()
    return "error" not in answer


def _show(verdict: Verdict, words: Reference) -> None:
    table = Table(show_header=False, box=None)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    table.add_row("Kind", verdict.kind.value.replace("_", " "))
    grade = f"category {verdict.isf} (impact {verdict.impact} × likelihood {verdict.likelihood})"
    table.add_row("Pre-grade", grade if verdict.graded else f"{grade} (a stand-in: no words to grade by)")
    table.add_row("Place", _place(verdict, words))
    table.add_row("Specialties", _specialties(verdict, words))
    table.add_row("Themes", ", ".join(words.themes[code].label for code in verdict.themes))
    table.add_row("Red flags", ", ".join(words.red_flags[code].label for code in verdict.red_flags))
    table.add_row(
        "Needs a person",
        f"yes: {on_one_line('; '.join(verdict.needs_person_reasons))}" if verdict.needs_person else "no",
    )
    for evidence in verdict.evidence:
        # A stranger's words may hold signs that a terminal obeys.
        untold = "" if evidence.told else "nothing tells it; "
        table.add_row(evidence.label, f"“{on_one_line(evidence.text)}” ({untold}{evidence.source})")
    Console(highlight=False, markup=False).print(table)


def _place(verdict: Verdict, words: Reference) -> str:
    place = words.providers.get(verdict.site or verdict.provider or "")
    if place:
        return place.name
    names = [words.providers[code].name for code in verdict.provider_candidates if code in words.providers]
    return f"not certain: {', or '.join(names)}" if names else "not found"


def _specialties(verdict: Verdict, words: Reference) -> str:
    guessed = verdict.guessed_specialties
    marks = {code: " (a guess: no word names it)" if code in guessed else "" for code in verdict.specialties}
    return ", ".join(f"{words.specialties[code].name}{mark}" for code, mark in marks.items())
