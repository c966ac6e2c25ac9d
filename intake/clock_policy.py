"""The policy of the service clocks from the settings, with the bank holidays of England."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from holidays import country_holidays

from intake.settings.clocks import ClocksConfig
from models.clocks import Clock, ClockPolicy, Grade, WorkingDays

YEARS = range(2020, 2051)
"""Later ones are still to be announced; the library reckons them by today's law."""


@cache
def bank_holidays() -> frozenset[date]:
    """The bank holidays of England."""
    return frozenset(country_holidays("GB", subdiv="ENG", years=YEARS))


def policy_of(config: ClocksConfig) -> ClockPolicy:
    """The settings as a policy."""
    targets: Mapping[Grade, Mapping[Clock, int]] = {
        grade: dict(zip(Clock, getattr(config, grade.value), strict=True)) for grade in Grade
    }
    days = WorkingDays(days_off=bank_holidays() | frozenset(config.days_off), closes=config.closing)
    return ClockPolicy(targets=targets, days=days, warn_days=config.warn_days)
