"""`intake tokens`: what lets programs use the JSON interface."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from intake.auditing import operator
from intake.commands.common import ready, there
from intake.exits import FAILED, USAGE
from intake.tokens import DAYS, TokenRefused, Wish, make_token, revoke_token
from models.interface import SERVICE_ROLES, Scope

app = typer.Typer(help="Make, list and revoke the tokens by which programs use the interface.", no_args_is_help=True)


@app.command()
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What uses it, for people.")],
    scope: Annotated[list[Scope], typer.Option(help="What it opens; may be given several times.")],
    whose: Annotated[str, typer.Option(help="An officer's e-mail address, or the role of a service: read_only …")],
    days: Annotated[int, typer.Option(help="How long it is good for.")] = DAYS,
) -> None:
    """Make a token and print it. It is shown this once."""
    parts = ready(ctx)
    try:
        with parts.store.write() as tx:
            role = next((one for one in SERVICE_ROLES if one == whose), None)
            officer = None if role else tx.officers.by_email(whose)
            wish = Wish(name=name, scopes=frozenset(scope), officer=officer, role=role, days=days)
            longest = parts.config.api.longest_days
            token = make_token(tx, wish, actor=operator(), now=parts.clock(), longest_days=longest)
    except TokenRefused as why:
        typer.echo(str(why), err=True)
        raise typer.Exit(USAGE) from None
    typer.echo("Keep it where secrets are kept. It is not shown again.", err=True)
    typer.echo(token)


@app.command(name="list")
def list_tokens(ctx: typer.Context) -> None:
    """List all tokens, without what opens anything."""
    parts = there(ctx)
    with parts.store.read() as tx:
        tokens, officers = tx.tokens.all(), {one.id: one.email for one in tx.officers.all()}
    table = Table("Prefix", "Name", "Whose", "Scopes", "Made by", "Ends", "Last used", "State")
    table.columns[0].no_wrap = True
    for one in tokens:
        whose = officers.get(one.officer_id or 0, "") if one.officer_id else f"service, {one.role}"
        state = "revoked" if one.revoked_at else ("good" if one.is_good(parts.clock()) else "ended")
        used = f"{one.last_used_at:%d %b %Y %H:%M}" if one.last_used_at else "never"
        scopes = ", ".join(sorted(one.scopes))
        table.add_row(one.prefix, one.name, whose, scopes, one.made_by, f"{one.expires_at:%d %b %Y}", used, state)
    Console(markup=False, highlight=False).print(table)


@app.command()
def revoke(ctx: typer.Context, prefix: Annotated[str, typer.Argument(help="As the list shows it.")]) -> None:
    """End a token at once."""
    parts = there(ctx)
    with parts.store.write() as tx:
        token = tx.tokens.by_prefix(prefix)
        ended = revoke_token(tx, token.id, actor=operator(), now=parts.clock()) if token else None
    if ended is None:
        typer.echo("There is no such token, or it has been revoked before.", err=True)
        raise typer.Exit(FAILED)
    typer.echo(f"{ended.name} opens nothing any more.")
