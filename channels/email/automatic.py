"""Which mail a machine wrote: a table of signs. The first that holds decides and is named to the officer.

A learner's concern taken for a machine's mail is the worst mistake here. So no sign rests on the subject alone, a sign
that servers put on people's mail, too (X-Auto-Response-Suppress), only counts beside another, and what merely says
"generated" is told apart from what answers by itself.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from channels.email import headers as fields
from models.message import Automatic


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """What the table looks at. Header names are in lower case."""

    headers: dict[str, list[str]]
    sender: str
    subject: str
    text: str = ""
    parts: Sequence[tuple[str, dict[str, str]]]
    """Content type and its parameters, of every part, outermost first; not those of attached mails."""

    def value(self, name: str) -> str:
        """The first value of a header in lower case, or empty."""
        return fields.text_of(self.headers.get(name, [""])[0]).lower()


Sign = Callable[[Signs], str]
"""Says why it holds, or says nothing."""

_BEGINNING = 3_000
"""Characters of the text that are looked at."""
_OUT_OF_OFFICE = re.compile(
    r"\s*(?:re:\s*)?(?:auto(?:mat(?:ic|ed))?[ -]?(?:reply|response|answer)|autoreply"
    r"|out[ -]of[ -](?:the[ -])?office|ooo\b|vacation\b"
    r"|(?:i am |i'm )?(?:currently )?(?:on annual leave|on leave|away from)|automatische antwort|abwesen|außer haus"
    r"|réponse automatique|absence|respuesta automática|fuera de (?:la )?oficina|risposta automatica|fuori sede"
    r"|automatisch antwoord|afwezig|resposta automática|ausência|odpowiedź automatyczna|autosvar|automatisk svar"
    r"|automaattinen vastaus|poissa|automatická odpověď|automatikus válasz|răspuns automat|автоответ|otomatik yanıt"
    r"|自动回复|自動回覆|自動返信|자동 회신)",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\b(?:I am|I[’']m|I will be) (?:currently |now )?(?:out of (?:the )?office|on (?:annual |maternity |sick "
    r"|study )?leave|away\b|on holiday"
    r"|on vacation|not in the office)|\b(?:limited|no) access to (?:my )?e-?mails?|\bthis is an auto(?:mat(?:ed"
    r"|ic))?[ -]?(?:reply|response"
    r"|message|e-?mail)|\bI will (?:reply|respond|get back to you) (?:to your \S+ )?(?:on|upon|after|when) my return"
    r"|ich bin (?:derzeit |momentan |bis |vom )?.{0,40}(?:nicht (?:im büro|erreichbar)|abwesend|außer haus)"
    r"|je suis (?:actuellement )?absent"
    r"|estoy fuera de la oficina|sono fuori (?:sede|ufficio)|ik ben .{0,30}afwezig|estou ausente|jestem nieobecn",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"\s*(?:re:\s*)?(?:\W{0,3})(?:undeliver(?:able|ed)|delivery (?:status notification|failure|has failed|problem"
    r"|delayed|report|incomplete"
    r"|notification)|mail (?:delivery|system error|status report)|returned? (?:mail|to sender)|failure notice"
    r"|failed (?:mail|delivery)"
    r"|message (?:not delivered|undeliverable|could not be|delayed|status)|non[- ]?(?:delivery|remise)"
    r"|could not (?:be delivered|send)"
    r"|warning: (?:could not send|message .{1,40} delayed)|nondeliverable|ndn:|dsn:|unzustellbar|nicht zugestellt"
    r"|zustellung"
    r"|non remis|échec de|notification d[’']échec|no se puede entregar|devuelto|mancata consegna|onbestelbaar"
    r"|não (?:foi )?(?:entregue|é possível)"
    r"|rejected:|user unknown|address not found|недоставлен)",
    re.IGNORECASE,
)
_BOUNCE_TEXT = re.compile(
    r"this is the qmail-send program|this message was created automatically by mail delivery software"
    r"|this is the mail (?:delivery )?(?:system|agent) at|I'm sorry to have to inform you that your message"
    r"|could not be delivered to (?:one or more|the following|all)|(?:was|were|is) (?:not delivered|undeliverable) to"
    r"|the following (?:address(?:es)?|recipient\(?s?\)?|message)\b.{0,60}\b(?:failed|fatal errors|undeliverable"
    r"|could not|rejected)"
    r"|permanent fatal errors|delivery (?:to the following|has failed to these) recipient"
    r"|address(?:es)? had (?:permanent|transient)"
    r"|your message (?:to .{1,80} )?(?:couldn't|could not|wasn't|was not|did not|has not been) (?:be )?(?:delivered"
    r"|reach)"
    r"|\b5\d\d[ -]5\.\d\.\d{1,2}\b|\b550 .{0,60}(?:user|mailbox|recipient|unknown|no such)"
    r"|diagnostic information for administrators"
    r"|reason for the failure|mailbox (?:is full|unavailable|not found)|over quota|konnte nicht zugestellt werden",
    re.IGNORECASE,
)
_MAILER = re.compile(
    r"(?:mailer[-_.]?daemon|mail-?daemon|mdaemon|postmaster|mailerdaemon|bounces?|mail\.?delivery\S*|maildelivery)@",
    re.IGNORECASE,
)
_NEVER_A_PERSON = re.compile(r"mailer[-_.]?daemon@", re.IGNORECASE)


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


def _report(*types: str) -> Sign:
    """The mail as a whole is a report (RFC 6522); a person who attaches one does not send one."""

    def holds(signs: Signs) -> str:
        kind, given = signs.parts[0] if signs.parts else ("", {})
        told = given.get("report-type", "").lower()
        inside = {one for one, _ in signs.parts}
        if kind == "multipart/report" and (told in types or any(f"message/{one}" in inside for one in types)):
            return f"a report of type {told or types[0]}"
        return ""

    return holds


def _both(first: Sign, second: Sign) -> Sign:
    """Both must hold; the quick one stands first."""

    def holds(signs: Signs) -> str:
        one = first(signs)
        other = second(signs) if one else ""
        return f"{one}, and {other}" if other else ""

    return holds


def _any(*enough: Sign) -> Sign:
    return lambda signs: next((why for why in (sign(signs) for sign in enough) if why), "")


def _headers(*names: str) -> Sign:
    return _any(*map(_header, names))


def _null_return_path(signs: Signs) -> str:
    path = signs.headers.get("return-path", [""])[0].replace(" ", "")
    return "an empty return path" if path in {"<>", "<MAILER-DAEMON>"} else ""


def _sender(pattern: re.Pattern[str], what: str) -> Sign:
    return lambda signs: what if pattern.match(signs.sender) else ""


def _subject(pattern: re.Pattern[str], what: str) -> Sign:
    return lambda signs: what if pattern.match(signs.subject) else ""


def _text(pattern: re.Pattern[str], what: str) -> Sign:
    return lambda signs: what if pattern.search(signs.text[:_BEGINNING]) else ""


_bulk = _header("precedence", "bulk", "junk")
_generated = _any(_header("auto-submitted", "auto-"), _header("x-servicenow-generated", "true"))
_answers_by_itself = _any(
    _header("auto-submitted", "auto-replied", "auto-notified"),
    _headers("x-autoreply", "x-autoreply-from", "x-auto-reply-from", "x-autorespond", "x-autoresponder"),
    _headers("x-mail-autoreply", "x-autoresponse", "x-vacation", "x-outofoffice", "x-oof"),
    _header("precedence", "auto_reply", "auto-reply"),
    _header("x-autogenerated", "reply"),
    _header("x-post-messageclass", "9; autoresponder"),
    _header("delivered-to", "autoresponder"),
)
_machine = _any(
    _null_return_path,
    _generated,
    # Exchange puts these on mail that people wrote, too, for example when a rule passes it on.
    _headers("x-auto-response-suppress", "x-ms-exchange-inbox-rules-loop", "x-ms-exchange-generated-message-source"),
    _bulk,
    _header("x-autogenerated"),
    _sender(_MAILER, "sent by a mail system"),
)
_away_by_subject = _subject(_OUT_OF_OFFICE, "an automatic answer by its subject")
_away_by_text = _text(_AWAY, "an absence in its text")
_bounce_by_subject = _subject(_BOUNCE_SUBJECT, "a delivery failure by its subject")
_bounce_by_text = _text(_BOUNCE_TEXT, "a delivery failure by its text")
_from_mailer = _any(_sender(_MAILER, "sent by a mail system"), _null_return_path)

TABLE: tuple[tuple[Automatic, Sign], ...] = (
    (Automatic.RECEIPT, _report("disposition-notification")),
    (Automatic.RECEIPT, _header("content-class", "urn:content-classes:mdn")),
    (Automatic.BOUNCE, _report("delivery-status", "global-delivery-status", "feedback-report", "feedback")),
    (Automatic.BOUNCE, _header("x-failed-recipients")),
    (Automatic.BOUNCE, _header("content-class", "urn:content-classes:dsn")),
    (Automatic.BOUNCE, _both(_part("message/delivery-status"), _machine)),
    (Automatic.BOUNCE, _both(_from_mailer, _any(_bounce_by_subject, _bounce_by_text))),
    (Automatic.BOUNCE, _both(_bounce_by_subject, _any(_generated, _bulk))),
    (Automatic.BOUNCE, _sender(_NEVER_A_PERSON, "sent by a mail system")),
    (Automatic.RECEIPT, _both(_part("message/disposition-notification"), _machine)),
    (Automatic.CALENDAR, _part("text/calendar", method="reply")),
    (Automatic.CALENDAR, _part("text/calendar", method="counter")),
    (Automatic.AUTO_REPLY, _answers_by_itself),
    (Automatic.LIST, _headers("list-id", "list-post", "x-mailing-list", "mailing-list", "x-beenthere")),
    (Automatic.LIST, _header("x-mailman-version")),
    (Automatic.LIST, _header("precedence", "list")),
    (Automatic.AUTO_REPLY, _both(_away_by_subject, _any(_machine, _away_by_text))),
    (Automatic.AUTO_REPLY, _both(_any(_null_return_path, _generated, _bulk), _away_by_text)),
    (Automatic.BULK, _headers("list-unsubscribe", "x-campaign-id", "x-mailchimp-id", "x-csa-complaints")),
    (Automatic.GENERATED, _generated),
    (Automatic.BULK, _bulk),
    (Automatic.GENERATED, _null_return_path),
)


def automatic(signs: Signs) -> tuple[Automatic, str] | None:
    """What kind of automatic mail this is and which sign told, or None for a person's mail."""
    for kind, sign in TABLE:
        why = sign(signs)
        if why:
            return kind, why
    return None
