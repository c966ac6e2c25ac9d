"""Sending mail by Microsoft Graph, where a tenant has closed SMTP submission; under the same rules as by SMTP.

Exchange sets the return path itself, so an empty one cannot be asked for: what keeps machines from answering us is the
header `Auto-Submitted`. It also puts a copy of each mail into the mailbox's folder of sent mails.
"""

import base64
from threading import Lock

from channels.base import Gone, Refused, Retry, Unavailable
from channels.email.compose import compose
from channels.email.graph import GraphFault, GraphLine, GraphSettings
from models.message import Outgoing

ABSENT = frozenset({"ErrorInvalidRecipients", "ErrorNonExistentMailbox"})
NEVER = frozenset({400, 413, 422})
"""Answers about the mail itself. All others are about us, our rights or the moment, and can be mended."""


class GraphSender:
    """Sends one mail at a time; safe to call from several threads."""

    def __init__(self, settings: GraphSettings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._line: GraphLine | None = None

    def send(self, outgoing: Outgoing) -> None:
        """Send it; returns when Graph has taken it. Raises Retry, Gone or Refused."""
        try:
            content = compose(outgoing)
        except UnicodeError:  # its text would show some of ours
            raise Refused("the mail cannot be composed: a character that cannot be sent") from None
        except ValueError as error:
            raise Refused(f"the mail cannot be composed: {error}") from None
        with self._lock:
            try:
                whole = base64.b64encode(content)
                self._ready().ask("POST", "/sendMail", content=whole, headers={"Content-Type": "text/plain"})
            except Unavailable as trouble:
                raise Retry(str(trouble), after=trouble.after) from None
            except GraphFault as fault:
                raise _error(fault) from None

    def check(self) -> None:
        """See whether the mailbox can be reached, and no more; raises Unavailable."""
        with self._lock:
            try:
                self._ready().ask("GET", "/mailFolders/inbox", params={"$select": "id"})
            except GraphFault as fault:
                if fault.status != 403:  # whoever may only send may not look
                    raise Unavailable(str(fault), after=fault.after) from None

    def close(self) -> None:
        """Let the connections go."""
        with self._lock:
            if self._line is not None:
                self._line.close()
            self._line = None

    def _ready(self) -> GraphLine:
        if self._line is None:
            self._line = GraphLine(self._settings)
        return self._line


def _error(fault: GraphFault) -> Retry | Gone | Refused:
    if fault.code in ABSENT:
        return Gone(f"{fault}: there is no such mailbox")
    if fault.status in NEVER:
        return Refused(str(fault))
    return Retry(str(fault), maybe_delivered=fault.maybe_done, after=fault.after)
