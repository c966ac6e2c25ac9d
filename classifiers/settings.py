"""Settings of components: plain values in spaCy's config, so that a model's `config.cfg` holds and changes them.

spaCy checks names and types by the signature of the factory; what a value may be is checked here.
"""

from math import inf


class SettingError(ValueError):
    """A setting of a component has a value that it cannot have; the text names both."""


def check(component: str, setting: str, value: float, *, least: float = 0.0, most: float = 1.0) -> None:
    """Raise SettingError unless a value lies between two others, which are allowed themselves."""
    if isinstance(value, bool) or not least <= value <= most:
        wanted = f"at least {least:g}" if most == inf else f"from {least:g} to {most:g}"
        raise SettingError(f"the setting {setting!r} of the component {component!r} must be {wanted}, not {value!r}")
