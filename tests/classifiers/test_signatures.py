"""Facts about signatures: a name, a post and how to find somebody are one, and a line that tells something is none."""

import pytest

from tests.classifiers.parts import Part, parts


@pytest.fixture(scope="module")
def cut() -> Part:
    return parts("sentences")


@pytest.mark.parametrize(
    "line",
    [
        "NB: chest drain inserted by students unsupervised",
        "N.B. the consultant",
        "PS drugs left out on ward 4 again",
        "Still no supervisor",
        "Also chest drains without a registrar",
        "Note the rota",
        "No supervisor",
        "no supervisor on nights",
        "NO SUPERVISOR ON WARD 4",
        "Chest drain inserted by students",
        "Consultant asleep on shift",
        "Staff bullying students",
        "Patients in corridors",
        "drugs cupboard open all night",
        "Registrar drunk",
        "Consultant shouts at students",
        "understaffed",
        "Bullying",
    ],
)
@pytest.mark.parametrize("greeting", ["Thanks", "Kind regards\nSam Smith"])
def test_a_line_that_tells_something_is_no_signature(cut: Part, greeting: str, line: str) -> None:
    assert cut(f"The rota came late.\n\n{greeting}\n{line}").sentences[-1].part == "body"


@pytest.mark.parametrize(
    "signature",
    [
        "Sam",
        "sam smith",
        "Sam Smith (she/her)",
        "Dr Sam O'Neill, MBBS MRCP",
        "SAM SMITH\nST3 CARDIOLOGY",
        "Sam Smith\nSenior lecturer and link tutor\nUniversity of Derby",
        "Sam Smith\nThird-year student nurse, adult field",
        "Sam Smith\nLead for Bullying and Harassment",
        "Sam\nNewly qualified midwife",
        "On behalf of the registrars\nRoyal Stoke University Hospital",
        "Sam Smith | ST5 | bleep 1234\nTel: 01332 123456\nsam.left@nhs.net\nwww.nhs.uk/open",
        "Sam Smith\n4 Station Road\nDerby DE1 2AB",
        "F1, acute medicine\n(name supplied on request)",
        "Healthcare support worker",
        "Freedom to Speak Up Guardian",
        "Freedom to speak up guardian",
        "Patient safety lead, Ward 12 (stroke)",
        "Postgraduate medical education manager\nWorking days: Monday to Thursday",
        "GP trainer\nBest regards",
        "Mr and Mrs Smith",
        "grace",
        "Blessing",
        "Placement contracts officer",
        "Sam Smith\nPlease consider the environment before printing this e-mail",
        "SAM SMITH\nSENIOR LECTURER IN NURSING\nUNIVERSITY OF DERBY",
    ],
)
def test_who_somebody_is_and_where_to_find_them_is_a_signature(cut: Part, signature: str) -> None:
    sentences = cut(f"The rota came late.\n\nKind regards\n{signature}").sentences
    assert {one.part for one in sentences[1:]} == {"signature"}


def test_many_greetings_take_no_time(cut: Part) -> None:
    assert cut("Thanks\nno supervisor\nPS\n" * 5_000).sentences[-1].part == "body"
