"""A store with something in every table, as the product itself writes it."""

from models.audit import Act, Action
from models.learning import Correction
from models.work import Ending
from storage.store import Store
from tests.storage.making import MINUTE, NOW, claimed, decision, ended, filed, followed, outgoing, received, verdict

LEARNER = "learner@example.test"


def fill(store: Store, tickets: int = 3) -> None:
    """Tickets in several states with all that belongs to them, people who may sign in, and an act of the audit."""
    made = [filed(store) for _ in range(tickets)]
    followed(store, made[0])
    ended(store, Ending.IGNORED, "It is automatic mail.")
    ended(store, Ending.QUARANTINED, "It cannot be read; é, 中, 🙂.")
    with store.write() as tx:
        received(tx, raw=bytes(range(256)) * 5, envelope_from="", envelope_to=("a@example.test", "é@example.test"))
        claimed(tx, "a worker that died", NOW - 9 * MINUTE)
        [item] = tx.outbox.claim(worker="w", now=NOW, lease=MINUTE)
        tx.outbox.sent(item, NOW)
        tx.outbox.withhold(made[1], recipient=LEARNER, purpose="acknowledgement", reason="A cap.", now=NOW)
        tx.outbox.add(made[1], outgoing("more@example.test"), purpose="message", now=NOW)
        tx.tickets.add_verdict(made[1], verdict(isf=3, confidence=0.1 + 0.2, red_flags=("violence",)), 7, NOW)
        tx.tickets.decide(made[1], decision(isf=4), version=2, urgency=9)
        tx.corrections.append(
            Correction(
                ticket_id=made[1],
                channel="imap",
                subject="Rota",
                text="No rota for [name].",
                consent=True,
                messages=1,
                verdict=verdict(),
                decision=decision(isf=4),
            )
        )
        tx.shadows.add(made[2], "v1", verdict(isf=0), NOW)
        tx.inbox.first_with("f" * 64, 1)
        officer = tx.officers.add(email="officer@example.test", name="Ann O.", password_hash="hash")
        tx.officers.open_session(officer_id=officer.id, token_hash="s" * 64, csrf="c", expires_at=NOW + MINUTE)
        tx.officers.add_one_time(officer_id=officer.id, token_hash="o" * 64, expires_at=NOW + MINUTE)
        tx.officers.note_failure("officer@example.test", NOW)
        tx.leases.take("imap:main", "holder", now=NOW - 9 * MINUTE, ttl=MINUTE)
        tx.audit.append(Act(at=NOW, actor="officer@example.test", action=Action.TICKET_READ, subject="QM-1"))
