"""What is new in a mail: without quoted replies, signature, and the notes that machines add.

The learner's words may never get lost here, since only new words are graded. So whatever is in doubt stays:

- a forward, announced by its subject, by a line, or by "see below", stays whole but for organisations' trailers;
- a quote in a mail that answers nothing is evidence, not a quote of ours, unless its intro or author says otherwise;
- words below a quote stay, each with the question above it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from channels.email import quotes
from channels.email.trailers import is_mobile_note, without_known_trailers, without_trailers

LONGEST = 200_000
"""Characters; a longer text is taken as it is: no reply is that long."""
_POINTS_BELOW = re.compile(
    r"\b(?:see|read|look at|details?|chain|thread|trail|e-?mails?|messages?|conversation|correspondence|texts?"
    r"|reply|replied"
    r"|response|sent|said|wrote|forward(?:ed|ing)?|copied|pasted)\b[^.\n]{0,40}\bbelow\b"
    r"|\bbelow (?:is|are|you)\b|\b(?:as|in the|the) below\b|\bfyi\b|\bforward(?:ed|ing)\b|\b(?:is"
    r"|here['’]?s) what\b[^.\n]{0,60}"
    r"\b(?:sent|said|wrote|told|replied)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What the headers say about where a text stands."""

    subject: str = ""
    is_reply: bool = False
    """It has an In-Reply-To or References."""
    recipients: frozenset[str] = frozenset()
    """Addresses and names it was written to, in lower case: whom it quotes if it is a reply."""
    own: frozenset[str] = frozenset()
    """Our own addresses, in lower case. Where they are known, a quote of anybody else is evidence."""

    @property
    def answers(self) -> bool:
        """Something says that this is a reply."""
        return self.is_reply or quotes.is_reply_subject(self.subject)


@dataclass(slots=True)
class _Run:
    """Neighbouring lines of one kind."""

    quoted: bool
    lines: list[str]
    introduced: bool = False

    def has_words(self) -> bool:
        end = self.lines.index("-- ") if "-- " in self.lines else len(self.lines)
        bare = self.lines.index("--") if "--" in self.lines else end
        below = [line for line in self.lines[bare + 1 :] if line.strip()]
        if bare < end and len(below) <= 5 and max(map(len, below), default=0) <= 60:
            end = bare
        return any(_WORD.search(line) and not is_mobile_note(line) for line in self.lines[:end])


def new_text(text: str, setting: Setting = Setting()) -> str:
    """The new words of a mail's text. A forwarded message counts as new. Never empty when `text` has words."""
    if len(text) > LONGEST or quotes.is_forward_subject(setting.subject):
        return without_known_trailers(text).strip()
    lines = text.split("\n")
    own = _above_the_line(lines)
    end, quotes_after = _end_of_own(own, setting)
    if quotes_after and _is_forward(own, end):
        return without_known_trailers(text).strip()
    kept = _without_quotes(own[:end], setting)
    if not _has_words(kept):
        return _without_trailers(text)
    return _without_trailers("\n".join(kept))


def _without_trailers(text: str) -> str:
    return without_trailers(text) or text.strip()


def _above_the_line(lines: list[str]) -> list[str]:
    """What stands above "reply above this line", if there are words."""
    for place, line in enumerate(lines):
        if len(line) < 120 and quotes.ABOVE.fullmatch(line) and _has_words(lines[:place]):
            return lines[:place]
    return lines


def _end_of_own(lines: Sequence[str], setting: Setting) -> tuple[int, bool]:
    """Where a mail begins that is quoted to the end without marks, and whether there is one (or a forward)."""
    for place, line in enumerate(lines):
        if quotes.is_forward(line) and not (quotes.QUOTED.match(line) and _is_inside_quote(lines, place)):
            return place, True
        if quotes.between_marks(line) and _has_words(lines[:place]):
            return (place, True) if not setting.own or _is_quote_of_ours([line], setting) else (len(lines), False)
        length = quotes.block(lines, place) if line.strip() and not quotes.QUOTED.match(line) else 0
        if length:
            if not _has_words(lines[:place]):
                return len(lines), True
            head = lines[place : place + length]
            begin = place - quotes.above_block(lines, place)
            ours = _is_quote_of_ours(head, setting) or (not setting.own and quotes.is_original(line))
            return (begin, True) if ours else (len(lines), False)
        if line.rstrip(" \t\xa0*_").endswith((":", "：", "---")):
            size = quotes.intro(lines, place + 1, strong=True)
            if size and not _quote_follows(lines, place + 1) and _has_words(lines[: place + 1 - size]):
                head = lines[place + 1 - size : place + 1]
                ours = _is_quote_of_ours(head, setting) or not setting.own
                if ours or not _has_words(lines[place + 1 :]):
                    return place + 1 - size, True
    return len(lines), False


def _is_quote_of_ours(head: Sequence[str], setting: Setting) -> bool:
    """The quoted mail is one that this mail answers, not evidence that the writer brings."""
    authors = quotes.authors(head)
    if authors & (setting.recipients | setting.own):
        return True
    if authors and setting.own:
        domains = {address.rpartition("@")[2] for address in setting.own}
        return any(author.rpartition("@")[2] in domains for author in authors)
    words = " ".join(head).lower()
    return setting.answers or any(one in words for one in setting.recipients)


def _is_inside_quote(lines: Sequence[str], place: int) -> bool:
    """Somebody forwarded it long ago: the mark is not the first line of the quote, or the quote has an intro."""
    before = next((line for line in reversed(lines[max(0, place - 5) : place]) if line.strip(" >")), "")
    return bool(quotes.QUOTED.match(before)) or before.rstrip().endswith(":")


def _is_forward(lines: Sequence[str], end: int) -> bool:
    """What comes after `end` was sent to be read."""
    if end < len(lines) and quotes.is_forward(lines[end]):
        return True
    return bool(_POINTS_BELOW.search("\n".join(lines[:end])))


def _quote_follows(lines: Sequence[str], place: int) -> bool:
    following = next((line for line in lines[place : place + 4] if line.strip()), "")
    return bool(quotes.QUOTED.match(following))


def _without_quotes(lines: Sequence[str], setting: Setting) -> list[str]:
    runs = _runs(lines, setting)
    last = max((place for place, run in enumerate(runs) if not run.quoted and run.has_words()), default=-1)
    if last < 0:
        return []
    kept: list[str] = []
    spoken = False
    answered = sum(run.quoted for run in runs[: last + 1])
    for place, run in enumerate(runs):
        if not run.quoted:
            kept += run.lines if place <= last else []
            spoken = spoken or run.has_words()
        elif place < last and (spoken or answered > 1):
            kept += ["", *_last_paragraph(run.lines)] if kept and kept[-1].strip() else _last_paragraph(run.lines)
        elif place > last and not run.introduced and not setting.answers and not _names_itself(run, setting):
            kept += run.lines  # nothing says that this quotes a mail of ours
    return kept


def _names_itself(run: _Run, setting: Setting) -> bool:
    """A mail program quoted it with its header or intro. Where our addresses are known, that alone says nothing."""
    head = [line.lstrip("> \t") for line in run.lines[:8]]
    if setting.own or not head:
        return False
    return any(
        quotes.block(head, place) or quotes.intro(head, place + 1, strong=True) for place in range(min(3, len(head)))
    )


def _runs(lines: Sequence[str], setting: Setting) -> list[_Run]:
    """The lines in runs of own and of quoted ones; intro lines are left out."""
    runs: list[_Run] = [_Run(quoted=False, lines=[])]
    evidence = False
    last_own = max(
        (place for place, line in enumerate(lines) if line.strip() and not quotes.QUOTED.match(line)), default=-1
    )
    for place, line in enumerate(lines):
        quoted = bool(quotes.QUOTED.match(line)) or _is_wrapped_quote(lines, place)
        evidence = evidence and (quoted or not line.strip())
        if quoted and not runs[-1].quoted and not evidence:
            evidence = _introduces_evidence(lines[max(0, place - 6) : place], setting)
        quoted = quoted and not evidence
        if quoted and not runs[-1].quoted:
            while runs[-1].lines and not runs[-1].lines[-1].strip():
                runs[-1].lines.pop()
            size = _intro_above(runs[-1].lines, setting, ends=place > last_own)
            if size:
                del runs[-1].lines[-size:]
            runs.append(_Run(quoted=True, lines=[], introduced=bool(size)))
        elif not quoted and runs[-1].quoted:
            if not line.strip():
                runs[-1].lines.append(line)
                continue
            runs.append(_Run(quoted=False, lines=[""]))
        runs[-1].lines.append(line)
    return runs


def _intro_above(lines: Sequence[str], setting: Setting, *, ends: bool) -> int:
    """How many lines at the end of these are the intro of the marked quote below them."""
    if not lines:
        return 0
    return quotes.intro(lines, len(lines), strong=not setting.answers, quote_follows=True, quote_ends=ends)


def _introduces_evidence(lines: Sequence[str], setting: Setting) -> bool:
    """The quote that begins below these lines is by somebody else than us."""
    above = list(lines)
    while above and not above[-1].strip():
        above.pop()
    size = quotes.intro(above, len(above), strong=not setting.answers) if above else 0
    return bool(size) and bool(setting.own) and not _is_quote_of_ours(above[-size:], setting)


def _is_wrapped_quote(lines: Sequence[str], place: int) -> bool:
    """The rest of a quoted line that a mail program broke in two and marked once only."""
    if not 0 < place < len(lines) - 1:
        return False
    before, line, after = lines[place - 1], lines[place], lines[place + 1]
    return (
        len(before) >= 70
        and 0 < len(line.strip()) <= 30
        and line[:1].islower()
        and bool(quotes.QUOTED.match(before))
        and bool(quotes.QUOTED.match(after))
    )


def _last_paragraph(lines: Sequence[str]) -> list[str]:
    """The question that is answered below it: the quote's last paragraph."""
    kept: list[str] = []
    for line in reversed(lines):
        if line.strip(" >\t"):
            kept.append(line)
        elif kept:
            break
    return kept[::-1]


def _has_words(lines: Sequence[str]) -> bool:
    return any(_WORD.search(line) for line in lines)
