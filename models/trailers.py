"""Where organisations' trailers stand in a text: disclaimers, virus notes, "Sent from my iPhone", banners from outside.

A trailer begins where a line or a sentence does, with words that only trailers have. It goes on, sentence by sentence,
as long as each begins as theirs do and holds no word that they would not. So the words of a person end it, wherever
they stand, and one that speaks of confidential information is none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from models.footers import footer_ranges
from models.trailer_words import ALONE, BANNERS, BEGINNING, FOLLOWING, HANGING, JOINED, KNOWN, NOTES, TELLING

LONGEST = 200_000
"""Characters; in a longer text nothing is looked for."""
MOST_SENTENCES = 60
"""Of one trailer."""
LONGEST_SENTENCE = 2_000


def _pattern(*heads: str) -> re.Pattern[str]:
    joined = "|".join(heads).replace(" ?", r"\s{0,9}").replace(" ", r"\s{1,9}")
    return re.compile(rf"(?:{joined})", re.IGNORECASE)


_TELLING, _ALONE = _pattern(*TELLING), _pattern(*ALONE)
_BEGINNING, _FOLLOWING = _pattern(*BEGINNING), _pattern(*FOLLOWING)
_LINK = r"(?:[ \t]{0,9}[<(]https?://[^\s<>()]{1,300}[>)])?"
_NOTE = re.compile(_pattern(*NOTES).pattern + rf"{_LINK}(?: secure e-?mail)?[ \t.!]{{0,9}}(?=\r?\n|\Z)", re.IGNORECASE)
_BANNER = re.compile(_pattern(*BANNERS).pattern + _LINK, re.IGNORECASE)
_BANNER_ENDS = re.compile(r"[ \t]{0,9}[.!]{0,3}(?=[ \t]{0,9}(?:\r?\n(?![^\S\n]{0,9}[a-z])|\Z))")
_BANNER_PARTED = re.compile(r"(?:[ \t]{0,9}[.!|•·,;–-]){1,3}[ \t]{0,9}")
MOST_BANNERS = 8
"""On one line."""
_LEADING = re.compile(r"(?:[:,;]|[^\n]{50}\w)[^\S\n]{0,9}\n[^\S\n]{0,9}\Z")
"""A line that goes on in the next one."""
_JOINED = _pattern(rf"(?:{JOINED})\b")
_FIRST = re.compile(
    r"(?<!\w)(?=(?:the|this|if|for|find|and|but|nhsmail|any|all|please|think|stop|do|don|only|avoid|consider|save|views|opinions"
    r"|statements|external|some|you|use|review|disclosure|dissemination|copying|distribution|reproduction|unauthori"
    r"|virus|scanned|checked|be|information|content|contents|material|e-?mails?|attachments?|legal|confidential"
    r"|important|privacy|security|disclaimer|notice|warning|caution|statement|sent|get|p|electronic"
    r"|we(?=\s+are)|i(?=\s+(?:work|may|sometimes|often)\b)|my(?=\s+working)|our|working|flexible|follow|like(?=\s+us)|join"
    r"|yahoo|charity|connect(?=\s+with)|smoke|smokefree|tobacco|no(?=\s+smoking)|disability|stonewall|proud|an?(?=\s+inclusive)|inclusive"
    r"|further|university|armed|athena|race|living|equal)\b|\[(?:external|caution|warning|cid:|message)|[♻🌳🌍🌱])",
)
_HINT = re.compile(
    r"recipient|addressee|might\s+contain|may\s+(?:also\s+)?contain|(?:more|further)\s+information|find\s+out\s+more"
    r"|nhsmail|intended|privileged|in error|by mistake|freedom\s+of|data\s+protection|virus|malware"
    r"|scanned|checked|environment|print|clipped|yahoo|cid:|views|opinions|outside|external|often\s+get|sent\s+(?:from|via|with|using)|get\s+outlook|copying"
    r"|disclosure|distribution|foi\b|statements|dissemination|smok|tobacco|us\s+on\b|confident|stonewall|inclusive|monitor"
    r"|working\s+hours|flexib|charity|guarantee|armed\s+forces|athena|race\s+equality|living\s+wage|opportunit|friendly",
)
_TOKEN = re.compile(
    r"(?P<link><?(?:https?://|mailto:|www\.)[^\s<>]{1,300}>?|<?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}>?)"
    r"|(?P<mark>\(?(?:[ivx]{1,4}|[a-e]|\d)\))"
    r"|(?P<organisation>(?:[A-Z][\w’'&-]{1,30}\s{1,3}(?:(?:of|and|the|for|&)\s{1,3}){0,2}){0,8}"
    r"(?:Trust|University|Hospitals?|College|Board|Council|Limited|Ltd|Partnership|Act)\b(?:\sof\s[A-Z]\w{1,30})?)"
    r"|(?P<rule>[*_=~#-]{3,})|(?P<end>[.!?…]+)|(?P<line>[^\S\n]*\n\s*)|(?P<space>[^\S\n]+)"
    r"|(?P<word>[^\W_]+(?:[’'-][^\W_]+)*)|(?P<point>[^\w\s])"
)
_BETWEEN = re.compile(
    r"(?:[\s*_=~#|•·<>()\[\]\"“”'’–—-]|<?(?:https?://|www\.)[^\s<>]{1,300}>?|(?:[ivx]{1,4}|\d)\)){0,400}"
)
_BRACKETED = re.compile(r"\[(?:external|caution|warning)\b", re.IGNORECASE)
_DECORATION = " \t\r\n\xa0*_=~#|•·<([\"“'–—-"
_REST = re.compile(r"(?<=\w)(?:\w|[’'-]\w){1,30}")
_LINE_ENDS = re.compile(r"[^\S\n]*(?:\n|\Z)")
_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class _Piece:
    """One sentence of a trailer."""

    start: int
    end: int
    telling: bool
    following: bool
    alone: bool = False
    """Whether people say so too: then nothing that only follows belongs to it."""


def trailer_ranges(text: str) -> tuple[tuple[int, int], ...]:
    """The (start, end) of every trailer and banner in a text, in order, none touching another's characters.

    A range holds the words, not the rules or white space around them. It can be the whole text.
    """
    # Patterns that need not mind the case are quick; this one letter would become two.
    small = text.replace("\u0130", "i").lower() if len(text) <= LONGEST else ""
    return _apart(sorted([*_trailers(text, small), *footer_ranges(text, small)]))


def _apart(ranges: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Those that overlap become one."""
    made: list[tuple[int, int]] = []
    for start, end in ranges:
        if made and start < made[-1][1]:
            made[-1] = made[-1][0], max(end, made[-1][1])
        else:
            made.append((start, end))
    return tuple(made)


def _trailers(text: str, small: str) -> list[tuple[int, int]]:
    if not _HINT.search(small):
        return []
    found: list[tuple[int, int]] = []
    past = 0
    for first in _FIRST.finditer(small):
        place = first.start()
        if place < past or not _begins(text, place):
            continue
        pieces = list(islice(_pieces(text, place), MOST_SENTENCES))
        # Where none of them tells a trailer, none of the later ones does: they are not read again.
        past = pieces[-1].end if pieces else past
        trailer = _trailer(text, pieces)
        if trailer:
            past = trailer[-1].end
            found.append((trailer[0].start, past))
    return found


def _begins(text: str, place: int) -> bool:
    """Whether a line or a sentence begins there, after a rule or a bullet maybe."""
    window = text[max(0, place - 300) : place]
    before = window.rstrip(_DECORATION)
    between = window[len(before) :]
    if not before or "\n" in between or len(between.strip()) >= 3:
        return True
    return before[-1] in ".!?…])" and between[:1].isspace()


def _trailer(text: str, pieces: Sequence[_Piece]) -> Sequence[_Piece]:
    """Those of the sentences that are a trailer; none if none of them tells it."""
    telling = [number for number, piece in enumerate(pieces) if piece.telling]
    if not telling:
        return ()
    first, last = telling[0], telling[-1]
    # What is polite or a warning and no more belongs to it only in the same paragraph: elsewhere a person may say so.
    while first > 0 and not _parted(text, pieces[first - 1], pieces[first]) and not pieces[first - 1].following:
        first -= 1
    said_too = all(pieces[number].alone for number in telling)
    while not said_too and last + 1 < len(pieces) and not _parted(text, pieces[last], pieces[last + 1]):
        last += 1
    return pieces[first : last + 1]


def _parted(text: str, one: _Piece, other: _Piece) -> bool:
    """Whether a blank line stands between them."""
    return text.count("\n", one.end, other.start) > 1


def _pieces(text: str, place: int) -> Iterator[_Piece]:
    """Sentence by sentence, as long as they are a trailer's."""
    first = True
    while piece := _piece(text, place, first=first):
        yield piece
        first = False
        between = _BETWEEN.match(text, piece.end)
        place = between.end() if between else piece.end
        if place == piece.end:
            return
        # The bracket of "[EXTERNAL]" is its own.
        place -= _BRACKETED.match(text, place - 1) is not None


def _piece(text: str, place: int, *, first: bool) -> _Piece | None:
    note = _NOTE.match(text, place)
    if note:
        whole = text[text.rfind("\n", 0, place) + 1 : place].strip(_DECORATION)
        return None if whole else _Piece(place, note.end(), telling=True, following=False)
    banner = _banner(text, place)
    if banner:
        return _Piece(place, banner, telling=True, following=False, alone=True)
    for heads, telling in ((_TELLING, True), (_ALONE, True), (_BEGINNING, False), (_FOLLOWING, False)):
        if first and heads is _FOLLOWING:
            break
        head = heads.match(text, place)
        # "Disclaimer:" and "[EXTERNAL]" stand for themselves.
        label = head and head[0][-1] in ":!]–—-"
        end = head.end() if head and label else head and _end_of_sentence(text, place, head.end())
        if end:
            alone = heads is _ALONE
            enough = telling and (not alone or _LINE_ENDS.match(text, end) is not None)
            return _Piece(place, end, telling=enough, following=heads is _FOLLOWING, alone=alone)
    return None


def _banner(text: str, place: int) -> int | None:
    """Where a line ends that is made of an organisation's banners and nothing else, as one begins there."""
    at = place
    for _ in range(MOST_BANNERS):
        banner = _BANNER.match(text, at)
        if not banner:
            return None
        ended = _BANNER_ENDS.match(text, banner.end())
        if ended:
            line = text.rfind("\n", 0, place) + 1
            led = text[line:place].strip(_DECORATION) or _LEADING.search(text[max(0, place - 100) : place])
            return None if led else ended.end()
        parted = _BANNER_PARTED.match(text, banner.end())
        if not parted:
            return None
        at = parted.end()
    return None


def _end_of_sentence(text: str, place: int, head: int) -> int | None:
    """Where the sentence ends whose first words, up to `head`, are a trailer's; None where a word is none of theirs."""
    joined = _JOINED.search(text, place, head + 300)
    rest = _REST.match(text, head)
    at = ended = rest.end() if rest else head
    last = text[place:at].rsplit(maxsplit=1)[-1].lower().lstrip("(")
    if at > head and last not in KNOWN:
        return None
    line = 0
    while (token := _TOKEN.match(text, at)) and at - place < LONGEST_SENTENCE:
        kind, begin, at = token.lastgroup, at, token.end()
        if joined and at >= joined.end():
            return joined.end()
        if kind == "end" and not _LETTER.match(text, at):
            return at
        if kind == "rule" or (kind == "line" and token[0].count("\n") > 1):
            return None if last in HANGING else ended
        if kind == "line":
            line = begin if last not in HANGING and _starts_anew(text, at) else 0
        elif kind == "link":
            last = ""
        elif kind == "word":
            last = token[0].lower().replace("’", "'")
            if last not in KNOWN or token[0] == "I":
                return line or None
        ended = ended if kind in {"space", "line"} else at
    return None if token or last in HANGING else ended


def _starts_anew(text: str, place: int) -> bool:
    """Whether a line begins as a sentence does."""
    return place >= len(text) or not text[place].islower()
