"""Events and walks for the dialogue: what a conversation could meet, drawn by Hypothesis or said by a test."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from intake.dialogue.effects import Effect, Say
from intake.dialogue.events import (
    Asked,
    Closed,
    CodeTry,
    Due,
    Edited,
    Event,
    Facts,
    Failed,
    Hints,
    Noticed,
    Place,
    Pressed,
    ReportFacts,
    Said,
    Status,
    WereOffline,
)
from intake.dialogue.states import State
from intake.dialogue.stepping import step
from models.chat import ChatFile
from models.masking import PersonalKind

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LRI = Place(code="RWE", name="University Hospitals of Leicester")
QMC = Place(code="RX1", name="Nottingham University Hospitals")


class Talk:
    """A conversation that only exists in the state: no store, no channel."""

    def __init__(self, **facts: Any) -> None:
        self.state = State()
        self.at = NOON
        self.effects: tuple[Effect, ...] = ()
        self.more = facts
        self._numbers = count(1)

    def facts(self) -> Facts:
        number = next(self._numbers)
        known = tuple(
            ReportFacts(reference=one.reference, status=Status.RECEIVED, received=NOON, changed=NOON)
            for one in self.state.reports
        )
        usual: dict[str, Any] = {"reports": known, "row": number, "outside": True, **self.more}
        return Facts(at=self.at, nonce=f"n{number}", reference=f"QM-{number:04}-2R", code="1" * 25, **usual)

    def meet(self, event: Event) -> tuple[Effect, ...]:
        self.state, self.effects = step(self.state, event)
        return self.effects

    def say(self, text: str, **facts: Any) -> tuple[Effect, ...]:
        return self.meet(Said(facts=self.facts(), text=text, **facts))

    def press(self, option: str, nonce: str | None = None) -> tuple[Effect, ...]:
        return self.meet(Pressed(facts=self.facts(), option=option, nonce=self.state.nonce if nonce is None else nonce))

    def wait(self, **span: float) -> None:
        self.at += timedelta(**span)

    @property
    def said(self) -> tuple[str, ...]:
        """The prompts of the last message, or none."""
        return next((one.prompts for one in self.effects if isinstance(one, Say)), ())


STORY = "The registrar left us alone on the ward again last night and nobody came."
TEXTS = ("", "hi", "yes", "no", "1", "3", "skip", "back", "/status", "/delete", "stop", "QM-0001-2R", STORY)
HINTS = (
    Hints(),
    Hints(crisis=True),
    Hints(risk_now=True),
    Hints(safeguarding=True),
    Hints(place=LRI),
    Hints(maybe=(LRI,)),
    Hints(maybe=(LRI, QMC)),
    Hints(specialty="ac", specialty_name="Acute medicine"),
    Hints(language="pl"),
    Hints(personal=(PersonalKind.NHS_NUMBER,)),
    Hints(out_of_scope=True),
)
FILES = ((), (ChatFile(ref="1", kind="photo"),), (ChatFile(ref="2", kind="voice"),))


def events_of(talk: Talk) -> list[Event]:
    """Every kind of event that the present state can meet, with every button on screen and one that is stale."""
    facts = talk.facts()
    state = talk.state
    found: list[Event] = [Said(facts=facts, text=text, hints=hints) for text in TEXTS for hints in HINTS]
    found += [Said(facts=facts, text=STORY, files=files) for files in FILES]
    found += [Said(facts=facts, odd="sticker")]
    found += [Pressed(facts=facts, option=option, nonce=state.nonce) for option in state.offered]
    found += [Pressed(facts=facts, option="yes", nonce="stale")]
    found += [Due(facts=facts, kind=timer.kind, subject=timer.subject) for timer in state.timers]
    found += [Failed(facts=facts, text=STORY), WereOffline(facts=facts, since=NOON, until=NOON)]
    for report in state.reports:
        found += [
            Asked(facts=facts, question=7, reference=report.reference),
            Closed(facts=facts, reference=report.reference, outcome="We spoke to the trust."),
            Edited(facts=facts, text=STORY, of=1, reference=report.reference),
            Noticed(facts=facts, reference=report.reference),
        ]
    found += [Edited(facts=facts, text=STORY)]
    found += [
        Said(facts=facts, text="x", code=CodeTry(reference="QM-9999-2R", right=right, too_many=many))
        for right, many in ((True, False), (False, False), (False, True))
    ]
    return found
