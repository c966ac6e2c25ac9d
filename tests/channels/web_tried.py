"""The web chat under the contract of all channels: a browser without JavaScript, and the real site."""

import re
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from html import unescape
from itertools import count
from pathlib import Path

from channels.webchat import CHANNEL, address_of
from intake.classifying import ungraded
from models.chat import ChatReply, Option, Policy, from_raw
from models.message import RawMessage
from tests.channels.contract import Keep, Tried, Trouble
from tests.intake.webchat.making import STORY, Visitor, running

TAKEN = 303
HOSTILE = ("\x00\ud7ff\u202e", "{{ 7*7 }}<script>", "/../../", "' OR 1=1 --", "9" * 19_000, "QM-7K3F-2R " + "0" * 25)
LINE = re.compile(r'<div class="web-line web-line--ours.*?</div>', re.DOTALL)
BUTTON = re.compile(r'name="option"[^>]*>([^<]*)</button>')


class WebTried(Tried):
    """Forms that were filled in and not sent yet are what waits at the other end."""

    pushes = False
    buttons = True
    troubles: frozenset[Trouble] = frozenset()
    """A page that is asked for its replies knows none of them."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self._site = self._stack.enter_context(running(folder, lambda *_: ungraded("not asked")))
        self._product = self._site.site.sink
        self._visitor = self._stack.enter_context(Visitor(base_url=self._site.url))
        self._forms: list[dict[str, str]] = []
        self._numbers = count(1)
        self._visitor.fill_in(text=STORY)
        self._before = len(self._lines())
        cookie = next(iter(self._visitor.cookies.jar)).value or ""
        self._token = cookie.partition(".")[0]
        self.secrets = (cookie, self._token, address_of(self._token))

    def arrives(self, text: str) -> None:
        """A form is filled in."""
        html = self._visitor.get("/chat").text
        self._forms.append({**self._visitor.form(html, "/chat"), "text": text})

    def arrives_hostile(self) -> int:
        """Forms with everything in them that no page of ours puts there."""
        for text in HOSTILE:
            self.arrives(text)
        for field in ("token", "work", "nonce", "seen", "option", "command"):
            self.arrives("A form with a strange part.")
            self._forms[-1][field] = "\x00'\u202e<" * 20
        return len(HOSTILE)

    def take_in(self, keep: Keep) -> None:
        """Send every form; one that was not taken stays on its page, unless the page says what is wrong with it."""
        raised: list[BaseException] = []

        def watched(message: RawMessage) -> None:
            try:
                keep(message)
            except BaseException as fault:
                raised.append(fault)
                raise

        self._sink(watched)
        for form in list(self._forms):
            answer = self._visitor.post("/chat", data=form)
            if raised:
                assert answer.status_code != TAKEN
                self._sink(self._product)
                raise raised[0]
            assert answer.status_code < 500, answer.text
            self._forms.remove(form)
        self._sink(self._product)

    def waits(self) -> int:
        """How many forms were not taken."""
        return len(self._forms)

    def text_of(self, message: RawMessage) -> str:
        """The words in the bytes."""
        return from_raw(message.raw).text

    def send(self, text: str, options: tuple[str, ...] = ()) -> None:
        """Put a reply into the outbox; the page fetches it."""
        number = next(self._numbers)
        pressed = tuple(Option(id=f"option_{at}", label=label) for at, label in enumerate(options))
        found = self._site.site.find(self._token)
        assert found is not None
        with self._site.app.store.write() as tx:
            tx.replies.add(
                found,
                ChatReply(address="", text=text, options=pressed, nonce=f"n{number}" if options else ""),
                key=f"{CHANNEL}-{number}",
                prompt="HERE",
                policy=Policy.RESEND,
                now=self._site.clock(),
            )

    def shown(self) -> list[str]:
        """What the page shows of us beyond its beginning."""
        return self._lines()[self._before :]

    def trouble(self, trouble: Trouble) -> None:
        """None can happen."""
        raise NotImplementedError(trouble)

    def close(self) -> None:
        """Stop the site."""
        self._stack.close()

    def _lines(self) -> list[str]:
        html = self._visitor.get("/chat").text
        lines = [
            unescape(re.sub(r"<[^>]+>", "", one)).partition("Quality Team:")[2].strip() for one in LINE.findall(html)
        ]
        labels = [unescape(label) for label in BUTTON.findall(html)]
        return [*lines[:-1], "\n".join([lines[-1], *labels])] if lines else []

    def _sink(self, sink: Keep) -> None:
        self._site.site = replace(self._site.site, sink=sink)
        self._site.application.state.site = self._site.site
