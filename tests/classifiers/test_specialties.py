"""The learner's post and profession."""

import pytest

from tests.classifiers.conftest import Read


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("I am an F1 in general surgery.", {"PROG-F1", "100"}),
        ("f1 surgery, no registrar", {"PROG-F1", "100"}),
        ("I'm a student midwife on labour ward.", {"560"}),
        ("im an ODP student in theatres", {"AHP-ODP"}),
        ("I am a second year student nurse on ward 4.", {"950-ADULT"}),
        ("I am a mental health student nurse.", {"950-MH"}),
        ("I'm an IMT2 in cardiology.", {"PROG-IMT", "320"}),
        ("I am a core psychiatry trainee.", {"PROG-CPT", "710"}),
        ("student physio on the stroke ward", {"TF650"}),
    ],
)
def test_post_and_profession_are_found(read: Read, text: str, codes: set[str]) -> None:
    assert codes <= set(read(text).specialties)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I am an F1 in urology. The radiology registrar called us.", "810"),
        ("The gas was left on in the kitchen.", "190"),
        ("I am an F2 in general medicine. I sent him to dermatology.", "330"),
        ("I am a student dietitian at the Department of Psychiatry in Boston.", "710"),
        ("Student paramedic on an urgent care block.", "180"),
        ("I'm a fourth year dental student and there is no chair.", "PROG-UGMED"),
        ("Fifth year on the BDS, no nurse.", "PROG-UGMED"),
        ("I'm a 4th year MPharm student.", "PROG-UGMED"),
        ("I am an ST4 in my fourth year of training.", "PROG-UGMED"),
        ("I am in my 5th year as a consultant.", "PROG-UGMED"),
    ],
)
def test_a_service_in_passing_or_another_word_is_none(read: Read, text: str, code: str) -> None:
    assert code not in read(text).specialties


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("EM reg here, no bleep", {"180"}),
        ("I'm an ophthalmology trainee and have no room.", {"130"}),
        ("hi im the ent st3, where is my form", {"120"}),
        ("ST4 anaesthetics, Leek", {"190"}),
        ("I am a CT2 in surgery.", {"PROG-CST"}),
        ("I am a CT2 in general surgery.", {"PROG-CST", "100"}),
        ("I'm only a fourth year and we are there to be in the way.", {"PROG-UGMED"}),
        ("NQ midwife, no preceptor.", {"560"}),
        ("Student nurse, LD, three hospitals in a week.", {"950-LD"}),
        ("CT1 here, old age psych.", {"PROG-CPT", "715"}),
        ("I am an ACCS trainee.", {"PROG-ACCS", "180"}),
        ("I am a GP trainee at LOROS, no induction.", {"600", "315"}),
        ("I'm an ICM trainee spending a fortnight in older people's mental health.", {"192", "715"}),
        ("I am an ACCS trainee in acute medicine.", {"PROG-ACCS", "326"}),
        ("max fax dct, first week", {"PROG-DCT", "145"}),
        ("I am an F2 on the elderly care wards.", {"PROG-F2", "430"}),
        ("obs reg, no theatre", {"501/502"}),
        ("Student sonographer, no mentor.", {"AHP-DRAD"}),
        ("hv student, term 3", {"950-SCPHN-HV"}),
        ("I am on the DN course.", {"950-DN"}),
        ("I am a student nurse, learning disability, year one.", {"950-LD"}),
        ("mh student, no supervisor", {"950-MH"}),
        ("NEWLY QUALIFIED, MONTH 4. NO PRECEPTOR.", {"950-PREC"}),
        ("I am a newly qualified midwife on the labour ward.", {"560"}),
        ("Trainee pharm tech, alone on checking.", {"PHARM-PTPT"}),
        ("I am the BMS student who does Tuesdays.", {"HCS-BMS"}),
        ("apprentice healthcare assistant on nights", {"OTH-HCA"}),
        ("I am an optholmology trainee.", {"130"}),
    ],
)
def test_a_post_is_what_the_writer_says_and_nothing_else(read: Read, text: str, codes: set[str]) -> None:
    assert set(read(text).specialties) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("I am a student nurse. She was meant to be on obs every hour.", {"950-ADULT"}),
        ("IMT1 in renal. The other one is on maternity leave.", {"PROG-IMT", "361"}),
        ("I am a GP registrar. The F1 called and the HCA laughed.", {"600"}),
        ("I'm an F1 in urology. We rang the ICU and the med reg.", {"PROG-F1", "101"}),
        ("I am a trainee ACP. My reg friend does plastics.", {"950-ACP"}),
        ("I am a student midwife. He had renal failure.", {"560"}),
        ("I am an F1 in urology. Her GP sent an elderly lady.", {"PROG-F1", "101"}),
        ("My colleague the dental nurse is unwell.", set()),
    ],
)
def test_what_others_are_and_do_is_not_the_writers(read: Read, text: str, codes: set[str]) -> None:
    assert set(read(text).specialties) == codes
