"""Set this folder up: `.venv` with the locked packages, the command `.venv/bin/intake`, and the look of the desk.

    python3 bootstrap.py          what intake needs to run, with the mailbox of the demo
    python3 bootstrap.py --dev    also what the tests, the checks and the benches need

Needs Python 3.11 or newer and pip, no root and no other package; run again, it does only what is missing. Packages are
installed by their hashes and as wheels only, so that nothing of theirs runs here before it is used. Ends with 0, with 2
when something is missing or could not be fetched, with 130 when it was stopped.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
RUN_LOCK, DEV_LOCK, NODE_LOCK = "requirements.txt", "requirements-dev.txt", "requirements-node.txt"
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")
DESK_PACKAGE = "nhsuk-frontend"
DESK_FILES = ("nhsuk-frontend.min.css", "nhsuk-frontend.min.js")
STAMP = "set-up.json"
MANIFEST = "manifest.json"
OLDEST = (3, 11)


class SetUpError(Exception):
    """Something that the person at the keyboard can mend; the text says what and how."""


def main(arguments: list[str]) -> int:
    """Set up, and return the exit code."""
    try:
        require_python(sys.version_info[:2])
        locks = asked_for(arguments)
        if not is_ready(ROOT, locks):
            set_up(ROOT, locks)
    except SetUpError as error:
        return fail(str(error), 2)
    except OSError as error:
        return fail(f"could not write or read: {error}. Mend that and run it again.", 2)
    except KeyboardInterrupt:
        return fail("stopped. Run it again to go on; what is half done will be done anew.", 130)
    return 0


def fail(sentence: str, code: int) -> int:
    """Say why the set-up ended early, and return the exit code."""
    print(f"Set-up: {sentence}", file=sys.stderr)
    return code


def require_python(version: tuple[int, ...]) -> None:
    """Refuse a Python that is too old, naming the way out."""
    if version < OLDEST:
        have, need = ".".join(map(str, version)), ".".join(map(str, OLDEST))
        raise SetUpError(
            f"this is Python {have}, and Python {need} or newer is needed. "
            f"If you have one, name it: make setup PYTHON=python{need}"
        )


def asked_for(arguments: list[str]) -> tuple[str, ...]:
    """The locks to install; the last one holds the packages of all."""
    if arguments not in ([], ["--dev"]):
        raise SetUpError("usage: python3 bootstrap.py [--dev]")
    return (RUN_LOCK, DEV_LOCK) if arguments else (RUN_LOCK,)


def is_ready(root: Path, locks: tuple[str, ...]) -> bool:
    """Whether the packages of these locks and the desk's files are there, so that nothing is left to do."""
    return packages_ready(root, locks) and desk_ready(root)


def packages_ready(root: Path, locks: tuple[str, ...]) -> bool:
    """Whether `.venv` holds the packages of these locks."""
    done = read_json(root / ".venv" / STAMP)
    return is_usable(root, done) and all(item in done.items() for item in digests(root, locks).items())


def is_usable(root: Path, done: dict[str, str]) -> bool:
    """Whether the `.venv` of this stamp still works here: a venv can neither be moved nor change its Python."""
    return (root / ".venv/bin/python").exists() and all(item in done.items() for item in place(root).items())


def desk_ready(root: Path) -> bool:
    """Whether the desk's files are those of the locked package."""
    return all(item in read_json(desk_folder(root) / MANIFEST).items() for item in digests(root, NPM_FILES).items())


def place(root: Path) -> dict[str, str]:
    """Where a venv stands and for which Python it was made."""
    return {"folder": str(root), "python": "{}.{}".format(*sys.version_info)}


def digests(root: Path, files: tuple[str, ...]) -> dict[str, str]:
    """File name -> SHA-256, of these files and of this script, whose change may change what it makes."""
    made_by = (Path(__file__).name, *files)
    return {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in made_by}


def desk_folder(root: Path) -> Path:
    """The folder of the desk's copied files: not in Git, but shipped in the wheel."""
    return root / "intake/desk/static/vendor/nhsuk"


def read_json(path: Path) -> dict[str, str]:
    """The values of a JSON file; none when the file is not there or was cut short."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def write_json(path: Path, values: dict[str, str]) -> None:
    """Write a JSON file so that it is there whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    part.replace(path)


def set_up(root: Path, locks: tuple[str, ...]) -> None:
    """Do what is missing; a second set-up at the same time waits for the first."""
    scratch = root / ".setup"
    scratch.mkdir(exist_ok=True)
    with only_one(scratch / "lock"):
        if not packages_ready(root, locks):
            set_up_packages(root, locks)
        if not desk_ready(root):
            set_up_desk(root, scratch)


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock of this file; it is freed by the system even when we are killed."""
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Set-up: another one is under way; waiting for it.", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def set_up_packages(root: Path, locks: tuple[str, ...]) -> None:
    """Make `.venv` hold the locked packages, our own folders and the command; the stamp is written last.

    A `.venv` without a stamp was cut short while pip was writing, and pip itself cannot tell: it is made anew.
    """
    venv = root / ".venv"
    stamp = venv / STAMP
    if not is_usable(root, read_json(stamp)):
        make_venv(venv)
    stamp.unlink(missing_ok=True)
    try:
        install(venv, root / locks[-1])
    except SetUpError:
        write_json(stamp, place(root))  # pip ended in good order: the next run may build on what is there
        raise
    (site_packages(venv) / "quality-me-intake.pth").write_text(f"{root}\n", encoding="utf-8")
    write_launcher(venv)
    write_json(stamp, place(root) | digests(root, locks))


def make_venv(venv: Path) -> None:
    """Make an empty environment in the place of whatever is there; without pip, which Debian may have no copy of."""
    remove(venv)
    run(
        [sys.executable, "-m", "venv", "--without-pip", str(venv)],
        "could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv",
    )


def install(venv: Path, lock: Path) -> None:
    """Install a lock file's packages by their hashes, in the way the user's own pip is configured."""
    count = len(re.findall(r"^\S+==", lock.read_text(encoding="utf-8"), flags=re.MULTILINE))
    print(f"Set-up: installing up to {count} packages of {lock.name} into {venv.name} ...", flush=True)
    command = [*pip_for(venv), "install", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
    run(
        [*command, "--no-input", "--no-compile", "--progress-bar", "off", "--requirement", str(lock)],
        f"could not install: the packages of {lock.name}. Run it again when the network is there",
    )


def pip_for(venv: Path) -> list[str]:
    """The pip to fill this environment with: the machine's own, else the one that Python carries with it."""
    python = str(venv / "bin/python")
    outside = [sys.executable, "-m", "pip", "--python", python]
    if works([*outside, "--version"]):
        return outside
    if works([python, "-m", "ensurepip"]):
        return [python, "-m", "pip"]
    raise SetUpError("no pip 22.3 or newer was found. On Debian and Ubuntu: apt install python3-pip")


def site_packages(venv: Path) -> Path:
    """Where the environment keeps its packages."""
    return venv / "lib" / "python{}.{}".format(*sys.version_info) / "site-packages"


def write_launcher(venv: Path) -> None:
    """Write the command `intake`. A shell starts it, for a `#!` line can hold neither spaces nor a long path.

    -P keeps the folder one happens to be in from being searched for modules.
    """
    start = "import sys; from intake.cli import main; sys.argv[0] = 'intake'; sys.exit(main())"
    launcher = venv / "bin/intake"
    python = shlex.quote(str(venv / "bin/python"))
    launcher.write_text(f'#!/bin/sh\nexec {python} -P -c "{start}" "$@"\n', encoding="utf-8")
    launcher.chmod(0o755)


def set_up_desk(root: Path, scratch: Path) -> None:
    """Fetch the locked front-end package with npm and copy what the desk serves; the manifest is written last."""
    print(f"Set-up: fetching {DESK_PACKAGE} for the desk ...", flush=True)
    project = scratch / "npm"
    remove(project)
    project.mkdir()
    for name in NPM_FILES:
        shutil.copyfile(root / name, project / name)
    run(
        [*npm(root, scratch), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        f"could not install: {DESK_PACKAGE}, by npm. Run it again when the network is there",
        folder=project,
    )
    package = project / "node_modules" / DESK_PACKAGE
    copy_desk_files(package, desk_folder(root), digests(root, NPM_FILES))
    remove(project)
    remove(scratch / "node")


def npm(root: Path, scratch: Path) -> list[str]:
    """The machine's npm, or else one from the Python package that brings it, in an environment of its own."""
    found = shutil.which("npm")
    if found and works([found, "--version"]):
        return [found]
    venv = scratch / "node"
    make_venv(venv)
    install(venv, root / NODE_LOCK)
    return [str(venv / "bin/python"), str(venv / "bin/npm")]


def copy_desk_files(package: Path, folder: Path, made_from: dict[str, str]) -> None:
    """Replace the desk's folder with the package's built files, made to load nothing from outside."""
    built = package / "dist/nhsuk"
    remove(folder)
    shutil.copytree(built / "assets", folder / "assets")
    for name in DESK_FILES:
        text = without_source_map((built / name).read_text(encoding="utf-8"))
        if name.endswith(".css"):
            text = without_outside_fonts(text)
        (folder / name).write_text(text, encoding="utf-8")
    version = read_json(package / "package.json")["version"]
    write_json(folder / MANIFEST, {DESK_PACKAGE: version} | made_from)


def without_source_map(text: str) -> str:
    """Drop the pointer to a source map, which is not copied and would be asked for in vain."""
    return re.sub(r"(?:/\*|//)# sourceMappingURL=\S+(?: \*/)?\s*$", "", text)


def without_outside_fonts(css: str) -> str:
    """Drop the `@font-face` rules that load from another host: a page would tell that host who reads it.

    Fails when anything else would be loaded from outside, so that a new version of the package cannot bring it in.
    """
    outside = r"""url\(\s*["']?\s*(?:https?:)?//"""
    css = re.sub(rf"@font-face\s*\{{[^{{}}]*{outside}[^{{}}]*\}}", "", css, flags=re.IGNORECASE)
    if re.search(rf"{outside}|@import", css, flags=re.IGNORECASE):
        raise SetUpError(f"the style sheet of {DESK_PACKAGE} loads something from another host; look at it first.")
    return css


def run(command: list[str], failure: str, folder: Path | None = None) -> None:
    """Run a program in silence; when it fails, say so with the lines in which it says why."""
    code, output = finish(command, folder)
    if code:
        lines = output.strip().splitlines()
        errors = [line for line in lines if re.match(r"ERROR|error|npm (ERR|error)", line)]
        raise SetUpError("\n  ".join([f"{failure}.", *(errors or lines)[:8]]))


def works(command: list[str]) -> bool:
    """Whether a program starts and ends well."""
    try:
        return finish(command)[0] == 0
    except OSError:
        return False


def finish(command: list[str], folder: Path | None = None) -> tuple[int, str]:
    """Run a program to its end: its exit code, and all it printed. pip may not be told to install outside the venv."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
