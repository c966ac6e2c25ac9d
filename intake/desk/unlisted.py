"""Places that reporters name and that stand in no list of ours, for officers to have them added."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from intake.desk.shared import DeskParts, Reader, page, require
from intake.unlisted import unlisted
from models.rights import Right

router = APIRouter()
DAYS, MOST, SHOWN = 90, 1_000, 100
"""What is read for the page: tickets of so many days, so many at most; and names that it shows."""


@router.get("/places")
def show_unlisted(request: Request, desk: DeskParts, session: Reader) -> Response:
    """The names, with those tickets that this officer may see."""
    viewer = require(session, Right.READ_TICKETS)
    found = unlisted(desk.store, desk.words, viewer, since=desk.clock() - timedelta(days=DAYS), most=MOST)
    return page(request, "unlisted.html", {"found": found[:SHOWN], "left_out": len(found[SHOWN:]), "days": DAYS})
