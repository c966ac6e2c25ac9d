"""The command line: `intake COMMAND`. Commands are loaded when they are called, so that each starts fast."""

import importlib
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from channels.base import Unavailable
from intake.config import ConfigError
from intake.exits import FAILED, MISCONFIGURED, TRY_AGAIN, UNAVAILABLE
from intake.shelf import ModelError
from models.reference import ReferenceDataError
from storage.errors import StoreError

COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("intake.commands.run", "Run everything in one process: fetch, listen, file, send, and the desk."),
    "imap": ("intake.commands.imap", "Only fetch from the mailboxes."),
    "smtp": ("intake.commands.smtp", "Only listen for mail by SMTP and LMTP."),
    "work": ("intake.commands.work", "Only file what is in the inbox."),
    "send": ("intake.commands.send", "Only send what is in the outbox."),
    "chat": ("intake.commands.chat", "Write to the team in this terminal, as in every other chat."),
    "web": ("intake.commands.web", "Only show the web chat and the form to learners."),
    "telegram": ("intake.commands.telegram", "Only fetch from Telegram and send there."),
    "desk": ("intake.commands.desk", "Only show the officers' desk."),
    "classify": ("intake.commands.classify", "Classify messages, one JSON object a line."),
    "read": ("intake.commands.read", "Read raw e-mails, one JSON object a file."),
    "explain": ("intake.commands.explain", "Show the words and the training sentences behind a verdict."),
    "train": ("intake.commands.train", "Train a candidate from the corpus and from officers' decisions."),
    "evaluate": ("intake.commands.evaluate", "Measure a model on a labelled file, or compare two."),
    "models": ("intake.commands.models", "List models, promote one, go back, compare a candidate in the shadow."),
    "check": ("intake.commands.check", "Say every fault in the settings and in what they point to."),
    "mailbox-sign-in": (
        "intake.commands.mailbox_sign_in",
        "Sign in once for a mailbox that takes no passwords.",
    ),
    "migrate": ("intake.commands.migrate", "Bring the store's tables up to date."),
    "keys": ("intake.commands.keys", "Make, list and change the keys that seal the store."),
    "unseal": ("intake.commands.unseal", "Open who wrote a report, with a right, a reason and a second person."),
    "officers": (
        "intake.commands.officers",
        "Add, list and lock out people who use the desk, give them roles.",
    ),
    "tokens": ("intake.commands.tokens", "Make, list and revoke the tokens of programs."),
    "audit": ("intake.commands.audit", "Read the audit chain, prove it, and publish its head."),
    "providers": ("intake.commands.providers", "Show the places we know, import them from ODS files, and add others."),
    "replay": (
        "intake.commands.replay",
        "File again what was quarantined or ignored, or try a model on stored concerns.",
    ),
    "search": ("intake.commands.search", "Find tickets by their words, or build the search's index anew."),
    "retention": ("intake.commands.retention", "Let go what is older than its period, or show what would go."),
    "hold": ("intake.commands.hold", "Put a ticket on legal hold, or end it."),
    "status": ("intake.commands.status", "Say whether everything works: signs of life, and what waits."),
    "erase": ("intake.commands.erase", "Take one reporter out of everything, with a certificate."),
    "subject-access": ("intake.commands.subject_access", "Write out everything held on one reporter, for them."),
    "reconcile": ("intake.commands.reconcile", "Prove that nothing is lost: received = filed + ignored + waiting."),
    "backup": ("intake.commands.backup", "Write a sealed backup while all goes on, or look whether one is whole."),
    "restore": ("intake.commands.restore", "Put a backup into an empty store."),
    "store": ("intake.commands.store", "Say where the store stands, or move it to another database."),
    "demo": ("intake.commands.demo", "Show the whole product on this machine, with sample concerns."),
}
"""name -> (module, help)."""


class _Lazy(TyperGroup):
    """Lists commands by their help alone and loads the one that is called."""

    def list_commands(self, ctx):  # type: ignore[no-untyped-def]  # noqa: ARG002 - typer's own click is private
        return list(COMMANDS)

    def get_command(self, ctx, cmd_name):  # type: ignore[no-untyped-def]  # noqa: ARG002
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name][1]) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx, args):  # type: ignore[no-untyped-def]  # typer's own click is private
        name, command, rest = super().resolve_command(ctx, args)
        if name in COMMANDS:
            module, text = COMMANDS[name]
            command = get_command(importlib.import_module(module).app)
            command.name, command.help = name, command.help or text
        return name, command, rest


app = typer.Typer(
    name="intake",
    cls=_Lazy,
    help="Takes in concerns of healthcare learners: keeps, acknowledges, pre-grades and queues each of them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(_installed_version())
        raise typer.Exit


def _installed_version() -> str:
    try:
        return metadata.version("quality-me-intake")
    except metadata.PackageNotFoundError:
        return "from a source tree"


@app.callback()
def _common(
    ctx: typer.Context,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", envvar="INTAKE_CONFIG", help="The settings, a TOML file.")
    ] = None,
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    ctx.obj = config


def main() -> None:
    """Run the command line; every foreseen failure ends with a sentence and an exit code, never with a traceback."""
    try:
        app()
    except ConfigError as error:
        _say("The settings are not right:", error.faults)
        sys.exit(MISCONFIGURED)
    except ReferenceDataError as error:
        _say("The reference data are not right:", error.faults)
        sys.exit(MISCONFIGURED)
    except StoreError as error:
        _say("The store:", (str(error),))
        sys.exit(TRY_AGAIN if error.retry else FAILED)
    except ModelError as error:
        _say("The model:", (str(error),))
        sys.exit(FAILED)
    except Unavailable as error:
        _say("Not reachable:", (str(error),))
        sys.exit(UNAVAILABLE)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; there is nobody to tell
        sys.exit(FAILED)


def _say(heading: str, lines: tuple[str, ...]) -> None:
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    console.print(heading)
    for line in lines:
        console.print(f"  {line}")
