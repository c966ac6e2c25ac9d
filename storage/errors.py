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


class NotForOfficer(StoreError):
    """That officer may not have this ticket: a conflict, a restriction, or no right to decide."""

    def __init__(self) -> None:
        super().__init__("that officer may not have this ticket")


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


class KeyFault(StoreError):
    """A key is missing, wrong or unreadable. The text names files and ids, never a key."""


class UnknownKey(KeyFault):
    """A value was sealed with a key that is not here: a fault of the keys, or of a value that somebody altered."""

    def __init__(self, key_id: str, where: str, *, what: str = "key") -> None:
        super().__init__(
            f"the {what} {key_id} is not in {where}; put back the keys that this store was sealed with", retry=True
        )
        self.key_id = key_id


class SealBroken(StoreError):
    """A sealed value does not open: it was altered, or moved here from another row or column."""

    def __init__(self, table: str, column: str, row: object) -> None:
        super().__init__(
            f"{table} row {row}: the seal of {column} does not open. It was altered, or it belongs to another row. "
            "Restore this row from a backup"
        )
