"""The dialogue: what to say to somebody in a chat, as a pure function. See docs/dialogue.md."""

from intake.dialogue.effects import Effect
from intake.dialogue.events import Event
from intake.dialogue.states import State
from intake.dialogue.stepping import step

__all__ = ["Effect", "Event", "State", "step"]
