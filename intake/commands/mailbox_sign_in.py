"""`intake mailbox-sign-in`: let a person sign in once for a mailbox that takes no passwords."""

from typing import Annotated

import typer

from channels.base import Unavailable
from intake.commands.settings import settings
from intake.config import ConfigError
from intake.exits import UNAVAILABLE
from intake.settings.mail import AccountConfig
from intake.transports import tokens_for

app = typer.Typer()


@app.command()
def mailbox_sign_in(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="The mailbox's name in the settings, or 'submission'.")],
) -> None:
    """Show a code, wait until somebody has typed it where it says, and keep what comes of it in the data folder."""
    config = settings(ctx)
    accounts: dict[str, AccountConfig] = {mailbox.name: mailbox for mailbox in config.mailboxes}
    if config.submission is not None:
        accounts["submission"] = config.submission
    account = accounts.get(name)
    if account is None:
        raise ConfigError((f"{name}: is no mailbox of the settings; there are {', '.join(accounts) or 'none'}",))
    tokens = tokens_for(name, account, config.data_dir)
    if tokens is None:
        raise ConfigError((f"{name}: has a password; nobody has to sign in for it",))
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        tokens.sign_in(typer.echo)
    except Unavailable as trouble:
        typer.echo(f"{name}: {trouble}", err=True)
        raise typer.Exit(UNAVAILABLE) from None
    typer.echo(f"Signed in for {name}. Mail can be fetched and sent now.")
