"""Files that people send to the bot: fetched apart from the answers, up to the ceiling, and known by their bytes."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.chat import ChatFile, FileState, from_raw
from tests.telegram_bot import RunningBot, running_bot, small_telegram, write_settings
from tests.waiting import until

STORY = "The registrar left us alone on the ward again last night and nobody came."
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"
CHAT = 11


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[RunningBot]:
    with small_telegram() as telegram:
        settings = write_settings(tmp_path, telegram.url)
        with running_bot(settings, telegram) as made:
            yield made


def file_of(bot: RunningBot, inbox_id: int) -> ChatFile | None:
    with bot.app.store.read() as tx:
        message = tx.inbox.message(inbox_id)
    return next(iter(from_raw(message.raw).files), None) if message else None


def settled(bot: RunningBot, inbox_id: int) -> ChatFile:
    def found() -> ChatFile | None:
        file = file_of(bot, inbox_id)
        return file if file and (file.data or file.state is not FileState.HELD) else None

    file = until(found)
    assert file is not None
    until(lambda: len(bot.tickets()) == 1 and bot.is_quiet())
    return file


def test_a_photo_becomes_part_of_its_message_and_has_the_type_that_its_bytes_show(bot: RunningBot) -> None:
    bot.telegram.api.fault("getFile", status=502)
    bot.telegram.api.fault("file", cut="before")
    bot.people.upload(CHAT, "document", PNG, caption=STORY)
    file = settled(bot, 1)
    assert (base64.b64decode(file.data), file.type, file.size) == (PNG, "image/png", len(PNG))
    until(lambda: "image/png" in bot.tickets()[0].entries[0].attachments[0])


@pytest.mark.parametrize(
    ("data", "size", "state"),
    [
        (b"MZ" + b"\0" * 200, None, FileState.LOCKED),
        (b"#!/bin/sh\nrm -rf /\n", None, FileState.LOCKED),
        (b"x" * (21 * 2**20), 1_000, FileState.TOO_BIG),
    ],
)
def test_a_program_or_a_file_that_lies_about_its_size_is_not_kept(
    bot: RunningBot, data: bytes, size: int | None, state: FileState
) -> None:
    bot.people.upload(CHAT, "document", data, size=size, caption=STORY)
    file = settled(bot, 1)
    assert (file.state, file.data) == (state, "")
    assert bot.balance().holds


def test_a_file_that_telegram_has_forgotten_is_said_to_be_missing(bot: RunningBot) -> None:
    bot.telegram.api.fault("getFile", status=400, description="Bad Request: wrong file_id")
    bot.people.upload(CHAT, "photo", PNG, caption=STORY)
    assert settled(bot, 1).state is FileState.REFUSED
