"""Places that reporters name and that stand in no list of ours, for officers to have them added."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from intake.desk.shared import DeskParts, Reader, page, require
from intake.unlisted import command_for, unlisted
from models.rights import Right

router = APIRouter()
SPAN = 5_000
"""Tickets that one page looks through."""
PAGE = 25
"""Names that it shows."""


@router.get("/places")
def show_unlisted(
    request: Request,
    desk: DeskParts,
    session: Reader,
    before: Annotated[int | None, Query(ge=1, lt=2**62)] = None,
    skip: Annotated[int, Query(ge=0, lt=2**31)] = 0,
) -> Response:
    """The names in the newest of those tickets that this officer may see; those in older ones page by page."""
    viewer = require(session, Right.READ_TICKETS)
    with desk.store.read() as tx:
        newest = tx.tickets.newest() + 1
    begin = min(before or newest, newest)
    found = unlisted(desk.store, desk.words, viewer, before=begin, most=SPAN)
    facts = {
        "found": found[skip : skip + PAGE],
        "span": SPAN,
        "command_for": command_for,
        "search_for": lambda name: urlencode({"q": f'"{name}"'}),
        "more": urlencode({"before": begin, "skip": skip + PAGE}) if len(found) > skip + PAGE else "",
        "older": begin - SPAN if begin - SPAN > 1 else None,
        "first_page": begin == newest and not skip,
    }
    return page(request, "unlisted.html", facts)
