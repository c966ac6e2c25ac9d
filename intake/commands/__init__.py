"""One module a command; each has `app`, a typer application."""
