"""`intake smtp`."""

import typer

from intake.auditing import note_start
from intake.commands.common import ready
from intake.config import ConfigError
from intake.daemon import Daemon
from intake.mailing import listeners

app = typer.Typer()


@app.command()
def smtp(ctx: typer.Context) -> None:
    """Listen for mail by SMTP and LMTP until stopped."""
    parts = ready(ctx)
    servers = listeners(parts)
    if not servers:
        raise ConfigError(("smtp, lmtp: neither is enabled; set enabled = true in one of them",))
    note_start(parts.store, parts.config, parts.clock)
    Daemon(servers=servers).run()
