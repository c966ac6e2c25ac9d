"""Facts about calling people for red flags, and about telling officers what they wish to be told."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from channels.base import Retry
from channels.webhook import Webhook, signature
from intake import operators
from intake.app import assemble
from intake.clock_policy import bank_holidays, policy_of
from intake.commands.send import tasks_of
from intake.config import ConfigError, load_config
from intake.escalating import EscalationWork
from intake.paging import Caller, PagingWork
from intake.settings.clocks import ClocksConfig, PagingConfig
from models.clocks import TARGETS
from models.desk_work import About, Preferences
from models.rights import SYSTEM, Role
from models.ticket import EventKind, QueueFilter
from storage.store import Store
from tests.intake.making import NOW, Clock, Post
from tests.intake.test_watching import SECRET, listening
from tests.storage.making import opened, verdict

MINUTE = timedelta(minutes=1)
KIM, SAM = "kim@nhs.test", "sam@nhs.test"


def never() -> bool:
    return False


def post(sender: Post) -> operators.Post:
    return operators.Post(sender=sender, recipient="oncall@nhs.test", our_address="in@nhs.test", domain="nhs.test")


def pager(store: Store, clock: Callable[[], datetime], sender: Post) -> PagingWork:
    caller = Caller(post=post(sender), everybody="oncall@nhs.test", desk_url="https://desk.test")
    return PagingWork(store=store, clock=clock, worker="w", caller=caller)


def test_a_red_flag_calls_at_once_and_again_until_a_person_has_acknowledged_it(store: Store) -> None:
    clock, sender = Clock(), Post(Retry("away"))
    work = pager(store, clock, sender)
    with store.write() as tx:
        sam = tx.officers.add(email=SAM, name="Sam")
        tx.notices.choose(sam.id, Preferences(mail_about=frozenset({About.RED_FLAG})))
        ticket = opened(tx, seen=verdict(red_flags=("violence",)), reference="QM-FLAG")
    work.step(never)
    assert [mail.recipient for mail in sender.sent] == [SAM]  # the other one found the server away
    work.step(never)
    clock.now += 15 * MINUTE
    work.step(never)
    assert [mail.recipient for mail in sender.sent] == [SAM, "oncall@nhs.test", SAM]
    assert "https://desk.test/tickets/QM-FLAG" in sender.sent[-1].text
    assert "violence" not in "".join(mail.subject + mail.text for mail in sender.sent).lower()
    with store.write() as tx:
        tx.alerts.acknowledge(ticket, officer=SAM, at=clock())
    clock.now += 60 * MINUTE
    work.step(never)
    assert len(sender.sent) == 3
    with store.read() as tx:
        shown = tx.tickets.get("QM-FLAG", SYSTEM)
    assert shown is not None
    assert [one.kind for one in shown.events].count(EventKind.PAGED) == 1


def test_what_sends_calls_people_where_the_parts_run_apart(tmp_path: Path) -> None:
    path = tmp_path / "intake.toml"
    path.write_text(f"data_dir = {json.dumps(str(tmp_path))}\n")
    app = assemble(load_config(path, {}))
    with pytest.raises(ConfigError, match="nobody can be answered"):
        tasks_of(app)
    path.write_text(f'data_dir = {json.dumps(str(tmp_path))}\n[submission]\nhost = "127.0.0.1"\nsecurity = "none"\n')
    tasks = tasks_of(assemble(load_config(path, {})))
    assert {"paging", "escalation", "webhooks"} <= {task.name for task in tasks}
    for task in tasks:
        task.close()


def test_the_timeline_does_not_say_that_people_were_called_where_there_is_nobody_to_call(store: Store) -> None:
    with store.write() as tx:
        opened(tx, seen=verdict(red_flags=("violence",)), reference="QM-FLAG")
    PagingWork(store=store, clock=Clock(), worker="w", caller=Caller()).step(never)
    with store.read() as tx:
        shown = tx.tickets.get("QM-FLAG", SYSTEM)
    assert shown is not None
    assert EventKind.PAGED not in {one.kind for one in shown.events}


def test_a_call_to_another_program_is_signed_and_names_the_ticket_only(store: Store) -> None:
    with listening() as (url, heard):
        work = PagingWork(
            store=store, clock=Clock(), worker="w", caller=Caller(webhook=Webhook(url=url, secret=SECRET))
        )
        with store.write() as tx:
            opened(tx, seen=verdict(red_flags=("violence",)), reference="QM-FLAG")
        work.step(never)
    [(body, signed)] = heard
    assert signed == signature(body, SECRET)
    assert json.loads(body)["reference"] == "QM-FLAG"
    assert b"violence" not in body


def test_what_has_run_out_goes_to_the_leads_once_and_not_in_their_quiet_hours(store: Store) -> None:
    clock, sender = Clock(), Post()
    work = EscalationWork(store=store, clock=clock, worker="w", post=post(sender))
    with store.write() as tx:
        lead = tx.officers.add(email=KIM, name="Kim", roles=(Role.LEAD,))
        tx.officers.add(email=SAM, name="Sam")
        opened(tx, reference="QM-LATE", received_at=NOW)
        quiet = replace(Preferences(), quiet_from=time(0), quiet_to=time(23, 59))
        tx.notices.choose(lead.id, quiet)
    work.step(never)
    clock.now += timedelta(days=2)
    work.step(never)
    assert sender.sent == []
    with store.write() as tx:
        tx.notices.choose(lead.id, Preferences())
    work.step(never)
    work.step(never)
    assert [mail.recipient for mail in sender.sent] == [KIM]
    assert "QM-LATE: a service clock has run out." in sender.sent[0].text
    with store.read() as tx:
        shown = tx.tickets.get("QM-LATE", SYSTEM)
        assert tx.notices.waiting() == ()
    assert shown is not None
    assert [one.detail["clock"] for one in shown.events if one.kind is EventKind.ESCALATED] == ["acknowledgement"]


def test_tickets_from_before_there_were_clocks_get_theirs(store: Store) -> None:
    with store.write() as tx:
        opened(tx)
        tx.audit._connection.exec_driver_sql("DELETE FROM clocks")
    EscalationWork(store=store, clock=Clock(), worker="w").step(never)
    with store.read() as tx:
        [row] = tx.tickets.queue(QueueFilter(), SYSTEM).rows
        assert len(tx.clocks.of(row.id)) == 4


def test_the_settings_make_the_policy_and_the_bank_holidays_are_englands() -> None:
    assert policy_of(ClocksConfig()).targets == TARGETS
    days = bank_holidays()
    assert {datetime(2026, 12, 28).date(), datetime(2027, 3, 29).date()} <= days  # noqa: DTZ001 - dates only
    assert datetime(2026, 1, 2).date() not in days  # noqa: DTZ001 - a day off in Scotland


def test_a_call_goes_only_where_it_is_private() -> None:
    for url in ("http://calls.test/", "http://127.0.0.1@calls.test/", "ftp://calls.test"):
        with pytest.raises(ValidationError, match="https"):
            PagingConfig(webhook_url=url, webhook_secret=SecretStr(SECRET))
    with pytest.raises(ValidationError, match="16 characters"):
        PagingConfig(webhook_url="https://calls.test/", webhook_secret=SecretStr("short"))
