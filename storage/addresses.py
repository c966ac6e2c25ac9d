"""When two e-mail addresses are the same one."""


def address_key(address: str) -> str:
    """The form in which equal addresses are equal: case folded, white space gone. No guess beyond that."""
    return address.strip().casefold()


def domain_of(address: str) -> str:
    """The domain, case folded."""
    return address_key(address).rpartition("@")[2]
