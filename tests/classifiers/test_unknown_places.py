"""Places beyond the reference data: kept as words, and known once they are imported."""

from dataclasses import replace

import pytest

from classifiers.pipeline import Classifier
from classifiers.unknown_places import only_ordinary
from models.framework import Provider, Reference
from models.verdict import Verdict
from tests.classifiers.conftest import Read


def unknown(verdict: Verdict) -> list[str]:
    return [one.text for one in verdict.evidence if one.label == "place:unknown"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I am a GP registrar at Oakfield Surgery and have no room.", "Oakfield Surgery"),
        ("Student nurse at Thornbury Hospice, alone at night.", "Thornbury Hospice"),
        ("I was placed at Brackenhurst Medical Centre.", "Brackenhurst Medical Centre"),
        ("im at larkhaven surgery, gp st2", "larkhaven surgery"),
        ("I am at Harbour View Rehabilitation Centre.", "Harbour View Rehabilitation Centre"),
        ("placement at Brindley Court care home, no supervisor", "Brindley Court care home"),
        ("Student paramedic at Kettleby ambulance station.", "Kettleby ambulance station"),
        ("I am placed with Willow Tree Pharmacy and left alone.", "Willow Tree Pharmacy"),
    ],
)
def test_a_place_that_nobody_has_entered_is_kept_with_its_words(read: Read, text: str, name: str) -> None:
    verdict = read(text)
    assert unknown(verdict) == [name]
    shown = next(one for one in verdict.evidence if one.label == "place:unknown")
    assert text[shown.start : shown.end] == name
    assert verdict.provider is None


@pytest.mark.parametrize(
    "text",
    [
        "I am an F1 in General Surgery at Glenfield.",
        "The Fracture Clinic is full.",
        "I was placed in a Nursing Home, then with Community Pharmacy.",
        "General Practice is hard.",
        "The trust and the practice do not answer.",
        "We had Day Surgery lists. Every Clinic was cancelled.",
        "I AM IN THE HOSPITAL AND THE CLINIC IS SHUT",
    ],
)
def test_a_service_is_no_unknown_place(read: Read, text: str) -> None:
    assert unknown(read(text)) == []


@pytest.mark.parametrize("name", ["bullying", "rota gaps", "datix", "night 2", "the riverside"])
def test_ordinary_words_with_no_kind_of_place_are_known_as_such(name: str) -> None:
    assert only_ordinary(name.split())


@pytest.mark.parametrize(
    "name", ["thornbury", "riverside hospice", "hope med ctr", "park road surgery", "warwick university", "uhx"]
)
def test_an_unusual_word_or_a_kind_of_place_makes_a_name(name: str) -> None:
    assert not only_ordinary(name.split())


@pytest.fixture(scope="module")
def imported(reference: Reference) -> Classifier:
    """A classifier that knows some imported practices and a hospice."""
    places = [
        Provider(code="M80001", name="Oakfield Surgery", kind="gp", town="Lichfield"),
        Provider(code="M80002", name="Park Road Surgery", kind="gp", town="Rugby"),
        Provider(code="M80003", name="Park Road Surgery", kind="gp", town="Ludlow"),
        Provider(code="M80004", name="The Surgery", kind="gp", town="Leek"),
        Provider(code="V00001", name="Millbank Dental Practice", kind="dental", town="Corby"),
        Provider(code="8H001", name="Thornbury Hospice", kind="other", town="Stone"),
    ]
    return Classifier(
        replace(reference, providers={**reference.providers, **{one.code: one for one in places}}), encoder="none"
    )


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("I am a GP registrar at Oakfield Surgery.", "M80001"),
        ("gp st2, oakfield surgery, no room", "M80001"),
        ("I am at Park Road Surgery in Ludlow.", "M80003"),
        ("Foundation dentist at Millbank Dental Practice.", "V00001"),
        ("Student nurse at Thornbury Hospice.", "8H001"),
        ("The surgery is closed and the practice manager is away.", None),
        ("I walk through the park, past the road and the surgery.", None),
    ],
)
def test_imported_places_are_found_by_their_names(imported: Classifier, text: str, provider: str | None) -> None:
    verdict = imported.classify(subject="", text=text, channel="email")
    assert verdict.provider == provider
    assert unknown(verdict) == []


def test_a_name_that_several_imported_places_have_stays_open(imported: Classifier) -> None:
    verdict = imported.classify(subject="", text="I am a GP trainee at Park Road Surgery.", channel="email")
    assert (verdict.provider, set(verdict.provider_candidates)) == (None, {"M80002", "M80003"})
