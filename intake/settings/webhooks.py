"""Programs that are told of tickets."""

import ipaddress

from pydantic import Field

from channels.guarded import Network
from intake.settings.section import Section


class WebhooksConfig(Section):
    """How programs are told. Which ones, of what and where, is said on the desk under "Programs"."""

    allow_networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    """Networks that are not public and may be called all the same."""
    give_up_hours: float = Field(default=24, gt=0)
    """How long one call is tried, with growing pauses."""
    disable_hours: float = Field(default=72, gt=0)
    """A program that has taken no call for so long is told nothing any more, until somebody switches it on again."""

    @property
    def allowed(self) -> tuple[Network, ...]:
        """The same networks."""
        return self.allow_networks
