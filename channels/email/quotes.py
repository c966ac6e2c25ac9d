"""The signs by which mail programs set off what they quote: a table, by language and program.

An "intro" is the line above a quote ("On … wrote:"). A "block" is the header of the quoted mail, as Outlook writes it.
"""

import re
from collections.abc import Sequence

LONGEST_LINE = 400
"""Characters of a line that are looked at."""
LONGEST_INTRO = 4
"""Lines over which mail programs wrap an intro."""

QUOTED = re.compile(r"[ \t]{0,3}>")

_WROTE = (
    r"(?:wrote|writes|schrieb|geschrieben|a\s+écrit|escribió|escribio|ha\s+scritto|schreef|geschreven|escreveu"
    r"|napisał(?:a|\(a\))?|pisze|skrev|kirjoitti|napsal(?:a|\(a\))?|napísal(?:a|\(a\))?|ezt\s+írta|írta|a\s+scris"
    r"|έγραψε"
    r"|написал(?:а|\(а\))?|пишет|пише|написа(?:в|ла)|yazdı|写道|寫道|書きました|のメール|kirjoittanut|rašė|pisze|piše)"
)
_DATED_INTROS = (
    r"On\b.{6,300}\bwrote",
    r"Am\b.{6,300}\b(?:schrieb\b.{0,120}|geschrieben)",
    r"Le\b.{6,300}\ba\s+écrit",
    r"El\b.{6,300}\bescribi[óo]",
    r"Il\b.{6,300}\bha\s+scritto",
    r"Op\b.{6,300}\b(?:schreef\b.{0,120}|geschreven)",
    r"Em\b.{6,300}\bescreveu",
    r"(?:W\s+dniu|Dnia)\b.{6,300}\b(?:pisze|napisał(?:a|\(a\))?)",
    r"Den\b.{6,300}\bskrev\b.{0,120}",
    r"(?:Dne|Dňa)\b.{6,300}\bnap[sí]{1,2}al(?:a|\(a\))?",
    r"(?:În|In)\b.{6,300}\ba\s+scris",
    r"Στις\b.{6,300}έγραψε",
    r"在.{6,300}[写寫]道",
    r".{2,200}于\s?\d{4}年.{2,80}[写寫]道",
    r"\d{4}年\d{1,2}月\d{1,2}日.{0,200}(?:@.{0,120}|書きました|のメール)",
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4}.{3,300}\b(?:" + _WROTE + r")",
    r"(?:\d{4}-\d\d-\d\d|\d{4}[/.]\d{1,2}[/.]\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4})\b.{0,200}@.{0,120}",
    r"\w{2,12}\.?,? \d{1,2}\.? \w{3,12}\.? \d{4}\b.{0,200}@.{0,120}",
    r".{2,200}\btarihinde\b.{2,200}yazdı",
)
_LOOSE_INTROS = (
    r".{6,300}\b" + _WROTE,
    r"(?:Quoting|Zitat von|Quoting:) .{1,120}",
    r".{0,120}<[^<>@\s]{1,80}@[^<>\s]{1,120}>.{0,60}\b" + _WROTE + r".{0,60}",
    r".{1,120}\bschrieb am .{6,120}",
)
_END = r"\s?[:：]\s*\Z"
_DATED = re.compile(r"[\s*_\"]*(?:" + "|".join(_DATED_INTROS) + r")[*_]*" + _END, re.IGNORECASE | re.DOTALL)
_LOOSE = re.compile(r"[\s*_\"]*(?:" + "|".join(_LOOSE_INTROS) + r")[*_]*" + _END, re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w.-]{1,120}\w")
_STAMP = re.compile(r"\b(?:19|20)\d\d\b.*@|@.*\b(?:19|20)\d\d\b|<[^<>@\s]{1,80}@|\d{1,2}:\d\d\b.*@", re.DOTALL)
_KEYWORD = re.compile(
    r"[\s*_\"]*(?:(?:On|Am|Le|El|Il|Op|Em|W dniu|Dnia|Den|Dne|Dňa|În|In|Στις)\b|在|\d)", re.IGNORECASE
)
_A_SENTENCE = re.compile(r"\b(?:my|our|his|her|she|he|they|who)\b")
"""Words that stand in a sentence about somebody ("On 5 May 2026 my mentor wrote:"), never in a program's intro."""
_EVIDENCE = re.compile(r"@|\b(?:19|20)\d\d\b|\d{1,2}[:.h]\d\d|\d{1,2}/\d{1,2}/\d{2}")
_STRONG_EVIDENCE = re.compile(r"@|\d{1,2}[:.h]\d\d")

_ORIGINAL = re.compile(
    r"[\s>*]*[-_=*]{2,}[\s*]*(?:original(?:[ -](?:message|appointment|nachricht|e?-?mail))?|原始邮件|原始郵件"
    r"|ursprüngliche nachricht|originalnachricht"
    r"|message d[’']origine|message original|mensaje original|messaggio originale|oorspronkelijk bericht"
    r"|mensagem original|wiadomość oryginalna|oprindelig meddelelse|ursprungligt meddelande|opprinnelig melding"
    r"|alkuperäinen viesti|původní zpráva|eredeti üzenet|исходное сообщение|mesaj original|reply message"
    r"|reply separator)"
    r"[\s*]*[-_=*]{2,}\s*",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"[ >*]*(?:[-_]{2,}\s*(?:forwarded (?:message|by)|weitergeleitete nachricht|message transféré|mensaje reenviado"
    r"|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada|wiadomość przekazana|videresendt|vidarebefordrat"
    r"|пересылаемое сообщение|attached message)"
    r"|begin forwarded message\s*:|anfang der weitergeleiteten|début du message (?:réexpédié|transféré)"
    r"|inizio messaggio inoltrato|inicio del mensaje reenviado|---- forwarded\b)",
    re.IGNORECASE,
)
_FORWARD_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)*(?:fwd?|wg|tr|rv|enc|doorst|vs|vb|pd|i|fs|yönlendirme|转发)\s?(?:\[\d+\])?\s?[:：]",
    re.IGNORECASE,
)
_REPLY_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)*(?:re|aw|sv|antw|res|odp|ynt|vá|r|réf|回复|答复)\s?(?:\[\d+\]|\(\d+\))?\s?[:：]",
    re.IGNORECASE,
)

_KEY = r"[\s>*_|]{0,6}(?:%s)[*_]{0,2}\s?[:：][*_]{0,2}\s*"
_FROM_KEY = re.compile(
    _KEY % r"from|von|de|da|van|od|från|fra|lähettäjä|expéditeur|от|відправник|feladó|kimden|από|发件人|差出人|寄件者",
    re.IGNORECASE,
)
_DATE_KEY = re.compile(
    _KEY
    % r"sent|date|gesendet|datum|envoyé|fecha|enviado(?: el)?|inviato|data|verzonden|enviada(?: em)?|wysłano|skickat"
    r"|sendt|dato|lähetetty|odesláno|odoslané|отправлено|дата|gönderildi|tarih|elküldve|发送时间|日期|送信日時|received",
    re.IGNORECASE,
)
_OTHER_KEY = re.compile(
    _KEY
    % r"to|cc|subject|an|betreff|à|a|objet|para|asunto|oggetto|aan|onderwerp|assunto|do|dw|temat|till|ämne|til|emne"
    r"|vastaanottaja|aihe|komu|předmět|predmet|кому|тема|kime|konu|címzett|tárgy|收件人|主题|主旨|宛先|件名|reply-to|importance",
    re.IGNORECASE,
)
_RULE = re.compile(r"[\s>*]*[_\-–—=*]{5,}\s*")
ABOVE = re.compile(
    r"[\s>#*=_-]*(?:please )?(?:(?:type|write|enter) )?(?:your )?(?:reply|respond|antworten sie|schreiben sie)"
    r"\b.{0,30}\b(?:above|oberhalb|über)\b.{0,12}\b(?:line|linie|zeile)[\s.#*=_-]*",
    re.IGNORECASE,
)


def is_forward_subject(subject: str) -> bool:
    """The subject says that this is a forward ("Fwd: …")."""
    return bool(_FORWARD_SUBJECT.match(subject))


def is_reply_subject(subject: str) -> bool:
    """The subject says that this is a reply ("Re: …")."""
    return bool(_REPLY_SUBJECT.match(subject))


def is_forward(line: str) -> bool:
    """The line announces a forwarded message."""
    return bool(_FORWARD.match(line[:LONGEST_LINE]))


def authors(head: Sequence[str]) -> frozenset[str]:
    """The addresses, in lower case, of those who wrote what an intro or a block of header lines stands above."""
    named = next((place for place, line in enumerate(head) if _FROM_KEY.match(line[:LONGEST_LINE])), None)
    lines = head if named is None else head[named : named + 1]
    if named is not None and not _ADDRESS.search(lines[0]) and not any(map(_kind, head[named + 1 : named + 2])):
        lines = head[named : named + 2]  # the address stands on the next line
    return frozenset(found.lower() for line in lines for found in _ADDRESS.findall(line[:LONGEST_LINE]))


def author_line(line: str) -> str | None:
    """What stands behind "From:", in any language; None for another line."""
    found = _FROM_KEY.match(line[:LONGEST_LINE])
    return line[found.end() : LONGEST_LINE] if found else None


def is_key(line: str) -> bool:
    """Whether it is a header line of a quoted mail."""
    return bool(_kind(line[:LONGEST_LINE]))


def is_rule(line: str) -> bool:
    """A line drawn across the mail."""
    return bool(_RULE.fullmatch(line[:LONGEST_LINE]))


def intro(lines: Sequence[str], end: int, *, strong: bool) -> int:
    """How many lines, the last one before `end`, are an intro. `strong`: it must name an address or a time."""
    last = lines[end - 1].rstrip(" \t\xa0*_")
    if not last.endswith((":", "：")) or len(last) > LONGEST_LINE:
        return 0
    evidence = _STRONG_EVIDENCE if strong else _EVIDENCE
    for pattern in (_DATED, _LOOSE):
        joined = ""
        for count in range(1, LONGEST_INTRO + 1):
            line = lines[end - count] if end >= count else ""
            if not line.strip() or QUOTED.match(line):
                break
            joined = f"{line.strip()} {joined}".strip()
            if len(joined) > LONGEST_LINE:
                break
            begins = _STAMP.search(joined) or (pattern is _DATED and _KEYWORD.match(joined))
            if begins and pattern.match(joined) and evidence.search(joined) and not _A_SENTENCE.search(joined):
                return count
    return 0


def block(lines: Sequence[str], at: int) -> int:
    """How many lines, from `at`, are the header of a quoted mail ("-----Original Message-----", "From: … Sent: …")."""
    start = at
    if _ORIGINAL.fullmatch(lines[at][:LONGEST_LINE]):
        return 1 + _keys(lines, at + 1)
    while start < min(len(lines), at + 3) and (is_rule(lines[start]) or (start > at and not lines[start].strip())):
        start += 1
    found = _keys(lines, start)
    return start - at + found if found else 0


def _keys(lines: Sequence[str], start: int) -> int:
    """The length of a run of header lines that names who wrote, and when or what; 0 when it does not."""
    seen = {"from": 0, "date": 0, "other": 0}
    end = start
    strange = 0
    for position in range(start, min(start + 16, len(lines))):
        line = lines[position][:LONGEST_LINE]
        if not line.strip():
            if sum(seen.values()) >= 3 or strange > 2:
                break
            continue
        kind = _kind(line)
        if not kind:
            strange += 1
            if not any(seen.values()) or strange > 3:  # wrapped lists of recipients
                break
            continue
        strange = 0
        seen[kind] += 1
        end = position + 1
    complete = seen["from"] and seen["date"] + seen["other"] >= 2 and (seen["date"] or seen["other"] >= 2)
    return end - start if complete else 0


def _kind(line: str) -> str:
    if _FROM_KEY.match(line):
        return "from"
    if _DATE_KEY.match(line):
        return "date"
    return "other" if _OTHER_KEY.match(line) else ""
