"""`intake status`: whether everything works."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from intake.commands.common import there
from intake.desk.wording import ago
from intake.exits import FAILED
from intake.expiring import ends_of, running_out
from intake.watching import BOT, beat_of, polls, wrong

app = typer.Typer()


@app.command()
def status(
    ctx: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False
) -> None:
    """Show signs of life and what waits. Exits 1 when something is silent or waits too long, and says what."""
    parts = there(ctx)
    now, names = parts.clock(), tuple(mailbox.name for mailbox in parts.config.mailboxes)
    with parts.store.read() as tx:
        vitals = tx.watch.vitals(now)
    bot = polls(parts.config.telegram)
    faults = wrong(vitals, parts.config.alarms, names, now, bot=bot)
    faults |= running_out(ends_of(parts.config), parts.config.alarms.expiry_days, now.date())
    if bot and BOT not in vitals.beats:
        faults[BOT] = "Telegram has never been asked for messages. Is 'intake run' or 'intake telegram' running?"
    for name in names:
        if beat_of(name) not in vitals.beats:
            faults[beat_of(name)] = (
                f"The mailbox {name} has never been looked into. Is 'intake run' or 'intake imap' running?"
            )
    if as_json:
        typer.echo(json.dumps({**asdict(vitals), "wrong": faults}, default=str))
        raise typer.Exit(FAILED if faults else 0)
    table = Table("What", "How it is", title="Is everything working?", title_justify="left")
    for name in names:
        seen = vitals.beats.get(beat_of(name))
        table.add_row(f"Mailbox {name}", f"looked into {ago(seen, now)}" if seen else "never looked into yet")
    if bot:
        seen = vitals.beats.get(BOT)
        table.add_row("Telegram", f"asked for messages {ago(seen, now)}" if seen else "never asked for messages yet")
        table.add_row("Replies of the bot waiting", str(vitals.replies_waiting))
    table.add_row("Red flags that nobody takes care of", str(vitals.flags_waiting))
    table.add_row("Messages waiting to be filed", str(vitals.inbox_waiting))
    table.add_row("Mails waiting to be sent", str(vitals.outbox_waiting))
    table.add_row("Mails that failed in 7 days", str(vitals.outbox_failed))
    table.add_row("Messages in quarantine", str(vitals.quarantined))
    console = Console(markup=False, highlight=False)
    console.print(table)
    for words in faults.values():
        console.print(f"Wrong: {words}")
    console.print("Something is wrong. Please look into it now." if faults else "All is well.")
    raise typer.Exit(FAILED if faults else 0)
