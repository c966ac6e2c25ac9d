"""Facts about a ticket's page: the learner's words, the evidence in them, and what the machine proposes."""

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.desk.highlight import pieces
from intake.desk.labels import in_words
from models.framework import Reference
from models.rights import SYSTEM
from models.verdict import Evidence, Kind
from tests.intake.desk.conftest import Site, Visitor
from tests.intake.desk.making import NIGHTS, follow_up, graded, nights, open_ticket, quoted, ungraded

WHY = re.compile(r'<span class="desk-why">[^<]*</span>')


def plain(markup: str) -> str:
    """The text of a page, its white space as one blank each."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", markup).split()))


def original(page: str) -> str:
    """The learner's words as the page shows them, character by character."""
    [shown] = re.findall(r'<div class="desk-words" dir="auto">(.*?)</div>', page, re.DOTALL)
    return html.unescape(re.sub(r"</?(mark|a)[^>]*>", "", WHY.sub("", shown)))


def marked(page: str) -> list[tuple[str, str]]:
    """The marked words, each with the reason that stands beside them."""
    found = re.findall(
        r'<mark[^>]*><a class="desk-mark" href="#because-\d+">([^<]*)<span class="desk-why"> \(([^<]*)\)</span></a>',
        page,
    )
    return [(html.unescape(text), html.unescape(why)) for text, why in found]


def quoted_reasons(page: str) -> str:
    """What stands under "The words behind it"."""
    [found] = re.findall(r'<dl class="desk-evidence">(.*?)</dl>', page, re.DOTALL)
    return plain(found)


def test_the_words_are_shown_as_they_were_written_and_the_evidence_is_marked_at_exactly_its_words(
    site: Site, officer: Visitor
) -> None:
    page = officer.get(f"/tickets/{open_ticket(site.store, nights(), text=NIGHTS)}").text
    assert original(page) == NIGHTS
    assert marked(page) == [
        ("City Hospital", "Place, perhaps: Nottingham University Hospitals NHS Trust."),
        (
            "no registrar on the ward",
            "Graded 3 because: likelihood 4, happens again and again. Theme: Supervision.",
        ),
        (" for three nights in a row", "Graded 3 because: likelihood 4, happens again and again."),
        (
            "moved to intensive care",
            "Red flag: Patients at risk now. Graded 3 because: impact 4, serious, harm or nearly so.",
        ),
        ("afraid to say this openly", "Theme: Speaking up."),
    ]
    assert re.search(r'<mark class="desk-urgent"><a [^>]*>moved to intensive care', page)


def test_a_level_that_the_machine_did_not_settle_on_is_not_told_as_the_reason_of_the_grade(
    site: Site, officer: Visitor
) -> None:
    seen = replace(nights(), likelihood=3)
    page = officer.get(f"/tickets/{open_ticket(site.store, seen, text=NIGHTS)}").text
    alone = "These words alone would be likelihood 4"
    assert (" for three nights in a row", f"{alone}, happens again and again.") in marked(page)
    assert f"{alone}: happens again and again no registrar on the ward" in plain(page)
    assert "Likelihood 3: could well happen again" in plain(page)


def test_every_mark_leads_to_its_reason_in_the_list(site: Site, officer: Visitor) -> None:
    page = officer.get(f"/tickets/{open_ticket(site.store, nights(), text=NIGHTS)}").text
    for number in set(re.findall(r'href="#because-(\d+)"', page)):
        assert page.count(f'id="because-{number}"') == 1


def test_no_rule_and_no_model_stands_in_plain_view(site: Site, officer: Visitor) -> None:
    page = officer.get(f"/tickets/{open_ticket(site.store, nights(), text=NIGHTS)}").text
    main = page.partition("<main")[2]
    details = re.search(r'<details class="desk-small-details">.*?</details>', main, re.DOTALL)
    assert details is not None
    for name in ("rules-1.0.0", "cue red_flag", "ambiguous name"):
        assert name in details[0]
        assert name not in main.replace(details[0], "")


def test_the_matrix_names_the_square_of_the_machine_and_that_of_the_officer(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    page = officer.get(f"/tickets/{reference}").text
    squares = re.findall(r'<td class="desk-square (.*?)</td>', page, re.DOTALL)
    assert len(squares) == 25
    assert [plain(f"<{one}") for one in squares if "machine" in one] == ["category 3 M , the machine’s square"]
    assert "M The machine: impact 4, serious, harm or nearly so; likelihood 4, happens" in plain(page)
    form = {"kind": "concern", "isf": "1", "impact": "2", "likelihood": "3", "candidate": "other", "is_lower": "1"}
    assert officer.send_form(f"/tickets/{reference}/decide", version=1, reason="Read.", **form).status_code == 303
    page = plain(officer.get(f"/tickets/{reference}").text)
    assert "the officer’s square" in page
    assert "O The officer: impact 2, somewhat affected, easily put right; likelihood 3, could well" in page


def test_what_nobody_graded_has_no_matrix(site: Site, officer: Visitor) -> None:
    assert "desk-square" not in officer.get(f"/tickets/{open_ticket(site.store, ungraded())}").text


def test_standards_are_proposed_from_the_themes_and_changed_with_a_reason(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(themes=("supervision",)))
    page = officer.get(f"/tickets/{reference}").text
    ticked = re.findall(r'name="standards" type="checkbox" value="([\d.]+)" checked', page)
    assert ticked == ["3.5", "4.2"]
    form: dict[str, str | int | list[str]] = {
        "version": 1, "kind": "concern", "isf": "1", "impact": "2", "likelihood": "3", "themes": "supervision",
        "standards_asked": "yes", "standards": ["3.5", "1.7"],
    }  # fmt: skip
    assert officer.send_form(f"/tickets/{reference}/decide", **form).status_code == 422
    assert officer.send_form(f"/tickets/{reference}/decide", **form, reason="Fear.").status_code == 303
    with site.store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
    assert ticket is not None
    assert ticket.decisions[-1].standards == ("3.5", "1.7")
    assert "1.7 Learners can speak up without fear" in plain(officer.get(f"/tickets/{reference}").text)


def test_the_evidence_is_listed_by_label_red_flags_first_and_says_where_it_stood(site: Site, officer: Visitor) -> None:
    page = officer.get(f"/tickets/{open_ticket(site.store, nights(), text=NIGHTS)}").text
    evidence = page.partition('<dl class="desk-evidence">')[2].partition("</dl>")[0]
    assert re.findall(r"<dt>([^<]+)</dt>", evidence)[0] == "Red flag: Patients at risk now"
    assert len(re.findall(r"<dt>Theme: Supervision</dt>", evidence)) == 1
    assert "“" not in evidence
    assert "alone in the subject" in plain(evidence)


def test_all_places_that_an_ambiguous_name_can_mean_are_named(site: Site, officer: Visitor) -> None:
    page = plain(officer.get(f"/tickets/{open_ticket(site.store, nights(), text=NIGHTS)}").text)
    both = "One of: Nottingham University Hospitals NHS Trust; Sandwell and West Birmingham Hospitals NHS Trust"
    assert both in page
    assert "The place is not known." in page
    assert "the place could be one of several" in page
    assert "Which place is it? Nottingham University Hospitals NHS Trust (RX1) Sandwell" in page


def test_the_grade_is_explained(site: Site, officer: Visitor) -> None:
    page = plain(officer.get(f"/tickets/{open_ticket(site.store, nights(), text=NIGHTS)}").text)
    assert "3: Major concern Impact 4 × likelihood 4 = 16. The machine is 80% sure." in page
    assert "If it is category 3: Major concern" in page
    assert "The Postgraduate Dean" in page
    assert "3.5" in page


def test_what_the_machine_did_not_grade_it_does_not_seem_to_have_graded(site: Site, officer: Visitor) -> None:
    page = plain(officer.get(f"/tickets/{open_ticket(site.store, ungraded())}").text)
    assert "The machine found no words to grade by." in page
    assert "Category Not graded Impact Not graded Likelihood Not graded" in page
    assert "Left ungraded by the machine" in page
    assert "Accept all:" not in page
    assert "category 2" not in page


def test_a_message_that_is_no_concern_has_no_category(site: Site, officer: Visitor) -> None:
    page = plain(officer.get(f"/tickets/{open_ticket(site.store, graded(kind=Kind.GOOD_PRACTICE, isf=0))}").text)
    assert "Category No category" in page
    assert "Accept all: good practice" in page


def test_later_messages_add_to_the_proposal_and_take_nothing_from_it(site: Site, officer: Visitor) -> None:
    first = "We have no breaks at Leicester."
    reference = open_ticket(
        site.store,
        graded(provider="RWE", themes=("workload",), evidence=(quoted(first, "no breaks", "theme:workload"),)),
        text=first,
    )
    second = "Yesterday a consultant threw a phone at me."
    worse = graded(
        isf=3, impact=4, likelihood=4, themes=("violence",), red_flags=("violence",),
        evidence=(quoted(second, "threw a phone", "red_flag:violence"),),
    )  # fmt: skip
    follow_up(site.store, reference, worse, text=second)
    page = officer.get(f"/tickets/{reference}").text
    assert [text for text, _ in marked(page)] == ["no breaks", "threw a phone"]
    text = plain(page)
    assert "3: Major concern" in text
    assert "Place University Hospitals of Leicester NHS Trust" in text
    assert "Violence and threats, Workload" in text
    assert "Accept all: category 3" in text


def test_what_is_sealed_is_not_on_the_page_and_the_faults_of_the_mail_are(site: Site, officer: Visitor) -> None:
    reference = open_ticket(
        site.store,
        text="My answer.\n\n> what you asked",
        new_text="My answer.",
        attachments=("mrs-made-up.pdf (application/pdf, 12 kB)",),
        defects=("a part was cut off",),
    )
    page = officer.get(f"/tickets/{reference}").text
    assert "My answer." in page
    assert "application/pdf, 12 kB" in page
    assert "Reading it was not easy: a part was cut off ." in plain(page)
    for sealed in ("what you asked", "mrs-made-up", "Alex Example", "alex@student.test"):
        assert sealed not in page
    assert officer.get("/held/1/raw").status_code == 404


def test_a_very_long_message_is_cut_and_says_so(site: Site, officer: Visitor) -> None:
    page = officer.get(f"/tickets/{open_ticket(site.store, text='word ' * 60_000)}").text
    assert len(page) < 500_000
    assert "only the beginning of a very long message" in page


def test_a_reference_is_found_whatever_its_case(site: Site, officer: Visitor) -> None:
    assert officer.get(f"/tickets/{open_ticket(site.store).lower()}").status_code == 200


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("theme:supervision", "Theme: Supervision"),
        ("likelihood:4", "Likelihood 4: happens again and again"),
        ("provider:RWE", "Place: University Hospitals of Leicester NHS Trust"),
        ("provider_candidate:RX1", "Place, perhaps: Nottingham University Hospitals NHS Trust"),
        ("specialty:326", "Specialty: Acute Internal Medicine"),
        ("kind:good_practice", "Kind of message: Good practice"),
        ("red_flag:gone_from_the_reference", "Red flag: gone from the reference"),
        ("provider:XXX", "Place: XXX"),
        ("isf:0", "Category 0: No concern to follow up"),
        ("raised:recurrence", "What raised it: it happens again and again"),
        ("raised:red_flag.violence", "What raised it: a red flag, Violence"),
        ("raised:theme.safeguarding", "What raised it: a theme that is serious in itself, Safeguarding"),
        ("raised:something_new", "What raised it: something new"),
        ("language:fr", "Language: fr"),
        ("something_new", "Something new"),
    ],
)
def test_labels_in_words(words: Reference, label: str, said: str) -> None:
    assert in_words(label, words) == said


def test_what_raised_the_grade_is_told_beside_its_words(site: Site, officer: Visitor) -> None:
    labels = ("impact:5", "raised:worst_words", "raised:known", "isf:3")
    seen = tuple(quoted("A patient died.", "patient died", label, "rules/x") for label in labels)
    verdict = graded(impact=5, likelihood=4, isf=3, evidence=seen)
    page = officer.get(f"/tickets/{open_ticket(site.store, verdict, text='A patient died.')}").text
    [(words, why)] = marked(page)
    assert words == "patient died"
    assert why.startswith("Graded 3 because: impact 5")
    assert why.endswith(". What raised it: words of the worst kind of harm; it is known and was not put right.")
    assert "Category 3: " in quoted_reasons(page)


def test_words_that_only_stand_for_the_message_are_not_marked(site: Site, officer: Visitor) -> None:
    text = "Something about my placement."
    seen = tuple(quoted(text, text, label, "rules/impact.unsaid") for label in ("impact:3", "isf:2"))
    verdict = graded(impact=3, likelihood=3, isf=2, graded=False, needs_person=True, evidence=seen)
    assert marked(officer.get(f"/tickets/{open_ticket(site.store, verdict, text=text)}").text) == []


def test_a_category_of_what_is_no_concern_is_not_shown_as_a_reason(site: Site, officer: Visitor) -> None:
    text = "The teaching is the best."
    seen = tuple(quoted(text, "the best", label, "rules/kind") for label in ("kind:good_practice", "isf:0"))
    verdict = graded(kind=Kind.GOOD_PRACTICE, impact=1, likelihood=1, isf=0, evidence=seen)
    page = officer.get(f"/tickets/{open_ticket(site.store, verdict, text=text)}").text
    assert marked(page) == [("the best", "Kind of message: Good practice.")]
    assert "Category 0" not in quoted_reasons(page)


def test_evidence_that_does_not_fit_the_text_is_not_marked() -> None:
    off = [
        Evidence(label="a", text="other", start=0, end=4, source=""),
        Evidence(label="b", text="text", start=None, end=None, source=""),
        Evidence(label="c", text="text!", start=0, end=5, source=""),
        Evidence(label="d", text="", start=2, end=2, source=""),
    ]
    assert [piece.labels for piece in pieces("text", off)] == [()]


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(-2, 42), st.integers(-2, 42)), max_size=8))
def test_the_pieces_are_the_text_again_and_carry_every_span_exactly(text: str, spans: list[tuple[int, int]]) -> None:
    fitting = [
        Evidence(label=str(number), text=text[start:end], start=start, end=end, source="")
        for number, (start, end) in enumerate(spans)
        if 0 <= start < end <= len(text)
    ]
    cut = pieces(text, fitting)
    assert "".join(piece.text for piece in cut) == text
    for one in fitting:
        assert "".join(piece.text for piece in cut if one.label in piece.labels) == one.text
