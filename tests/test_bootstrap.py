"""Facts about the set-up: a real venv, real pip and a real package, in a folder whose name has a space."""

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import bootstrap
from tests.house import ROOT
from tests.real_parts import need

SPEAKING = "import sys\n\nimport tinypart\n\ndef main():\n    print(tinypart.WORD, *sys.argv[1:])\n    return 3\n"


def wheel(folder: Path, version: str, word: str) -> str:
    """Make a package of one module, and return the lines of a lock file that pin it."""
    path = folder / f"tinypart-{version}-py3-none-any.whl"
    info = f"tinypart-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tinypart.py", f"WORD = {word!r}\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tinypart\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return f"tinypart=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    return folder


@pytest.fixture
def house(tmp_path: Path, wheels: Path) -> Path:
    """A small house like ours: bootstrap.py, locks, the command, the desk's files and the encoder already in place."""
    root = tmp_path / "a small house"
    (root / "intake").mkdir(parents=True)
    (root / "intake/cli.py").write_text(SPEAKING)
    shutil.copyfile(ROOT / "bootstrap.py", root / "bootstrap.py")
    lock = wheel(wheels, "1.0", "hello")
    for name in ("requirements.txt", "requirements-dev.txt"):
        (root / name).write_text(lock)
    for name in bootstrap.NPM_FILES:
        (root / name).write_text("{}")
    bootstrap.encoder_folder(root).mkdir(parents=True)
    for name in bootstrap.ENCODER_FILES:
        (root / name).write_text("")
    built = bootstrap.encoder_folder(root) / bootstrap.MANIFEST
    (built.parent / "encoder-1.onnx").write_bytes(b"a graph")
    bootstrap.write_json(built, bootstrap.digests(root, bootstrap.ENCODER_FILES) | bootstrap.graphs(root))
    bootstrap.desk_folder(root).mkdir(parents=True)
    manifest = bootstrap.desk_folder(root) / bootstrap.MANIFEST
    bootstrap.write_json(manifest, bootstrap.digests(root, bootstrap.NPM_FILES))
    return root


def set_up(root: Path, wheels: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the set-up as a person does, with a pip that knows this folder of wheels and nothing else."""
    pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels.as_uri(), "PIP_USER": "1"}
    return subprocess.run(
        [sys.executable, str(root / "bootstrap.py"), *arguments],
        env={**os.environ, **pip, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def said(launcher: Path, *arguments: str, cwd: Path) -> str:
    done = subprocess.run([str(launcher), *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    return done.stdout


def test_the_command_works_from_any_folder_and_through_a_link(house: Path, wheels: Path, tmp_path: Path) -> None:
    assert set_up(house, wheels).returncode == 0
    launcher = house / ".venv/bin/intake"
    link = tmp_path / "intake-link"
    link.symlink_to(launcher)
    (tmp_path / "tinypart.py").write_text("WORD = 'a module of the folder one happens to be in'\n")
    assert said(launcher, "a b", "$c", cwd=house) == "hello a b $c\n"
    assert said(link, cwd=tmp_path) == "hello\n"


def test_a_second_set_up_touches_nothing(house: Path, wheels: Path) -> None:
    set_up(house, wheels)
    before = {path: path.stat().st_mtime_ns for path in (house / ".venv").rglob("*")}
    again = set_up(house, wheels, PIP_FIND_LINKS="")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert {path: path.stat().st_mtime_ns for path in (house / ".venv").rglob("*")} == before


def test_after_the_packages_of_development_those_of_the_run_are_there(house: Path, wheels: Path) -> None:
    assert set_up(house, wheels, "--dev").returncode == 0
    assert set_up(house, wheels, PIP_FIND_LINKS="").stdout == ""


def test_a_changed_lock_is_installed_over_what_is_there(house: Path, wheels: Path) -> None:
    set_up(house, wheels)
    (house / "requirements.txt").write_text(wheel(wheels, "2.0", "good day"))
    assert set_up(house, wheels).returncode == 0
    assert said(house / ".venv/bin/intake", cwd=house) == "good day\n"


def test_a_set_up_that_was_cut_short_is_done_anew(house: Path, wheels: Path) -> None:
    set_up(house, wheels)
    venv = house / ".venv"
    (venv / bootstrap.STAMP).unlink()  # as it is while pip writes
    half_written = next(venv.rglob("tinypart.py"))
    half_written.write_text("WOR")
    assert set_up(house, wheels).returncode == 0
    assert said(venv / "bin/intake", cwd=house) == "hello\n"


def test_a_house_that_was_moved_is_set_up_anew(house: Path, wheels: Path, tmp_path: Path) -> None:
    set_up(house, wheels)
    moved = house.rename(tmp_path / "elsewhere")
    assert set_up(moved, wheels).returncode == 0
    assert said(moved / ".venv/bin/intake", cwd=tmp_path) == "hello\n"


def test_without_the_packages_it_says_so_and_keeps_what_works(house: Path, wheels: Path) -> None:
    set_up(house, wheels)
    (house / "requirements.txt").write_text(wheel(wheels, "2.0", "good day"))
    failed = set_up(house, wheels, PIP_FIND_LINKS="")
    assert failed.returncode == 2
    assert (
        "could not install: the packages of requirements.txt. Run it again when the network is there" in failed.stderr
    )
    assert "Traceback" not in failed.stderr
    assert said(house / ".venv/bin/intake", cwd=house) == "hello\n"
    assert set_up(house, wheels).returncode == 0
    assert said(house / ".venv/bin/intake", cwd=house) == "good day\n"


def test_a_package_that_is_not_the_locked_one_is_refused(house: Path, wheels: Path) -> None:
    wheel(wheels, "1.0", "something else")
    failed = set_up(house, wheels)
    assert failed.returncode == 2
    assert "HASHES" in failed.stderr


def test_a_python_without_pip_brings_its_own(house: Path, wheels: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    done = subprocess.run(
        [str(bare / "bin/python"), str(house / "bootstrap.py")],
        env={**os.environ, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels.as_uri()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert said(house / ".venv/bin/intake", cwd=house) == "hello\n"


def test_a_python_that_is_too_old_is_told_the_way_out() -> None:
    ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 7))  # it can read so far
    with pytest.raises(bootstrap.SetUpError, match=r"this is Python 3\.10, and 3\.11 or newer is needed"):
        bootstrap.require_python((3, 10))
    bootstrap.require_python((3, 11))
    bootstrap.require_python((4, 0))


def test_an_unknown_argument_ends_with_the_usage(house: Path, wheels: Path) -> None:
    wrong = set_up(house, wheels, "--all")
    assert (wrong.returncode, wrong.stderr) == (2, "Set-up: usage: python3 bootstrap.py [--dev]\n")


@pytest.fixture
def npm_package(tmp_path: Path) -> Path:
    """A front-end package that is built as the real one is."""
    built = tmp_path / "package/dist/nhsuk"
    (built / "assets/images").mkdir(parents=True)
    (built / "assets/images/tick.svg").write_text("<svg/>")
    (built / "nhsuk-frontend.min.js").write_text("export{a};//# sourceMappingURL=nhsuk-frontend.min.js.map\n")
    (built.parent.parent / "package.json").write_text('{"version": "1.2.3"}')
    return built.parent.parent


CALLING_OUT = "@font-face{font-family:F;src:url(https://fonts.example.test/f.woff2)}"
LOCAL = "a{color:red}b{background:url(/assets/images/tick.svg)}"


def test_the_desks_files_load_nothing_from_outside(npm_package: Path, tmp_path: Path) -> None:
    css = f"{CALLING_OUT}{LOCAL}{CALLING_OUT}\n/*# sourceMappingURL=nhsuk-frontend.min.css.map */\n"
    (npm_package / "dist/nhsuk/nhsuk-frontend.min.css").write_text(css)
    folder = tmp_path / "vendor"
    bootstrap.copy_desk_files(npm_package, folder, {"package-lock.json": "abc"})
    assert (folder / "nhsuk-frontend.min.css").read_text().strip() == LOCAL
    assert (folder / "nhsuk-frontend.min.js").read_text() == "export{a};"
    assert (folder / "assets/images/tick.svg").exists()
    assert json.loads((folder / "manifest.json").read_text()) == {
        "nhsuk-frontend": "1.2.3",
        "package-lock.json": "abc",
    }


@pytest.mark.parametrize(
    "rule",
    [
        "a{background:url(https://other.example.test/a.png)}",
        "a{background:url( '//other.example.test/a.png')}",
        "@import 'other.css';",
    ],
)
def test_a_style_sheet_that_loads_anything_else_from_outside_is_refused(rule: str) -> None:
    with pytest.raises(bootstrap.SetUpError, match="another host"):
        bootstrap.without_outside_fonts(LOCAL + rule)


def test_the_real_style_sheet_is_there_and_loads_nothing_from_outside() -> None:
    folder = bootstrap.desk_folder(ROOT)
    if not bootstrap.desk_ready(ROOT):
        need("the desk's files, which make setup brings")
    css = (folder / "nhsuk-frontend.min.css").read_text(encoding="utf-8")
    assert ".nhsuk-header" in css
    assert "//" not in css.replace("http://www.w3.org/", "")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert {name: manifest[name] for name in wanted} == wanted


def test_an_encoder_that_is_missing_or_damaged_is_not_ready(house: Path) -> None:
    graph = bootstrap.encoder_folder(house) / "encoder-1.onnx"
    assert bootstrap.encoder_ready(house)
    graph.write_bytes(b"a gra")
    assert not bootstrap.encoder_ready(house)
    graph.unlink()
    assert not bootstrap.encoder_ready(house)


def test_an_encoder_that_was_built_anew_is_ready(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = bootstrap.encoder_folder(house) / "encoder-1.onnx"
    graph.unlink()
    monkeypatch.setattr(bootstrap, "run", lambda *_, **__: graph.write_bytes(b"another graph"))
    bootstrap.set_up_encoder(house)
    assert bootstrap.encoder_ready(house)
