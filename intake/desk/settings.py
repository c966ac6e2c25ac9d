"""What the desk can be told."""

from dataclasses import dataclass, field

from fastapi import APIRouter

from intake.openid import Provider
from intake.settings.api import ApiConfig
from models.clocks import ClockPolicy
from models.sign_in import EntryRules


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtraPages:
    """Pages that another package adds: their routes, where they begin, and what the navigation calls them.

    The templates lie in the package's folder `templates`.
    """

    router: APIRouter
    path: str
    name: str
    package: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskSettings:
    """`secure_cookies` may be off on loopback only. A session ends after `session_hours`, whatever happens."""

    secure_cookies: bool = True
    session_hours: int = 10
    service_name: str = "Quality.me desk"
    page_size: int = 50
    learn_from_decisions: bool = True
    """Whether decisions are kept, with the masked text, for the classifier to learn from."""
    clocks: ClockPolicy = field(default_factory=ClockPolicy)
    extra_pages: tuple[ExtraPages, ...] = ()
    entry: EntryRules = field(default_factory=EntryRules)
    address: str = ""
    """Where officers reach the desk, without a slash at the end: providers send them back there."""
    providers: tuple[Provider, ...] = ()
    api: ApiConfig = field(default_factory=ApiConfig)

    @property
    def session_cookie(self) -> str:
        """The cookie's name; `__Host-` binds it to this host, this path and TLS or loopback."""
        return "__Host-intake" if self.secure_cookies else "intake"

    @property
    def form_cookie(self) -> str:
        """The cookie of the sign-in form, for its double-submit token."""
        return "__Host-intake-form" if self.secure_cookies else "intake-form"

    @property
    def outside_cookie(self) -> str:
        """The cookie of a browser that is on its way to a provider and back."""
        return "__Host-intake-outside" if self.secure_cookies else "intake-outside"
