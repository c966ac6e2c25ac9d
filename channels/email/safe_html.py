"""The HTML of a mail made safe to show: nothing in it loads, runs, links, styles or sends. Nothing here raises.

What a person can see stays: paragraphs, lists, tables, quotes, bold. Pictures become a word, since each of them could
tell its sender when and where the mail was read.
"""

import html as entities
import re
from collections.abc import Callable

import lxml.etree
import lxml.html
import nh3

from channels.email.html import LONGEST_HTML, NO_TREE_TAKES, hide, parse

Mask = Callable[[str], list[tuple[int, int, str]]]
"""text -> what is to be hidden in it, in order: start, end, and the word that stands there instead."""
TAGS = frozenset(
    {
        *("p", "div", "br", "hr", "span", "b", "strong", "i", "em", "u", "s", "sub", "sup", "small", "pre", "code"),
        *("ul", "ol", "li", "dl", "dt", "dd", "blockquote", "q", "h1", "h2", "h3", "h4", "h5", "h6", "center"),
        *("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"),
    }
)
ATTRIBUTES = {
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "*": {"dir", "lang"},
}
_WITHOUT_CONTENT = {
    "script",
    "style",
    "title",
    "template",
    "noscript",
    "object",
    "svg",
    "math",
    "iframe",
    "select",
}
_BLOCKS = frozenset(
    {"p", "div", "br", "hr", "li", "dt", "dd", "tr", "td", "th", "table", "blockquote", "pre", "caption"}
)
PICTURE = "[picture]"
_SHORT_NUMBER = re.compile(r"\d{1,3}")


def safe_html(html: str, mask: Mask) -> str:
    """A fragment of HTML of a few harmless tags, its words masked; empty when there is nothing to see."""
    tree = parse(html[:LONGEST_HTML])
    if tree is None:
        return ""
    hide(tree)
    _name_pictures(tree)
    clean = nh3.clean(
        lxml.etree.tostring(tree, encoding="unicode", method="html"),
        tags=set(TAGS),
        clean_content_tags=_WITHOUT_CONTENT,
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_filtered,
        link_rel=None,
    )
    return _masked(clean, mask)


def _filtered(_tag: str, name: str, value: str) -> str | None:
    if name in {"colspan", "rowspan", "start"}:
        return value if _SHORT_NUMBER.fullmatch(value) else None
    return value if len(value) <= 20 and value.isascii() else None


def _name_pictures(tree: "lxml.html.HtmlElement") -> None:
    for picture in list(tree.iter("img"))[:200]:
        if picture.getparent() is not None and _is_seen(picture):
            picture.tag = "span"
            picture.text = PICTURE
            picture.attrib.clear()


def _is_seen(picture: "lxml.html.HtmlElement") -> bool:
    """False for those of one pixel, which only count who reads."""
    return not ({picture.get("width", ""), picture.get("height", "")} & {"0", "1", "0px", "1px"})


def _masked(clean: str, mask: Mask) -> str:
    """The same with what is personal in its words hidden, also where it goes over several tags."""
    tree = parse(f"<div>{clean}</div>")
    if tree is None:
        return ""
    pieces = _pieces(tree)
    whole = "".join(before + text for before, text, _ in pieces)
    if not whole.strip():
        return ""
    at, hidden = 0, mask(whole)
    for before, text, put in pieces:
        start = at + len(before)
        at = start + len(text)
        put(_cut(text, start, hidden).translate(NO_TREE_TAKES))
    body = tree.find("body")
    root = tree if body is None else body
    inner = "".join(lxml.etree.tostring(child, encoding="unicode", method="html") for child in root)
    return entities.escape(root.text or "", quote=False) + inner


def _pieces(tree: "lxml.html.HtmlElement") -> list[tuple[str, str, Callable[[str], None]]]:
    """Every stretch of text in its order: what divides it from the one before, itself, and how it is replaced."""
    found: list[tuple[str, str, Callable[[str], None]]] = []
    for action, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        name = "text" if action == "start" else "tail"
        text = getattr(element, name)
        breaks = element.tag in _BLOCKS and (action == "start" or element.tag not in {"br", "hr"})
        found.append(("\n" if breaks else "", text or "", lambda new, one=element, name=name: setattr(one, name, new)))  # type: ignore[misc]
    return found


def _cut(text: str, start: int, hidden: list[tuple[int, int, str]]) -> str:
    """The text, which stands at `start` of the whole, without what is hidden; a mask stands where it begins."""
    parts: list[str] = []
    at, end = start, start + len(text)
    for first, last, word in hidden:
        if last <= at or first >= end:
            continue
        parts += [text[at - start : max(first, at) - start], word if first >= start else ""]
        at = min(last, end)
    return "".join([*parts, text[at - start :]])
