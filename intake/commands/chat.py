"""`intake chat`."""

import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from intake.chatting import chat_room
from intake.classifying import build_rules_or_do_without
from intake.commands.common import ready
from intake.terminal import Terminal

app = typer.Typer()
NAME = "terminal.chat"
"""The file in the data folder that says which conversation is the terminal's."""


@app.command()
def chat(
    ctx: typer.Context,
    anew: Annotated[bool, typer.Option("--anew", help="Begin a new conversation, as somebody else.")] = False,
) -> None:
    """Write to the team here: the same dialogue as in every other chat, with the store in the settings."""
    parts = ready(ctx)
    room = chat_room(parts, build_rules_or_do_without(parts.words, parts.shelf))
    terminal = Terminal(parts, room, address=_address(parts.config.data_dir / NAME, anew=anew))
    terminal.talk(sys.stdin, sys.stdout)


def _address(path: Path, *, anew: bool) -> str:
    if anew or not path.is_file():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(16), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()
