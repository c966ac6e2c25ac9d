"""`intake chat`: the dialogue in a terminal, over the store in the settings."""

from pathlib import Path

from tests.intake.conftest import Run


def test_a_report_is_made_in_a_terminal_and_found_again(run: Run, tmp_path: Path) -> None:
    settings = tmp_path / "intake.toml"
    settings.write_text(f'data_dir = "{tmp_path / "data"}"\n', encoding="utf-8")
    told = b"The registrar left us alone on the ward again last night.\n2\nno\nskip\nskip\n3\n1\n1\n"

    code, said, _ = run("--config", str(settings), "chat", given=told)
    assert code == 0
    assert "Your reference is QM-" in said
    assert "Sent. Your reference is" in said

    code, said, _ = run("--config", str(settings), "chat", given=b"/status\n")
    assert code == 0
    assert "A quality officer will read it next." in said

    code, said, _ = run("--config", str(settings), "chat", "--anew", given=b"/status\n")
    assert "You have no open report in this chat." in said
