"""The rates in docs/reading-mail.md are those that the command prints."""

import re

from tests.house import ROOT
from tests.rates import rates, table


def test_every_fact_of_every_written_mail_is_right() -> None:
    assert [row for row, count, ours, _ in rates() if ours != count] == []


def test_the_document_has_the_rows_and_rates_of_the_command() -> None:
    document = (ROOT / "docs/reading-mail.md").read_text(encoding="utf-8")
    # Without the counts and the peer's figures, which move a little with each mail that is added.
    wanted = [re.sub(r"\| \d+ \|(.*?)\|.*", r"|\1|", line) for line in table().splitlines()[2:]]
    shown = [re.sub(r"\| \d+ \|(.*?)\|.*", r"|\1|", line) for line in document.splitlines()]
    assert [line for line in wanted if line not in shown] == []
