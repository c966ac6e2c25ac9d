"""Facts about the calls by which programs are told of tickets: what they say, who gets them, and how they are tried."""

import hashlib
import hmac
import ipaddress
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channels.base import Unavailable
from channels.guarded import fault_of, reachable
from intake.retaining import RetentionWork
from intake.settings.webhooks import WebhooksConfig
from intake.telling import HIDDEN, TellingWork
from models.interface import HookEvent
from models.links import LinkKind
from models.rights import SYSTEM, Role
from models.ticket import Event, EventKind, TicketState
from storage.store import Store, Transaction
from storage.webhooks import KEPT
from tests.answering import Answering, served
from tests.house import ROOT
from tests.storage.making import MINUTE, NOW, decision, filed, followed, opened, verdict

SECRET = "a secret that both sides know"
EVERYTHING = tuple(HookEvent)


class Sink:
    """A program that is called: it answers with the next status, and keeps what it got."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.url = ""

    @property
    def told(self) -> list[Any]:
        return [json.loads(body) for _, body in self.got]


@contextmanager
def listening() -> Iterator[Sink]:
    sink = Sink()

    class Handler(Answering):
        def post(self) -> None:
            sink.got.append((dict(self.headers), self.received()))
            self.send_response(sink.statuses.pop(0) if sink.statuses else 204)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

    with served(Handler) as port:
        sink.url = f"http://localhost:{port}/hook"
        yield sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as made:
        yield made


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> Any:
        return self.now


def work(store: Store, clock: Clock) -> TellingWork:
    return TellingWork(store=store, clock=clock, worker="w", lease=5 * MINUTE, config=WebhooksConfig())


def hook(tx: Transaction, url: str, *, events: tuple[HookEvent, ...] = EVERYTHING, role: Role = Role.READ_ONLY) -> int:
    return tx.webhooks.add(
        name="Register", url=url, secret=SECRET, events=events, role=role, made_by="ann@trust.test", at=NOW
    )


def happen(tx: Transaction, ticket_id: int, kind: EventKind) -> None:
    tx.tickets.add_event(ticket_id, Event(at=NOW, kind=kind))


def test_a_program_is_told_by_reference_and_signed_with_the_moment(store: Store, sink: Sink) -> None:
    with store.write() as tx:
        hook(tx, sink.url)
        ticket_id = opened(tx, reference="QM-TOLD", seen=verdict(red_flags=("violence",)))
        happen(tx, ticket_id, EventKind.RECEIVED)
        happen(tx, ticket_id, EventKind.PREGRADED)
        tx.tickets.decide(ticket_id, decision(), version=1, urgency=3)
        closed = Event(at=NOW, kind=EventKind.CLOSED)
        tx.tickets.set_state(ticket_id, TicketState.CLOSED, version=2, event=closed)
    assert work(store, Clock()).step(lambda: False) == 0.0
    assert work(store, Clock()).step(lambda: False) > 0
    assert [one["event"] for one in sink.told] == [
        "ticket.flagged",
        "ticket.created",
        "ticket.decided",
        "ticket.closed",
    ]
    assert {(one["ticket"], tuple(sorted(one))) for one in sink.told} == {("QM-TOLD", ("at", "event", "id", "ticket"))}
    headers, body = sink.got[0]
    signed = headers["X-Intake-Timestamp"].encode() + b"." + body
    for name, message in (("X-Intake-Signature", body), ("X-Intake-Timed-Signature", signed)):
        assert headers[name] == f"sha256={hmac.new(SECRET.encode(), message, hashlib.sha256).hexdigest()}"
    assert headers["Host"] == sink.url.split("/")[2]


def test_programs_are_told_of_each_act_of_an_officer(store: Store, sink: Sink) -> None:
    first = filed(store)
    later = followed(store, first)
    with store.write() as tx:
        ann = tx.officers.add(email="ann@trust.test", name="Ann", at=NOW)
        viewer = replace(ann, roles=frozenset({Role.OFFICER})).viewer
        second = opened(tx)
        by: dict[str, Any] = {"viewer": viewer, "at": NOW}
        tx.officers.set_roles(ann.id, frozenset({Role.OFFICER}))
        hook(tx, sink.url)
        flagged = verdict(red_flags=("violence",))
        tx.splits.split(first, later, reference="QM-SPLIT", verdict=flagged, urgency=9, **by)
        tx.links.link(first, second, LinkKind.RELATED, **by)
        tx.links.unlink(first, second, **by)
        tx.merges.merge(second, first, **by)
        tx.merges.undo(second, **by)
        tx.assignments.assign(first, ann.id, **by)
        tx.letters.tag(first, "rota", officer=ann.email, at=NOW)
        tx.letters.tag(first, "rota", officer=ann.email, at=NOW)
        tx.letters.untag(first, "rota", at=NOW)
        tx.letters.note(first, officer=ann.email, text="Ring them.", at=NOW)
        for kind in NOT_BY_THE_STORE:
            tx.tickets.add_event(first, Event(at=NOW, kind=kind, actor=ann.email))
        tx.tickets.add_event(first, Event(at=NOW, kind=EventKind.ACKNOWLEDGEMENT_QUEUED))  # the machine's own
        tx.tickets.decide(first, decision(red_flags=("violence",)), version=version_of(tx, first), urgency=9)
        names = {one: tx.tickets.reference_of(one) for one in (first, second)}
    while not work(store, Clock()).step(lambda: False):
        pass
    mine = [one["event"] for one in sink.told if one["ticket"] == names[first]]
    theirs = [one["event"] for one in sink.told if one["ticket"] == names[second]]
    new = [one["event"] for one in sink.told if one["ticket"] == "QM-SPLIT"]
    assert new == ["ticket.created", "ticket.flagged", "ticket.split"]
    assert theirs == ["ticket.linked", "ticket.linked", "ticket.merged", "ticket.unmerged"]
    assert mine == [
        "ticket.split",
        *theirs,
        "ticket.assigned",
        "ticket.tagged",
        "ticket.tagged",
        "ticket.noted",
        *LINES,
    ]
    assert set(mine) | set(new) == set(HookEvent) - NOT_HERE


NOT_BY_THE_STORE = {
    EventKind.TASK_ADDED: "ticket.task_changed",
    EventKind.TASK_DONE: "ticket.task_changed",
    EventKind.CLOCK_PAUSED: "ticket.clocks_changed",
    EventKind.CLOCK_RESUMED: "ticket.clocks_changed",
    EventKind.RESTRICTED: "ticket.access_changed",
    EventKind.RESTRICTION_ENDED: "ticket.access_changed",
    EventKind.CONFLICT_LIFTED: "ticket.access_changed",
    EventKind.ALERT_ACKNOWLEDGED: "ticket.taken_care_of",
    EventKind.HOLD_BEGUN: "ticket.hold_changed",
    EventKind.HOLD_ENDED: "ticket.hold_changed",
    EventKind.ACKNOWLEDGEMENT_QUEUED: "ticket.replied",
}
LINES = (*NOT_BY_THE_STORE.values(), "ticket.decided", "ticket.flagged")
NOT_HERE = {HookEvent.FOLLOWED_UP, HookEvent.MOVED, HookEvent.CLOSED}


def version_of(tx: Transaction, ticket_id: int) -> int:
    ticket = tx.tickets.get(tx.tickets.reference_of(ticket_id) or "", SYSTEM)
    assert ticket is not None
    return ticket.row.version


def test_the_document_names_every_event() -> None:
    told = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    assert [one for one in HookEvent if f"`{one}`" not in told] == []
    assert set(re.findall(r"`(ticket\.[a-z_]+)`", told)) <= set(HookEvent)


def test_nobody_is_told_of_what_they_did_not_ask_for_or_may_not_know(store: Store, sink: Sink) -> None:
    with store.write() as tx:
        hook(tx, sink.url, events=(HookEvent.DECIDED,))
        plain = hook(tx, sink.url, events=(HookEvent.CREATED,))
        lead = hook(tx, sink.url, events=(HookEvent.CREATED,), role=Role.LEAD)
        secret, late = opened(tx, reference="QM-SECRET"), opened(tx, reference="QM-LATE")
        tx.access.restrict(secret, [], at=NOW, actor="lead@trust.test")
        happen(tx, secret, EventKind.RECEIVED)
        happen(tx, late, EventKind.RECEIVED)
        tx.access.restrict(late, [], at=NOW, actor="lead@trust.test")  # after it was queued, before it is told
    work(store, Clock()).step(lambda: False)
    with store.read() as tx:
        assert [(line.reference, line.error) for line in tx.webhooks.log(plain)] == [("QM-LATE", HIDDEN)]
        assert {line.state for line in tx.webhooks.log(lead)} == {"sent"}
    assert sorted(one["ticket"] for one in sink.told) == ["QM-LATE", "QM-SECRET"]


def test_a_call_that_fails_is_tried_again_later_and_later_and_a_redirect_is_not_followed(
    store: Store, sink: Sink
) -> None:
    sink.statuses = [500, 302, 204]
    clock = Clock()
    with store.write() as tx:
        number = hook(tx, sink.url)
        happen(tx, opened(tx), EventKind.RECEIVED)
    for pause in (0, 29, 1, 59, 1):
        clock.now += timedelta(seconds=pause)
        work(store, clock).step(lambda: False)
        with store.read() as tx:
            (line,) = tx.webhooks.log(number)
            (seen,) = tx.webhooks.all()
            assert (seen.failing_since is not None) == (line.state == "waiting")
    assert len(sink.got) == 3
    assert (line.state, line.attempts) == ("sent", 3)


def test_the_log_of_calls_goes_after_a_month_in_the_daily_work_and_what_waits_stays(store: Store, sink: Sink) -> None:
    clock = Clock()
    with store.write() as tx:
        number = hook(tx, sink.url)
        happen(tx, opened(tx), EventKind.RECEIVED)
    work(store, clock).step(lambda: False)
    clock.now += KEPT + timedelta(days=1)
    with store.write() as tx:
        happen(tx, opened(tx), EventKind.FOLLOW_UP)
    daily = RetentionWork(store=store, schedule={}, holder="w", clock=clock)
    for _ in range(2):
        daily.step(lambda: False)
        with store.read() as tx:
            assert [(line.event, line.state) for line in tx.webhooks.log(number)] == [("ticket.followed_up", "waiting")]


def test_a_program_that_takes_nothing_for_days_is_switched_off_told_of_and_on_again(store: Store) -> None:
    clock = Clock()
    with store.write() as tx:
        number = hook(tx, "http://127.0.0.1:1/nobody")
        ticket_id = opened(tx)
        happen(tx, ticket_id, EventKind.RECEIVED)
    for day in range(4):
        clock.now = NOW + timedelta(days=day)
        with store.write() as tx:
            happen(tx, ticket_id, EventKind.FOLLOW_UP)
        work(store, clock).step(lambda: False)
    with store.read() as tx:
        (seen,) = tx.webhooks.all()
        assert seen.disabled_at == clock.now
        assert tx.watch.vitals(clock.now).hooks_disabled == 1
        assert {line.state for line in tx.webhooks.log(number)} == {"failed"}
    with store.write() as tx:
        happen(tx, ticket_id, EventKind.FOLLOW_UP)
        assert tx.webhooks.enable(number)
        assert not tx.webhooks.enable(number)
    with store.read() as tx:
        assert not tx.webhooks.are_due(clock.now)
        assert tx.watch.vitals(clock.now).hooks_disabled == 0


NOT_OURS_TO_CALL = [
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.9",
    "169.254.169.254",
    "0.0.0.0",
    "100.64.0.1",
    "224.0.0.1",
    "2130706433",
    "127.0.0.2",
    "[::]",
    "[fd00::1]",
    "[fe80::1]",
    "[::ffff:10.0.0.1]",
    "[2002:a00:1::]",
]


@pytest.mark.parametrize("address", NOT_OURS_TO_CALL)
def test_nothing_in_our_own_network_is_called(address: str) -> None:
    with pytest.raises(Unavailable):
        reachable(f"https://{address}/hook")


def test_what_is_public_or_named_in_the_settings_or_this_machine_is_called() -> None:
    assert reachable("https://1.1.1.1/hook") == "1.1.1.1"
    assert reachable("http://localhost:1234/hook") in {"127.0.0.1", "::1"}
    assert reachable("https://10.20.1.1/", (ipaddress.ip_network("10.20.0.0/16"),)) == "10.20.1.1"
    with pytest.raises(Unavailable):
        reachable("https://10.21.1.1/", (ipaddress.ip_network("10.20.0.0/16"),))


def test_an_address_that_must_not_be_called_is_told_when_it_is_typed() -> None:
    wrong = (
        "",
        "ftp://a.test",
        "http://a.test",
        "https://",
        "https://u:p@a.test",
        "https://a.test/#x",
        "https://a b.test",
    )
    strange = ("javascript:alert(1)", "https://a.test:99999", "https://é.test", f"https://a.test/{'x' * 500}")
    assert [url for url in (*wrong, *strange) if not fault_of(url)] == []
    assert [fault_of(url) for url in ("https://a.test/hook?x=1", "http://127.0.0.1:9/", "http://[::1]:9/")] == [""] * 3
