"""What machines and habits put around a person's words: banners, signatures, "Sent from my …", disclaimers."""

import re
from collections.abc import Sequence

from models.trailer_words import KNOWN
from models.trailers import trailer_ranges

LONGEST_SIGNATURE = 15
"""Lines below "-- ". More than these, and it was no signature but a line drawn by hand."""
MOST_NOTES = 20
"""Notes taken off at the end."""
_DEVICES = (
    r"i ?phone|i ?pad|ipod|android\b.*|samsung\b.*|galaxy\b.*|huawei\b.*|honor\b.*|xiaomi\b.*|redmi\b.*|oppo\b.*"
    r"|oneplus\b.*"
    r"|pixel\b.*|motorola\b.*|moto\b.*|nokia\b.*|sony\b.*|xperia\b.*|htc\b.*|lg\b.*|blackberry\b.*|windows phone"
    r"|lumia\b.*"
    r"|mobile\b.*|phone|smartphone|tablet|device|mac|macbook|apple watch"
)
_MOBILE = re.compile(
    r"\s*(?:"
    rf"sent from my (?:[\w’'-]{{1,15}} )?(?:{_DEVICES})"
    r"|sent from (?:outlook|yahoo|mail for windows|windows mail|samsung|proton|gmail|aol|hotmail|surface|galaxy"
    r"|nine|bluemail"
    r"|spark|mailspring|my mobile)\b.{0,60}"
    r"|sent (?:via|using|with) (?:blackberry|the samsung|samsung|outlook|yahoo|proton|mail\.com|spark|android"
    r"|hushmail)\b.{0,60}"
    r"|get outlook for (?:ios|android|mac|mobile)\b.{0,80}|get (?:bluemail|outlook) for .{0,60}"
    r"|yahoo mail: search.{0,60}"
    r"|von meinem .{1,30} gesendet|gesendet (?:von|mit) .{1,60}|diese nachricht wurde von meinem .{1,60}"
    r"|envoyé (?:de|depuis|à partir de) .{1,60}|enviado desde .{1,60}|enviado (?:do meu|a partir do) .{1,50}"
    r"|inviato da .{1,60}|verzonden (?:vanaf|met|via) .{1,60}|verstuurd vanaf .{1,50}|wysłan[eo] z .{1,60}"
    r"|skickat från .{1,60}|sendt fra .{1,60}|lähetetty .{1,40}(?:sta|stä|lta|ltä)|odesláno z .{1,50}"
    r"|trimis de pe .{1,50}"
    r"|отправлено (?:с|из) .{1,60}|надіслано з .{1,60}|.{1,30}から送信"
    r"|发自我的.{1,30}|發自我的.{1,30}|나의 .{1,30}에서 보냄|.{1,30}에서 보냄|.{1,30}(?:dan|den) gönderildi"
    r"|.{1,30}(?:ról|ről) küldve|στάλθηκε από .{1,40}|أُ?رسلت من .{1,40}|נשלח מה.{1,30}|poslano (?:z|s) .{1,40}"
    r"|skickat från .{1,60}|saadetud .{1,40}|trimis (?:de pe|din) .{1,40}|изпратено от .{1,40}|đã gửi từ .{1,40}"
    r"|sent from mail ?<https?://[^<> ]{1,120}> for windows(?: \d\d)?|sent from the all[- ]new aol app.{0,30}"
    r"|sent from (?:thunderbird|k-9 mail|fairemail|edison|spike|canary|airmail|newton|readdle)\b.{0,60}"
    r"|sent from my (?:phone|mobile|i ?phone|i ?pad|android|tablet)\W{1,4}(?:please )?(?:excuse|forgive|apolog|sorry)"
    r".{0,80}"
    r")[\s.!>)]*",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\b(?:because|cos|as|so|since|while|where|when|who|whose|if|but|they|he|she|we|us|it|its|i|was|were|is|are|had|has|not?|never"
    r"|nobody|don['’]t|can['’]t|won['’]t)\b",
    re.IGNORECASE,
)
"""Words of a sentence: "Sent from my Galaxy because the ward computer was locked"."""
_SENT_FROM = re.compile(r"\s*sent from my(?: [\w.’'+/-]{1,15}){1,6}[\s.!]*", re.IGNORECASE)
_PGP_HEAD = re.compile(r"\s*-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z]{1,20}: [^\n]{0,80}\n){0,5}")
_PGP_END = "-----BEGIN PGP SIGNATURE-----"
_DASHES = re.compile(r"--\s*|—\s*")
_RULE = re.compile(r"[\s*_=~#.+-]{3,}")
_RULE_ABOVE = re.compile(r"(?<!\S)[*_=~#-]{3,400}\s{0,99}\Z")
_RULE_BELOW = re.compile(r"\A[\s.]{0,99}[*_=~#-]{3,400}(?!\S)")
_WORD = re.compile(r"[^\W_]")
_LEGAL = (
    re.compile(r"\bconfidential|vertraulich|confidentiel|confidencial|riservat", re.IGNORECASE),
    re.compile(r"\bintended (?:only|solely|recipient|for)|\baddressee|\bempfänger|destinat[aá]ri?", re.IGNORECASE),
    re.compile(r"\bprivileged|\bunauthori[sz]ed|\bstrictly prohibited|\bdisclos|\bliabilit|\bcopying\b", re.IGNORECASE),
    re.compile(r"\b(?:received|get) this (?:e-?mail|message|communication|transmission) in error", re.IGNORECASE),
    re.compile(r"\b(?:notify|inform|contact) the sender|\bdelete (?:it|this|the)\b", re.IGNORECASE),
    re.compile(r"\bvirus(?:es)?\b|\bmalware\b|\bscanned\b", re.IGNORECASE),
    re.compile(
        r"\bdisclaimer\b|views (?:or opinions )?expressed|do not necessarily (?:represent|reflect)", re.IGNORECASE
    ),
    re.compile(
        r"\bfreedom of information\b|registered (?:in england|office|charity)|company (?:number|registration)",
        re.IGNORECASE,
    ),
    re.compile(r"\bunsubscribe\b|\bmailing list\b", re.IGNORECASE),
    re.compile(r"https?://\S{0,80}(?:list|unsubscri|groups)", re.IGNORECASE),
    re.compile(r"consider the environment|before printing", re.IGNORECASE),
    re.compile(r"\bNHSmail\b.{0,80}\b(?:secure|accredited|approved)|send sensitive and personal", re.IGNORECASE),
)
_OPENS = re.compile(
    r"[\W_]*(?:(?:(?:legal|strictly|important|e-?mail|confidentiality) )?(?:disclaimer|notice|confidential)\b"
    r"|(?:this|the|any|all|if|for|e-?mail)\b.{0,80}"
    r"\b(?:e-?mails?|messages?|communications?|transmissions?|recipients?|addressees?|attachments?|list|unsubscribe)\b"
    r"|nhsmail|registered|company|please (?:think|consider)|to (?:unsubscribe|post|stop)|you (?:received|are receiving)"
    r"|unsubscribe|https?:|.{0,80}\b(?:mailing list|registered|limited|ltd)\b)",
    re.IGNORECASE,
)
_OPENS_ABROAD = re.compile(
    r"[\W_]*(?:diese|der inhalt|die|ce|cet|les|este|esta|quest[aoe]|le informazioni)\b", re.IGNORECASE
)
_LIST_FOOT = re.compile(r"\b(?:unsubscribe|mailing list)\b.{0,200}https?://", re.IGNORECASE)
_SMALL_WORD = re.compile(r"(?<![\w@./:])[a-z][a-z'’-]{0,40}(?![\w@./:]*[\w@/])")
"""How such a paragraph begins. What begins otherwise is a person's, whatever legal words it holds."""
_FIRST_PERSON = re.compile(r"\bI(?:[’']m|[’']ve|[’']d|[’']ll)?\b(?![.)])|\b[Mm][ye]\b|\bmine\b|\bich\b|\bje\b")
_BANNER = re.compile(
    r"[\s*\[(!-]*(?:caution|warning|external|\[external\]|this (?:message|e-?mail) (?:originated|came"
    r"|was sent) from outside"
    r"|you don['’]t often get email from)\b.{0,700}",
    re.IGNORECASE | re.DOTALL,
)
_FROM_OUTSIDE = re.compile(
    r"outside|external|don['’]t often get|do not click|be careful|recogni[sz]e the sender", re.IGNORECASE
)


def is_mobile_note(line: str) -> bool:
    """Whether a program added it, like "Sent from my iPhone"; never a sentence of a person."""
    return len(line) <= 120 and bool(_MOBILE.fullmatch(line)) and not _GOES_ON.search(line)


def without_trailers(text: str) -> str:
    """The words without banner, signature and disclaimer. Empty only when there is nothing else."""
    signed = _PGP_HEAD.match(text)
    if signed and _PGP_END in text:
        text = text[signed.end() : text.index(_PGP_END)]
    lines = _without_banner(without_known_trailers(text).split("\n"))
    lines = _without_end(lines)
    lines = _without_end(_without_signature(lines))
    return "\n".join(lines).strip()


def without_known_trailers(text: str) -> str:
    """Without the trailers that organisations are known for, wherever they stand, and the rules around them."""
    kept: list[str] = []
    past = 0
    for start, end in trailer_ranges(text):
        kept.append(text[past:start])
        past = end
    if not kept:
        return text
    kept = [_RULE_ABOVE.sub("", kept[0]), *(_RULE_BELOW.sub("", _RULE_ABOVE.sub("", one)) for one in kept[1:])]
    kept.append(_RULE_BELOW.sub("", text[past:]))
    words = "\n\n".join(one.strip() for one in kept if one.strip())
    return words if _WORD.search(words) else text


def _without_banner(lines: Sequence[str]) -> list[str]:
    """Servers write above mail from outside: "CAUTION: This email originated from …"."""
    kept = list(lines)
    for _ in range(3):
        while kept and (not kept[0].strip() or _RULE.fullmatch(kept[0])):
            kept.pop(0)
        end = next((place for place, line in enumerate(kept) if not line.strip()), len(kept))
        first = " ".join(kept[:end])
        if end > 6 or not _BANNER.fullmatch(first) or not _FROM_OUTSIDE.search(first) or _tells(first):
            break
        if not any(line.strip() for line in kept[end:]):
            break
        kept = kept[end:]
    return kept


def _tells(banner: str) -> bool:
    """Whether it holds a word that no banner would: "Warning: the external examiner hit a student"."""
    return bool(_FIRST_PERSON.search(banner)) or not _is_made_of_known_words(banner, share=1.0)


def _without_signature(lines: Sequence[str]) -> list[str]:
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    marks = [place for place, line in enumerate(lines) if place > first and _DASHES.fullmatch(line)]
    # A signature stands at the end: of many such lines only the last few can begin one.
    for place in marks[-5:]:
        line = lines[place]
        below = [one for one in lines[place + 1 :] if one.strip()]
        # "-- " with its blank is the mark; a bare "--" may be a line drawn by hand, above the story itself.
        most, longest = (LONGEST_SIGNATURE, 1_000) if line.startswith("-- ") else (8, 400)
        if len(below) <= most and sum(map(len, below)) <= longest and not _tells_a_story(below):
            return list(lines[:place])
    return list(lines)


def _tells_a_story(lines: Sequence[str]) -> bool:
    return len(_FIRST_PERSON.findall(" ".join(lines))) >= 2


def _without_end(lines: Sequence[str]) -> list[str]:
    """Without the notes of machines at the end: paragraph by paragraph, from below."""
    kept = list(lines)
    for _ in range(MOST_NOTES):
        while kept and not kept[-1].strip():
            kept.pop()
        start = len(kept)
        while start > 0 and kept[start - 1].strip():
            start -= 1
        alone = start == len(kept) - 1
        if kept and (is_mobile_note(kept[-1]) or (alone and start > 0 and _SENT_FROM.fullmatch(kept[-1]))):
            kept.pop()
        elif kept and start > 0 and (_is_legal(kept[start:]) or all(_RULE.fullmatch(line) for line in kept[start:])):
            kept = kept[:start]
        else:
            break
    return kept or list(lines)


def _is_legal(paragraph: Sequence[str]) -> bool:
    text = " ".join(paragraph)[:3_000]
    if _FIRST_PERSON.search(text) or len(text) < 15:
        return False
    known = _LIST_FOOT.search(text) or _is_made_of_known_words(text)
    if not _OPENS_ABROAD.match(text) and not (_OPENS.match(text) and known):
        return False
    return sum(bool(sign.search(text)) for sign in _LEGAL) >= 2


def _is_made_of_known_words(text: str, share: float = 0.9) -> bool:
    """Whether so many of its words, names aside, are those of trailers: a story has others."""
    words = _SMALL_WORD.findall(text)
    return sum(word.replace("’", "'") in KNOWN for word in words) >= share * len(words)
