"""The composition root: the only place that knows how the parts are put together.

Two parts that are slow to load stand beside it, for the commands that need them: `intake/classifier.py` and the desk in
`intake/serving.py`.
"""

import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from channels.base import Sender
from channels.email.mime import read
from intake.access_codes import CodeMaker
from intake.acknowledging import Identity
from intake.classifying import Classify, GuardedClassifier, build
from intake.clock_policy import policy_of
from intake.config import Config
from intake.daemon import Bell, Task
from intake.files import examine, file_reading
from intake.filing import FilingRoom
from intake.keys import key_source
from intake.masking import PersonalFinder
from intake.pacing import Pace
from intake.retaining import RetentionWork
from intake.retry import tries_within
from intake.sending import PostRoom
from intake.shadowing import ShadowWork
from intake.shelf import Shelf
from intake.trusting import SenderLook
from intake.waking import Idle, Listening, look_each_second
from intake.withholding import Caps
from intake.working import FilingWork, SendingWork, Shift
from models.framework import Reference
from models.message import Mail
from models.reference import load_reference
from storage.store import Store


def now() -> datetime:
    """The time, aware, UTC."""
    return datetime.now(UTC)


def unobserved(_step: str) -> None:
    """Watch nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """What every part of one process shares. A test makes its own, with another clock or observer."""

    config: Config
    words: Reference
    store: Store
    worker: str
    clock: Callable[[], datetime] = now
    observe: Callable[[str], None] = unobserved
    inbox_bell: Bell
    outbox_bell: Bell
    listening: Listening | None = None

    @property
    def lease(self) -> timedelta:
        """How long a claim or a poller's lease holds without a sign of life."""
        return timedelta(seconds=self.config.filing.lease_seconds)

    @property
    def idle(self) -> Idle:
        """How long to wait for work at most."""
        return self.listening.idle if self.listening else look_each_second

    @property
    def shelf(self) -> Shelf:
        """The trained models in the data folder."""
        return Shelf(self.config.models_dir)

    def store_exists(self) -> bool:
        """Whether the embedded store's file is there; a shared store counts as there."""
        url = self.config.store_url
        return not url.startswith("sqlite") or Path(url.removeprefix("sqlite:///")).exists()


def assemble(
    config: Config, *, clock: Callable[[], datetime] = now, observe: Callable[[str], None] = unobserved
) -> App:
    """Load the reference data and name the store; raises ReferenceError. Opens nothing yet."""
    store, inbox_bell, outbox_bell = _store(config), Bell(), Bell()
    wakes = store.wakes(inbox=inbox_bell.ring, outbox=outbox_bell.ring)
    return App(
        config=config,
        words=load_reference(config.reference_overlay),
        store=store,
        worker=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}",
        clock=clock,
        observe=observe,
        inbox_bell=inbox_bell,
        outbox_bell=outbox_bell,
        listening=Listening(wakes=wakes) if wakes else None,
    )


def _store(config: Config) -> Store:
    return Store(config.store_url, key_source(config), clocks=policy_of(config.clocks))


def waking_tasks(app: App) -> tuple[Task, ...]:
    """The task that hears of new work from other processes, where the store can tell."""
    here = app.listening
    return (Task(name="waking", step=here.step, close=here.wakes.close),) if here else ()


def reader(app: App) -> Callable[[bytes], Mail]:
    """What reads a raw mail."""
    return partial(read, own_addresses=app.config.identity.ours)


def identity_of(config: Config) -> Identity:
    """Who writes when we write."""
    ours = config.identity
    return Identity(address=ours.address, name=ours.name, domain=ours.domain, plus_addresses=ours.plus_addresses)


def filing_room(app: App, classify: Classify) -> FilingRoom:
    """What filing needs, from the settings; the classifier is put behind its guard here."""
    identity, caps = app.config.identity, app.config.acknowledgement
    return FilingRoom(
        store=app.store,
        words=app.words,
        read=partial(read, own_addresses=identity.ours),
        examine=partial(examine, file_reading(app.config.attachments)),
        classify=GuardedClassifier(classify, seconds=app.config.filing.classify_seconds),
        identity=identity_of(app.config),
        own_addresses=identity.ours,
        caps=Caps(per_address_a_day=caps.per_address_a_day, per_domain_an_hour=caps.per_domain_an_hour),
        clock=app.clock,
        observe=app.observe,
        reopening=timedelta(days=app.config.filing.reopen_days),
        find_personal=PersonalFinder(),
        look=SenderLook(app.config),
        new_code=CodeMaker(where=app.config.chat.web_form_url) if caps.access_code else None,
    )


def filing_tasks(app: App, room: FilingRoom) -> tuple[Task, ...]:
    """One task a worker."""
    works = (
        FilingWork(
            room=room,
            shift=Shift(worker=f"{app.worker}/filing-{number}", lease=app.lease, idle=app.idle),
            attempts=app.config.filing.attempts,
            filed=app.outbox_bell.ring,
        )
        for number in range(app.config.filing.workers)
    )
    return tuple(
        Task(name=f"filing-{number}", step=work.step, bell=app.inbox_bell) for number, work in enumerate(works)
    )


def shadow_tasks(app: App) -> tuple[Task, ...]:
    """The task in which a candidate reads along, if the settings name one."""
    model = app.config.classifier.shadow
    if not model:
        return ()
    seconds = app.config.filing.classify_seconds
    open_it = partial(build, app.words, app.shelf, model)
    work = ShadowWork(store=app.store, model=model, open_it=open_it, seconds=seconds, clock=app.clock)
    return (Task(name="shadow", step=work.step),)


def retention_work(app: App) -> RetentionWork:
    """What lets go what is older than its period."""
    schedule = app.config.retention.schedule
    return RetentionWork(store=app.store, schedule=schedule, holder=app.worker, clock=app.clock)


def retention_tasks(app: App) -> tuple[Task, ...]:
    """The task that does so once a day, unless the settings leave it to the command."""
    return (Task(name="retention", step=retention_work(app).step),) if app.config.retention.enabled else ()


def sending_task(app: App, sender: Sender, close: Callable[[], None] = lambda: None) -> Task:
    """The task that empties the outbox."""
    give_up = timedelta(hours=app.config.acknowledgement.give_up_hours)
    room = PostRoom(store=app.store, sender=sender, clock=app.clock, most=tries_within(give_up), observe=app.observe)
    shift = Shift(worker=f"{app.worker}/sending", lease=app.lease, idle=app.idle)
    pace = Pace(a_minute=app.config.submission.per_domain_a_minute if app.config.submission else 0)
    work = SendingWork(room=room, shift=shift, pace=pace)
    return Task(name="sending", step=work.step, close=close, bell=app.outbox_bell)
