"""The command line, called in this process."""

import io
import sys
from collections.abc import Callable

import pytest

from intake import cli
from intake.commands import common

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls `intake` with these words and, if need be, input; gives its exit code, output and errors."""

    def called(*words: str, given: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["intake", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        monkeypatch.setattr(common, "set_up_logs", lambda **_: None)  # would outlive the test
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return called
