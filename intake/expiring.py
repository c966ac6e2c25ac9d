"""What lets us in and runs out on a day that can be known: a certificate or a secret for tokens."""

from collections.abc import Iterator, Mapping
from datetime import date

from channels.email.oauth import certificate_ends
from intake.config import Config
from intake.settings.oauth import OAuthConfig


def accounts_of(config: Config) -> Iterator[tuple[str, OAuthConfig]]:
    """Each account that signs in with tokens, by its place in the settings."""
    for box in config.mailboxes:
        if box.oauth is not None:
            yield f"mailboxes.{box.name}", box.oauth
    if config.submission is not None and config.submission.oauth is not None:
        yield "submission", config.submission.oauth


def end_of(oauth: OAuthConfig) -> date | None:
    """The last day of a certificate, or of a secret where somebody has noted it. Raises OSError, ValueError."""
    if oauth.certificate_file is not None:
        return certificate_ends(oauth.certificate_file).date()
    return oauth.expires_on


def ends_of(config: Config) -> dict[str, date]:
    """The last days that are known. What cannot be read is left out: `intake check` names it."""
    found: dict[str, date] = {}
    for name, oauth in accounts_of(config):
        try:
            end = end_of(oauth)
        except (OSError, ValueError):
            continue
        if end is not None:
            found[name] = end
    return found


def running_out(ends: Mapping[str, date], days: int, today: date) -> dict[str, str]:
    """What ends within so many days, or has ended, in words, by name; 0 days is never."""
    found: dict[str, str] = {}
    for name, end in ends.items():
        left = (end - today).days
        if days and left < days:
            when = f"ends in {left} days" if left > 1 else "ends tomorrow" if left == 1 else "ends today"
            told = when if left >= 0 else f"ended {-left} day{'' if left == -1 else 's'} ago"
            found[f"token {name}"] = f"What gives us access to {name} {told}. Put a new secret or certificate there."
    return found
