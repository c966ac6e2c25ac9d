"""Facts that hold for every conversation, whatever is said in it."""

from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.conversing.room import TELEGRAM, WEBCHAT
from intake.dialogue.asking import QUESTIONS, SLOT_OF
from intake.dialogue.effects import Filing, OpenTicket, Say
from intake.dialogue.events import Edited, Event, Failed, Pressed, Said
from intake.dialogue.prompts import BOOK
from intake.dialogue.rendering import Voice, render
from intake.dialogue.states import SLOTS, State, from_json, to_json
from intake.dialogue.stepping import ANYWHERE, OPTIONS, step
from tests.intake.conversing.making import SETTINGS
from tests.intake.dialogue.making import STORY, Talk, events_of

MESSAGES = (Said, Pressed, Edited, Failed)
WALKS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def walks(draw: st.DrawFn) -> list[tuple[State, Event, Talk]]:
    """A conversation of up to 25 events, as (state before, event, talk after) of each."""
    outside: bool = draw(st.booleans())
    talk = Talk(outside=outside)
    steps = []
    for _ in range(draw(st.integers(1, 25))):
        talk.wait(minutes=draw(st.sampled_from([0, 1, 20, 1_500])))
        event = _drawn(draw, talk)
        before = talk.state
        talk.meet(event)
        steps.append((before, event, _frozen(talk)))
    return steps


def _drawn(draw: st.DrawFn, talk: Talk) -> Event:
    pressing: bool = draw(st.booleans())
    if talk.state.offered and pressing:
        option: str = draw(st.sampled_from(talk.state.offered))
        return Pressed(facts=talk.facts(), option=option, nonce=talk.state.nonce)
    event: Event = draw(st.sampled_from(events_of(talk)))
    return event


def _frozen(talk: Talk) -> Talk:
    copy = Talk()
    copy.state, copy.effects, copy.at = talk.state, talk.effects, talk.at
    return copy


def is_valid(state: State) -> bool:
    """Whether a state keeps what all code relies on."""
    references = [one.reference for one in state.reports]
    return (
        len(set(references)) == len(references)
        and (not state.current or state.current in references)
        and (not state.asking or state.asking in BOOK.prompts)
        and (not state.paused or state.paused in BOOK.prompts)
        and (bool(state.offered) or not state.nonce or not state.asking)
        and (not state.question or state.question_of in references)
    )


@WALKS
@given(walks())
def test_every_event_leaves_a_valid_state_that_survives_json(walk: list[tuple[State, Event, Talk]]) -> None:
    for _, _, talk in walk:
        assert is_valid(talk.state), talk.state
        assert from_json(to_json(talk.state)) == talk.state


@WALKS
@given(walks())
def test_every_message_gets_one_place_and_at_most_one_reply(walk: list[tuple[State, Event, Talk]]) -> None:
    for _, event, talk in walk:
        filed = [one for one in talk.effects if isinstance(one, get_args(Filing))]
        said = [one for one in talk.effects if isinstance(one, Say)]
        assert len(filed) == isinstance(event, MESSAGES)
        assert len(said) <= 1
        assert said or not isinstance(event, Pressed)


@WALKS
@given(walks())
def test_every_reply_has_words_for_all_its_places(walk: list[tuple[State, Event, Talk]]) -> None:
    for _, event, talk in walk:
        voice = Voice(settings=SETTINGS, traits=TELEGRAM if event.facts.outside else WEBCHAT)
        for said in (one for one in talk.effects if isinstance(one, Say)):
            rendered = render(said, voice, officer_text="{ref} {nothing}")
            assert len(rendered.text) <= voice.traits.max_text
            assert "{" not in rendered.text.replace("{ref} {nothing}", "")


@WALKS
@given(walks())
def test_the_message_that_opens_a_report_is_answered_with_its_reference(walk: list[tuple[State, Event, Talk]]) -> None:
    for _, event, talk in walk:
        for opened in (one for one in talk.effects if isinstance(one, OpenTicket) and isinstance(event, Said)):
            said = [one for one in talk.effects if isinstance(one, Say)]
            assert [one.values["ref"] for one in said] == [opened.reference] or talk.state.burst > 20
            assert any("{ref}" in BOOK.prompts[name].text for one in said for name in one.prompts) or not said


@pytest.mark.parametrize("state_of", ["nothing", "told", "asked", "checked", "sent", "crisis", "closed"])
def test_every_kind_of_event_is_answered_in_the_usual_states(state_of: str) -> None:
    for event in events_of(_brought_to(state_of)):
        talk = _brought_to(state_of)
        state, _ = step(talk.state, event)
        assert is_valid(state), event


def _brought_to(state_of: str) -> Talk:
    talk = Talk()
    for option in {
        "nothing": [],
        "told": [STORY],
        "asked": [STORY, "carry on"],
        "checked": [STORY, "carry on", "no", "skip", "skip", "anonymous", "1"],
        "sent": [STORY, "carry on", "no", "skip", "skip", "anonymous", "1", "1"],
        "crisis": [STORY],
        "closed": [STORY],
    }[state_of]:
        talk.say(option)
    return talk


def test_every_button_of_every_prompt_is_handled() -> None:
    unhandled = [
        (prompt.name, option.id)
        for prompt in BOOK.prompts.values()
        for option in prompt.options
        if (prompt.name, option.id) not in OPTIONS and option.id not in ANYWHERE
    ]
    assert unhandled == []


def test_every_handler_has_its_button() -> None:
    buttons = {(prompt.name, option.id) for prompt in BOOK.prompts.values() for option in prompt.options}
    assert set(OPTIONS) - buttons == set()
    assert set(ANYWHERE) - {option for _, option in buttons} == set()


@WALKS
@given(st.lists(st.sampled_from(["no", "skip", "1", "2", "3", STORY, "gibberish", "back"]), max_size=30))
def test_no_more_than_four_questions_are_ever_asked_of_one_report(said: list[str]) -> None:
    talk = Talk()
    talk.say(STORY)
    asked = {talk.state.asking}
    for text in ("carry on", *said):
        talk.say(text)
        asked.add(talk.state.asking)
    assert len({SLOT_OF[one] for one in asked if one in SLOT_OF}) <= len(QUESTIONS) == 4
    assert set(SLOT_OF.values()) == set(SLOTS)


def test_who_skips_everything_is_asked_four_times_and_no_more() -> None:
    talk = Talk()
    talk.say(STORY)
    talk.press("carry_on")
    asked = []
    while talk.state.asking != "CHECK.summary":
        asked.append(talk.state.asking)
        talk.say("/skip")
    assert asked == ["RISK.ask", "WHERE.ask", "SPEC.ask", "IDENT.ask"]


@pytest.mark.parametrize("broken", ["", "null", "[]", "{", '{"version": 99, "asking": 7, "reports": [{}, 3, null]}'])
def test_a_state_that_cannot_be_read_is_an_empty_one(broken: str) -> None:
    assert from_json(broken) == State()


def test_a_state_of_an_older_version_takes_todays_defaults() -> None:
    old = '{"version": 0, "asking": "RISK.ask", "reports": [{"reference": "QM-1", "gone_field": 1}], "extra": true}'
    state = from_json(old)
    assert (state.asking, state.reports[0].reference, state.discreet) == ("RISK.ask", "QM-1", True)
