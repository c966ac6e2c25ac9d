"""What officers read of a message: names beside e-mail addresses."""

import pytest

from models.masked_message import by_rules_alone, mask_message


def shown(text: str) -> str:
    """A message of somebody who has told no name, as officers read it."""
    return mask_message(subject="", text=text, name="", address="", known=(), find=lambda _: ()).text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to me: Priya Nair, pn92@home.test please.", "Write to me: [name], [e-mail address] please."),
        ("Priya Nair <priya@home.test>", "[name] <[e-mail address]>"),
        ("I am Priya (priya.nair@home.test)", "I am [name] ([e-mail address])"),
        ("Email Zoë O’Quill zq@home.test", "Email [name] [e-mail address]"),
        ("April May, am@home.test", "[name], [e-mail address]"),
        ("pn92@home.test (Priya Nair)", "[e-mail address] ([name])"),
        ("Dr Priya Nair - pn@home.test", "Dr [name] - [e-mail address]"),
    ],
)
def test_a_name_beside_an_address_is_masked_like_the_address(text: str, masked: str) -> None:
    assert shown(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "I wrote to the Placement Team, placements@uni.test, twice.",
        "Ask at Northgate Hospital (info@northgate.test).",
        "Please write to info@northgate.test. Nobody answers.",
        "On Monday, desk@northgate.test wrote back.",
    ],
)
def test_places_teams_and_sentences_beside_an_address_stay(text: str) -> None:
    assert "[name]" not in shown(text)
    assert shown(text).count("[e-mail address]") == 1


@pytest.mark.parametrize(
    "number", ["943\u00a0476\u00a05919", "943\u2011476\u20115919", "9434\u200b765919", "1\u20102\u20101980"]
)
def test_numbers_are_found_by_rules_alone_whatever_stands_between(number: str) -> None:
    text = f"Patient {number} fell"
    assert [text[one.start : one.end] for one in by_rules_alone(text)] == [number]
