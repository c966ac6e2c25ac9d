"""The search, and the figures."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from intake.api.calling import Caller, Parts, needs
from intake.api.filters import Wanted
from intake.api.problems import Problem
from intake.api.shapes import Code, HitList, HitShape, PieceShape, RowShape, StatisticsShape, TableShape
from intake.api.showing import summary
from intake.api.tickets import Cursor, no_page
from intake.figures.counting import count
from intake.figures.tables import tables
from intake.finding import query_of
from models.audit import Action
from models.clocks import LONDON
from models.interface import Scope
from models.statistics import Asked, Period, Span

router = APIRouter()
COUNTED = 1_000
Searching = Annotated[Caller, Depends(needs(Scope.SEARCH_READ))]
Counting = Annotated[Caller, Depends(needs(Scope.STATISTICS_READ))]


@router.get("/search", tags=["search"])
def search(
    request: Request,
    desk: Parts,
    caller: Searching,
    wanted: Annotated[Wanted, Depends()],
    q: Annotated[str, Query(min_length=1, max_length=300)],
    after: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> HitList:
    """Tickets by the words of their masked messages, their reference and their place, the newest first."""
    query = query_of(q, desk.words)
    with desk.store.read() as tx:
        chosen = wanted.as_filter(request, desk, caller, tx)
        try:
            found = tx.search.find(query, caller.viewer, wanted=chosen, limit=limit, after=after)
        except ValueError:
            raise no_page() from None
        number = tx.search.count(query, caller.viewer, wanted=chosen, most=COUNTED)
    if found.hits:
        shown = [hit.row.reference for hit in found.hits]
        with desk.store.write() as tx:  # what is shown of a message has been read
            tx.audit.append(caller.act(desk, Action.SEARCHED, "search", shown=shown))
    hits = [
        HitShape(ticket=summary(hit.row), snippet=[PieceShape(text=piece.text, hit=piece.hit) for piece in hit.snippet])
        for hit in found.hits
    ]
    return HitList(hits=hits, number=min(number, COUNTED), after=found.after)


@router.get("/statistics", tags=["statistics"])
def statistics(
    desk: Parts,
    caller: Counting,
    period: Span = Span.QUARTER,
    provider: Annotated[Code | None, Query()] = None,
    specialty: Annotated[Code | None, Query()] = None,
) -> StatisticsShape:
    """The tables of the dashboard. Small numbers, and others that would give them away, are null."""
    organisation = desk.words.organisation_of(provider) if provider else None
    if provider and organisation is None:
        raise Problem(422, "There is no such place.", faults={"query.provider": "is no code that we know"})
    if specialty and specialty not in desk.words.specialties:
        raise Problem(422, "There is no such specialty.", faults={"query.specialty": "is no code that we know"})
    now = desk.clock()
    today = now.astimezone(LONDON).date()
    asked = Asked(period=Period(span=period, today=today), provider=organisation, specialty=specialty)
    with desk.store.read() as tx:
        made = tables(count(tx, asked, caller.viewer, desk.words, now), desk.words)
    with desk.store.write() as tx:
        tx.audit.append(caller.act(desk, Action.EXPORTED, "figures", period=period.value))
    return StatisticsShape(
        period=period,
        until=today,
        exact=asked.exact,
        tables=[
            TableShape(
                name=one.name,
                title=one.title,
                about=one.about,
                columns=list(one.columns),
                rows=[RowShape(label=row.label, numbers=list(row.numbers)) for row in one.rows],
            )
            for one in made
        ],
    )
