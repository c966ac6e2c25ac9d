"""Facts about `intake demo`, tried as a visitor would: by its command line."""

import json
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INTAKE = str(Path(sys.executable).with_name("intake"))
SECONDS = 90


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([INTAKE, *arguments], cwd=cwd, capture_output=True, text=True, timeout=SECONDS, check=False)


@contextmanager
def visiting(cwd: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A demo that has sent its samples and stays, with what it has printed so far."""
    call = [INTAKE, "demo", "--port", "0", "--folder", "here"]
    with subprocess.Popen(call, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as demo:
        assert demo.stdout is not None
        printed = ""
        for line in demo.stdout:
            printed += line
            if "stays open" in line:
                break
        try:
            yield demo, printed
        finally:
            demo.kill()


def tickets(cwd: Path) -> int:
    done = run("--config", "here/intake.toml", "reconcile", "--json", cwd=cwd)
    balance = json.loads(done.stdout)
    assert balance["holds"]
    return int(balance["tickets"])


def test_unattended_it_ends_well_when_every_sample_came_right_also_when_its_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("demo", "--check", "--port", str(port), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"127.0.0.1:{port}/" not in done.stdout
    assert "Every sample is where it should be." in done.stdout
    assert "It balances: nothing is lost." in done.stdout
    assert "│ NO " not in done.stdout
    kinds = {"good practice", "enquiry", "about learner", "irrelevant"}
    assert set(re.findall(rf"category \d|{'|'.join(kinds)}", done.stdout)) == {
        *(f"category {isf}" for isf in range(4)),
        *kinds,
    }
    assert "category 3, red flag" in done.stdout
    [folder] = (tmp_path / "demo-data").iterdir()
    assert f"The data are in demo-data/{folder.name}" in done.stdout
    assert (folder / "intake.db").stat().st_size > 0
    assert folder.stat().st_mode & 0o077 == 0


def test_it_takes_the_mail_that_its_printed_command_sends_and_stops_cleanly_on_ctrl_c(tmp_path: Path) -> None:
    with visiting(tmp_path) as (demo, printed):
        before = tickets(tmp_path)
        [command] = re.findall(r"^ *(\S*python\S* -c .*)$", printed, flags=re.MULTILINE)
        for _ in range(2):
            subprocess.run(shlex.split(command), check=True, timeout=SECONDS)
        while tickets(tmp_path) < before + 2:
            assert demo.poll() is None
        demo.send_signal(signal.SIGINT)
        assert demo.stdout is not None
        rest = demo.stdout.read()
        assert demo.wait(timeout=SECONDS) == 0
    assert "Traceback" not in printed + rest
    assert rest.rstrip().endswith("The data are in here")
    assert tickets(tmp_path) == before + 2


def test_a_folder_that_is_there_already_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes").write_text("keep")
    done = run("demo", "--check", "--folder", "mine", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "mine: cannot be made (File exists). Name another folder with --folder.\n"
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes"]
