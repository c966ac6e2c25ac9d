"""`intake search`: find tickets by their words, and build the index anew."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from intake.app import App
from intake.commands.common import acting, there
from intake.exits import FAILED, USAGE
from intake.finding import query_of
from intake.reindexing import index_all, mask_what_nobody_masked, personal_data_finder
from models.audit import Act, Action
from models.rights import Right, Viewer
from models.search import Hit, Piece
from models.ticket import QueueFilter, TicketState
from models.verdict import Kind

app = typer.Typer()
REBUILD = "rebuild"
LISTED = 200
"""References that the audit chain names one by one."""


@app.command()
def search(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(help="What to look for. The one word 'rebuild' builds the index anew.")],
    *,
    officer: Annotated[str, typer.Option("--as", help="The officer who looks, by e-mail address.")] = "",
    state: Annotated[TicketState | None, typer.Option(help="Only tickets in this state.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only this kind of message.")] = None,
    provider: Annotated[str | None, typer.Option(help="Only tickets about this organisation, by its code.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many tickets at most.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a ticket.")] = False,
) -> None:
    """Find tickets, the newest first: by words, "a phrase", a begin*, -without; by reference, place or code.

    It looks in the masked texts only, and shows what the officer named with --as may read. Exits 1 for no hit.
    """
    parts = there(ctx)
    if words == [REBUILD]:
        rebuild(parts)
        return
    query = query_of(" ".join(words), parts.words)
    if not query.asks:
        typer.echo("Please give a word to look for. A word with a minus only takes away.", err=True)
        raise typer.Exit(USAGE)
    wanted = QueueFilter(
        states=(state,) if state else (), kinds=(kind,) if kind else (), provider=provider.upper() if provider else None
    )
    with parts.store.read() as tx:
        viewer = acting(tx, officer, Right.READ_TICKETS)
        page = tx.search.find(query, viewer, wanted=wanted, limit=limit)
    if page.hits:
        _note(parts, viewer, page.hits)
    for hit in page.hits:
        _print_json(hit) if as_json else _print(parts, hit)
    if not page.hits:
        typer.echo("Nothing was found.", err=True)
        raise typer.Exit(FAILED)
    if page.after:
        typer.echo(f"There are more than {limit}. Ask for more with --limit, or add a word.", err=True)


def rebuild(parts: App) -> None:
    """Mask what nobody has masked yet, and write the words of every ticket anew, with progress."""
    console = Console(markup=False, highlight=False, stderr=True)
    with console.status("Looking for personal data in messages that nobody has masked") as status:
        masked = mask_what_nobody_masked(
            parts.store, personal_data_finder(), lambda number: status.update(f"{number} messages masked")
        )
        tickets = index_all(parts.store, lambda number: status.update(f"{number} tickets indexed"))
    typer.echo(f"{masked} messages were masked, and {tickets} tickets can be found.")


def _print(parts: App, hit: Hit) -> None:
    row = hit.row
    place = parts.words.providers.get(row.site or row.provider or "")
    console = Console(markup=False, highlight=False, soft_wrap=True)
    facts = f"category {row.isf}, {row.state.value}, {row.received_at:%Y-%m-%d}"
    console.print(Text.assemble((row.reference, "bold"), "  ", *map(_shown, hit.subject)))
    console.print(f"  {facts}{f', {place.name}' if place else ''}")
    console.print(Text.assemble("  ", *map(_shown, hit.snippet)))


def _shown(piece: Piece) -> Text:
    # A mail can hold control characters, and a terminal obeys them.
    return Text(
        "".join(sign if sign.isprintable() else " " for sign in piece.text), "bold reverse" if piece.hit else ""
    )


def _print_json(hit: Hit) -> None:
    row = hit.row
    typer.echo(
        json.dumps(
            {
                "reference": row.reference,
                "received_at": row.received_at.isoformat(),
                "state": row.state.value,
                "kind": row.kind.value,
                "provider": row.provider,
                "site": row.site,
                "isf": row.isf,
                "subject": row.subject,
                "snippet": "".join(piece.text for piece in hit.snippet),
                "hits": [piece.text for piece in (*hit.subject, *hit.snippet) if piece.hit],
            }
        )
    )


def _note(parts: App, viewer: Viewer, hits: Sequence[Hit]) -> None:
    """What is shown of a message has been read. The question may name somebody, so it is not kept."""
    detail = {"shown": [hit.row.reference for hit in hits][:LISTED], "number": len(hits)}
    act = Act(at=parts.clock(), actor=viewer.email, action=Action.SEARCHED, subject="search", detail=detail)
    with parts.store.write() as tx:
        tx.audit.append(act)
