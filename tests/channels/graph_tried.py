"""E-mail by Microsoft Graph under the contract of all channels."""

from contextlib import ExitStack
from email import message_from_bytes
from email.policy import default
from typing import Any

from channels.email.graph import GraphSettings
from channels.email.graph_mailbox import GraphBoxSettings, GraphMailbox
from channels.email.graph_sender import GraphSender
from channels.email.mime import read
from tests.channels.contract import Keep, Tried, Trouble
from tests.channels.mail_tried import LEARNER, hostile_mails, written_mail, written_reply
from tests.channels.posts import never
from tests.graph import BOX, Fault, SmallGraph, small_graph

TOKEN = "a-secret-token-of-the-tests"
FAULTS = {
    Trouble.BUSY: Fault(on="sendMail", status=429, code="TooManyRequests", headers={"Retry-After": "7"}),
    Trouble.UNKNOWN: Fault(on="sendMail", cut="after"),
    Trouble.GONE: Fault(on="sendMail", status=400, code="ErrorInvalidRecipients"),
    Trouble.REFUSED: Fault(on="sendMail", status=413, code="ErrorMessageSizeExceeded"),
}


class FixedToken:
    """A token that is always the same; how often it was refused is counted."""

    mechanism: Any = "XOAUTH2"

    def __init__(self) -> None:
        self.refused = 0

    def token(self) -> str:
        return TOKEN

    def forget(self) -> None:
        self.refused += 1


def graph_settings(graph: SmallGraph, **facts: Any) -> GraphSettings:
    return GraphSettings(**{"user": BOX, "tokens": FixedToken(), "url": graph.url, "timeout": 5.0, **facts})


def graph_mailbox(server: SmallGraph, /, **facts: Any) -> GraphMailbox:
    known = {"known": facts.pop("known")} if "known" in facts else {}
    settings = GraphBoxSettings(**{"name": "main", "graph": graph_settings(server), **facts})
    return GraphMailbox(settings, readable=lambda raw: read(raw).readable, **known)


class GraphTried(Tried):
    secrets = (TOKEN, BOX, LEARNER, "AAkALg")

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.graph = self._stack.enter_context(small_graph())
        self._mailbox = graph_mailbox(self.graph)
        self._sender = GraphSender(graph_settings(self.graph))

    def arrives(self, text: str) -> None:
        self.graph.arrive(written_mail(text))

    def arrives_hostile(self) -> int:
        mails = hostile_mails()
        for one in mails:
            self.graph.arrive(one)
        return len(mails)

    def take_in(self, keep: Keep) -> None:
        with self._mailbox.open() as box:
            box.take_in(keep, never)

    def waits(self) -> int:
        return len(self.graph.contents())

    def text_of(self, message: Any) -> str:
        return read(message.raw).text

    def send(self, text: str, options: tuple[str, ...] = ()) -> None:
        self._sender.send(written_reply(text, options))

    def shown(self) -> list[str]:
        found = [message_from_bytes(one, policy=default) for one in self.graph.sent]
        return [str(one.get_body(("plain",)).get_content()) for one in found]  # type: ignore[union-attr]

    def trouble(self, trouble: Trouble) -> None:
        if trouble is Trouble.NEVER_SENT:
            self._sender.close()
            self._sender = GraphSender(graph_settings(self.graph, url="http://127.0.0.1:9/v1.0"))
            return
        self._sender.close()
        self._sender = GraphSender(graph_settings(self.graph))
        self.graph.faults.append(FAULTS[trouble])

    def close(self) -> None:
        self._sender.close()
        self._stack.close()
