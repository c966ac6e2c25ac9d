"""Checks of the figures: they count what the tickets hold."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from storage.checks.base import PIECE, Check
from storage.figure_tables import FigureTable
from storage.figuring import expected, in_pieces
from storage.tables import Base

_FIGURES = Base.metadata.tables[FigureTable.__tablename__]


def _figures(connection: Connection) -> Iterable[str]:
    for ids in in_pieces(connection, PIECE):
        figures = expected(connection, ids)
        kept = connection.execute(select(_FIGURES).where(_FIGURES.c.ticket_id.in_(ids))).mappings()
        known = {row["ticket_id"]: dict(row) for row in kept}
        for figure in figures:
            if known.get(figure["ticket_id"]) != figure:
                yield f"ticket number {figure['ticket_id']} is not counted as it stands"


COUNT_CHECKS: tuple[Check, ...] = (Check(name="the figures count what the tickets hold", look=_figures),)
