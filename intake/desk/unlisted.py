"""Places that reporters name and that stand in no list of ours, for officers to have them added."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from intake.desk.shared import DeskParts, Reader, noted, page, require
from intake.unlisted import command_for, unlisted
from models.audit import Action
from models.rights import Right

router = APIRouter()
SPAN = 5_000
"""Tickets that one page looks through."""
PAGE = 25
"""Names that it shows."""
NEWEST = 5
"""Tickets that it shows of each."""


@router.get("/places")
def show_unlisted(
    request: Request,
    desk: DeskParts,
    session: Reader,
    before: Annotated[int | None, Query(ge=1, lt=2**62)] = None,
    after: Annotated[str, Query(max_length=1_000)] = "",
) -> Response:
    """The names in the newest of those tickets that this officer may see; those in older ones page by page.

    They are ordered by what they are known by, so that none is lost or shown twice when tickets change in between.
    """
    viewer = require(session, Right.READ_TICKETS)
    with desk.store.read() as tx:
        newest = tx.tickets.newest() + 1
    begin = min(before or newest, newest)
    every = unlisted(desk.store, desk.words, viewer, before=begin, most=SPAN)
    rest = sorted((one for one in every if one.key > after), key=lambda one: one.key)
    found = [(one, one.references[: -NEWEST - 1 : -1]) for one in rest[:PAGE]]
    if found:
        told = [*dict.fromkeys(reference for _, newest_of in found for reference in newest_of)]
        with desk.store.write() as tx:
            tx.audit.append(noted(desk, session, Action.SEARCHED, "places", shown=told))
    facts = {
        "found": found,
        "span": SPAN,
        "command_for": command_for,
        "search_for": lambda name: urlencode({"q": f'"{name}"'}),
        "more": urlencode({"before": begin, "after": rest[PAGE - 1].key}) if len(rest) > PAGE else "",
        "older": begin - SPAN if begin - SPAN > 1 else None,
        "first_page": begin == newest and not after,
        "after": after,
    }
    return page(request, "unlisted.html", facts)
