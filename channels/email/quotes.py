"""The signs by which mail programs set off what they quote: a table, by language and program.

An "intro" is the line above a quote ("On … wrote:"). A "block" is the header of the quoted mail, as Outlook writes it.
"""

import re
from collections.abc import Sequence

from channels.email.quote_words import DATED_INTROS, LOOSE_INTROS, WROTE

LONGEST_LINE = 400
"""Characters of a line that are looked at."""
LONGEST_INTRO = 4
"""Lines over which mail programs wrap an intro."""

QUOTED = re.compile(r"[ \t]{0,3}>")

_END = r"\s?[:：][\s*_]*\Z"
_DATED = re.compile(r"[\s*_\"]*(?:" + "|".join(DATED_INTROS) + r")[*_]*" + _END, re.IGNORECASE | re.DOTALL)
_LOOSE = re.compile(r"[\s*_\"]*(?:" + "|".join(LOOSE_INTROS) + r")[*_]*" + _END, re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w.-]{1,120}\w")
_STAMP = re.compile(r"\b(?:19|20)\d\d\b.*@|@.*\b(?:19|20)\d\d\b|<[^<>@\s]{1,80}@|\d{1,2}:\d\d\b.*@", re.DOTALL)
_KEYWORD = re.compile(
    r"[\s*_\"]*(?:(?:On|Am|Le|El|Il|Op|Em|W dniu|Dnia|Den|Dne|Dňa|În|In|Στις)\b|在|\d)", re.IGNORECASE
)
_DASHED = re.compile(r"\s*-{2,4} ?On\b.{6,300}\bwrote ?-{2,4}\s*", re.IGNORECASE)
"""Zoho writes a whole intro between dashes."""
_BETWEEN_MARKS = re.compile(r"\s*>>> .{3,200}\d{1,2}[/.]\d{1,2}[/.]\d{2,4} \d{1,2}[:.]\d\d.{0,10} >>>\s*")
"""GroupWise: what follows is quoted without marks."""
_LOTUS = re.compile(r".{2,100} ?-{2,3}\d{1,2}[/.]\d{1,2}[/.]\d{2,4} \d{1,2}:\d\d.{0,20}-{2,3}.{0,300}")
"""Lotus Notes, above its block."""
_IN_BRACKETS = re.compile(r"[<(\[]\s?[\w.+'-]{1,64}@[\w.-]{1,120}\w\s?[>)\]].{0,40}[:：]\Z")
_BY_ADDRESS = re.compile(r"\d{1,2}\.? \w{3,12}\.? \d{4},? \d{1,2}[:.]\d\d \w{2,4} [\w.+'-]{1,64}@[\w.-]{1,120}\w:")
_TIME = re.compile(r"\d{1,2}[:.h]\d\d|\b(?:19|20)\d\d\b")
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d\b")
_DAY = re.compile(r"\d{1,4}[-/. ]{1,2}(?:\d{1,2}|\w{3,12})\.?[-/., ]{1,2}\d{1,4}")
_BARE = re.compile(r"(?:[^\W\d_a-z][\w.'’-]{0,30}[ ,]{1,2}){1,5}" + WROTE + r"\s?:")
_AROUND = " *_\xa0"
_DIRECTIONS = str.maketrans("", "", "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_A_SENTENCE = re.compile(
    r"(?<![.@\w-])(?:my|our|his|her|she|he|they|who|we|me|us|said|told|asked|replied)(?![.@\w-])"
    r"|\bI (?:have|had|was|am|got|wrote|sent|asked|spoke|e-?mailed|received|told|did|do|saw|found|think|will)\b"
)
"""Words that stand in a sentence about somebody ("On 5 May 2026 my mentor wrote:"), never in a program's intro."""
_EVIDENCE = re.compile(r"@|\b(?:19|20)\d\d\b|\d{1,2}[:.h]\d\d|\d{1,2}/\d{1,2}/\d{2}")
_STRONG_EVIDENCE = re.compile(r"@|\d{1,2}[:.h]\d\d")

_ORIGINAL = re.compile(
    # Possessive, and the two signs asked for ahead: a line of stars would otherwise be taken apart in every way.
    r"(?=[\s>*]*[-_=*]{2})[\s>*_=-]*+(?:original(?:[ -](?:message|appointment|nachricht|e?-?mail))?|原始邮件|原始郵件"
    r"|ursprüngliche nachricht|originalnachricht"
    r"|message d[’']origine|message original|mensaje original|messaggio originale|oorspronkelijk bericht"
    r"|mensagem original|wiadomość oryginalna|oprindelig meddelelse|ursprungligt meddelande|opprinnelig melding"
    r"|original e-?mail|ursprüngliche e-?mail|original-nachricht|oryginalna wiadomość|oprindelig besked"
    r"|izvorna poruka|originalna poruka|αρχικό μήνυμα|mesajul original|orijinal mesaj|özgün ileti|원본 메시지|원본 메일"
    r"|元のメッセージ|الرسالة الأصلية|оригінальне повідомлення|missatge original|pôvodná správa"
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
    _KEY % r"from|von|de|da|van|od|från|fra|lähettäjä|expéditeur|от|відправник|feladó|kimden|από|发件人|差出人|寄件者"
    r"|gönderen|de la|보낸 사람|من|מאת|від|từ|saatja|nuo|dari|šalje|pošiljatelj|寄件人|expeditor",
    re.IGNORECASE,
)
_DATE_KEY = re.compile(
    _KEY
    % r"sent|date|gesendet|datum|envoyé|fecha|enviado(?: el)?|inviato|data|verzonden|enviada(?: em)?|wysłano|skickat"
    r"|sendt|dato|lähetetty|odesláno|odoslané|отправлено|дата|gönderildi|tarih|elküldve|发送时间|日期|送信日時|received"
    r"|gönderme tarihi|στάλθηκε|ημερομηνία|trimis|보낸 날짜|날짜|تم الإرسال|إرسال|تاريخ|נשלח|תאריך|изпратено|надіслано"
    r"|đã gửi|ngày|saadetud|išsiųsta|dikirim|tanggal|poslano|poslato|enviat(?: el)?|傳送時間|寄件日期|已发送|expédié"
    r"|dátum",
    re.IGNORECASE,
)
_OTHER_KEY = re.compile(
    _KEY
    % r"to|cc|subject|an|betreff|à|a|objet|para|asunto|oggetto|aan|onderwerp|assunto|do|dw|temat|till|ämne|til|emne"
    r"|vastaanottaja|aihe|komu|předmět|predmet|кому|тема|kime|konu|címzett|tárgy|收件人|主题|主旨|宛先|件名|reply-to|importance"
    r"|προς|θέμα|κοιν\.?|către|subiect|받는 사람|제목|참조|إلى|الموضوع|نسخة|אל|נושא|עותק|до|относно|копие|копия|тема"
    r"|đến|tới|chủ đề|kellele|teema|kam|kepada|perihal|prima|za|predmet|per a|assumpte|收件者|副本|抄送|kopie"
    r"|kopi|kopia|kopio|másolat|bilgi|attachments|anlagen|pièces jointes|allegati|bijlagen",
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


def is_original(line: str) -> bool:
    """The rule that a program draws above the mail that is answered: "-----Original Message-----"."""
    return bool(_ORIGINAL.fullmatch(line[:LONGEST_LINE]))


def is_key(line: str) -> bool:
    """Whether it is a header line of a quoted mail."""
    return bool(_kind(line[:LONGEST_LINE]))


def is_rule(line: str) -> bool:
    """A line drawn across the mail."""
    return bool(_RULE.fullmatch(line[:LONGEST_LINE]))


def between_marks(line: str) -> bool:
    """An intro of GroupWise, below which all is quoted without marks."""
    return bool(_BETWEEN_MARKS.fullmatch(line[:LONGEST_LINE]))


def above_block(lines: Sequence[str], end: int) -> int:
    """How many lines, the last one before `end`, belong to the block below them, though they are no header lines."""
    start = end
    while start > 0 and not lines[start - 1].strip():
        start -= 1
    return end - start + 1 if start > 0 and _LOTUS.fullmatch(lines[start - 1].strip()[:LONGEST_LINE]) else 0


def intro(
    lines: Sequence[str], end: int, *, strong: bool, quote_follows: bool = False, quote_ends: bool = False
) -> int:
    """How many lines, the last one before `end`, are an intro. `strong`: it must name an address or a time.

    An intro in a language that the table does not know is told by its address and time. Where nothing comes after the
    marked quote that follows, a time is enough, or a name.
    """
    last = lines[end - 1].translate(_DIRECTIONS).rstrip(" \t\xa0*_")
    if _DASHED.fullmatch(last[:LONGEST_LINE]):
        return 1
    if not last.endswith((":", "：")) or len(last) > LONGEST_LINE:
        return 0
    return _known_intro(lines, end, strong=strong) or _likely_intro(
        lines, end, strong=strong, follows=quote_follows, last=quote_ends
    )


def _likely_intro(lines: Sequence[str], end: int, *, strong: bool, follows: bool, last: bool) -> int:
    joined = ""
    for count in range(1, LONGEST_INTRO + 1):
        line = lines[end - count].translate(_DIRECTIONS) if end >= count else ""
        if not line.strip() or QUOTED.match(line):
            break
        joined = f"{line.strip(_AROUND)} {joined}".strip()
        if len(joined) > LONGEST_LINE or _A_SENTENCE.search(joined):
            break
        timed = _TIME if follows else _CLOCK
        if (_IN_BRACKETS.search(joined) and timed.search(joined)) or _BY_ADDRESS.fullmatch(joined):
            return _with_keys(lines, end, count)
        if last and not strong and ((_CLOCK.search(joined) and _DAY.search(joined)) or _BARE.fullmatch(joined)):
            return _with_keys(lines, end, count)
    return 0


def _with_keys(lines: Sequence[str], end: int, count: int) -> int:
    """The same with the header lines right above it, as Yandex writes them below a rule."""
    more = count
    while end > more and _kind(lines[end - more - 1]):
        more += 1
    return more + 1 if more > count and end > more and is_rule(lines[end - more - 1]) else count


def _known_intro(lines: Sequence[str], end: int, *, strong: bool) -> int:
    evidence = _STRONG_EVIDENCE if strong else _EVIDENCE
    for pattern in (_DATED, _LOOSE):
        joined = ""
        for count in range(1, LONGEST_INTRO + 1):
            line = lines[end - count].translate(_DIRECTIONS) if end >= count else ""
            if not line.strip() or QUOTED.match(line):
                break
            joined = f"{line.strip()} {joined}".strip()
            if len(joined) > LONGEST_LINE:
                break
            begins = _STAMP.search(joined) or (pattern is _DATED and _KEYWORD.match(joined))
            if begins and pattern.match(joined) and evidence.search(joined) and not _A_SENTENCE.search(joined):
                return _with_keys(lines, end, count)
    return 0


def block(lines: Sequence[str], at: int) -> int:
    """How many lines, from `at`, are the header of a quoted mail ("-----Original Message-----", "From: … Sent: …")."""
    start = at
    if is_original(lines[at]):
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
