"""HTML mail as text: hidden words dropped, lists and tables kept, quotes marked with ">". Nothing here raises."""

import html as entities
import re

import lxml.etree
import lxml.html
from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

LONGEST_HTML = 1_000_000
"""Characters; what comes after is cut, and the reader says so."""
DEEPEST = 200
MOST_ELEMENTS = 20_000
"""A tree with more elements is read without its tables and lists: laying them out takes long."""
_CONFIG = ParserConfig(css=CSS_PROFILES["strict"].copy(), display_links=False, display_images=False)
_DROPPED = frozenset({"script", "style", "template", "noscript", "title", "object", "svg", "iframe", "select"})
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)|mso-hide\s*:\s*all"
    r"|max-height\s*:\s*0(?:px)?\s*(?:;|!|$)|opacity\s*:\s*0\s*(?:;|!|$)",
    re.IGNORECASE,
)
_QUOTES = (
    "//blockquote[@type='cite' or @type='CITE']"
    "|//blockquote[contains(@class, 'gmail_quote') or contains(@class, 'protonmail_quote')]"
    "|//blockquote[contains(@class, 'tutanota_quote') or contains(@class, 'front-blockquote')]"
    "|//blockquote[contains(@style, 'border-left') or @id='isReplyContent' or @data-marker]"
    "|//div[contains(@class, 'yahoo_quoted') or contains(@class, 'protonmail_quote')]"
    "|//div[contains(@class, 'moz-cite-prefix') or @name='quote' or @name='messageReplySection']"
)
"""How mail programs mark what they quote: Apple, Thunderbird, Gmail, Proton, Yahoo, Yandex, GMX, Spark and others."""
_REPLY_MARKS = re.compile(
    r"<blockquote\b[^>]{0,200}\btype=[\"']?cite|class=[\"'][^\"'>]{0,80}\b(?:gmail_quote|yahoo_quoted|protonmail_quote"
    r"|moz-cite-prefix|tutanota_quote|zmail_extra|iosymail|history_container|missive_quote|sh-quoted-content)"
    r"|id=[\"'](?:divRplyFwdMsg|divRpF|isReplyContent|yahoo_quoted|appendonsend|OLK_SRC_BODY_SECTION|reply-intro"
    r"|mail-editor-reference-message-container|zwchr|stopSpelling)|name=[\"'](?:messageReplySection|quote)[\"']"
    r"|border-top: ?solid #(?:E1E1E1|B5C4DF)",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    {
        *("p", "div", "br", "li", "tr", "table", "ul", "ol", "blockquote", "hr", "pre", "section", "article"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "center"),
    }
)
_HIDDEN = "qm-hidden"
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
"""Noncharacters that no mail may hold: they mark where a quote begins and ends while the tree becomes text."""
_NO_MARKS = str.maketrans("", "", _OPEN + _CLOSE)
NO_TREE_TAKES = str.maketrans("", "", "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])))
"""Characters that a parser lets through and that no text may be put back into a tree with."""
MOST_QUOTES = 200
_UNSHOWN = re.compile(
    r"<(script|style|title)\b[^<>]{0,500}>[^<]{0,100000}</\1\s{0,9}>|<!--[^>]{0,1000}>", re.IGNORECASE
)
_END_OF_PAGE = re.compile(r"</(?:body|(html))\s{0,9}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_FORWARD = re.compile(r"forwarded message|begin forwarded|weitergeleitete nachricht|message transféré", re.IGNORECASE)


def is_marked_as_reply(html: str) -> bool:
    """Whether a mail program set off in it the mail that it answers."""
    return bool(_REPLY_MARKS.search(html[:LONGEST_HTML]))


def text_of_html(html: str) -> str:
    """The text a person would see. Quoted replies are marked with ">", as in plain text mail."""
    html = html[:LONGEST_HTML].translate(_NO_MARKS)
    tree = parse(html)
    text = _text_of_tree(tree) if tree is not None else ""
    # A tree too deep for the parser has lost its words; they are still in the source.
    return text if text.strip() else _stripped(html)


def _text_of_tree(tree: "lxml.html.HtmlElement") -> str:
    count = hide(tree)
    _mark_quotes(tree)
    if count > MOST_ELEMENTS or _too_deep(tree):
        return _quoted(_flat(tree))
    try:
        return _quoted(str(Inscriptis(tree, _CONFIG).get_text()))
    except (RecursionError, ValueError, TypeError, AttributeError, IndexError, KeyError):
        return _quoted(_flat(tree))


def parse(html: str) -> "lxml.html.HtmlElement | None":
    """The tree of a page; None for none, or where no parser takes it."""
    # The parser reads nothing behind the end of a page; lists and scanners write there, and some mails are two pages.
    html = _END_OF_PAGE.sub(lambda found: "<br>" if found[1] else "", html)
    if not html.strip():
        return None
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
        return lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError, RecursionError, AssertionError):
        return None


def _too_deep(tree: "lxml.html.HtmlElement") -> bool:
    depth = 0
    for action, _ in lxml.etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if action == "start" else -1
        if depth > DEEPEST:
            return True
    return False


def hide(tree: "lxml.html.HtmlElement") -> int:
    """Take out what a person does not see; how many elements there were."""
    count = 0
    hidden = []
    for element in tree.iter():
        count += 1
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        style = element.get("style")
        if element.tag == "embed":  # it has no end, which the parser does not know: all that follows is in it
            element.tag = "span"
        if element.tag in _DROPPED:
            element.tag = _HIDDEN
        elif element.tag != "body" and ("hidden" in element.attrib or (style and _HIDDEN_STYLE.search(style))):
            hidden.append(element)
    lxml.etree.strip_elements(tree, _HIDDEN, with_tail=False)
    for element in hidden:
        element.tag = _HIDDEN
    visible = any(not _inside_hidden(element) for element in tree.iter() if (element.text or "").strip())
    if hidden and visible:  # a mail that would be nothing but hidden text is shown: better odd than lost
        lxml.etree.strip_elements(tree, _HIDDEN, with_tail=False)
    return count


def _inside_hidden(element: "lxml.html.HtmlElement") -> bool:
    return element.tag == _HIDDEN or any(True for _ in element.iterancestors(_HIDDEN))


def _mark_quotes(tree: "lxml.html.HtmlElement") -> None:
    for element in tree.xpath(_QUOTES)[:MOST_QUOTES]:
        if "".join(_beginning(element)).strip()[:1] and not _FORWARD.search("".join(_beginning(element))):
            element.tag = "div"
            element.text = _OPEN + (element.text or "").translate(NO_TREE_TAKES)
            if len(element):
                element[-1].tail = (element[-1].tail or "").translate(NO_TREE_TAKES) + _CLOSE
            else:
                element.text += _CLOSE


def _beginning(element: "lxml.html.HtmlElement") -> list[str]:
    """The first words of an element."""
    words: list[str] = []
    length = 0
    for text in element.itertext():
        words.append(str(text))
        length += len(text)
        if length > 300:
            break
    return words


def _flat(tree: "lxml.html.HtmlElement") -> str:
    """The text line by line, for trees that are too deep or too large to be laid out."""
    pieces: list[str] = []
    for action, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        block = element.tag in _BLOCKS
        if action == "start":
            pieces.append(("\n" if block else "") + (element.text or ""))
        else:
            pieces.append(("\n" if block and element.tag != "br" else "") + (element.tail or ""))
    return "".join(pieces)


def _stripped(html: str) -> str:
    """The last resort, for what no parser takes: tags off, entities decoded."""
    return _quoted(entities.unescape(_TAG.sub(" ", _UNSHOWN.sub(" ", html))))


def _quoted(text: str) -> str:
    """Tidy lines; those between the marks of a quote begin with ">"."""
    depth = 0
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\xa0", " ").split("\n"):
        if _OPEN not in line and _CLOSE not in line:
            lines.append((">" * min(depth, 9) + " " + line if depth else line).rstrip())
            continue
        bare = line.translate(_NO_MARKS).rstrip()
        # Words before the mark are no part of the quote; inside a block element there are none.
        depth += line.count(_OPEN)
        if bare.strip():
            lines.append(">" * min(depth, 9) + " " + bare if depth > 0 else bare)
        depth = max(0, depth - line.count(_CLOSE))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
