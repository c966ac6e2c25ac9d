"""A case as PDF: text only, so that nothing that somebody wrote can do anything in it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from fpdf.fonts import TTFFont

FONTS = Path(__file__).parent / "static" / "vendor" / "dejavu-fonts-ttf"
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
"""Stands for a sign that the font does not have."""
LONGEST = 20_000
"""Characters of one text; what is longer is cut, and says so."""
CUT = "\n[The rest is left out here. It stands in the ticket.]"
UNBROKEN = re.compile(r"(\S{70})(?=\S)")
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories of signs that show nothing, or turn the direction of what follows."""
BODY, SMALL, HEAD, TITLE = 10, 8, 13, 17
LINE = 1.45


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A piece of the case: a heading, the line below it in small, and its text."""

    heading: str
    small: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What is printed, by whom, and when."""

    reference: str
    title: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    printed_by: str
    printed_at: datetime
    printed_when: str
    """The same moment in words."""


class _Pages(FPDF):
    def __init__(self, case: Case) -> None:
        super().__init__(format="A4")
        self.case = case
        self.add_font("dejavu", "", FONTS / "DejaVuSans.ttf")
        self.add_font("dejavu", "B", FONTS / "DejaVuSans-Bold.ttf")
        whole = [frozenset(font.cmap) for font in self.fonts.values() if isinstance(font, TTFFont)]
        self.known = whole[0].intersection(*whole)
        self.set_margins(18, 18)
        self.set_auto_page_break(auto=True, margin=22)

    def footer(self) -> None:
        """Who printed it and when, on each page."""
        self.set_y(-16)
        self.set_font("dejavu", "", SMALL)
        case = self.case
        said = f"Confidential · {case.reference} · printed by {case.printed_by}, {case.printed_when}"
        self.cell(0, 4, shown(said, self.known)[:130], new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.cell(0, 4, f"Page {self.page_no()} of {{nb}}")

    def write_text(self, text: str, size: int = BODY, style: str = "", *, after: float = 1.5) -> None:
        """A text in whole lines."""
        self.set_font("dejavu", style, size)
        height = size * 0.3528 * LINE
        whole = text if len(text) <= LONGEST else text[:LONGEST] + CUT
        self.multi_cell(
            0,
            height,
            shown(whole, self.known),
            align="L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
            wrapmode=WrapMode.WORD,
        )
        self.ln(after)


def shown(text: str, known: Iterable[int]) -> str:
    """The text as the font can show it: a mark for each sign that it lacks, nothing for those that show nothing."""
    signs = known if isinstance(known, frozenset) else frozenset(known)
    # A line is looked for anew at each sign of a word that fits on none: such words are broken here.
    whole = UNBROKEN.sub("\\1\n", text.replace("\r\n", "\n").replace("\t", "    "))
    lines = whole.split("\n")
    return "\n".join("".join(_sign(one, signs) for one in line) for line in lines)


def _sign(sign: str, known: frozenset[int]) -> str:
    if ord(sign) in known and unicodedata.category(sign) not in INVISIBLE:
        return sign
    return "" if unicodedata.category(sign) in {"Cc", "Cf"} else UNKNOWN


def case_pdf(case: Case) -> bytes:
    """The case as the bytes of a PDF."""
    pages = _Pages(case)
    pages.set_title(f"Case {case.reference}")
    pages.set_author(case.printed_by)
    pages.set_lang("en-GB")
    pages.set_creation_date(case.printed_at)
    pages.add_page()
    pages.write_text("Confidential", SMALL, "B")
    pages.write_text(case.reference, HEAD, after=0)
    pages.write_text(case.title[:300], TITLE, "B", after=3)
    for name, value in case.facts:
        pages.write_text(f"{name}: {value}", BODY, after=0.5)
    for part in case.parts:
        pages.ln(3)
        pages.write_text(part.heading, HEAD, "B", after=0.5)
        if part.small:
            pages.write_text(part.small, SMALL)
        if part.text:
            pages.write_text(part.text)
    return bytes(pages.output())
