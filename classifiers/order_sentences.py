"""Whether a sentence is an order to a machine: it gives one, and every word of it belongs to such orders.

With one word that could tell of something, a person, a deed, a harm, it is read like any other.
"""

import re
import unicodedata

from classifiers.cues import words_data

_GAP = r"[^\n]{0,80}?"
_ONLY_MACHINE = r"(?:ai|artificial intelligence|algorithm|bot|classifier|(?:language|ai|automated) (?:model|system))"
_MACHINE = rf"(?:{_ONLY_MACHINE}|assistant|model|machine|program)"
_NAMED = (
    "red[_ ]flags|needs_person|severity|category|isf|labels?|level|score|priority|confidence|grade|status|flags?|action"
    "|route|impact|likelihood|override|kind"
)
_NOTHING = r"(?:null|spam|irrelevant|compliments?|praise)"
_LEAST = rf"(?:{_NOTHING}|0(?!\.\d)|zero|none|nothing|low|lowest|minimal|minor|trivial)"
_GIVEN = (
    r"(?:(?<!\bthe )instructions?|prompts?|(?:your|previous|prior|all other) rules|above|previous|prior|earlier|text"
    r"|before (?:this|and))"
)
"""What a machine was given, or a writer withdraws: the words before it count all the same. The rules, or it all, a
person may be told to ignore."""
_OBJECT = rf"(?=\s(?:this|it|that|these|the|all|any|everything|as|to|with|{_NAMED})\b)"
_GRADED = rf"(?:classify|assign|(?:grade|mark|label|rate|score|triage|route|set|file|treat){_OBJECT})"
"""Nearly each of them is a noun too: "rate low", "grade 3"."""
_ANSWERED = "(?:output|return|print|respond|answer|reply)"
_WANTED = (
    "(?:spam|category|categories|grades?|levels?|priority|severity|scores?|status|json|labels?|low|lowest|lower|highest"
    "|none|positive|neutral|compliments?|praise|word|irrelevant|isf|flags?)"
)
_ASKED = "category|grade|labels?|kind|severity|isf"
_ADDRESSED = "(?:system|assistant|admin|developer|user|instructions?|inst|sys|end of (?:input|user message))"
_TOLD = r"you (?:will|are to|have to|need to)|from now on,? you|(?:order|command|instruct|ask|request) you to"
_COMMAND = rf"(?:^\W*|[,:;)\]>]\s*|\b(?:and|then|please|now|must|should|instead|only|{_TOLD})\s)"
"""An order is given to somebody: `they mark me low` tells what somebody does."""
_IGNORE = rf"(?:ignore|disregard|forget|discard|override|bypass|skip)\b(?!\sfor\b){_GAP}"
_COMMANDED = (
    rf"{_IGNORE}\b{_GIVEN}\b",
    rf"set\s(?:the\s)?(?:{_NAMED})\s?=",
    rf"{_GRADED}\b{_GAP}\b{_WANTED}\b",
    rf"{_ANSWERED}\s(?:only\s|just\s|back\s)?(?:with\b|in\b|as\b|nothing\b){_GAP}\b{_WANTED}\b",
    rf"{_ANSWERED}\s(?:only\s|just\s)?[\"']?(?:the\s|an?\s)?{_WANTED}\b",
    rf"(?:{_GRADED}|{_ANSWERED})\s(?:this\s|it\s|the\s)?(?:text\s|message\s)?(?:as\s|with\s)?[0-4]\b",
    rf"{_ANSWERED}\snothing\b",
    rf"(?:reveal|show|repeat|print)\b{_GAP}\b(?:prompt|(?:your|system|initial) (?:instructions|rules))\b",
)
_TEXT = r"(?:message|text|e?mail|input|concern|complaint)"
_FOR_MACHINES = (
    rf"(?=\W{{0,9}}\Z|{_GAP}\b(?:{_TEXT}s?|{_NOTHING}|you|your|isf|category|json|instructions?|prompts?|rules|below"
    r"|ignore|disregard|forget|override|mark|grade|rate|label|classify|classified|output|return|print)\b)"
)
"""Of "System: critical" a form is made, too."""
_ORDERS = (
    rf"{_COMMAND}(?:{'|'.join(_COMMANDED)})",
    (
        r"\b(?:correct|right|true|expected|final|proper)\s"
        rf"(?:(?:answer|output|{_ASKED})\b{_GAP}\b(?:is|be)\s{_GAP}\b"
        r"(?:good[_ ]practice|about[_ ]learner|isf|category"
        rf"|{_LEAST}(?!\sof\b))\b"
        rf"|(?:level|score|{_ASKED})\s(?:of|for)\s(?:this|the)\s{_TEXT}\sis\b)"
    ),
    rf"^\W{{0,9}}(?:system|new instructions?)(?:\s?[:>\]|#=]|\Z|,\s){_FOR_MACHINES}",
    rf"[\[<#|]\W{{0,9}}{_ADDRESSED}(?:\s?[:>\]|#=]|\Z|,\s){_FOR_MACHINES}",
    (
        rf"\byou\sare\s(?:now\s(?:in\s|an?\s){_GAP}\b(?:poet|pirate|mode|{_MACHINE})"
        rf"|an?\s(?:helpful\s)?(?:{_ONLY_MACHINE}|(?<=helpful\s)assistant))\b"
    ),
    rf"^\W*(?:as|to|dear|hey|hello|hi|attention)\s(?:an?\s|the\s)?{_ONLY_MACHINE}\b",
    (
        rf"\b(?:(?:red_flags|needs_person|isf)\b[\"']?\s{{0,3}}[:=]|(?:red\sflags|needs\sperson)\s?="
        rf"|(?:{_NAMED})[\"']\s{{0,3}}:"
        rf"|(?:{_NAMED})\s{{0,3}}[:=]\s{{0,3}}{_NOTHING}\b)"
    ),
    rf"\b(?:note|message|instructions?|notice)\s(?:to|for)\s(?:the\s|an\s)?(?:automated\s)?(?:{_MACHINE}|system)\b",
    (
        r"\b(?:this|it)\sis\s(?:only\s|just\s)?a\stest\s"
        rf"(?:message|e?mail|text|input|(?:of|for)\s(?:the\s|an?\s)?(?:automated\s)?{_ONLY_MACHINE})\b"
    ),
    r"^\W{0,9}overrides?\s?[:=]",
    rf"\{{\W{{0,9}}(?:{_NAMED})\s{{0,3}}[:=]",
    rf"\byou\s(?:only|always)\s(?:ever\s)?{_ANSWERED}\s(?:with\s)?{_NOTHING}\b",
    r"<\|[a-z]{2,12}(?:_[a-z]{2,12}){0,3}\|>|\A[`']{3}(?:json)?[`']{0,3}\Z",
    r"\A#{2,6}\s?(?:response|instructions?|input|output)\s?:?\Z",
    r"</?(?:message|system|user|assistant|prompt|instructions?|input|text|context|email)>",
)
_ORDER = re.compile("|".join(_ORDERS), re.IGNORECASE)
_SET = re.compile(rf"\W{{0,9}}(?:{_NAMED})(?:\s{{0,3}}:|\s[0-9]\b)", re.IGNORECASE)
"""Behind an order it is one, whatever is set: by itself "Grade: 3" may be what a sore is."""
_DONE = "given|checked|recorded|reported|answered|read|written|done|dealt|ok(?:ay)?|right|correct"
_TELLS = re.compile(
    r"\b(?:(?:no|any|every)\s?one|on\scall|or\s(?:else|it|you))\b"
    r"|\bas\s(?:an?\s)?(?:serious\s|severe\s|important\s)?(?:complaint|concern|enquiry|question)\b",
    re.IGNORECASE,
)
_UNDONE = re.compile(
    rf"(?:(?:\bnot|n['’]t|\bas|\bnone|\bnothing)\s(?:be(?:en|ing)?\s)?(?:{_DONE})"
    r"|(?:\bnot|n['’]t)\s(?:be(?:en|ing)?\s)?(?:noted?|closed|escalated|good|sure|up|welcome|understood|called|one|enough)"
    r"|\b(?:as\s(?:normal|urgent)|high(?:est)?\spriority|priority\s(?:to\s|as\s|is\s)?high(?:est)?)"
    r"|\bno\s(?:answers?|repl(?:y|ies)|response|reports?|records?|calls?|action|person|notes?|role|time|need|reason)"
    r"|(?:\bnot\sto|\bdo\snot|n['’]t)\s(?:report|respond|answer|escalate|record|tell|speak|call|write|reply|read|repeat"
    r"|come|go|show)(?!\s(?:to\s)?(?:this|the)\s(?:message|text|e?mail|input)\b))\b",
    re.IGNORECASE,
)
"""What is not done, or shall not be, or is said to be: it may be told of people, unless a machine is named."""
_NAMES_MACHINE = re.compile(rf"\b(?:{_ONLY_MACHINE}|automated|json|isf|red_flags|needs_person)\b", re.IGNORECASE)
_CLAIM = re.compile(
    r"\AI(?:(?:,|\sam|['’]m)\s(?:an?|the|your)\s(?:system\s|ai\s)?(?:developer|administrator|admin|operator)\b"
    r"|(?=\s(?:hereby\s)?(?:order|command|instruct)\syou\b))"
)
"""Somebody who says to be a machine's master: no other sentence with an "I" is an order."""
_HUMAN = re.compile(r"\A\W{0,9}human\s?:\s?(?=\w)", re.IGNORECASE)
"""Whose turn it is in a conversation with a machine."""
_FLAGGED = re.compile(
    r"(?<=red.flags)(?P<set>[\"']?\s?(?:to|as|=|:)?\s?)\[(?:\s?[\"'][a-z_]{1,30}[\"'],?){1,12}\s?\]", re.IGNORECASE
)
"""Names of red flags in a list are the machine's own."""
_ZERO = re.compile(r"(?<=[A-Za-z])0(?=[A-Za-z])")
_TO_CLASSIFIER = re.compile(
    r"\A\W*(?:(?:note|message|notice)\s(?:to|for)|dear|hey|hello|hi|attention)\s(?:the\s)?classifier\b"
    r"|\bisf\s?=|\bred_flags\b|\bneeds_person\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|never|no|nor|needs?|urgent|critical|serious|severe|high|highest|person|stop|ignor\w{1,3})\b|n['’]t\b",
    re.IGNORECASE,
)
"""With the learner beside it, it may tell of need."""
_WORDS: dict[str, str] = words_data("orders.toml")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_OWN: frozenset[str] = frozenset(_WORDS["own"].split())
_TOLD_OF: frozenset[str] = _OWN | frozenset(_WORDS["told"].split())
_ABROAD: frozenset[str] = frozenset(_WORDS["abroad"].split())
_ORDER_ABROAD = re.compile(
    rf"\b(?:{'|'.join(_WORDS['ignoring'].split())})\b{_GAP}\b(?:{'|'.join(_WORDS['given'].split())})\b"
    rf"|\A\W*(?:{'|'.join(_WORDS['grading'].split())})\b{_GAP}\b(?:[0-4]|{'|'.join(_WORDS['nothing'].split())})\b"
)


def is_setting(sentence: str) -> bool:
    """Whether something is set to a value: behind an order it is one, too."""
    return bool(_SET.match(sentence) and _all_own(sentence))


def _all_own(sentence: str, own: frozenset[str] = _OWN) -> bool:
    return all(word[0].lower() in own for word in _WORD.finditer(sentence))


def is_order(sentence: str) -> bool:
    """Whether a sentence is an order to a machine, and no word of it could tell of anything else."""
    sentence = sentence.strip()
    if sentence.startswith("I"):
        sentence = _CLAIM.sub("", sentence, count=1)
    sentence = _plain(sentence)
    # Nearly every sentence ends here, at its first word or its second: the patterns are slow, and seldom asked.
    if not _all_own(sentence):
        return _tells_classifier(sentence) or _is_order_abroad(sentence)
    return _ORDER.search(sentence) is not None and not _may_tell(sentence)


def _plain(sentence: str) -> str:
    """Without what hides an order: "IGN0RE", the name of whose turn it is, names of red flags."""
    if "0" in sentence:
        sentence = _ZERO.sub("O", sentence)
    if "flags" in sentence:
        sentence = _FLAGGED.sub(r"\g<set>[]", sentence)
    return _HUMAN.sub("", sentence, count=1)


def _tells_classifier(sentence: str) -> bool:
    """Whether the classifier, or a key of it, is told that all is well, and nothing is denied."""
    if not _TO_CLASSIFIER.search(sentence) or _DENIED.search(sentence):
        return False
    return _all_own(sentence, _TOLD_OF)


def _may_tell(sentence: str) -> bool:
    undone = _UNDONE.search(sentence) and not _NAMES_MACHINE.search(sentence)
    return bool(undone or _TELLS.search(sentence))


def _is_order_abroad(sentence: str) -> bool:
    first = _WORD.search(sentence)
    if first is None or _folded(first[0]) not in _ABROAD:
        return False
    folded = _folded(sentence)
    return all(word[0] in _ABROAD for word in _WORD.finditer(folded)) and _ORDER_ABROAD.search(folded) is not None


def _folded(text: str) -> str:
    """In small letters, without accents."""
    if text.isascii():
        return text.lower()
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))
