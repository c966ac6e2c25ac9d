"""Facts about the shape of thread tokens."""

from hypothesis import given, settings
from hypothesis import strategies as st

from models.thread_tokens import MOST, found_in, plus_address, shortened, without_plus, written

few = settings(derandomize=True, max_examples=300, deadline=None, database=None)


@few
@given(st.integers(1, 2**63 - 1), st.text(max_size=40))
def test_a_token_is_found_wherever_it_stands(ticket_id: int, signature: str) -> None:
    marked = written(ticket_id, signature)
    places = (plus_address("quality.me@intake.test", marked), f"3f9a.{marked}.qm-1@intake.test", marked.upper())
    for place in places:
        assert list(found_in(["other@x.test", place])) == [(ticket_id, shortened(signature))]


def test_a_mail_full_of_guesses_is_not_read_to_its_end() -> None:
    assert len(list(found_in([written(number, "") for number in range(1, 200)]))) == MOST


def test_a_plus_goes_on_and_comes_off() -> None:
    assert plus_address("a.b@c.test", "t1-x") == "a.b+t1-x@c.test"
    assert without_plus("a.b+t1-x@c.test") == "a.b@c.test"
    assert without_plus("a.b@c.test") == "a.b@c.test"


@few
@given(st.lists(st.text(max_size=80), max_size=5))
def test_no_text_raises(places: list[str]) -> None:
    assert all(number > 0 for number, _ in found_in(places))
