"""The settings of a command, for those that need no store: to assemble an app takes seconds and memory."""

import os
from pathlib import Path

import typer

from intake.config import Config, load_config


def settings(ctx: typer.Context) -> Config:
    """The settings that `--config` and the environment give; raises ConfigError."""
    path = ctx.obj if isinstance(ctx.obj, Path) else None
    return load_config(path, os.environ)
