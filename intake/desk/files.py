"""The files that people sent in a chat, for officers: bytes to keep and look at, which no browser opens by itself."""

import base64
import binascii

from fastapi import APIRouter
from fastapi.responses import Response

from intake.conversing.judging import is_open
from intake.conversing.moves import read_message
from intake.desk.shared import DeskParts, Locked, NotThere, Reader, noted, require
from intake.desk.showing import ticket_of
from models.audit import Action
from models.chat import ChatFile, FileState
from models.rights import Right

router = APIRouter()
ENDINGS = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "text/plain": "txt",
    "video/mp4": "mp4",
}
"""Types -> how the name of a download may end; anything else ends in `bin`, which no machine opens."""
WAITS = "This file has not been looked into yet. Try again in a few minutes."
HARM = "This file may do harm, so nobody can open it here, and it was not kept. The timeline says why."
GONE = "We have no copy of this file: it was too large, it could not be fetched, or the reporter took it back."


@router.get("/tickets/{reference}/messages/{number}/files/{place}")
def download(desk: DeskParts, session: Reader, reference: str, number: int, place: int) -> Response:
    """One file of a message of the ticket, whose files are counted from 1. That somebody has it is noted before."""
    viewer = require(session, Right.READ_TICKETS)
    ticket = ticket_of(desk, viewer, reference)
    if number not in {entry.inbox_id for entry in ticket.entries}:
        raise NotThere
    with desk.store.write() as tx:
        tx.access.insist(viewer, Right.READ_TICKETS, ticket.row.id)
        message = tx.inbox.message(number)
        files = read_message(message.raw, message.received_at).files if message else ()
        if not 1 <= place <= len(files):
            raise NotThere
        file = files[place - 1]
        data = bytes_of(file)
        tx.audit.append(noted(desk, session, Action.FILE_DOWNLOADED, ticket.row.reference, message=number, file=place))
    name = f"{ticket.row.reference}-{number}-{place}.{ENDINGS.get(file.type, 'bin')}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/octet-stream", headers=headers)


def bytes_of(file: ChatFile) -> bytes:
    """The bytes of a file. Raises Locked, with the reason for officers, when nobody may have them."""
    if is_open(file):
        try:
            return base64.b64decode(file.data)
        except binascii.Error:
            raise Locked(GONE) from None
    if file.state is FileState.LOCKED:
        raise Locked(HARM)
    raise Locked(GONE if file.state is not FileState.HELD else WAITS)
