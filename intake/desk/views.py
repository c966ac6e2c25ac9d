"""Saved views: a filter of the queue under a name, for oneself or for all."""

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from intake.desk.asked import strange_names
from intake.desk.shared import DeskParts, NotThere, Text, Writer, require
from models.desk_work import LONGEST_NAME
from models.rights import Right

router = APIRouter()
NOT_KEPT = {"after", "before", "done"}


@router.post("/views")
def save_view(
    desk: DeskParts,
    session: Writer,
    name: Text = "",
    query: Annotated[str, Form(max_length=4_000)] = "",
    shared: Text = "",
) -> Response:
    """Keep the filter that is shown; one of the same name is replaced."""
    require(session, Right.READ_TICKETS)
    query, wanted = plain_query(query), " ".join(name.split())[:LONGEST_NAME]
    done = "no-name"
    if wanted:
        with desk.store.write() as tx:
            saved = tx.views.save(session.officer.id, name=wanted, query=query, shared=bool(shared))
        done = "view-saved" if saved else "too-many-views"
    return RedirectResponse(f"/?{query}&done={done}", status_code=303)


@router.post("/views/{view_id}/remove")
def remove_view(desk: DeskParts, session: Writer, view_id: int) -> Response:
    """Remove one of one's own views."""
    if not 0 < view_id < 2**62:
        raise NotThere
    with desk.store.write() as tx:
        view = tx.views.remove(session.officer.id, view_id)
    if view is None:
        raise NotThere
    return RedirectResponse(f"/?{view.query}&done=view-removed", status_code=303)


def plain_query(query: str) -> str:
    """A query with the names that a filter has and no others, written anew."""
    pairs = [(name, value[:300]) for name, value in parse_qsl(query[:4_000]) if name not in NOT_KEPT]
    return urlencode([(name, value) for name, value in pairs if not strange_names([name])])
