"""What the house rules look at: our Python files, their syntax trees, the documents and the code spans in them."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("intake", "classifiers", "channels", "storage", "models")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that Git holds and that is still there, relative to the root."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [Path(name) for name in listed.decode().split("\0") if name]
    return tuple(path for path in paths if (ROOT / path).is_file())


def modules(*folders: str) -> Iterator[Path]:
    """The tracked Python files of these top-level folders, relative to the root."""
    return (path for path in tracked() if path.suffix == ".py" and path.parts[0] in folders)


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file, the inner ones too."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imported(node: ast.AST) -> Iterator[str]:
    """The dotted names of the modules that are imported anywhere below a node."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Import):
            yield from (alias.name for alias in inner.names)
        elif isinstance(inner, ast.ImportFrom) and inner.module and not inner.level:
            yield inner.module


def documents() -> tuple[Path, ...]:
    """The Markdown documents for people, relative to the root."""
    return tuple(path for path in tracked() if path.suffix == ".md" and path.parts[0] != "tests")


def prose(path: Path) -> str:
    """A document's text."""
    return (ROOT / path).read_text(encoding="utf-8")


FENCE = re.compile(r"^ *```(\S*)\n(.*?)^ *```", flags=re.MULTILINE | re.DOTALL)


def blocks(path: Path) -> list[tuple[str, str]]:
    """The fenced blocks of a document: language and code."""
    return FENCE.findall(prose(path))


def code_lines(path: Path) -> Iterator[str]:
    """The lines of code in a document: those of its fenced blocks and its `spans`."""
    for _, block in blocks(path):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", FENCE.sub("", prose(path)))
