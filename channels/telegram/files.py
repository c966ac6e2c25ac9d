"""Fetches a file that somebody sent: piece by piece, and never more of it than is allowed."""

import httpx
from telegram.error import BadRequest, InvalidToken, TelegramError

from channels.base import Unavailable
from channels.telegram.line import TelegramLine, told


class NoFile(Exception):
    """There is no such file any more, or Telegram will not give it."""


class TooBig(Exception):
    """It is larger than allowed, whatever was said of it before."""


def fetch(line: TelegramLine, ref: str, most: int) -> bytes:
    """The bytes of a file. Raises TooBig, NoFile, or Unavailable when it may work later."""
    try:
        return line.run(_fetch(line, ref, most), seconds=300)
    except BadRequest as error:
        raise (TooBig if "too big" in error.message.lower() else NoFile)() from None
    except InvalidToken:
        raise Unavailable("Telegram does not know our token") from None
    except TelegramError as error:
        raise Unavailable(f"Telegram gives no file ({told(error)})") from None
    except httpx.HTTPError as error:
        raise Unavailable(f"the file cannot be fetched ({type(error).__name__})") from None


async def _fetch(line: TelegramLine, ref: str, most: int) -> bytes:
    found = await line.bot.get_file(ref)
    if not found.file_path:
        raise NoFile
    if (found.file_size or 0) > most:
        raise TooBig
    content = bytearray()
    async with (
        httpx.AsyncClient(timeout=line.settings.seconds) as client,
        client.stream("GET", found.file_path) as answer,
    ):
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NoFile
        answer.raise_for_status()
        async for piece in answer.aiter_bytes():
            content += piece
            if len(content) > most:
                raise TooBig
    return bytes(content)
