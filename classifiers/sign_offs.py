"""How people end a message: "Kind regards", "Thank you in advance". It tells nothing of what they write about.

Nor do the lines that mail programs draw around it: "-----Original Message-----", boundaries, PGP armour.
"""

import re

from classifiers.cues import words_data
from classifiers.cuts import trimmed

SIGN_OFF = re.compile(
    r"^[ \t]*(?:(?:with )?(?:(?:very )?(?:kind|kindest|best|warm|warmest|many)?[ ]?(?:regards|wishes))"
    r"|yours (?:sincerely|faithfully|truly)|many thanks|thanks(?: very much| again)?|thank you(?: for .{0,40})?"
    r"|cheers|sincerely|respectfully|kr|br|ttfn|sent from my .{0,30})[ \t]*[,.!]?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
"""The line behind which a signature stands."""
_PROGRAM_LINE = re.compile(
    r"^[ \t]*(?:-{2,30} ?(?:original|forwarded) (?:message|e-?mail) ?-{2,30}"
    r"|-{3,6}(?:BEGIN|END) PGP [A-Z ]{3,30}-{3,6}|Hash: SHA-?\d{1,3}|=[A-Za-z0-9+/]{4}"
    r"|--(?=\S{0,60}(?:_\d|=_|={3}|\d{6}))[-=_][\w.=-]{6,70}"
    r"|content-type: (?:text|multipart|application|image|message)/[\w.+-]{1,60}"
    r"(?:; ?(?:(?:charset|boundary|name|format|type|delsp)=[^\s;]{1,90})?){0,5}"
    r"|content-transfer-encoding: (?:7bit|8bit|binary|base64|quoted-printable)|mime-version: 1\.0)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SENTENCE = re.compile(r"[^\n.!?…]++[.!?…]*+")
LONGEST_SENTENCE = 120
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)?")
_WORDS = {name: frozenset(words.split()) for name, words in words_data("polite.toml").items()}
_ALL = frozenset().union(*_WORDS.values())


def sign_off_ranges(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each sentence or line that greets or thanks its reader and says nothing else, in order.

    None where nothing would be left: then it is what the message says. With them, the lines of mail programs.
    """
    drawn = [trimmed(match[0], match.start()) for match in _PROGRAM_LINE.finditer(text)]
    found, said = [], False
    for match in _SENTENCE.finditer(text):
        if _is_polite(match[0]):
            found.append(trimmed(match[0], match.start()))
        else:
            said = said or _WORD.search(match[0]) is not None
    return sorted([*drawn, *found]) if said else drawn


def _is_polite(sentence: str) -> bool:
    if len(sentence) > LONGEST_SENTENCE:
        return False
    words = {word[0].lower() for word in _WORD.finditer(sentence)}
    formula = words & _WORDS["closing"] or (words & _WORDS["thanks"] and words & _WORDS["reader"])
    return bool(formula) and words <= _ALL
