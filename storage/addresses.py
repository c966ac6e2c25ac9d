"""When two e-mail addresses are the same one."""

from string import ascii_lowercase, ascii_uppercase

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def address_key(address: str) -> str:
    """The form in which equal addresses are equal: A to Z in lower case, no white space around. No guess beyond that.

    Unicode's case folding would make two people's addresses one: it turns the Kelvin sign into k, and ß into ss.
    """
    return address.strip().translate(_LOWER)


def domain_of(address: str) -> str:
    """The domain, in lower case."""
    return address_key(address).rpartition("@")[2]
