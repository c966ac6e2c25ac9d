"""The composition root of the web chat: its parts, its server, and the task that lets go of what nobody fetches."""

from dataclasses import dataclass
from datetime import timedelta

from channels.webchat import CHANNEL
from intake.app import App
from intake.chatting import keep_chat, promised
from intake.config import ConfigError
from intake.conversing.room import WEBCHAT
from intake.daemon import Stopping, Task
from intake.dialogue.contacts import spoken_settings
from intake.dialogue.rendering import Voice
from intake.serving import WebServer
from intake.webchat.app import create_web
from intake.webchat.parts import Site, make_pages
from intake.webchat.pressure import Limits, Pressure
from intake.webchat.tokens import Signer, key_in

KEY = "web.key"
"""The file in the data folder with which forms and cookies are signed."""
LOOK_AGAIN = 60.0
BATCH = 100


def web_site(app: App) -> Site:
    """The parts of the site. Raises ConfigError when the key's file cannot be had."""
    settings = app.config.web
    try:
        signer = Signer(key_in(app.config.data_dir / KEY))
    except OSError as fault:
        raise ConfigError((f"{app.config.data_dir / KEY}: cannot be used ({fault.strerror or fault})",)) from None
    limits = Limits(
        a_minute=settings.a_minute,
        busy_from=settings.busy_from,
        work_bits=settings.work_bits,
        wait_seconds=settings.wait_seconds,
    )
    return Site(
        store=app.store,
        sink=keep_chat(app),
        words=app.words,
        voice=Voice(settings=spoken_settings(app.words, promised(app.config.chat)), traits=WEBCHAT),
        settings=settings,
        notice_url=app.config.chat.notice_url,
        signer=signer,
        pressure=Pressure(limits, app.clock),
        clock=app.clock,
        pages=make_pages(settings, app.words),
    )


def web_server(app: App) -> WebServer:
    """The site, ready to start. Raises ConfigError, and AssetsMissing before `make setup` has been run."""
    settings = app.config.web
    return WebServer(create_web(web_site(app)), host=settings.host, port=settings.port, name="web chat")


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepWork:
    """Wipes secret words, such as access codes, that no browser has come back for."""

    app: App

    def step(self, stopping: Stopping) -> float:
        """Let go of what has waited for longer than a browser is known; the pause in seconds."""
        now = self.app.clock()
        before = now - timedelta(hours=self.app.config.web.session_hours)
        with self.app.store.read() as tx:
            left = tx.transcripts.left_behind(CHANNEL, before, limit=BATCH)
        for conversation_id in left:
            if stopping():
                break
            with self.app.store.write() as tx:
                newest = tx.transcripts.newest(conversation_id)
                tx.transcripts.fetched(conversation_id, up_to=newest, secrets=True, now=now)
        return 0.0 if len(left) == BATCH else LOOK_AGAIN


def web_tasks(app: App) -> tuple[Task, ...]:
    """What goes on beside the site."""
    return (Task(name="web-sweep", step=SweepWork(app=app).step),)
