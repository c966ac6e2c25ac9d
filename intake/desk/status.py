"""The page that says whether everything works."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from intake.desk.shared import DeskParts, Reader, page, require
from models.rights import Right

router = APIRouter()


@router.get("/status")
def show_status(request: Request, desk: DeskParts, session: Reader) -> Response:
    """Signs of life, what waits, and the alarms that are on."""
    require(session, Right.READ_HELD)
    with desk.store.read() as tx:
        vitals, alarms = tx.watch.vitals(desk.clock()), tx.watch.alarms()
    alarms = tuple(alarm for alarm in alarms if alarm.ended_at is None)
    return page(request, "status.html", {"vitals": vitals, "alarms": alarms})
