"""The errors of this border. `retry` is the one bit the caller needs."""


class StoreError(Exception):
    """The store could not do it. The text holds no message, address or parameter. `retry`: it may work later."""

    def __init__(self, why: str, *, retry: bool = False) -> None:
        super().__init__(why)
        self.retry = retry


class LostClaim(StoreError):
    """Somebody else has the row or the lease now; nothing was changed."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the claim on {what} has run out or is another worker's")


class StaleTicket(StoreError):
    """The ticket has moved on since it was read; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("the ticket has changed since it was read")


class ReferenceTaken(StoreError):
    """Another ticket has that reference; the transaction goes on."""

    def __init__(self) -> None:
        super().__init__("another ticket has that reference")


class NotForViewer(StoreError):
    """Somebody asked for what they have no right to, or named an officer who has none; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("this ticket is not for that officer")


class StoreClosed(StoreError):
    """The store was moved away, or is half filled by a move; the text says what to do."""


class StoreBusy(StoreError):
    """Somebody is working with the store just now."""


class StoreNotEmpty(StoreError):
    """There is something in the store that would be lost."""
