"""How long what is kept. Every period is a proposal until the owner's DPIA has confirmed it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from intake.settings.section import Section
from models.retention import Kept, Schedule

Days = Annotated[int, Field(ge=0, le=36_525)]
"""0 means: for ever."""


class RetentionConfig(Section):
    """Days after which each class goes. What belongs to a ticket counts from the last thing that happened to it."""

    enabled: bool = True
    raw_days: Days = 365
    outbox_days: Days = 365
    chat_links_days: Days = 90
    shadows_days: Days = 365
    corrections_days: Days = 1_826
    identity_days: Days = 1_096
    tickets_days: Days = 3_653
    ignored_days: Days = 90
    quarantined_days: Days = 365
    sign_ins_days: Days = 30
    audit_days: Days = 0

    @model_validator(mode="after")
    def _parts_before_the_whole(self) -> Self:
        whole = self.tickets_days or 36_526
        longer = [name for name, days in self._of_tickets().items() if days > whole]
        if longer:
            raise ValueError(f"{', '.join(longer)}: no part of a ticket is kept longer than tickets_days")
        return self

    def _of_tickets(self) -> Mapping[str, int]:
        return {name: getattr(self, name) for name in ("raw_days", "outbox_days", "chat_links_days", "identity_days")}

    @property
    def schedule(self) -> Schedule:
        """The period of each class that does not stay for ever."""
        days = {kept: int(getattr(self, f"{kept.value}_days")) for kept in Kept}
        return {kept: timedelta(days=number) for kept, number in days.items() if number}
