"""The watch: silence is the worst fault, so its absence of signs is looked for and told, and so is their return."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from channels.base import SendError, Unavailable
from channels.webhook import Webhook
from intake.daemon import Stopping
from intake.expiring import running_out
from intake.operators import Post
from intake.settings.alarms import AlarmsConfig
from intake.settings.telegram import TelegramConfig
from models.watching import Alarm, Vitals
from storage.store import Store

EVERY = timedelta(minutes=1)
LEASE = timedelta(minutes=3)
_log = structlog.get_logger(__name__)


def beat_of(mailbox: str) -> str:
    """The name under which a mailbox gives signs of life."""
    return f"mailbox {mailbox}"


BOT = "telegram"
"""The name under which the bot that fetches gives signs of life."""


def polls(config: TelegramConfig) -> bool:
    """Whether there is a bot that has to give signs of life: one that is delivered to just waits."""
    return config.enabled and config.mode == "polling"


def wrong(
    vitals: Vitals, limits: AlarmsConfig, mailboxes: Sequence[str], now: datetime, *, bot: bool = False
) -> dict[str, str]:
    """What is wrong, in words, by name. `bot`: whether one should be fetching from Telegram."""
    found: dict[str, str] = {}
    seen = vitals.beats.get(BOT, now)
    if bot and _older(seen, limits.telegram_silent_minutes, now):
        found[BOT] = (
            f"We have not been able to ask Telegram for messages for {_span(now - seen)}. "
            "What is not fetched within 24 hours is lost."
        )
    if _older(vitals.replies_oldest, limits.replies_minutes, now):
        found["replies"] = f"{_messages(vitals.replies_waiting)} to be sent by the bot. Does Telegram take them?"
    if _older(vitals.flags_oldest, limits.red_flag_minutes, now):
        found["red flags"] = (
            f"{vitals.flags_waiting} {'ticket has' if vitals.flags_waiting == 1 else 'tickets have'} a red flag that "
            "nobody takes care of, though people were called for too long. Please ring somebody."
        )
    for mailbox in mailboxes:
        seen = vitals.beats.get(beat_of(mailbox), now)
        if _older(seen, limits.mailbox_silent_minutes, now):
            found[beat_of(mailbox)] = (
                f"We have not been able to look into the mailbox {mailbox} for {_span(now - seen)}."
            )
    if _older(vitals.inbox_oldest, limits.inbox_minutes, now):
        found["inbox"] = f"{_messages(vitals.inbox_waiting)} to be filed. Is the part that files running?"
    if _older(vitals.outbox_oldest, limits.outbox_minutes, now):
        found["outbox"] = f"{_messages(vitals.outbox_waiting)} to be sent. Does the mail server take our mail?"
    if limits.outbox_failed and vitals.outbox_failed >= limits.outbox_failed:
        found["outbox failures"] = f"{vitals.outbox_failed} of our mails of the last 7 days could not be delivered."
    if vitals.hooks_disabled:
        found["webhooks"] = (
            f"{vitals.hooks_disabled} of the programs that we tell of tickets took no call for too long "
            'and are switched off. See "Programs" on the desk.'
        )
    if limits.quarantined and vitals.quarantined >= limits.quarantined:
        found["quarantine"] = f"{vitals.quarantined} messages are in quarantine. A person must look at them."
    return found


def _older(moment: datetime | None, minutes: int, now: datetime) -> bool:
    return bool(minutes) and moment is not None and now - moment >= timedelta(minutes=minutes)


def _messages(count: int) -> str:
    return "1 message has waited too long" if count == 1 else f"{count} messages wait, the oldest too long,"


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // 1440} days"


@dataclass(frozen=True, kw_only=True, slots=True)
class Teller:
    """Tells people, by mail and by a call to another program; whichever is set."""

    post: Post | None = None
    webhook: Webhook | None = None

    def tell(self, alarm: Alarm) -> bool:
        """True when at least one way worked, or there is none. Both are always tried."""
        results = [worked for worked in (self._mail(alarm), self._call(alarm)) if worked is not None]
        return not results or any(results)

    def _mail(self, alarm: Alarm) -> bool | None:
        if self.post is None:
            return None
        over = alarm.ended_at is not None
        try:
            self.post.send(
                name=f"alarm.{secrets.token_hex(12)}",
                subject=f"Quality.me intake: {'well again' if over else 'something is wrong'} ({alarm.name})",
                text=f"{'It is over: ' if over else ''}{alarm.words}\n\nSince {alarm.since:%d %B %Y, %H:%M} UTC.\n",
                headers=(("Auto-Submitted", "auto-generated"),),
            )
        except SendError as trouble:
            _log.error("alarm.not_mailed", alarm=alarm.name, why=str(trouble))
            return False
        return True

    def _call(self, alarm: Alarm) -> bool | None:
        if self.webhook is None:
            return None
        state = "ended" if alarm.ended_at else "raised"
        content = {"alarm": alarm.name, "state": state, "words": alarm.words, "since": alarm.since.isoformat()}
        try:
            self.webhook.call(content)
        except Unavailable as trouble:
            _log.error("alarm.not_called", alarm=alarm.name, why=str(trouble))
            return False
        return True


@dataclass(kw_only=True, slots=True)
class WatchWork:
    """Looks once a minute, in one process at a time, and tells what is new, what goes on and what is over."""

    store: Store
    clock: Callable[[], datetime]
    worker: str
    limits: AlarmsConfig
    mailboxes: tuple[str, ...]
    teller: Teller
    bot: bool = False
    ends: Callable[[], Mapping[str, date]] = dict
    """When what lets us in runs out, by account."""

    def step(self, stopping: Stopping) -> float:
        """Look, and tell; gives the pause."""
        now = self.clock()
        for alarm in self._look(now):
            if stopping():
                break
            self._tell(alarm, now)
        return EVERY.total_seconds()

    def _look(self, now: datetime) -> tuple[Alarm, ...]:
        """What people have to be told, when it is this process's turn."""
        with self.store.write() as tx:
            if tx.leases.take("watch", self.worker, now=now, ttl=EVERY * 0.9) is None:
                return ()
            for mailbox in self.mailboxes:
                tx.watch.expect(beat_of(mailbox), now)
            if self.bot:
                tx.watch.expect(BOT, now)
            faults = wrong(tx.watch.vitals(now), self.limits, self.mailboxes, now, bot=self.bot)
            faults |= running_out(self.ends(), self.limits.expiry_days, now.date())
            tx.watch.compare(faults, now)
            alarms = tx.watch.alarms()
        again = now - timedelta(hours=self.limits.repeat_hours)
        return tuple(one for one in alarms if one.ended_at or one.told_at is None or one.told_at <= again)

    def _tell(self, alarm: Alarm, now: datetime) -> None:
        log = _log.info if alarm.ended_at else _log.error
        log("alarm.ended" if alarm.ended_at else "alarm.raised", alarm=alarm.name, words=alarm.words)
        if not self.teller.tell(alarm):
            return  # the next look tells it again
        with self.store.write() as tx:
            if alarm.ended_at:
                tx.watch.forget(alarm.name)
            else:
                tx.watch.told(alarm.name, now)
