"""What stands in a text for the page and not for the reader: real tags and entities, and nothing that only looks so."""

import html
import re

_NAMES = (
    "a|abbr|acronym|address|area|article|aside|audio|b|base|basefont|bdi|bdo|big|blockquote|body|br|button|canvas"
    "|caption|center|cite|code|col|colgroup|data|datalist|dd|del|details|dfn|dialog|dir|div|dl|dt|em|embed|fieldset"
    "|figcaption|figure|font|footer|form|frame|frameset|h[1-6]|head|header|hgroup|hr|html|i|iframe|img|input|ins|kbd"
    "|label|legend|li|link|main|map|mark|menu|meta|meter|nav|noframes|noscript|object|ol|optgroup|option|output|p"
    "|param|picture|pre|progress|q|rp|rt|ruby|s|samp|script|search|section|select|slot|small|source|span|strike|strong"
    "|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|track|tt|u|ul|var|video"
    "|wbr|(?:o|v|w|m|st1):[a-z][a-z0-9]{0,20}"
)
_VALUE = r"""(?:"[^"<>]{0,400}"|'[^'<>]{0,400}'|[^\s"'<>=`]{1,200})"""
_ATTRIBUTE = (
    rf"(?:[a-z_:@][\w:.-]{{0,40}}\s{{0,3}}=\s{{0,3}}{_VALUE}"
    r"|allowfullscreen|async|autofocus|autoplay|checked|controls|defer|disabled|hidden|ismap|loop|multiple|muted|nohref"
    r"|noresize|noshade|novalidate|nowrap|open|readonly|required|reversed|selected)"
)
TAG = (
    rf"(?i:</?(?:{_NAMES})(?:\s{{1,20}}{_ATTRIBUTE}){{0,30}}\s{{0,20}}/?>"
    r"|<!--[^<>]{0,300}-->|<!--\[if [^<>]{0,80}\]>|<!\[(?:if [^<>]{0,80}|endif)\](?:--)?>|<!doctype\b[^<>]{0,300}>"
    r"|<\?xml\b[^<>]{0,200}>|<[\w.%+'-]{1,80}@[\w.-]{1,120}>|<(?:https?://|mailto:|www\.)[^\s<>]{1,300}>)"
)
"""A tag, a comment, or an address in angle brackets; any other words in angle brackets were written to be read."""
ENTITY = (
    r"&(?:amp;){0,3}(?:\#[0-9]{1,7};?|\#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};"
    r"|(?:nbsp|amp|lt|gt|quot|pound)(?![A-Za-z0-9]))"
).replace(r"\#", "#")
BREAKING = re.compile(r"</?(?:br|p|div|li|tr|h[1-6]|ul|ol|table|blockquote)\b", re.IGNORECASE)

INLINE = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup"
    r"|time|tt|u|var|wbr|[ovwm]:[a-z]{1,20}|st1:[a-z]{1,20})(?=[\s/>])|<!--",
    re.IGNORECASE,
)
"""What stands within a word does not part it: `pat<b>ient</b>`."""


def unescaped(entity: str) -> str:
    """What an entity stands for, also one that was escaped twice or more; the same text if it is none."""
    for _ in range(4):
        plain = html.unescape(entity)
        if plain == entity:
            break
        entity = plain
    return entity
