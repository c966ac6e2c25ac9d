"""What commands share: the settings, the logs, an assembled app, and a store that is ready."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

import typer
from rich.console import Console

from intake.app import App, assemble
from intake.commands.settings import settings
from intake.config import ConfigError
from intake.conflicts import search_for_new
from intake.exits import USAGE
from intake.logs import set_up_logs
from models.rights import Right, Viewer, may
from storage.store import Store, Transaction


def ready(ctx: typer.Context) -> App:
    """The assembled app, with logs set up and the store's tables up to date; raises ConfigError or StoreError."""
    config = settings(ctx)
    set_up_logs(level=config.log.level, style=config.log.format)
    app = assemble(config)
    prepare_store(app)
    return app


def there(ctx: typer.Context) -> App:
    """As `ready`, for commands that ask of what is there: a wrong `data_dir` must not become a new and empty store."""
    config = settings(ctx)
    if not assemble(config).store_exists():
        missing = f"data_dir: there is no store in {config.data_dir} yet. If that is the right folder,"
        raise ConfigError((f"{missing} make one with 'intake migrate', or start 'intake run' once; else correct it",))
    return ready(ctx)


def own_lists(ctx: typer.Context) -> Path:
    """The folder of the operator's own reference data; raises ConfigError, which says how to have one."""
    overlay = settings(ctx).reference_overlay
    if overlay is not None:
        return overlay
    file = ctx.obj if isinstance(ctx.obj, Path) else None
    here = (file or Path("intake.toml")).absolute()
    folder = here.parent / "reference"
    line = f"reference_overlay = {json.dumps(str(folder), ensure_ascii=False)}"  # such a string is one of TOML, too
    given = "" if file else ", and name that file with --config"
    make = f"Make one, for example with: mkdir -p {quote(str(folder))}"
    raise ConfigError(
        (
            f"reference_overlay: is missing, the folder in which your own places are kept. {make}",
            f"and write this line at the top of {here}, above the first [section]{given}:",
            line,
        )
    )


@contextmanager
def at_hand(ctx: typer.Context) -> Iterator[App]:
    """The assembled app with its store as it is, whatever state that is in; it is let go of at the end."""
    config = settings(ctx)
    set_up_logs(level=config.log.level, style=config.log.format)
    app = assemble(config)
    try:
        yield app
    finally:
        app.store.close()


def acting(tx: Transaction, email: str, right: Right) -> Viewer:
    """The officer who acts, with this right; ends the command when there is none."""
    officer = tx.officers.by_email(email)
    if officer is None or not officer.active or not may(officer.viewer, right):
        typer.echo(f"Please name an officer who may {right.value}: --as officer@trust.example", err=True)
        raise typer.Exit(USAGE)
    return officer.viewer


def prepare_store(app: App) -> None:
    """Make the embedded store if it is not there yet; a shared one is brought up to date by `intake migrate` only.

    Raises KeyFault when the keys are not those that the store was sealed with.
    """
    if app.config.store_url.startswith("sqlite"):
        app.config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        app.store.migrate()
    elif not app.store.is_current():
        raise ConfigError(("store.url: the tables there are not up to date; run 'intake migrate' first",))
    app.store.insist_on_open()
    app.store.check_keys()
    search_for_new(app.store, app.clock)


class Progress:
    """Tells on standard error how many rows of a table are done, now and then."""

    EVERY = 10_000

    def __init__(self) -> None:
        self._told: dict[str, int] = {}

    def __call__(self, table: str, done: int) -> None:
        """So many rows of that table are done."""
        if done - self._told.get(table, 0) >= self.EVERY:
            self._told[table] = done
            typer.echo(f"{table}: {done:,} rows", err=True)


def examined(store: Store) -> bool:
    """Run every check of the store, tell each, and say whether all hold. Raises StoreError."""
    console = Console(markup=False, highlight=False, soft_wrap=True)
    broken = 0
    for result in store.examine():
        console.print(f"{'FAULT  ' if result.faults else 'fine   '}  {result.name}")
        for fault in result.faults:
            console.print(f"           {fault}")
        broken += bool(result.faults)
    console.print(f"{broken} check(s) found faults. Please look into it now." if broken else "Every check holds.")
    return not broken
