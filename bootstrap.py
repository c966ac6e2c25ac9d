"""Set this folder up: `.venv` with the locked packages, the command, the look of the desk, the encoder.

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
MODEL_LOCK = "requirements-model.txt"
"""The base model of the classifier's encoder: apart, for only its files are used, not the packages that it asks for."""
ENCODER_FILES = ("classifiers/encoder/adapter.npz", "classifiers/encoder/graph.py", MODEL_LOCK)
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")
DESK_PACKAGE = "nhsuk-frontend"
DESK_FILES = ("nhsuk-frontend.min.css", "nhsuk-frontend.min.js")
SINGLE_FILES = {
    "htmx.org": ("dist/htmx.min.js",),
    "chart.js": ("dist/chart.umd.min.js",),
    "dejavu-fonts-ttf": ("ttf/DejaVuSans.ttf", "ttf/DejaVuSans-Bold.ttf"),
}
"""npm package -> the files of it that the desk uses, as they are: live pages, charts, the letters of a printed case."""
STAMP = "set-up.json"
MANIFEST = "manifest.json"
GRAPH = ".onnx"


class SetUpError(Exception):
    """Something that the person at the keyboard can mend; the text says what and how."""


def main(arguments: list[str]) -> int:
    """Set up, and return the exit code."""
    try:
        require_python(sys.version_info[:2])
        set_up(ROOT, asked_for(arguments))
    except SetUpError as error:
        code, why = 2, str(error)
    except OSError as error:
        code, why = 2, f"could not read or write: {error}. Mend that and run it again."
    except KeyboardInterrupt:
        code, why = 130, "stopped. Run it again to go on; what is half done will be done anew."
    else:
        return 0
    print(f"Set-up: {why}", file=sys.stderr)
    return code


def require_python(version: tuple[int, ...]) -> None:
    """Refuse a Python that is too old, naming the way out."""
    if version < (3, 11):
        way_out = "If you have a newer one, name it: make setup PYTHON=python3.11"
        raise SetUpError(f"this is Python {version[0]}.{version[1]}, and 3.11 or newer is needed. {way_out}")


def asked_for(arguments: list[str]) -> tuple[str, ...]:
    """The locks to look at; the last one holds the packages of all but the model's."""
    if arguments not in ([], ["--dev"]):
        raise SetUpError("usage: python3 bootstrap.py [--dev]")
    return (MODEL_LOCK, RUN_LOCK, DEV_LOCK) if arguments else (MODEL_LOCK, RUN_LOCK)


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


def encoder_ready(root: Path) -> bool:
    """Whether the encoder was built from the files that are there now, and lies there as it was built."""
    done = read_json(encoder_folder(root) / MANIFEST)
    built = {name: digest for name, digest in done.items() if name.endswith(GRAPH)}
    fresh = all(item in done.items() for item in digests(root, ENCODER_FILES).items())
    return fresh and bool(built) and built == graphs(root)


def graphs(root: Path) -> dict[str, str]:
    """File name -> SHA-256 of each built encoder: a graph that was cut short loads in no process, hours later."""
    found = sorted(encoder_folder(root).glob(f"*{GRAPH}"))
    return {path.name: digest(path) for path in found}


def encoder_folder(root: Path) -> Path:
    """The folder of the built encoder: not in Git, but shipped in the wheel."""
    return root / "classifiers/encoder/built"


def place(root: Path) -> dict[str, str]:
    """Where a venv stands and for which Python it was made."""
    return {"folder": str(root), "python": "{}.{}".format(*sys.version_info)}


def digests(root: Path, files: tuple[str, ...]) -> dict[str, str]:
    """File name -> SHA-256, of these files and of this script, whose change may change what it makes."""
    made_by = (Path(__file__).name, *files)
    return {name: digest(root / name) for name in made_by}


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


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
    """Write a JSON file, for people to read too."""
    path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def set_up(root: Path, locks: tuple[str, ...]) -> None:
    """Do what is missing; a second set-up at the same time waits for the first."""
    if packages_ready(root, locks) and desk_ready(root) and encoder_ready(root):
        return
    scratch = root / ".setup"
    scratch.mkdir(exist_ok=True)
    with only_one(scratch / "lock"):
        if not packages_ready(root, locks):
            set_up_packages(root, locks)
        if not desk_ready(root):
            set_up_desk(root, scratch)
        if not encoder_ready(root):
            set_up_encoder(root)


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock of this file. The system frees it, even when we are killed, once pip and npm have ended too."""
    with path.open("w") as handle:
        os.set_inheritable(handle.fileno(), True)
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
        install(venv, root / locks[-1], root / MODEL_LOCK)
    except SetUpError:
        write_json(stamp, place(root))  # pip ended in good order: the next run may build on what is there
        raise
    packages = venv / "lib" / "python{}.{}".format(*sys.version_info) / "site-packages"
    (packages / "quality-me-intake.pth").write_text(f"{root}\n", encoding="utf-8")
    write_launcher(venv)
    write_json(stamp, place(root) | digests(root, locks))


def make_venv(venv: Path) -> None:
    """Make an empty environment in the place of whatever is there; without pip, which Debian may have no copy of."""
    remove(venv)
    run(
        [sys.executable, "-m", "venv", "--without-pip", str(venv)],
        "could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv",
    )


def install(venv: Path, *locks: Path) -> None:
    """Install the packages of lock files by their hashes, in the way the user's own pip is configured."""
    pins = "\n".join(lock.read_text(encoding="utf-8") for lock in locks)
    count = len(re.findall(r"^\S+==", pins, flags=re.MULTILINE))
    print(f"Set-up: installing up to {count} packages of {locks[0].name} into {venv.name} ...", flush=True)
    command = [*pip_for(venv), "install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-input"]
    named = [word for lock in locks for word in ("--requirement", str(lock))]
    run(
        [*command, "--no-compile", "--progress-bar", "off", *named],
        f"could not install: the packages of {locks[0].name}. Run it again when the network is there",
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


def write_launcher(venv: Path) -> None:
    """Write the command `intake`: by a shell, for `#!` takes no spaces; with -P, so that cwd brings in no modules."""
    start = "import sys; from intake.cli import main; sys.argv[0] = 'intake'; sys.exit(main())"
    launcher = venv / "bin/intake"
    python = shlex.quote(str(venv / "bin/python"))
    launcher.write_text(f'#!/bin/sh\nexec {python} -P -c "{start}" "$@"\n', encoding="utf-8")
    launcher.chmod(0o755)


def set_up_desk(root: Path, scratch: Path) -> None:
    """Fetch the locked front-end package with npm and copy what the desk serves; the manifest is written last."""
    print(f"Set-up: fetching {DESK_PACKAGE} and {len(SINGLE_FILES)} more npm packages for the desk ...", flush=True)
    project = scratch / "npm"
    remove(project)
    project.mkdir()
    for name in NPM_FILES:
        shutil.copyfile(root / name, project / name)
    run(
        [*npm(root, scratch), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        f"could not install: {', '.join((DESK_PACKAGE, *SINGLE_FILES))}, by npm. Run it again with the network there",
        folder=project,
    )
    modules = project / "node_modules"
    versions = copy_single_files(modules, desk_folder(root).parent)
    copy_desk_files(modules / DESK_PACKAGE, desk_folder(root), versions | digests(root, NPM_FILES))
    remove(project)
    remove(scratch / "node")


def set_up_encoder(root: Path) -> None:
    """Build the classifier's encoder from the base model and our adapter; the manifest is written last."""
    print("Set-up: building the sentence encoder ...", flush=True)
    made_from = digests(root, ENCODER_FILES)
    build = [str(root / ".venv/bin/python"), "-m", "classifiers.encoder.build"]
    run(build, "could not build the sentence encoder. Run make clean, then make setup", folder=root)
    write_json(encoder_folder(root) / MANIFEST, made_from | graphs(root))


def npm(root: Path, scratch: Path) -> list[str]:
    """The machine's npm, or else one from the Python package that brings it, in an environment of its own."""
    found = shutil.which("npm")
    if found and works([found, "--version"]):
        return [found]
    venv = scratch / "node"
    carried = [str(venv / "bin/python"), str(venv / "bin/npm")]
    if not works([*carried, "--version"]):
        make_venv(venv)
        install(venv, root / NODE_LOCK)
    return carried


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


def copy_single_files(modules: Path, folder: Path) -> dict[str, str]:
    """Copy what SINGLE_FILES names, each package into a folder of its name; package -> version of what was copied."""
    for package, files in SINGLE_FILES.items():
        remove(folder / package)
        (folder / package).mkdir(parents=True)
        for name in files:
            found = (modules / package / name).read_bytes()
            if name.endswith(".js"):
                found = without_source_map(found.decode("utf-8")).encode("utf-8")
            (folder / package / Path(name).name).write_bytes(found)
    return {package: read_json(modules / package / "package.json")["version"] for package in SINGLE_FILES}


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
        errors = [line for line in lines if re.match(r"(ERROR|error|npm ERR|npm error)(?!     at )", line)]
        raise SetUpError("\n  ".join([f"{failure}.", *(errors or lines[-6:])[:6]]))


def works(command: list[str]) -> bool:
    """Whether a program starts and ends well."""
    try:
        return finish(command)[0] == 0
    except OSError:
        return False


def finish(command: list[str], folder: Path | None = None) -> tuple[int, str]:
    """Run a program to its end: its exit code, and all it printed. pip may not be told to install elsewhere."""
    env = {**os.environ, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(
        command, cwd=folder, env=env, input="", capture_output=True, errors="replace", close_fds=False, check=False
    )
    return done.returncode, done.stdout + done.stderr


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
