"""One turn of the talk, while it is being worked out: the state so far, what is to be done, what is to be said.

At most one message goes back. A turn may have leads, short notes that stand before the question in that message.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from intake.dialogue.effects import Append, Choice, Effect, Filing, Ignore, Say
from intake.dialogue.events import Event, Facts, ReportFacts, Said
from intake.dialogue.prompts import BOOK, Prompt
from intake.dialogue.states import IDLE, Report, State, Timer, TimerKind, as_text, moment

FILING = (*Filing.__args__,)
RECEIPTS = ("RECEIPT.first", "RECEIPT.more")
RESTING = frozenset({IDLE, "RECEIPT.final", "OPEN.added", "START.welcome"})
"""Prompts that wait for nothing: whatever comes next is a report or an addition."""
Values = Callable[["Turn"], dict[str, str]]


class Turn:
    """The work on one event."""

    def __init__(self, state: State, event: Event) -> None:
        self.state = state
        self.event = event
        self.effects: list[Effect] = []
        self._leads: list[str] = []
        self._values: dict[str, str] = {}
        self._said = False

    @property
    def facts(self) -> Facts:
        """What came with the event."""
        return self.event.facts

    @property
    def text(self) -> str:
        """The words of the event, if it has any."""
        return self.event.text if isinstance(self.event, Said) else ""

    @property
    def found(self) -> ReportFacts | None:
        """The report that was found by its code just now."""
        code = self.event.code if isinstance(self.event, Said) else None
        return code.report if code else None

    @property
    def report(self) -> Report | None:
        """The report that is talked about."""
        return self.state.report(self.state.current)

    @property
    def filed(self) -> bool:
        """Whether the message has its place already."""
        return any(isinstance(one, FILING) for one in self.effects)

    @property
    def quiet(self) -> bool:
        """Whether nothing was said and nothing is about to be."""
        return not self._said and not self._leads

    def do(self, *effects: Effect) -> None:
        """Add to what is to be done. A message gets one place only: a second one is not added."""
        for one in effects:
            if not (isinstance(one, FILING) and self.filed):
                self.effects.append(one)

    def change(self, **values: Any) -> None:
        """Change the state."""
        self.state = replace(self.state, **values)

    def change_report(self, reference: str, **values: Any) -> None:
        """Change one of the reports; nothing happens when this chat has none of that reference."""
        reports = tuple(replace(one, **values) if one.reference == reference else one for one in self.state.reports)
        self.change(reports=reports)

    def forget(self, reference: str) -> None:
        """Take a report out of this chat."""
        reports = tuple(one for one in self.state.reports if one.reference != reference)
        timers = tuple(one for one in self.state.timers if one.subject != reference)
        self.change(reports=reports, timers=timers)
        if self.state.current == reference:
            self.change(current=reports[-1].reference if reports else "", paused=IDLE)
        if reference in (self.state.question_of, self.state.last_of):
            self.change(question=0, question_of="", last=0, last_of="", edit=(0, 0))

    def facts_of(self, reference: str) -> ReportFacts | None:
        """What the store knows of a report now."""
        return next((one for one in self.facts.reports if one.reference == reference), None)

    def in_time(self, kind: TimerKind, after: timedelta, subject: str) -> None:
        """Set a timer; it takes the place of an earlier one of the same kind and subject."""
        self.drop_timer(kind, subject)
        timer = Timer(kind=kind, at=as_text(self.facts.at + after), subject=subject)
        self.change(timers=(*self.state.timers, timer))

    def drop_timer(self, kind: TimerKind, subject: str) -> None:
        """Take back a timer, if there is one."""
        kept = tuple(one for one in self.state.timers if (one.kind, one.subject) != (kind, subject))
        self.change(timers=kept)

    def since(self, at: str) -> timedelta:
        """How long ago that was; very long for an empty moment."""
        return self.facts.at - moment(at) if at else timedelta(days=36_500)

    def lead(self, *prompts: str, **values: str) -> None:
        """Say this first, before whatever is asked."""
        self._leads += [one for one in prompts if one not in self._leads]
        self._values.update(values)

    def say(self, name: str, *, choices: tuple[Choice, ...] = (), **values: Any) -> None:
        """Say a prompt, after the leads, and wait for its answer if it has buttons. `choices` fill its open place."""
        prompt = BOOK.prompts[name]
        extra = {key: values.pop(key) for key in ("question", "replaces_question", "secret") if key in values}
        reference = values.pop("reference", "") or self.state.current
        options = options_of(prompt, choices, outside=self.facts.outside)
        if options:
            self._wait_for(prompt, options)
        # One message a turn: what was said before in this turn is said in the same breath.
        self.effects = [one for one in self.effects if not isinstance(one, Say)]
        self.effects.append(
            Say(
                prompts=(*self._leads, name),
                values={"ref": reference, **self._values, **values},
                options=options,
                nonce=self.facts.nonce if options else "",
                reference=reference if self.state.report(reference) else "",
                policy=strictest((*self._leads, name)),
                **extra,
            )
        )
        self._said = True

    def end(self) -> None:
        """Give the message its place if nobody did, and say what was only begun."""
        if self._leads and not self._said:
            self.say_leads()

    def say_leads(self) -> None:
        """Say only the leads; nothing is asked."""
        *before, last = self._leads
        self._leads = before
        self.say(last)

    def append(self, *, question: str = "", label: str = "") -> None:
        """Add the message to the report that is talked about, as an answer if `question` names its prompt."""
        report = self.report
        if report is None:
            self.do(Ignore(reason="A button that belongs to no report."))
            return
        if not self.filed and not question:
            files = len(self.event.files) if isinstance(self.event, Said) else 0
            self.change_report(report.reference, messages=report.messages + 1, files=report.files + files)
            self.change(last=self.facts.row, last_of=report.reference)
        self.do(Append(reference=report.reference, question=question, label=label))

    def _wait_for(self, prompt: Prompt, options: tuple[Choice, ...]) -> None:
        if prompt.interrupts:
            before = self.state.asking
            if before != prompt.name and not interrupts(before):
                self.change(paused=before)
        else:
            self.change(paused=IDLE)
        if self.state.asking != prompt.name:
            self.change(tries=0)
        self.change(asking=prompt.name, nonce=self.facts.nonce, offered=tuple(one.id for one in options))


def interrupts(name: str) -> bool:
    """Whether a prompt interrupts what was being asked."""
    return name in BOOK.prompts and BOOK.prompts[name].interrupts


def options_of(prompt: Prompt, choices: tuple[Choice, ...], *, outside: bool) -> tuple[Choice, ...]:
    """The buttons of a prompt, with the choices at the place that it leaves open."""
    found: list[Choice] = []
    for option in prompt.options:
        if not option.label:
            found += choices
        elif outside or not option.only_outside:
            found.append(Choice(id=option.id, label=option.label))
    return tuple(found)


def strictest(prompts: tuple[str, ...]) -> Any:
    """`resend` as soon as one of the prompts says so."""
    return min((BOOK.prompts[name].policy for name in prompts), key=lambda policy: policy != "resend")
