"""Where we may call: never into our own network by an address that somebody typed (server-side request forgery)."""

import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from channels.base import Unavailable

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def fault_of(url: str) -> str:
    """What is wrong with an address that we are to call, in words; empty when nothing is."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "This is no address."
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > 500 or not parts.hostname or port == 0:
        return "This is no address of at most 500 plain characters."
    if parts.username is not None or parts.fragment:
        return "Leave out the user, the password and what stands after a #."
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return "It must begin with https://. http:// is for this machine only."
    return ""


def reachable(url: str, allowed: Sequence[Network] = ()) -> str:
    """The one internet address to call for this URL; it is looked up once, so that it cannot change until we call.

    Raises Unavailable where any of its addresses lies in a network that is not public, unless `allowed` names that one,
    or where the URL itself says that it is this machine.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unavailable("its name is not known") from None
    addresses = [_plain(ipaddress.ip_address(str(one[4][0]).partition("%")[0])) for one in found]
    if not addresses:
        raise Unavailable("its name is not known")
    here = host in LOOPBACK
    for address in addresses:
        if not (_is_public(address) or (here and address.is_loopback) or any(address in net for net in allowed)):
            raise Unavailable("its address lies in a network that we may not call; see [webhooks] allow_networks")
    return str(addresses[0])


def _plain(address: Address) -> Address:
    """An IPv4 address that is written as one of IPv6 is judged by what it is."""
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address.sixtofour or address
    return address


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast
