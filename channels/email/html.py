"""HTML mail as text: hidden words dropped, lists, tables and quotes kept. Nothing here raises."""

import html as entities
import re

import lxml.etree
import lxml.html
from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

LONGEST_HTML = 2_000_000
"""Characters; what comes after is cut, and the reader says so."""
DEEPEST = 200
_CONFIG = ParserConfig(css=CSS_PROFILES["strict"].copy(), display_links=False, display_images=False)
_DROPPED = ("script", "style", "template", "noscript", "title", "object", "embed", "svg", "iframe")
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)|mso-hide\s*:\s*all"
    r"|max-height\s*:\s*0(?:px)?\s*(?:;|!|$)|opacity\s*:\s*0\s*(?:;|!|$)",
    re.IGNORECASE,
)
_QUOTES = (
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' gmail_quote ')]"
    "|//blockquote[@type='cite']"
    "|//*[@id='appendonsend' or @id='divRplyFwdMsg' or @id='mail-editor-reference-message-container']"
    "|//*[contains(@class, 'yahoo_quoted') or contains(@class, 'moz-cite-prefix')]"
    "|//*[contains(@class, 'OutlookMessageHeader')]"
)
_AFTER_TOO = frozenset({"appendonsend", "divRplyFwdMsg"})
_TAG = re.compile(r"<[^>]{0,2000}>")
_FORWARD = re.compile(r"forwarded message|begin forwarded|weitergeleitete nachricht|message transféré", re.IGNORECASE)


def text_of_html(html: str, *, without_quotes: bool = False) -> str:
    """The text a person would see; with `without_quotes` the containers of quoted replies are left out.

    A forwarded message is no quoted reply: its container stays.
    """
    tree = _parse(html[:LONGEST_HTML])
    if tree is None:
        return _stripped(html)
    _drop_hidden(tree)
    if without_quotes:
        _drop_quotes(tree)
    try:
        return _tidy(Inscriptis(tree, _CONFIG).get_text())
    except (RecursionError, ValueError, TypeError, AttributeError, IndexError, KeyError):
        return _tidy(" ".join(str(piece) for piece in tree.itertext()))


def _parse(html: str) -> "lxml.html.HtmlElement | None":
    if not html.strip():
        return None
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False)
        tree = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError, RecursionError):
        return None
    return None if _too_deep(tree) else tree


def _too_deep(tree: "lxml.html.HtmlElement") -> bool:
    depth = 0
    for action, _ in lxml.etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if action == "start" else -1
        if depth > DEEPEST:
            return True
    return False


def _drop_hidden(tree: "lxml.html.HtmlElement") -> None:
    for element in list(tree.iter()):
        hidden = (
            not isinstance(element.tag, str)
            or element.tag in _DROPPED
            or "hidden" in element.attrib
            or _HIDDEN_STYLE.search(element.get("style", ""))
        )
        if hidden and element.getparent() is not None:
            _drop(element)


def _drop_quotes(tree: "lxml.html.HtmlElement") -> None:
    for element in tree.xpath(_QUOTES):
        if element.getparent() is None or _FORWARD.search(element.text_content()[:300]):
            continue
        if element.get("id") in _AFTER_TOO:
            for later in list(element.itersiblings()):
                _drop(later)
        _drop(element)


def _drop(element: "lxml.html.HtmlElement") -> None:
    """Take an element out and leave the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail or ""
    previous = element.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _stripped(html: str) -> str:
    """The last resort, for what no parser takes: tags off, entities decoded."""
    return _tidy(entities.unescape(_TAG.sub(" ", html[:LONGEST_HTML])))


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\xa0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
