"""Words of a crisis that tell of a patient: no learner is at risk by that, unless one takes themselves in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property

from classifiers.cues import words_data
from classifiers.letters import small
from classifiers.openings import Parts, any_of, any_word_of, filled

_WORDS = r"(?:[ ,;:-]{1,3}[a-z0-9']+){0,7}[ ,;:-]{1,3}"
"""What may stand between a patient and what the patient did."""
MOST = 1_000
"""Such words that are looked at: of so many patients nobody tells, and each takes its time. Then it may be anybody."""
BEFORE = 100
"""Characters before what was done in which a patient is looked for."""


def of_patients(text: str) -> Iterator[tuple[int, int]]:
    """Where a text says that a patient or a relative wants to die, or tried to."""
    return (one.span() for one in _patients().finditer(small(text)))


@cache
def _patients() -> re.Pattern[str]:
    data = words_data("crisis.toml")
    return re.compile(any_of(filled(one, data["parts"]) for one in data["patients"]))


class Beside:
    """Whether somebody takes themselves in who tells of a patient: "A patient wants to die. So do I."."""

    def __init__(self, cases: Sequence[Mapping[str, str]], parts: Parts) -> None:
        self._said = [{name: filled(one, parts) for name, one in case.items()} for case in cases]
        self._did = re.compile(any_word_of([case["did"] for case in self._said], parts))

    @cached_property
    def _cases(self) -> list[tuple[re.Pattern[str], ...]]:
        """Who, did what, and then: built when they are first needed, for few messages tell of such a patient."""
        return [
            (re.compile(rf"\b{case['who']}{_WORDS}$"), re.compile(rf"{case['did']}\b"), re.compile(case["then"]))
            for case in self._said
        ]

    def found(self, text: str) -> tuple[int, int] | None:
        """From the patient to the words that take somebody in; None where nobody is taken in."""
        for number, act in enumerate(self._did.finditer(text)):
            if number >= MOST:
                return act.span()
            before = text[max(0, act.start() - BEFORE) : act.start()]
            for who, did, then in self._cases:
                done = did.match(text, act.start())
                sufferer = who.search(before) if done else None
                after = then.match(text, done.end()) if done and sufferer else None
                if sufferer and after:
                    return act.start() - len(before) + sufferer.start(), after.end()
        return None
