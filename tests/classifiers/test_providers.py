"""Places: found as learners write them, never guessed between."""

import pytest

from models.framework import AmbiguousName, Reference
from tests.classifiers.conftest import Read


@pytest.mark.parametrize(
    ("text", "provider", "site"),
    [
        ("I am a student ODP at New Cross.", "RL4", "RL403"),
        ("first year student nurse, new cross, ward 12", "RL4", "RL403"),
        ("im on nights at royal stoke", "RJE", "RJE01"),
        ("I am an F1 at the Royal Stoke.", "RJE", "RJE01"),
        ("ODP at glenfeild hospital", "RWE", "RWEAE"),
        ("f1 at linconl county", "RWD", "RWDDA"),
        ("F2 in orthopaedics, midland met", "RXK", "I3W1A"),
        ("Student physio at Walsall Manor here", "RBK", "RBK02"),
        ("no heating in the on call room at kettering", "RNQ", None),
        ("I am at the City Hospital in Nottingham.", "RX1", "RX1CC"),
        ("I am at UHDB.", "RTG", None),
        ("I am at UHB.", "RRK", None),
        ("I studied at Leicester uni and now work at Russells Hall.", "RNA", "RNA01"),
        ("I used to be at Good Hope, now I am at Kings Mill.", "RK5", "RK5BC"),
        ("We moved the patient to QMC. I work at Kings Mill.", "RK5", "RK5BC"),
    ],
)
def test_the_place_is_found(read: Read, text: str, provider: str, site: str | None) -> None:
    verdict = read(text)
    assert (verdict.provider, verdict.provider_candidates) == (provider, ())
    assert site is None or verdict.site == site


@pytest.mark.parametrize(
    "text",
    [
        "We live in good hope that this gets better.",
        "I am at Peterborough City Hospital.",
        "The General Medical Council asked about it.",
        "I drive from Stafford Road every day.",
        "The rota is a royal mess.",
        "It is stoke of luck that nobody fell.",
    ],
)
def test_everyday_words_and_places_elsewhere_are_no_place_of_ours(read: Read, text: str) -> None:
    verdict = read(text)
    assert (verdict.provider, verdict.site, verdict.provider_candidates) == (None, None, ())


def test_a_name_of_several_places_stays_open_and_asks_a_person(read: Read) -> None:
    verdict = read("I started at City Hospital three weeks ago and I still have no login.")
    assert (verdict.provider, verdict.site) == (None, None)
    assert set(verdict.provider_candidates) == {"RX1", "RXK"}
    assert "the place is named by a name that several go by" in verdict.needs_person_reasons


def test_the_writers_own_name_is_no_place(read: Read) -> None:
    verdict = read("I started at City Hospital three weeks ago and I still have no login.\n\nAlex")
    assert (verdict.provider, set(verdict.provider_candidates)) == (None, {"RX1", "RXK"})


def test_every_ambiguous_name_of_the_reference_data_stays_open(read: Read, reference: Reference) -> None:
    def settled(one: AmbiguousName) -> bool:
        return read(f"There is no handover at {one.name}.").provider is not None

    assert [one.name for one in reference.ambiguous_names if settled(one)] == []


def test_acronyms_one_letter_apart_are_never_confused(read: Read) -> None:
    codes = {
        name: read(f"I am at {name} and there is no handover.").provider
        for name in ("UHL", "UHB", "NUH", "UHNM", "UHCW", "UHDB")
    }
    assert codes == {"UHL": "RWE", "UHB": "RRK", "NUH": "RX1", "UHNM": "RJE", "UHCW": "RKB", "UHDB": "RTG"}


def test_an_acronym_with_a_slip_is_not_corrected_to_a_neighbour(read: Read) -> None:
    assert read("I am at UHMB and there is no handover.").provider is None


def test_nearly_every_hospital_is_found_by_its_full_name(read: Read, reference: Reference) -> None:
    sites = [
        place for place in reference.providers.values() if place.kind == "site" and "hospital" in place.name.lower()
    ]
    missed = [
        place.name
        for place in sites
        if (verdict := read(f"There is no handover at {place.name}.")).provider != reference.organisation_of(place.code)
        and reference.organisation_of(place.code) not in verdict.provider_candidates
    ]
    assert len(sites) > 50
    assert missed == []
