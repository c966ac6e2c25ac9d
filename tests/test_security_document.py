"""Facts about the threat model: each threat has a guard, and each guard a test that is there."""

import ast
import re

from tests.house import ROOT

ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| `([\w/]+\.py)::(test_\w+)` \|$", re.MULTILINE)
STRIDE = (
    "Spoofing",
    "Tampering",
    "Repudiation",
    "Information disclosure",
    "Denial of service",
    "Elevation of privilege",
)


def parts() -> dict[str, str]:
    """The sections of the threat model by their headings."""
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    return {section.partition("\n")[0]: section for section in re.split(r"^### ", text, flags=re.MULTILINE)}


def test_each_kind_of_threat_has_guards_and_each_guard_a_test_that_is_there() -> None:
    found = parts()
    missing = []
    for kind in STRIDE:
        section = found[kind].partition("\n## ")[0]
        rows = ROW.findall(section)
        assert len(rows) >= 5, kind
        lines = [line for line in section.splitlines() if line.startswith("| ")]
        assert len(rows) == len(lines) - 1, f"{kind}: a row without a test"
        for _, _, path, name in rows:
            tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
            if name not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}:
                missing.append(f"{path}::{name}")
    assert missing == []
