"""Building the index of the search anew, a piece at a time, so that everybody else can go on working."""

from collections.abc import Callable, Iterator
from importlib import import_module

from models.masking import PersonalData
from models.searchable import masked_message
from storage.store import Store

AT_ONCE = 100
Finder = Callable[[str], Iterator[PersonalData]]


def personal_data_finder() -> Finder:
    """What looks for patients' personal data; it is loaded only now, for it takes a second."""
    finder: Finder = import_module("classifiers.personal_data").found_in
    return finder


def mask_what_nobody_masked(store: Store, find: Finder, told: Callable[[int], None] = lambda _number: None) -> int:
    """Look for personal data in the messages in which nobody has, and let them be found; gives how many.

    `told` gets the number of messages done so far. It can be stopped and begun again at any time.
    """
    done, after = 0, 0
    while True:
        with store.write() as tx:
            some = tx.search.to_mask(after=after, limit=AT_ONCE)
            for one in some:
                masked = masked_message(one.subject, one.text, find(one.text), name=one.name, address=one.address)
                tx.search.set_masked(one.inbox_id, masked)
        if not some:
            return done
        done, after = done + len(some), some[-1].inbox_id
        told(done)


def index_all(store: Store, told: Callable[[int], None] = lambda _number: None) -> int:
    """Write the words of every ticket anew; gives how many tickets there are."""
    done, after = 0, 0
    while True:
        with store.write() as tx:
            some = tx.search.tickets(after=after, limit=AT_ONCE)
            for ticket_id in some:
                tx.search.index(ticket_id)
        if not some:
            return done
        done, after = done + len(some), some[-1]
        told(done)
