"""Looking through all tickets for officers whose name, places or account are new, batch by batch.

Until it is done an officer sees no ticket. It goes on at the next start when it was interrupted.
"""

from collections.abc import Callable
from datetime import datetime

from storage.store import Store


def search_for_new(store: Store, clock: Callable[[], datetime]) -> int:
    """Search for every officer who needs it, in short transactions; gives how many there were. Raises StoreError."""
    with store.read() as tx:
        waiting = [officer.id for officer in tx.officers.all() if not officer.screened]
    for officer_id in waiting:
        done = False
        while not done:
            with store.write() as tx:
                done = tx.conflicts.search(officer_id, clock())
    return len(waiting)
