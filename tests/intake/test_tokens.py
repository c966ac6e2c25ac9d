"""Facts about thread tokens: made for one ticket and one address, good for nothing else."""

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.tokens import plus_address, ticket_of, token, without_plus

KEY, OLD = b"k" * 32, b"o" * 32
LEE, ANN = "lee@student.test", "ann@student.test"


def test_a_token_leads_to_its_ticket_wherever_it_stands() -> None:
    marked = token(KEY, 42, LEE)
    for place in (plus_address("quality.me@intake.test", marked), f"3f9a.{marked}@intake.test", marked.upper()):
        assert ticket_of([KEY], LEE, ["other@x.test", place]) == 42


def test_for_another_address_it_is_no_token() -> None:
    assert ticket_of([KEY], ANN, [token(KEY, 42, LEE)]) is None
    assert ticket_of([KEY], "", [token(KEY, 42, "")]) is None


def test_an_older_key_still_counts_and_a_foreign_one_never() -> None:
    assert ticket_of([KEY, OLD], LEE, [token(OLD, 7, LEE)]) == 7
    assert ticket_of([KEY], LEE, [token(OLD, 7, LEE)]) is None


def test_tokens_of_two_tickets_in_one_mail_lead_nowhere() -> None:
    assert ticket_of([KEY], LEE, [token(KEY, 1, LEE), token(KEY, 2, LEE)]) is None
    assert ticket_of([KEY], LEE, [token(KEY, 1, LEE), token(KEY, 1, LEE)]) == 1


def test_a_mail_full_of_guesses_is_not_tried_to_its_end() -> None:
    guesses = [token(OLD, number, LEE) for number in range(1, 60)]
    assert ticket_of([KEY], LEE, [*guesses, token(KEY, 99, LEE)]) is None


def test_a_plus_goes_on_and_comes_off() -> None:
    assert plus_address("a.b@c.test", "t1-x") == "a.b+t1-x@c.test"
    assert without_plus("a.b+t1-x@c.test") == "a.b@c.test"
    assert without_plus("a.b@c.test") == "a.b@c.test"


@settings(derandomize=True, max_examples=300, deadline=None, database=None)
@given(st.integers(1, 2**62), st.integers(0, 19), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_token_with_one_sign_changed_is_none(ticket_id: int, place: int, sign: str) -> None:
    good = token(KEY, ticket_id, LEE)
    head, _, tail = good.partition("-")
    changed = f"{head}-{tail[:place]}{sign}{tail[place + 1 :]}"
    assert ticket_of([KEY], LEE, [changed]) == (ticket_id if changed == good else None)


@settings(derandomize=True, max_examples=300, deadline=None, database=None)
@given(st.lists(st.text(max_size=80), max_size=5), st.text(max_size=20))
def test_no_text_leads_to_a_ticket_or_raises(places: list[str], address: str) -> None:
    assert ticket_of([KEY], address, places) is None
