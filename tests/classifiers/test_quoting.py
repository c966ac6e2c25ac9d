"""Facts about quoted mails: only what mail programs write begins one, and what a writer brings as evidence is read."""

import pytest

from tests.classifiers.parts import Part, parts

OWN = "I am a student nurse and I would like to tell you about the ward that I am on.\n\n"
OLDER = "We will look into the rota and come back to you within the week."


@pytest.fixture(scope="module")
def cut() -> Part:
    return parts("sentences")


def part_of(cut: Part, text: str, word: str) -> str:
    """The part of a word: `body` too where a line that is marked is read as the message."""
    found = next(one.part for one in cut(text).sentences if word in {each.norm for each in one.words})
    return "body" if found == "cited" else found


@pytest.mark.parametrize("rule", ["_" * 12, "-" * 12, "=" * 30, "_" * 40 + "\n" + "_" * 40])
def test_a_rule_alone_begins_no_quoted_mail(cut: Part, rule: str) -> None:
    assert part_of(cut, f"{OWN}{rule}\nThe consultant shouts at students every day", "shouts") == "body"


@pytest.mark.parametrize(
    "intro",
    [
        "On Monday the consultant wrote:",
        "My supervisor wrote:",
        "On 3 November 2025 the consultant wrote:",
        "On Monday at 14:30 the consultant wrote:",
        "On Monday 3 November 2025 at 14:30 the consultant wrote:",
        "On Tue the rota team wrote: and I quote",
        "From: the first of May\nTo: the end of June",
    ],
)
def test_what_a_writer_quotes_in_their_own_words_is_read(cut: Part, intro: str) -> None:
    assert part_of(cut, f"{OWN}{intro}\nYou are useless and I will fail you", "useless") == "body"
    assert part_of(cut, f"{OWN}{intro}\n> You are useless and I will fail you", "useless") == "body"


@pytest.mark.parametrize(
    "intro",
    [
        "On Mon, 3 Nov 2025 at 10:00, Sam Smith <sam@nhs.net> wrote:",
        "On Mon, 3 Nov 2025 at 10:00, Sam Smith of the quality team\n<sam@nhs.net> wrote:",
        "On 03/11/2025 10:00, Sam Smith wrote:",
        "Sam Smith <sam@nhs.net> wrote:",
        "-----Original Message-----",
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "From: Sam Smith\nSent: 03 November 2025 10:00\nTo: Lee\nSubject: Rota",
        "From: Sam Smith <sam@nhs.net>\nDate: Monday",
        "________________________________\nFrom: Sam Smith\nSent: 03 November 2025 10:00\nTo: Lee\nSubject: Rota",
    ],
)
def test_what_stands_behind_a_mail_programs_line_is_quoted(cut: Part, intro: str) -> None:
    assert part_of(cut, f"{OWN}{intro}\n\n{OLDER}", "rota") == "quoted"
    assert part_of(cut, f"{OWN}{intro}\n\n> {OLDER}", "week") == "quoted"
    assert part_of(cut, f"{OWN}{intro}\n\n{OLDER}", "nurse") == "body"


@pytest.mark.parametrize("mark", [">", "\uff1e", " >"])
def test_a_line_marked_alone_and_a_list_are_read(cut: Part, mark: str) -> None:
    assert part_of(cut, f"{OWN}{mark} a patient died\nNobody came.", "died") == "body"
    assert part_of(cut, f"{OWN}{mark} no supervisor\n{mark} no breaks\n\nThank you for reading", "breaks") == "body"
    assert part_of(cut, f"{OWN}These things:\n{mark} {OLDER}\n{mark} {OLDER}\n", "rota") == "body"
    assert part_of(cut, f"Hello\n{mark} {OLDER}\n{mark} {OLDER}\n", "rota") == "body"


def test_a_line_marked_alone_is_read_in_a_page(cut: Part) -> None:
    assert part_of(cut, f"<p>{OWN}</p>\n<p>&gt; a patient died</p>\n<p>Nobody came.</p>", "died") == "body"


def test_lines_that_a_program_broke_and_marked_are_quoted(cut: Part) -> None:
    assert part_of(cut, f"{OWN}> {OLDER}\n> and then we will speak\n\nThat is all.", "rota") == "quoted"
    assert part_of(cut, f"{OWN}On Mon, 3 Nov 2025 at 10:00, Sam wrote:\n> no rota", "rota") == "quoted"


def test_an_older_mail_without_a_word_of_the_writer_is_the_message(cut: Part) -> None:
    assert part_of(cut, f"On Mon, 3 Nov 2025 at 10:00, Sam wrote:\n> {OLDER}", "rota") == "body"


def test_many_lines_of_marks_and_intros_take_no_time(cut: Part) -> None:
    assert cut("on 1 wrote:\n" * 3_000 + "> x\n\n\n\n\n" * 3_000 + "from: x\n" * 3_000).sentences
