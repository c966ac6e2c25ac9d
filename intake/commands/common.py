"""What commands share: the settings, the logs, an assembled app, and a store that is ready."""

import os
from pathlib import Path

import typer

from intake.app import App, assemble
from intake.config import Config, ConfigError, load_config
from intake.conflicts import search_for_new
from intake.logs import set_up_logs


def settings(ctx: typer.Context) -> Config:
    """The settings that `--config` and the environment give; raises ConfigError."""
    path = ctx.obj if isinstance(ctx.obj, Path) else None
    return load_config(path, os.environ)


def ready(ctx: typer.Context) -> App:
    """The assembled app, with logs set up and the store's tables up to date; raises ConfigError or StoreError."""
    config = settings(ctx)
    set_up_logs(level=config.log.level, style=config.log.format)
    app = assemble(config)
    prepare_store(app)
    return app


def prepare_store(app: App) -> None:
    """Make the embedded store if it is not there yet; a shared one is brought up to date by `intake migrate` only."""
    if app.config.store_url.startswith("sqlite"):
        app.config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        app.store.migrate()
    elif not app.store.is_current():
        raise ConfigError(("store.url: the tables there are not up to date; run 'intake migrate' first",))
    search_for_new(app.store, app.clock)
