"""Facts about docs/configuration.md: it names every setting there is, no other, and each with its default."""

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from intake.config import Config
from tests.house import ROOT

ROW = re.compile(r"^\| `([a-z0-9_.]+)` \| (?:`([^`]*)`|–) \|", flags=re.MULTILINE)
NOTHING = (None, "", (), PydanticUndefined)


def settings(section: type[BaseModel] = Config, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting as its dotted name and its default; the sections themselves are left out."""
    for name, field in section.model_fields.items():
        inner = next((part for part in parts(field.annotation) if is_section(part)), None)
        if inner is not None:
            yield from settings(inner, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field.default


def parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from parts(part)


def is_section(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, BaseModel)


def said(default: Any) -> str:
    if default in NOTHING or (isinstance(default, str) and not default):
        return ""
    if isinstance(default, tuple):
        return ", ".join(str(one) for one in default)
    return (
        str(default).lower()
        if isinstance(default, bool)
        else f"{default:g}"
        if isinstance(default, float)
        else str(default)
    )


def test_the_document_names_every_setting_with_its_default() -> None:
    document = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    assert dict(ROW.findall(document)) == {name: said(default) for name, default in settings()}
