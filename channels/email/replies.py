"""What is new in a mail: without quoted replies, signature, and the notes that machines add."""

import re
from functools import cache

from mailparser_reply import EmailReplyParser

LANGUAGES = ["en", "de", "fr", "it", "es", "nl", "pl"]
LONGEST = 100_000
"""Characters; a longer text is taken as it is: no reply is that long, and a strange one may be slow to take apart."""

_FORWARD = re.compile(
    r"^[ >]*(?:-{2,}\s*(?:forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado)\b"
    r"|begin forwarded message:|---- forwarded\b)",
    re.IGNORECASE | re.MULTILINE,
)
_ABOVE = re.compile(
    r"^[\s>#*=_-]*(?:please )?(?:type your )?reply above this line[\s#*=_-]*$", re.IGNORECASE | re.MULTILINE
)
_SIGNATURE = re.compile(r"\n-- ?\n")
_MOBILE = re.compile(
    r"(?:^|\n)\s*(?:sent from (?:my |outlook|yahoo|mail|samsung|proton)[^\n]{0,60}|get outlook for [^\n]{0,40}"
    r"|sent via [^\n]{0,40})\s*$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"\n\s*(?:[*_-]{3,}\s*)?(?:disclaimer\b"
    r"|(?:this|the) (?:e-?mail|message|information (?:contained )?in this)"
    r"[^\n]{0,120}(?:confidential|intended (?:only|solely)|privileged)).*\Z",
    re.IGNORECASE | re.DOTALL,
)


def new_text(text: str) -> str:
    """The new words of a mail's text. A forwarded message counts as new. Never empty when `text` has words."""
    if len(text) > LONGEST:
        return text.strip()
    above = _ABOVE.search(text)
    body = text[: above.start()] if above and text[: above.start()].strip() else text
    forward = _FORWARD.search(body)
    kept = body if forward else _without_quotes(body)
    for pattern in (_SIGNATURE, _DISCLAIMER):
        found = pattern.search(kept)
        if found and kept[: found.start()].strip() and not (forward and found.start() < forward.start()):
            kept = kept[: found.start()]
    return _MOBILE.sub("", kept.rstrip()).strip() or kept.strip() or text.strip()


def _without_quotes(text: str) -> str:
    try:
        latest = _parser().read(text).latest_reply or ""
    except (RecursionError, IndexError, ValueError, TypeError, AttributeError):
        return text
    # The parser trims the blank that makes "-- " a signature's mark; look for it in what was written.
    return latest if latest.strip() else text


@cache
def _parser() -> EmailReplyParser:
    return EmailReplyParser(languages=LANGUAGES)
