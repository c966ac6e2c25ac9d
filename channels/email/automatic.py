"""Which mail a machine wrote: a table of signs. The first that holds decides and is named to the officer."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.message import Automatic


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """What the table looks at. Header names are in lower case, values are read as `headers.text_of` reads them."""

    headers: dict[str, list[str]]
    sender: str
    subject: str
    parts: Sequence[tuple[str, dict[str, str]]]
    """Content type and its parameters, of every part, outermost first."""

    def value(self, name: str) -> str:
        """The first value of a header in lower case, or empty."""
        return self.headers.get(name, [""])[0].lower()


Sign = Callable[[Signs], str]
"""Says why it holds, or says nothing."""

_OUT_OF_OFFICE = re.compile(
    r"^\s*(?:auto(?:matic|mated)?[ -]?(?:reply|response)|out of (?:the )?office|ooo\b|on annual leave"
    r"|automatische antwort|abwesenheits|réponse automatique|respuesta automática|risposta automatica"
    r"|automatisch antwoord|resposta automática|odpowiedź automatyczna|autosvar|automaattinen vastaus)",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"^\s*(?:undeliver(?:able|ed)|delivery (?:status notification|failure|has failed)|mail delivery (?:failed|system)"
    r"|returned mail|failure notice|message not delivered|non[- ]?delivery|unzustellbar)",
    re.IGNORECASE,
)
_MAILER = re.compile(r"^(?:mailer-daemon|mail-daemon|postmaster|mailerdaemon)@", re.IGNORECASE)


def _header(name: str, *values: str) -> Sign:
    def holds(signs: Signs) -> str:
        value = signs.value(name)
        found = value if not values else next((one for one in values if value.startswith(one)), "")
        return f"header {name}: {value[:60]}" if found else ""

    return holds


def _part(kind: str, **parameters: str) -> Sign:
    def holds(signs: Signs) -> str:
        for content_type, given in signs.parts:
            if content_type == kind and all(given.get(k, "").lower() == v for k, v in parameters.items()):
                return f"a part of type {kind}"
        return ""

    return holds


def _auto_submitted(signs: Signs) -> str:
    value = signs.value("auto-submitted")
    return f"header Auto-Submitted: {value[:60]}" if value and not value.startswith("no") else ""


def _null_return_path(signs: Signs) -> str:
    path = signs.headers.get("return-path", [""])[0].replace(" ", "")
    return "an empty return path" if path == "<>" else ""


def _sender(pattern: re.Pattern[str], what: str) -> Sign:
    return lambda signs: what if pattern.search(signs.sender) else ""


def _subject(pattern: re.Pattern[str], what: str) -> Sign:
    return lambda signs: what if pattern.search(signs.subject) else ""


def _bounce_by_words(signs: Signs) -> str:
    by_machine = _MAILER.search(signs.sender) or _null_return_path(signs) or _auto_submitted(signs)
    return "a delivery failure by its subject" if by_machine and _BOUNCE_SUBJECT.search(signs.subject) else ""


TABLE: tuple[tuple[Automatic, Sign], ...] = (
    (Automatic.RECEIPT, _part("message/disposition-notification")),
    (Automatic.RECEIPT, _part("multipart/report", **{"report-type": "disposition-notification"})),
    (Automatic.BOUNCE, _part("message/delivery-status")),
    (Automatic.BOUNCE, _part("message/global-delivery-status")),
    (Automatic.BOUNCE, _part("multipart/report", **{"report-type": "delivery-status"})),
    (Automatic.BOUNCE, _header("x-failed-recipients")),
    (Automatic.BOUNCE, _bounce_by_words),
    (Automatic.BOUNCE, _sender(_MAILER, "sent by a mail system")),
    (Automatic.CALENDAR, _part("text/calendar", method="reply")),
    (Automatic.LIST, _header("list-id")),
    (Automatic.LIST, _header("list-unsubscribe")),
    (Automatic.LIST, _header("list-post")),
    (Automatic.LIST, _header("x-mailing-list")),
    (Automatic.LIST, _header("precedence", "list")),
    (Automatic.AUTO_REPLY, _subject(_OUT_OF_OFFICE, "an automatic answer by its subject")),
    (Automatic.AUTO_REPLY, _auto_submitted),
    (Automatic.AUTO_REPLY, _header("x-autoreply")),
    (Automatic.AUTO_REPLY, _header("x-autorespond")),
    (Automatic.AUTO_REPLY, _header("x-autoresponder")),
    (Automatic.AUTO_REPLY, _header("x-mail-autoreply")),
    (Automatic.AUTO_REPLY, _header("precedence", "auto_reply", "auto-reply")),
    (Automatic.BULK, _header("precedence", "bulk", "junk")),
    (Automatic.BULK, _header("x-campaign-id")),
    (Automatic.AUTO_REPLY, _null_return_path),
)
"""X-Auto-Response-Suppress is no sign: Exchange stamps it on people's mail, too."""


def automatic(signs: Signs) -> tuple[Automatic, str] | None:
    """What kind of automatic mail this is and which sign told, or None for a person's mail."""
    for kind, sign in TABLE:
        why = sign(signs)
        if why:
            return kind, why
    return None
