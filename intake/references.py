"""References such as `QM-7K3F-2R`: easy to read aloud, hard to mistype, impossible to guess in sequence."""

import secrets

ALPHABET = "23456789CDFGHJKMNPRTWXY"
"""23 signs, no vowels and nothing that looks like another; 23 is prime, so the check sign finds every single slip
and every swap of two neighbours."""


def new_reference(*, crowded: int = 0) -> str:
    """Draw a reference at random: 23^5 = 6.4 million of them, and 23 times as many for each step of `crowded`."""
    signs = [secrets.choice(ALPHABET) for _ in range(5 + crowded)]
    whole = "".join(signs) + _check_sign(signs)
    return f"QM-{whole[:4]}-{whole[4:]}"


def is_reference(text: str) -> bool:
    """Whether the text has the form of a reference and its check sign is right; case and hyphens do not matter."""
    signs = text.upper().replace("-", "").replace(" ", "")
    if not signs.startswith("QM") or len(signs) < 8 or not set(signs[2:]) <= set(ALPHABET):
        return False
    return _check_sign(list(signs[2:-1])) == signs[-1]


def _check_sign(signs: list[str]) -> str:
    # Weights 2, 3, 4 … differ from neighbour to neighbour and are never 0 modulo 23 at the lengths in use.
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(signs, start=2))
    return ALPHABET[total % len(ALPHABET)]
