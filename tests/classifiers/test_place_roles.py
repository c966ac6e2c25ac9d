"""The place concerned is told apart from all the other places that a message names."""

import pytest

from tests.classifiers.conftest import Read


@pytest.mark.parametrize(
    ("text", "provider", "site"),
    [
        # A town or a surname is a place where a grade, a ward or a comma says so.
        ("Trust doctor, Coalville, nights. The torch is broken.", "RT5", "RT5PE"),
        ("ed st3 walsall, the rota is late", "RBK", None),
        ("Student midwife, Skegness, practical arrangements.", "RY5", "RY539"),
        ("barberry, student nurse, no handover at all", "RXT", "RXTD3"),
        ("f1 gen surg heartlands, alone every night", "RRK", "RRK97"),
        ("I am on paeds in Louth this term.", "RWD", "RWDAA"),
        # Short forms, nicknames, possessives and capitals.
        ("I am tACP on paeds at Brum Childrens.", "RQ3", "RQ301"),
        ("PA student, west mids rehab centre", "RYW", "RYW17"),
        ("Trainee pharmacist, Lincs Community Health Services.", "RY5", None),
        ("Feilding Palmer's ward is lovely, I am a student SLT.", "RT5", "RT5PH"),
        ("AT ST MICHAEL'S WARWICK WE HAVE NO HANDOVER", "RYG", "RYG79"),
        ("f2 in paeds at jorge elliot hosp", "RLT", "RLT01"),
        ("the nurses @ Good Hope taught me veins, I am a student", "RRK", "RRK98"),
        ("nobody looks after us on the long days, tna yr1 Newark", "RK5", "RK5HP"),
        ("We get no breaks at all.\nReg in acute medicine, New Cross", "RL4", "RL403"),
        # Half a name with its town.
        ("ODP student in main theatres at Queens in Burton", "RTG", "RTG02"),
        ("I go to St George's in Stafford for the clinic.", "RRE", "RRE11"),
        ("therapeutic rads student at city hosp nottm", "RX1", "RX1CC"),
        # The town behind a name is only where it is.
        ("I am training on the Elgar Unit in Worcester.", "R1A", "R1ADW"),
        # Taken back in mid-sentence.
        ("My block is at the LRI... sorry, the General, they moved us.", "RWE", "RWEAK"),
        ("I work at Glenfield, no, sorry, the LRI.", "RWE", "RWEAA"),
        # Earlier, later, elsewhere, and other people's.
        ("I was at Royal Derby until September. It is my job at Kings Mill that I write about.", "RK5", "RK5BC"),
        ("CT2 here at Newark, moving to Heartlands in August.", "RK5", "RK5HP"),
        ("I am an F1 at the QE and live by Sandwell.", "RRK", "RRK15"),
        ("I was sent to Hallam Street for a transfer and nobody was there.", "TAJ", "TAJ20"),
        ("My friend at Rowley Regis tells me that the scanner is broken.", "RXK", "RXK10"),
        ("In 2014 when I was an F1 at Burton we had no fridge.", "RTG", "RTG02"),
        ("IMT3 on secondment with NHFT (Northants), letters run late.", "RP1", None),
        ("I am a physio student and was allotted to Heartlands.", "RRK", "RRK97"),
        # A town stands for the trust that gives the care of the post.
        ("I am an ST5 in psychiatry, Derby, and the rota is late.", "RXM", None),
        ("I am an ST5 in paediatrics, Derby, and the rota is late.", "RTG", None),
        ("ST2 psychiatry, Leicester. No supervisor since August.", "RT5", None),
        ("I'm a cardiology fellow (Nottingham) and have no log-in.", "RX1", None),
        ("F2 on the wards in Lincoln, no mess.", "RWD", "RWDDA"),
        ("I am on placement with the mental health team in Kettering.", "RP1", None),
        ("My block is with the district nurses in Worcester.", "R1A", None),
        ("adult nursing, yr 2, worcester", "RWP", "RWP50"),
        ("GPST2 doing paediatrics in Stafford, no teaching.", "RJE", "RJE09"),
        ("I am on the school nursing base in Corby.", "RP1", "RP1N8"),
        ("I am the college tutor at Walsall.", "RBK", None),
        # A city says nothing beside a place that is named.
        ("I am an F1 on the wards in Derby and my clinic is at Ilkeston Hospital.", "RY8", "RY8RH"),
        # A stay that goes on is no earlier one.
        ("I am the F2 at Bradwell until April.", "RRE", "R1EE5"),
        # The trust, not its hospital.
        ("Medical student at Chesterfield Royal FT.", "RFS", None),
        ("F1 with South Warwickshire University NHS FT.", "RJC", None),
        ("Student nurse at Kettering, no heating.", "RNQ", None),
    ],
)
def test_the_place_concerned_is_named(read: Read, text: str, provider: str, site: str | None) -> None:
    verdict = read(text)
    assert (verdict.provider, verdict.site) == (provider, site)


@pytest.mark.parametrize(
    "text",
    [
        "ST3 geriatrics at the Queen Elizabeth in King's Lynn, no consultant on Sunday.",
        "I am a prosthetics student at Stoke Mandeville.",
        "I am doing my foundation year in a community pharmacy in Corby.",
        "My contract is with the lead employer.",
        # A practice in a town is none of its trusts.
        "I'm a GP registrar in Ludlow and do 54 hours a week.",
        "gpst3, rugby, no tutorials since may",
        "I am at a large practice in Nuneaton and have no smartcard.",
        # Several trusts give this care there.
        "I am a student midwife in Birmingham, nights are short.",
        # Where somebody only studies.
        "In my second year at Nottingham nobody told us of this.",
        # Any such place.
        "I was at a community hospital and nobody had a key.",
        "I write from a dental hospital.",
        # An everyday word is no half name: this is not Cannock Chase.
        "The day team write names in a notebook with pls chase and go home.",
        "The minibus from Lincoln is late.",
        "I study at the University of Leicester.",
        "I'm an F2 and moving to core training at Heartlands.",
        "Nobody told the guest that the rota is out.",
        "Thanks, Victoria",
        "I spoke with Alex about my leave.",
        "The general feeling is that nobody cares.",
        "The county council closed the road.",
    ],
)
def test_no_place_is_concerned(read: Read, text: str) -> None:
    verdict = read(text)
    assert (verdict.provider, verdict.site, verdict.provider_candidates) == (None, None, ())


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("the county, surgical reg. rota arrived tuesday", {"RJE", "RWD", "RLQ"}),
        ("oncology st4, the general.. no peer review since may", {"RWE", "RNS", "RNQ", "RXK"}),
        ("nursing associate at the Princess, no breaks", {"RXW", "R1A"}),
        ("student nurse w the partnership trust, CMHT", {"RT5", "RP7", "RYG", "RRE"}),
        ("I am with the foundation group, SLT student", {"RJC", "RLQ", "RLT", "RWP"}),
    ],
)
def test_what_fits_several_stays_open(read: Read, text: str, candidates: set[str]) -> None:
    verdict = read(text)
    assert (verdict.provider, set(verdict.provider_candidates)) == (None, candidates)


@pytest.mark.parametrize(
    "text",
    [
        "We have had no registrar at night for weeks and I am scared. I am moving to Good Hope in August.",
        "Hello, I am starting at Good Hope in August. Where do I get my badge, please?",
    ],
)
def test_where_somebody_will_start_is_not_the_place(read: Read, text: str) -> None:
    assert read(text).provider is None


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        # What somebody had elsewhere, beside what is missing here.
        ("At Royal Derby we had lockers. At Kings Mill there is nowhere for our bags.", "RK5"),
        ("At Glenfield we had a rest room. At Good Hope we have none.", "RRK"),
        ("Royal Derby gave us a proper induction. Kings Mill gives us nothing.", "RK5"),
        ("At Kings Mill there is nowhere for our bags. At Royal Derby we had lockers.", "RK5"),
        # What is missing in the past, or bad, is the concern itself.
        ("At Kings Mill there was nowhere for our bags. At Royal Derby there is a locker.", "RK5"),
        ("At Kings Mill I had a panic attack. At Royal Derby I have not.", "RK5"),
        ("Last week at Kings Mill nobody answered the bleep. The patient is now at Royal Derby.", "RK5"),
        ("At Kings Mill we had no handover for weeks.", "RK5"),
        # Where a patient came from.
        ("The patient came to us from Kettering General. At Leicester Royal Infirmary nobody saw him.", "RWE"),
        ("A man came in from Kings Mill with sepsis and Royal Derby had no registrar.", "RTG"),
        ("He was sent over from Kings Mill. At Royal Derby there was no bed.", "RTG"),
        ("We took a patient from Kings Mill and there was no bed on our ward at Royal Derby.", "RTG"),
        ("The patient was transferred from Kettering General to us at Northampton and nobody saw him.", "RNS"),
        ("There is a gentleman who comes from Kings Mill on Tuesdays, and he is kept off food all day.", "RK5"),
        ("I am writing to you from Kings Mill. Nobody came.", "RK5"),
        ("We were sent home early from Kings Mill.", "RK5"),
        # What this place is compared with.
        ("Unlike Royal Derby, Kings Mill gives us no teaching.", "RK5"),
        ("Unlike at Royal Derby, Kings Mill has no teaching.", "RK5"),
        ("Unlike Royal Derby, Leicester and Lincoln, Kings Mill gives us no teaching.", "RK5"),
        ("Compared with Royal Derby, Kings Mill gives us no teaching.", "RK5"),
        ("In contrast to Royal Derby, Kings Mill has no lockers.", "RK5"),
        ("It's not like at Royal Derby: Kings Mill gives us no teaching.", "RK5"),
        ("The rota at Kings Mill is worse than at Royal Derby.", "RK5"),
    ],
)
def test_the_place_that_is_only_compared_with_or_came_from_is_not_concerned(
    read: Read, text: str, provider: str
) -> None:
    assert read(text).provider == provider


@pytest.mark.parametrize(
    "text",
    [
        "The patient came to us from Kettering General and nobody saw him.",
        "Unlike Royal Derby, we get no teaching here.",
        "Unlike Royal Derby, Leicester and Lincoln, we have no lockers.",
    ],
)
def test_a_place_that_is_only_compared_with_or_came_from_is_none(read: Read, text: str) -> None:
    assert read(text).provider is None
