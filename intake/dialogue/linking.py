"""Which reports a conversation is about: the store knows; the state follows."""

from dataclasses import replace

from intake.dialogue.events import ReportFacts, Status
from intake.dialogue.states import IDLE, Report, State, as_text


def reconciled(state: State, facts: tuple[ReportFacts, ...]) -> State:
    """The state with exactly those reports that the store links to the conversation.

    One that is gone from the store is forgotten; one that the state does not know, because it was linked elsewhere or
    the state was lost, is taken up as it stands.
    """
    linked = {one.reference: one for one in facts}
    kept = tuple(_as_it_stands(one, linked[one.reference]) for one in state.reports if one.reference in linked)
    known = {one.reference for one in kept}
    new = tuple(_taken_up(one) for one in facts if one.reference not in known)
    if kept == state.reports and not new:
        return state
    changed = replace(state, reports=(*kept, *new))
    return _without_dangling(changed)


def _as_it_stands(report: Report, facts: ReportFacts) -> Report:
    if report.closed and facts.status not in (Status.CLOSED, Status.WITHDRAWN):
        return replace(report, closed="")
    return report


def _taken_up(facts: ReportFacts) -> Report:
    closed = as_text(facts.changed) if facts.status is Status.CLOSED else ""
    return Report(reference=facts.reference, opened=as_text(facts.received), sent=True, alerted=True, closed=closed)


def _without_dangling(state: State) -> State:
    known = {one.reference for one in state.reports}
    newest = state.reports[-1].reference if state.reports else ""
    changed = replace(
        state,
        current=state.current if state.current in known else newest,
        timers=tuple(one for one in state.timers if one.subject in known or not one.subject.startswith("QM")),
    )
    if changed.question_of not in known:
        changed = replace(changed, question=0, question_of="")
    if changed.last_of not in known:
        changed = replace(changed, last=0, last_of="", edit=(0, 0), unsure=())
    if changed.closing not in known:
        changed = replace(changed, closing="")
    return changed if state.reports else replace(changed, asking=IDLE, paused=IDLE, offered=(), nonce="")
