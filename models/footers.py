"""Footers that stand as lines of their own: banners that offer help, mailing lists, invitations, statements.

Their words are those of people, too ("Call 111", "violence"): so one is found only where a line begins as its kind
does, where every word is of its kind, and where it holds what that kind must hold.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.trailer_words import KNOWN

MOST_LINES = 25
"""Of one footer."""
_LINK = re.compile(r"<?\(?\b(?:https?://|mailto:|www\.|[\w.+-]{1,64}@)[^\s<>]{1,300}>?")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[^.!?\n]{1,600}[.!?]*")
_LINE = re.compile(r"[^\n]+")
_NAME = r"(?:[A-Z][\w’'&-]{1,20} (?:(?:of|and|the|for) )?){1,6}"
_BODY = (
    r"(?:The )?(?:[A-Z][\w’'&-]{1,20} (?:(?:of|and|the|for) )?){0,5}"
    r"(?:NHS|Trust|University|Hospitals?|College|Board|Council|School)(?: (?:of )?[A-Z]\w{1,20}){0,2}"
)


@dataclass(frozen=True, slots=True, eq=False)
class _Kind:
    """One kind of footer."""

    head: re.Pattern[str]
    """How it begins."""
    needs: re.Pattern[str]
    """What it holds somewhere."""
    words: frozenset[str]
    each: re.Pattern[str] = re.compile("")
    """How every sentence behind the first begins."""
    named: re.Pattern[str] = re.compile(r"(?!)")
    """Where names stand in it: they are none of its words."""
    lines: int = 1
    """Ends of lines that may stand between two of its lines."""


def _kind(head: str, needs: str, words: str, *, each: str = "", named: str = r"(?!)", lines: int = 1) -> _Kind:
    return _Kind(
        re.compile(head, re.IGNORECASE),
        re.compile(needs, re.IGNORECASE | re.DOTALL),
        frozenset(words.split()),
        re.compile(each, re.IGNORECASE),
        re.compile(named),
        lines,
    )


_HELP = """
    option
    a about advice all alone always an and any anytime are at available call chat come confidential contact crisis day
    dial distress email emergency for free from go gp helpline here hours immediate in is it line lines listen
    listening life-threatening log mental health wellbeing need needing nhs night nightline of on online open or our
    out out-of-hours papyrus please phone ring safe samaritans service services shout speak someone somebody student
    students struggling support team text talk talking the their there these this to today trained university urgent
    urgently via visit we website week welfare with you you're your if feeling overwhelmed help hopeline counselling
    counsellors worried free-phone freephone hour round clock through see email minds mind week's find
"""
_MEETING = """
    microsoft teams meeting join on your computer mobile app or room device click here to the id passcode download web
    learn more options call in audio only united kingdom dial dial-in by phone conference find a local number reset
    pin need help for organizers organisers organizer organiser tenant key video with this browser now london one tap
"""
_STATEMENT = """
    a a an all and any anyone are at be by committed committing zero tolerance sexual safety of violence harassment
    abuse abusive aggression aggressive bullying racism discrimination behaviour behaviours form forms in inappropriate
    is kind kinds misconduct not on or our ours patients people premises public safe staff students the this to towards
    toward tolerate tolerated trust university approach policy unacceptable violent visitors we will with work
    workplace workplaces have has operate operates nhs against unwanted respect dignity everyone colleagues learners
    and/or ensuring providing promoting equality diversity inclusion
"""
_MAILING = """
    a all an are at because click change email emails from have here if in is it list lists longer mailing manage
    message news newsletter newsletters no of on one our or out please preference preferences receive received
    receiving settings signed subscribe subscribed subscriber subscribers subscription subscriptions the these this to
    unsubscribe unsubscribing up update updates us view visit want wish with would like not do don't you you're your
    browser privacy policy opt distribution group member members
"""
_ARCHIVED = """
    a an and archived archiving as automatically been brand business by click compliance continuity data email for from
    find generated has have helps here human in innovator its leader limited ltd malware may mimecast more of
    organisations organizations place protection providing resilience risks safer saas scanned security service
    software specialising specializing strengthen the this to useful viruses your world cyber awareness training web
    other essential capabilities protect large out small malicious activity error technology failure lead movement
    toward building resilient
"""
_LINKS = "care it i.t digital desk helpdesk team university's clicking opening attachments report suspicious department"
_CONTACT = r"\A(?!.{0,2000}\b(?:0|\+44 ?)7\d{3})(?:.{0,2000}?)(?:\b\d{3}\b|\b[\w.+-]{1,64}@|www\.|https?://)"
"""A helpline or a page; a mobile phone is a person's."""
_KINDS = (
    _kind(
        (
            r"(?:do you )?(?:need|needing) (?:urgent |immediate |mental health )?(?:help|support)"
            r"(?: (?:in|with) a crisis| now| urgently| today)?\?"
            r"|in an? (?:crisis|emergency),? (?:please )?(?:call|contact|text|ring|dial|phone|visit|go)\b"
            r"|(?:if you(?:['’]re| are)|are you) (?:struggling|in (?:a )?crisis|in distress|in need of|worried about"
            r"|feeling|overwhelmed)|(?:in (?:a )?crisis|struggling|need to talk"
            r"|feeling (?:overwhelmed|suicidal|low|unsafe))\?"
            r"|if you need (?:urgent |immediate |someone|help|support|to (?:talk|speak))"
        ),
        _CONTACT,
        _HELP,
        each=(
            r"(?:call|text|contact|visit|see|go|speak|talk|e-?mail|ring|dial|phone|samaritans|nightline|shout|papyrus"
            r"|student|for|or|we|in an? |if you |nhs|our |support|available|open|free|help|you are not"
            r"|\W*\d|the (?:student |university |wellbeing |counselling |nhs |mental ){0,3}(?:team|support|service"
            r"|helpline|health|nightline|samaritans)\b)"
        ),
        named=(
            r"\b[Yy]ou are not alone\b|"
            r"\A\W*[Ff]eeling (?:suicidal|low|unsafe)\?|\b(?:University|College) of [A-Z]\w{1,20}"
        ),
    ),
    _kind(
        (
            r"(?:you(?:['’]re| are) receiving|you (?:have )?received?) this (?:e-?mail |message |newsletter )?because"
            r"|to unsubscribe\b|unsubscribe(?= ?[|·•]| from (?:this|our|these))"
        ),
        r"subscri|\bmember of\b|\bmailing list\b",
        _MAILING,
        named=rf"(?<=\bthe ){_NAME}(?=(?:mailing |distribution )?(?:list|newsletter|group))|\bvia {_NAME}"
        r"|(?<=subscribed to )[A-Z][\w&-]{1,20}(?: [A-Z][\w&-]{1,20}){0,4}",
    ),
    _kind(
        r"(?:microsoft teams(?: meeting| need help)?|dial in by phone)(?=\W{0,9}(?:$|join\b|\+\d))",
        r"\b(?:meeting id|join|conference id)\b",
        _MEETING,
        each=(
            r"(?:join|click here to|meeting id|passcode|download|learn more|or call|find a|reset|phone conf|conference"
            r"|need help\?|video|for org|dial|microsoft|tenant|\W*\d|one tap|meeting options)"
        ),
        lines=2,
        named=r"(?:Passcode|Tenant key|Video ID):[ \t]{0,9}\S{1,40}",
    ),
    _kind(
        rf"(?:we are|(?-i:{_BODY}) is) (?:fully )?committed to (?:sexual safety|zero|ensuring|providing|promoting)"
        rf"|(?:we|(?-i:{_BODY})) (?:have|has|operates?) (?:an? )?zero[- ]tolerance",
        (
            r"\A(?!.{0,2000}\b(?:patients|staff|students|visitors|people|colleagues|everyone|anyone|learners|trust|university"
            r"|they|we)\s(?:abuse|harassment|racism|discrimination|bullying|violen|aggressi|misconduct|unsafe))"
            r".{0,2000}?(?:\bzero[- ]tolerance (?:approach |policy )?(?:of|to|towards?|for|on|against) "
            r"(?:(?:any|all|forms?|kinds?|of|sexual) ){0,4}"
            r"(?:violen|abus|harass|bully|racis|discriminat|aggressi|misconduct)|\bcommitted to sexual safety\b)"
        ),
        _STATEMENT,
        each=(
            r"(?:we|(?:our|the) (?:trust|university))"
            r" (?:are committed|is committed|(?:have|has|operates?) (?:an? )?zero|will not tolerate)"
            r"|(?:violence|abuse|aggression|any form)[^.\n]{0,120}will not be tolerated"
        ),
        named=rf"\A{_BODY}(?= is committed| has| operates)",
    ),
    _kind(
        r"this (?:e-?mail|message) has been scanned for (?:viruses|malware|viruses and malware|malicious activity)\b",
        r"\bmimecast\b",
        _ARCHIVED,
    ),
    _kind(
        (
            r"(?:please )?(?:always )?(?:take care|be (?:careful|cautious|vigilant)) (?:when|before|with) "
            r"(?:you )?(?:click|open|reply|links)"
        ),
        r"\b(?:links|attachments)\b",
        f"{' '.join(KNOWN)} {_LINKS}",
        each=r"(?:please|never|do not|don['’]t|report|if you are|always|forward|be|think)",
    ),
)
_HINT = re.compile(
    r"need|struggling|crisis|distress|feeling|subscri|because|microsoft|dial in|committed|tolerance|scanned|take care"
    r"|be (?:careful|cautious|vigilant)",
)
_STARTED = (
    "do need needing in are if feeling struggling you you're you’re to unsubscribe microsoft we this please always"
)
_STARTS = frozenset(f"{_STARTED} take be dial".split())
_DECORATION = " \t\r\xa0*_=~#|•·<([\"“'–—-"


def footer_ranges(text: str, small: str) -> Iterator[tuple[int, int]]:
    """The (start, end) of every such footer in a text, in order; `small` is the same in small letters."""
    if not _HINT.search(small):
        return
    past = 0
    tried: dict[_Kind, int] = {}
    for line in _LINE.finditer(text):
        start = line.end() - len(line[0].lstrip(_DECORATION))
        if start < past or not _may_begin(small, start, line.end()):
            continue
        for kind in _KINDS:
            if start < tried.get(kind, 0) or not kind.head.match(text, start, line.end()):
                continue
            # What is not in all of its lines is in none of them: they are not read again.
            tried[kind] = end = _end(text, start, kind)
            if kind.needs.search(text[start:end]):
                past = end
                yield start, end
                break


def _may_begin(small: str, start: int, end: int) -> bool:
    """Whether its first word is one of those, or a name that a statement begins with."""
    first = small[start:end].split(maxsplit=1)
    named = small.find("committed to", start, end) > 0 or small.find(" zero", start, end) > 0
    return bool(first) and (named or first[0].rstrip(":.?,") in _STARTS)


def _end(text: str, start: int, kind: _Kind) -> int:
    """Where the last line ends that is of that kind; the start where a line of it goes on with other words."""
    end, goes_on = start, True
    for count, line in enumerate(_LINE.finditer(text, start)):
        gap = text[end : line.start()]
        if count == MOST_LINES or (count and gap.count("\n") > kind.lines):
            break
        if not _is_of(line[0], kind, goes_on=goes_on):
            if line[0].lstrip()[:1].islower():
                return start
            break
        end = line.start() + len(line[0].rstrip())
        goes_on = text[end - 1] not in ".!?:"
    return end


def _is_of(line: str, kind: _Kind, *, goes_on: bool) -> bool:
    if not line.strip(_DECORATION):
        return False
    plain = _LINK.sub(" ", kind.named.sub(" ", line))
    if any(word[0].lower().replace("’", "'") not in kind.words or word[0] == "I" for word in _WORD.finditer(plain)):
        return False
    sentences = [match[0].strip(_DECORATION) for match in _SENTENCE.finditer(_LINK.sub(" ", line))]
    return all(kind.each.match(one) for one in sentences[goes_on:] if _WORD.search(one))
