"""Facts about `intake providers`, by its command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

INTAKE = str(Path(sys.executable).with_name("intake"))
COLUMNS = 27


def line(code: str, name: str, region: str = "Y60", postcode: str = "B1 1AA") -> str:
    cells = [code, name, region, "QHL", "", "", "", "BIRMINGHAM", "", postcode, "20000401"]
    return ",".join(f'"{cell}"' for cell in [*cells, *[""] * (COLUMNS - len(cells))]) + "\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "overlay").mkdir()
    (tmp_path / "intake.toml").write_text('reference_overlay = "overlay"\n', encoding="utf-8")
    return tmp_path


def providers(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    call = [INTAKE, "--config", "intake.toml", "providers", *arguments]
    return subprocess.run(call, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def shown(folder: Path, text: str) -> list[dict[str, object]]:
    return [json.loads(row) for row in providers(folder, "show", text, "--json").stdout.splitlines()]


def test_imported_places_are_shown_and_what_is_wrong_is_said(folder: Path) -> None:
    (folder / "etr.csv").write_text(
        line("R0Z", "THE NEW MIDLANDS NHS TRUST") + "nonsense\r\n" + line("R0Y", "A LONDON TRUST", "Y56"), newline=""
    )
    done = providers(folder, "import", "etr.csv")
    assert done.returncode == 1
    assert done.stderr == "etr.csv:2: has 1 columns; an ODS file has 27\n"
    assert [(one["code"], one["name"]) for one in shown(folder, "new midlands")] == [
        ("R0Z", "The New Midlands NHS Trust")
    ]
    assert shown(folder, "a london trust") == []
    (folder / "etr.csv").write_text(line("R0Z", "THE NEW MIDLANDS NHS TRUST"), newline="")
    again = providers(folder, "import", "etr.csv")
    assert (again.returncode, again.stderr) == (0, "")


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    (folder / "etr.csv").write_text(line("R0Z", "THE NEW MIDLANDS NHS TRUST"), newline="")
    done = providers(folder, "import", "etr.csv", "--dry-run")
    assert (done.returncode, [*(folder / "overlay").iterdir()]) == (0, [])
    assert "What would change" in done.stdout


@pytest.mark.parametrize("content", [b"PK\x03\x04zip", b"", b"\x00\xff" * 5_000, b"no line end " * 20_000])
def test_a_file_of_another_kind_is_refused_and_nothing_is_written(folder: Path, content: bytes) -> None:
    (folder / "etr.csv").write_bytes(content)
    done = providers(folder, "import", "etr.csv")
    assert (done.returncode, [*(folder / "overlay").iterdir()]) == (1, [])
    assert done.stderr.startswith("etr.csv: is no ODS file")
    assert done.stderr.endswith("Nothing was imported.\n")


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    done = providers(folder, "import", "etr.csv")
    assert (done.returncode, done.stderr) == (
        1,
        "etr.csv: cannot be read (No such file or directory). Nothing was imported.\n",
    )


def test_without_an_overlay_folder_the_import_says_what_to_do(folder: Path) -> None:
    (folder / "intake.toml").write_text("", encoding="utf-8")
    done = providers(folder, "import", "etr.csv")
    assert done.returncode == 78
    assert f'reference_overlay = "{folder}/reference"' in done.stderr
    assert f"at the top of {folder}/intake.toml" in done.stderr


def test_rejected_lines_can_be_kept_in_a_file(folder: Path) -> None:
    (folder / "ets.csv").write_text(line("R0ZAA", "ORPHAN") + line("R0Z", "A TRUST") + line("X", "BAD"), newline="")
    (folder / "more.csv").write_text(line("R9ZAA", "ORPHAN HOSPITAL"), newline="")
    done = providers(folder, "import", "ets.csv", "more.csv", "--rejects", "rejects.txt")
    assert (done.returncode, done.stderr) == (1, "")
    assert (folder / "rejects.txt").read_text().splitlines() == [
        "ets.csv:3: does not begin with the code of a trust, site or GP practice",
        "R9ZAA: its trust is not among the places; import etr or ect as well",
    ]


def test_showing_what_is_not_there_says_so_by_its_exit_code(folder: Path) -> None:
    done = providers(folder, "show", "no such place anywhere")
    assert done.returncode == 1
    assert done.stdout.rstrip().endswith("places.")


def test_no_sign_of_a_list_reaches_the_terminal_as_an_order(folder: Path) -> None:
    lines = "code,name,kind,town,aliases\nZZ9,Elm\x1b[2J Clinic,other,Ash\x07by,The\x9b2J Elm\n"
    (folder / "overlay" / "providers.csv").write_text(lines, encoding="utf-8")
    done = providers(folder, "show", "ZZ9")
    assert done.returncode == 0
    assert all(sign.isprintable() or sign == "\n" for sign in done.stdout)
