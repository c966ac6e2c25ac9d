"""The settings of the chat, on whatever channel."""

from pydantic import Field

from intake.settings.section import Section


class ChatConfig(Section):
    """What the chat may promise, and where it points to. Hours and reading times stand in the reference data."""

    retention: str = "2 years"
    """How long a report is kept after it was closed, as the privacy notice says it."""
    withdrawal_grace: str = "7 days"
    reopen_within: str = "28 days"
    file_limit: str = "20 MB"
    notice_url: str = ""
    """The full privacy notice; without it nothing points to one, and `intake check` says so."""
    web_form_url: str = ""
    """The page on which the chat can be used without an outside company."""
    messages_an_hour: int = Field(default=200, ge=1)
    """After so many messages of one chat in an hour no file of it is kept; its words always are."""
    file_megabytes_a_day: int = Field(default=100, ge=1)
    """The same, for what one chat sends in a day."""
    attempts: int = Field(default=5, ge=1)
    """After so many failures a message becomes a report as it stands, for a person to read."""
    outage_hours: float = Field(default=12, gt=0)
    """After so long without an answer of Telegram's, people with open reports are asked to write again."""
    replies_give_up_hours: float = Field(default=48, gt=0)
