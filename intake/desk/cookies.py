"""Cookies of the desk: for all of its pages, out of reach of scripts, and not sent with what other sites post."""

from datetime import timedelta

from fastapi.responses import Response

from intake.desk.settings import DeskSettings


def keep(response: Response, settings: DeskSettings, name: str, value: str, *, lasts: timedelta | None = None) -> None:
    """Let the browser keep a cookie so long, or until it is closed."""
    response.set_cookie(
        name,
        value,
        path="/",
        max_age=int(lasts.total_seconds()) if lasts is not None else None,
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def forget(response: Response, settings: DeskSettings, name: str) -> None:
    """Let the browser drop a cookie."""
    response.delete_cookie(name, path="/", secure=settings.secure_cookies, httponly=True, samesite="lax")
