"""Facts about the documents: what they name is there, be it a file, a way into the folder, a command or a setting."""

import importlib
import re
from pathlib import Path
from typing import get_args

import typer
from pydantic import BaseModel
from typer.core import TyperGroup
from typer.main import get_command

from intake.cli import COMMANDS
from intake.cli import app as intake_app
from intake.config import ENVIRONMENT_PREFIX, Config, load_config
from tests.house import ROOT, blocks, code_lines, documents, prose


def test_every_relative_link_of_a_document_leads_somewhere() -> None:
    broken = [
        f"{path}: {target}"
        for path in documents()
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose(path))
        if "://" not in target and not target.startswith("mailto:") and not (ROOT / path.parent / target).exists()
    ]
    assert broken == []


def test_every_make_target_of_a_document_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    said = {(str(path), name) for path in documents() for line in code_lines(path) for name in made(line)}
    assert {("CONTRIBUTING.md", "demo"), ("CONTRIBUTING.md", "test")} <= said
    assert [(path, name) for path, name in sorted(said) if name not in targets] == []


def made(line: str) -> list[str]:
    """The targets that a line of code gives to make."""
    return re.findall(r"(?:^|[\s;&(])make ([a-z]+)", line)


def test_every_command_and_option_of_a_document_exists() -> None:
    said = [(str(path), call) for path in documents() for line in code_lines(path) for call in calls(line)]
    assert ("CONTRIBUTING.md", ["check"]) in said
    assert [f"{path}: intake {' '.join(call)}" for path, call in said if not understood(call)] == []


def calls(line: str) -> list[list[str]]:
    """The calls of `intake` in a line of code, each as its words up to a pipe or a redirection."""
    found = re.findall(r"(?:^|[\s/;&(])intake ((?:-|[a-z])[^|<>;&)#]*)", line)
    return [call.split() for call in found]


def understood(call: list[str]) -> bool:
    """Whether the command line knows this command, its subcommand and its options."""
    command = get_command(intake_app)
    options = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    words = list(call)
    while words and words[0].startswith("-"):
        if words.pop(0) not in options:
            return False
        if words and "." in words[0]:
            words.pop(0)  # the file that --config names
    if not words:
        return True
    name = words.pop(0)
    if name not in COMMANDS:
        return False
    command = get_command(importlib.import_module(COMMANDS[name][0]).app)
    if isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        known = command.commands.get(words[0])
        if known is None:
            return False
        command = known
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return all(word.partition("=")[0] in {*options, "--help"} for word in words if word.startswith("-") and word != "-")


def test_every_command_of_the_table_is_there() -> None:
    for name, (module, _) in COMMANDS.items():
        assert isinstance(importlib.import_module(module).app, typer.Typer), name


def test_every_command_is_told_of_in_a_document() -> None:
    said = {call[0] for path in documents() for line in code_lines(path) for call in calls(line)}
    assert COMMANDS.keys() - said == set()


SETTINGS = tuple(path for path in documents() if path.name in {"README.md", "configuration.md"})


def test_every_block_of_settings_in_a_document_is_valid(tmp_path: Path) -> None:
    for path in SETTINGS:
        for number, block in enumerate(code for language, code in blocks(path) if language == "toml"):
            file = tmp_path / f"{path.stem}-{number}.toml"
            file.write_text(block, encoding="utf-8")
            load_config(file, {})


def test_every_setting_in_the_environment_that_a_document_names_exists() -> None:
    named_ones = {
        name for path in documents() for name in re.findall(rf"\b{ENVIRONMENT_PREFIX}[A-Z0-9_]+", prose(path))
    }
    assert [name for name in sorted(named_ones) if not is_setting(name)] == []
    assert is_setting("INTAKE__MAILBOXES__0__PASSWORD_FILE")
    assert not is_setting("INTAKE__DESK__COLOUR")


def is_setting(name: str) -> bool:
    """Whether an environment variable names a place in the settings; a number stands for a place in a list."""
    place: object = Config
    for key in name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__"):
        sections = [part for part in parts(place) if isinstance(part, type) and issubclass(part, BaseModel)]
        if key.isdigit():
            continue
        fields = {known: field for section in sections for known, field in section.model_fields.items()}
        if key not in fields:
            return False
        place = fields[key].annotation
    return True


def parts(annotation: object) -> list[object]:
    """A type and the types that it is made of: of `tuple[X, ...] | None` also X."""
    return [annotation, *(inner for part in get_args(annotation) for inner in parts(part))]
