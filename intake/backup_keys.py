"""The keys that seal backups: the store's own content keys, from which each backup derives one for itself alone."""

from storage.keys import KeyClass
from storage.store import Store, StoreError


class BackupKeys:
    """The keys at hand, as backups use them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def current(self) -> tuple[str, bytes]:
        """The id and the key that seals now. Raises KeyFault."""
        key = self._store.keys_at_hand.current(KeyClass.CONTENT)
        return key.id, self.get(key.id)

    def get(self, key_id: str) -> bytes:
        """The key with this id. Raises StoreError when it is not here."""
        key = self._store.keys_at_hand.get(key_id)
        if key is None or key.kind is not KeyClass.CONTENT or key.secret is None:
            raise StoreError(
                f"the key {key_id} that sealed this backup is not in {self._store.keys_place};"
                " put the keys of that time there and try again"
            )
        return key.secret
