"""What mails tell of their senders is kept with the ticket, sealed where it names people, and goes with them."""

from models.message import Address
from models.rights import SYSTEM
from models.sender import Authentication, MailFacts, Spoofing, Trust, Witness
from models.ticket import QueueFilter
from storage.erasing import Subject, erasers
from storage.store import Store
from tests.storage.dumps import closed, dump
from tests.storage.making import decision, filed

FACTS = MailFacts(
    authentication=Authentication(trust=Trust.DOUBTFUL, witness=Witness.SERVER, found="spf fail, dmarc fail"),
    spoofing=(Spoofing.FAILED, Spoofing.AS_US),
    junk="header x-spam-flag",
    recipients=(Address(name="Head of School", address="head@school.test"),),
    original=Address(name="Ward Manager", address=""),
)


def keep(store: Store, ticket_id: int, facts: MailFacts) -> int:
    """Keep the facts for the first message of a ticket; gives its number."""
    with store.write() as tx:
        inbox_id = tx.tickets.originals(ticket_id)[0].inbox_id
        tx.mail_facts.add(inbox_id, facts)
    return inbox_id


def test_what_is_kept_comes_back_and_nothing_is_kept_of_a_mail_that_tells_nothing(store: Store) -> None:
    first, second = filed(store), filed(store)
    inbox_id = keep(store, first, FACTS)
    keep(store, second, MailFacts())
    with store.read() as tx:
        assert tx.mail_facts.of_ticket(first) == {inbox_id: FACTS}
        assert tx.mail_facts.of_ticket(second) == {}


def test_names_and_addresses_lie_sealed(store: Store) -> None:
    keep(store, filed(store), FACTS)
    assert "head@school.test" in dump(store)
    assert "head@school.test" not in closed(store)
    assert "ward manager" not in closed(store)


def test_who_is_erased_takes_the_people_in_their_mails_along(store: Store) -> None:
    ticket_id = filed(store)
    inbox_id = keep(store, ticket_id, FACTS)
    subject = Subject(ticket_ids=(ticket_id,), inbox_ids=(inbox_id,))
    [eraser] = [one for one in erasers() if one.table.name == "mail_facts"]
    with store._engine.begin() as connection:
        assert eraser.anonymise(connection, subject) == 1
    with store.read() as tx:
        [left] = tx.mail_facts.of_ticket(ticket_id).values()
    assert (left.recipients, left.original, left.junk) == ((), None, FACTS.junk)
    with store._engine.begin() as connection:
        assert eraser.remove(connection, subject) == 1
    with store.read() as tx:
        assert tx.mail_facts.of_ticket(ticket_id) == {}


def test_junk_has_a_lane_until_somebody_decides_and_leaves_no_other(store: Store) -> None:
    junk, fine = filed(store), filed(store)
    keep(store, junk, FACTS)
    keep(store, fine, MailFacts(recipients=FACTS.recipients))

    def lane(wanted: bool | None) -> set[int]:
        with store.read() as tx:
            return {row.id for row in tx.tickets.queue(QueueFilter(junk=wanted), SYSTEM).rows}

    assert (lane(True), lane(False), lane(None)) == ({junk}, {fine}, {junk, fine})
    with store.read() as tx:
        assert (tx.mail_facts.junk_count(SYSTEM), tx.mail_facts.junk_among([junk, fine])) == (1, frozenset({junk}))
    with store.write() as tx:
        tx.tickets.decide(junk, decision(), version=1, urgency=0)
    assert (lane(True), lane(False)) == (set(), {junk, fine})
    with store.read() as tx:
        assert tx.mail_facts.junk_count(SYSTEM) == 0
