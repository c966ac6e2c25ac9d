"""The desk and other sites as servers among the daemon's: uvicorn on a thread of its own."""

import sys
from threading import Thread
from typing import Any

import uvicorn

from channels.base import Unavailable
from intake.app import App, identity_of
from intake.chatting import chat_room
from intake.classifying import ungraded
from intake.clock_policy import policy_of
from intake.desk.app import create_desk
from intake.desk.settings import DeskSettings, ExtraPages
from intake.letters import LetterRoom
from intake.masking import PersonalFinder
from intake.openid import Provider
from models.verdict import Verdict

START_SECONDS = 20.0
TURN_SECONDS = 0.0005
"""How long a busy thread keeps the others waiting. A page asks the store forty times and waits for its turn after each:
with Python's own 5 milliseconds, one page that is being made holds all others up."""


class WebServer:
    """Serves an application on `host` and `port` (0 for any free one) until it is stopped."""

    def __init__(self, application: Any, *, host: str, port: int, name: str = "desk") -> None:
        self._host = host
        self._wanted = port
        self._name = name
        config = uvicorn.Config(
            application, host=host, port=port, log_config=None, access_log=False, server_header=False, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, name=name, daemon=True)

    @property
    def port(self) -> int:
        """The port that is listened on, once started."""
        for server in self._server.servers:
            for sock in server.sockets:
                return int(sock.getsockname()[1])
        return self._wanted

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}"

    def start(self) -> None:
        """Listen; raises Unavailable when the port cannot be had."""
        sys.setswitchinterval(TURN_SECONDS)
        self._thread.start()
        while not self._server.started:
            self._thread.join(timeout=0.02)
            if not self._thread.is_alive():
                raise Unavailable(f"the {self._name} cannot listen on {self._host} port {self._wanted}: is it in use?")

    def stop(self) -> None:
        """Let open requests end, then stop."""
        self._server.should_exit = True
        self._thread.join(timeout=10)


def letter_room(app: App) -> LetterRoom:
    """What officers write with: mail as the service's own address, and every chat that a report came by."""

    def nothing_to_read(_subject: str, _text: str, _channel: str) -> Verdict:
        return ungraded("An officer's question is not graded.")

    return LetterRoom(
        words=app.words,
        identity=identity_of(app.config) if app.config.submission is not None else None,
        chat=chat_room(app, nothing_to_read),
        written=app.outbox_bell.ring,
    )


def desk_server(app: App, extra_pages: tuple[ExtraPages, ...] = ()) -> WebServer:
    """The officers' desk, ready to start."""
    settings = DeskSettings(
        secure_cookies=app.config.desk.secure_cookies,
        session_hours=app.config.desk.session_hours,
        learn_from_decisions=app.config.classifier.learn_from_decisions,
        extra_pages=extra_pages,
        entry=app.config.sign_in.rules,
        address=app.config.sign_in.address,
        providers=tuple(Provider(one, app.clock) for one in app.config.sign_in.providers),
        clocks=policy_of(app.config.clocks),
        api=app.config.api,
    )
    application = create_desk(
        store=app.store,
        reference=app.words,
        settings=settings,
        clock=app.clock,
        letter_room=letter_room(app),
        find_personal=PersonalFinder(),
    )
    return WebServer(application, host=app.config.desk.host, port=app.config.desk.port)
