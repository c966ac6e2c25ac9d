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
from intake.commands.common import settings
from intake.exits import FAILED, USAGE
from intake.shelf import Shelf
from models.framework import Reference
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
    text: Annotated[str, typer.Argument(help="One message to classify; '-' reads it from standard input.")] = "",
    subject: Annotated[str, typer.Option(help="Its subject.")] = "",
    channel: Annotated[str, typer.Option(help="How it came: email or chat.")] = "email",
    *,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read and write one JSON object a line.")] = False,
    reasons: Annotated[
        bool, typer.Option("--reasons", help="With --jsonl: add needs_person_reasons to each answer.")
    ] = False,
) -> None:
    """Classify messages: kind, place, specialty, themes, severity, red flags and the ISF pre-grade.

    With --jsonl each line of standard input is {"id", "channel", "subject", "text"} and each answer is one line, in
    order. A line that cannot be read is answered {"id": null, "error": …}, and the exit code is 1 at the end.
    """
    if channel not in CHANNELS:
        typer.echo("--channel is email or chat.", err=True)
        raise typer.Exit(USAGE)
    if jsonl == bool(text) or (reasons and not jsonl):
        typer.echo("Give one message, or --jsonl (and --reasons) and messages on standard input.", err=True)
        raise typer.Exit(USAGE)
    config = settings(ctx)
    words = load_reference(config.reference_overlay)
    classifier = open_current(words, Shelf(config.models_dir))
    if jsonl:
        answers = [_write(answer) for answer in answer_lines(sys.stdin.buffer, classifier, reasons=reasons)]
        raise typer.Exit(0 if all(answers) else FAILED)
    whole = sys.stdin.read() if text == "-" else text
    _show(classifier.classify(subject=subject, text=whole, channel=channel), words)


def answer_lines(lines: BinaryIO, classifier: Classifier, *, reasons: bool = False) -> Iterator[dict[str, Any]]:
    """One answer a line, in order; a blank line has none. With `reasons` it is said why a person is needed.

    Without being asked for they stay away: the contract names every key that an answer has.
    """
    for line in lines:
        if not line.strip():
            continue
        try:
            message = parse_message(line)
        except LineError as fault:
            yield {"id": None, "error": str(fault)}
            continue
        verdict = classifier.classify(subject=message["subject"], text=message["text"], channel=message["channel"])
        why = {"needs_person_reasons": [*verdict.needs_person_reasons]} if reasons else {}
        yield verdict.as_contract(message["id"]) | why


def parse_message(line: bytes) -> dict[str, Any]:
    """A message from its line. Raises LineError."""
    try:
        message = json.loads(line)
        json.dumps(message, allow_nan=False)  # NaN and endless numbers are no JSON, and the id goes back as it came
    except (ValueError, RecursionError):  # a JSONDecodeError or UnicodeDecodeError is a ValueError
        raise LineError("the line is not JSON in UTF-8") from None
    if not isinstance(message, dict):
        raise LineError('the line is not a JSON object such as {"id": 1, "text": "…"}')
    if not isinstance(message.get("text"), str):
        raise LineError('the message has no "text" that is a string')
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
    place = words.providers.get(verdict.site or verdict.provider or "")
    table = Table(show_header=False, box=None)
    table.add_row("Kind", verdict.kind.value.replace("_", " "))
    table.add_row("Pre-grade", f"category {verdict.isf} (impact {verdict.impact} × likelihood {verdict.likelihood})")
    table.add_row("Place", place.name if place else ", ".join(verdict.provider_candidates) or "not found")
    table.add_row("Specialties", ", ".join(words.specialties[code].name for code in verdict.specialties))
    table.add_row("Themes", ", ".join(words.themes[code].label for code in verdict.themes))
    table.add_row("Red flags", ", ".join(words.red_flags[code].label for code in verdict.red_flags))
    table.add_row("Needs a person", "; ".join(verdict.needs_person_reasons) if verdict.needs_person else "no")
    for evidence in verdict.evidence:
        table.add_row(evidence.label, f"“{evidence.text}” ({evidence.source})")
    Console(highlight=False, markup=False).print(table)
