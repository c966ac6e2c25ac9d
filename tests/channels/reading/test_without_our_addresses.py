"""Where our addresses are not known and no header tells a reply, the marks of the sender's mail program do."""

import tomllib
from pathlib import Path

import pytest

from channels.email.mime import read

MAILS = Path(__file__).parents[2] / "mail"
TELLS_A_REPLY = (b"In-Reply-To:", b"References:")


def bare(name: str) -> bytes:
    """A written mail without the headers that tell a reply, sent to somebody else."""
    raw = (MAILS / f"{name}.eml").read_bytes().replace(b"Subject: Re: ", b"Subject: ")
    lines = [line for line in raw.split(b"\n") if not line.startswith(TELLS_A_REPLY)]
    return b"\n".join(lines).replace(b"To: Quality.me <quality.me@intake.test>", b"To: x@y.test", 1)


@pytest.mark.parametrize(
    "name",
    [
        *("reply-by-html-gmail", "reply-by-html-ol-web", "reply-by-html-ol-mobile", "reply-by-html-apple"),
        *("reply-by-html-iphone", "reply-by-html-yahoo", "reply-by-html-tb", "reply-by-html-zimbra"),
        *("reply-by-html-proton", "reply-by-html-ol-desktop", "reply-by-html-spark", "reply-by-html-gmx"),
        *("reply-by-block-ol-orig", "reply-by-block-samsung", "reply-by-block-aol", "reply-by-intro-iphone-en"),
        *("reply-unmarked-by-gmail-fr", "reply-unmarked-by-k9", "reply-marked-by-block-ol-en"),
    ],
)
def test_what_the_senders_program_set_off_is_a_quote(name: str) -> None:
    wanted = tomllib.loads((MAILS / f"{name}.toml").read_text(encoding="utf-8"))["new_text"]
    assert read(bare(name)).new_text.split() == wanted.split()


@pytest.mark.parametrize("name", ["reply-by-block-ol-en", "reply-by-block-ol-fr"])
def test_a_header_block_that_no_program_set_off_may_be_evidence_and_stays(name: str) -> None:
    assert "Thank you for your message." in read(bare(name)).new_text
