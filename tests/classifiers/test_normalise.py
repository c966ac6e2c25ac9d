"""Facts about normalising: no word that somebody wrote is lost, and every character knows where it stood."""

import base64
import quopri
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.normalise import normalise

WORDS = [
    "on", "Tuesday", "the", "consultant", "laughed", "registrar", "nobody", "came", "patient", "died", "I", "was",
    "alone", "quiero", "morir", "ward", "F1", "nights",
]  # fmt: skip
JOINTS = [
    "...", "..", "/", "_", "__", "-", "…", "+", "|", "~", "\\", "=", "*", ",", "&nbsp;", "&amp;nbsp;",
    "</td><td>", "<br>", " ", "\n", " \u200b", "\u00a0",
]  # fmt: skip


def assert_exact(source: str) -> None:
    """Offsets never go back, and a letter of plain English that is kept stands where it is said to stand."""
    plain = normalise(source)
    for letter, offset in zip(plain.text, assert_ordered(source), strict=True):
        if letter.isascii() and letter.isalnum() and source[offset].isascii() and source[offset] not in "&I":
            assert letter == source[offset]


def assert_ordered(source: str) -> list[int]:
    """Each character of the plain text stands in the source, and in the same order."""
    plain = normalise(source)
    offsets = [plain.source_offset(at) for at in range(len(plain.text))]
    assert offsets == sorted(offsets)
    assert all(0 <= offset < len(source) for offset in offsets)
    return offsets


@given(words=st.lists(st.sampled_from(WORDS), min_size=60, max_size=80), joint=st.sampled_from(JOINTS))
def test_words_come_through_whatever_joins_them(words: list[str], joint: str) -> None:
    source = joint.join(words)
    assert normalise(source).text.replace(",", "").split() == words
    assert_exact(source)


@given(
    st.lists(
        st.sampled_from(
            [
                *WORDS,
                *JOINTS,
                "ﬁ",
                "Ã©",
                "-\n",
                "*",
                "a\u0301",
                "x\u0335",
                "&ldquo;",
                "<p class='a'>",
                "x" * 130,
                "😂",
                "想",
            ]
        ),
        max_size=60,
    )
)
def test_offsets_are_exact_in_any_mixture(parts: list[str]) -> None:
    assert_exact("".join(parts))


@given(st.text(alphabet=st.sampled_from("aI .&;<>/_-=п想\u0301\u0335\u200b\u00a0\n#1xſγ=20D%\r🇮ⓘ"), max_size=200))
def test_offsets_never_leave_the_text(source: str) -> None:
    assert_ordered(source)


@pytest.mark.parametrize(
    "wall",
    [
        base64.b64encode(random.Random(1).randbytes(300)).decode(),
        base64.urlsafe_b64encode(random.Random(2).randbytes(80)).decode(),
        random.Random(3).randbytes(60).hex(),
        "data:image/png;base64," + base64.b64encode(random.Random(4).randbytes(90)).decode(),
        "https://example.test/" + "a1/b2?c=d&" * 20,
        "_" * 80,
        "x" * 500,
        "😂" * 130,
    ],
)
def test_what_is_no_language_is_dropped(wall: str) -> None:
    plain = normalise(f"Before {wall} after")
    assert (plain.text, plain.unread) == ("Before after", False)


@pytest.mark.parametrize(
    "run",
    [
        "zindagimeinkuchnahibachahaiaurmarnachahtahoonkyakarun" * 2,
        "ichhabekeinelustmehrundmeinbetreuerschreitmichan" * 4,
        "nobdyhelpdmewhnthepatntwascolapsngndihadtodoalthewrkbymslfonmynigt",
        "NOBDYHELPDMEWHNTHEPATNTWASCOLAPSNGNDIHADTODOALTHEWRKBYMSLFONMYNIGT",
        "θελωναπεθανω" * 12,
        "我今天在病房很累老师一直骂我" * 8,
    ],
)
def test_a_long_run_that_may_be_words_is_noted_as_unread(run: str) -> None:
    assert normalise(f"Thank you for the teaching. {run} Best wishes").unread


@pytest.mark.parametrize("seed", range(40))
def test_no_attachment_seems_to_be_words(seed: int) -> None:
    some = random.Random(seed)
    size = some.randrange(46, 900)
    codes = (
        base64.b64encode(some.randbytes(size)),
        base64.b32encode(some.randbytes(size)),
        base64.b85encode(some.randbytes(size)),
    )
    assert not any(normalise(f"Before {code.decode()} after").unread for code in codes)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("then <on tuesday the consultant laughed> at me", "then <on tuesday the consultant laughed> at me"),
        ("<b on tuesday>", "<b on tuesday>"),
        ("x < y and y > z", "x < y and y > z"),
        ("<td>on</td><td>tuesday</td>", "on tuesday "),
        ('<a href="https://x.test/y">here</a><!-- no --><o:p></o:p> now', "here now"),
        ("<!DOCTYPE html>late", "late"),
        ("Dr A <a.b@nhs.test> wrote", "Dr A wrote"),
        ("on&nbsp;tuesday&nbsp night", "on tuesday night"),
        ("on&amp;nbsp;tuesday &amp;amp; later", "on tuesday & later"),
        ("&ldquo;late&rdquo;&hellip; A&E, R&D; &nbspx", '"late"… A&E, R&D; &nbspx'),
        ("а nurse and і were alone", "a nurse and i were alone"),
        ("he sаid а рор", "he said a pop"),
        ("Mr К. in а&е on ward С1", "Mr K. in a&e on ward C1"),
        ("kiIl, andI, McIntosh, AI, IT", "kill, andI, McIntosh, AI, IT"),
        (
            "no_registrar, i.was.alone.there, and/or, x.test/spa, no_one@x.test",
            "no registrar, i was alone there, and/or, x.test/spa, no_one@x.test",
        ),
        ("e\u0301te\u0301, w\u0335ard", "été, ward"),
        ("donâ€™t, cafÃ©, â€œnoâ€\x9d, Â£4, À la", 'don\'t, café, "no", £4, À la'),
        (
            "super-\nvision, well-\r\nknown, regis\u00ad\ntrar, Mon-\nTue",
            "supervision, well-known, registrar, Mon- Tue",
        ),
        ("ﬁve ofﬁcers", "five officers"),
        ("don`t, don?t, don\ufffdt, don\x92t, don\\'t", "don't, don't, don't, don't, don't"),
        ("don\\u2019t, don_x2019_t, don%27t go, wasn%E2%80%99t", "don't, don't, don't go, wasn't"),
        ("Leices-\nter, unsuper-\nvised, part-\ntime", "Leicester, unsupervised, part-time"),
        ("\x1b[1mI want\x1b[0m \x00t\x00o\x07", "I want to"),
        (
            "**I** want, *note this*, _that_, k*** it, 5* hotel, ~20 of",
            "I want, note this, that, k*** it, 5* hotel, ~20 of",
        ),
    ],
)
def test_what_stands_for_the_page_goes_and_what_was_written_stays(source: str, text: str) -> None:
    assert normalise(source).text == text


@pytest.mark.parametrize(
    "source",
    [
        "ᴵ ʷᵃⁿᵗ ᵗᵒ ᵈⁱᵉ",
        "ⓘ ⓦⓐⓝⓣ ⓣⓞ ⓓⓘⓔ",
        "🅸 🆆🅰🅽🆃 🆃🅾 🅳🅸🅴",
        "🄸 🅆🄰🄽🅃 🅃🄾 🄳🄸🄴",
        "🅘 🅦🅐🅝🅣 🅣🅞 🅓🅘🅔",
        "⒤ ⒲⒜⒩⒯ ⒯⒪ ⒟⒤⒠",
        "🇮 🇼🇦🇳🇹 🇹🇴 🇩🇮🇪",
        "I want to <span>d</span>ie",
        "I <b>w</b>ant to<!-- x --> d<wbr>ie",
        "I=20want=20to=20die",
        "I w=\nant to die",
        "I=C2=A0want to d=E2=80=8Bie",
        "I%20want%20to%20die",
        '<span style=3D"color:=\nred">I want</span> to die',
    ],
)
def test_letters_of_any_style_and_words_in_pieces_are_read(source: str) -> None:
    assert normalise(source).text.lower() == "i want to die"


@pytest.mark.parametrize(
    "text",
    [
        "I love 🇬🇧 and 🇮🇪",
        "ℹ 5 m² of 10⁶, 3 µg, Ω, α",
        "sats=96 on air, HR=92, dose=20mg, ratio=3D",
        "total =20 beds, pH=7.2",
        "see https://x.test/my%20rota now",
        "100%20 of us",
        "C:\\new\\road, really?",
    ],
)
def test_signs_and_figures_stay(text: str) -> None:
    assert normalise(text).text == text


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@given(
    parts=st.lists(st.sampled_from([*WORDS, "café", "don’t", "= 5", "£4", "😂", ".", "\n", "I'm", "…"]), max_size=80)
)
def test_what_quoted_printable_hid_is_read(end: str, parts: list[str]) -> None:
    text = f"It’s {' '.join(parts)} here."
    wire = quopri.encodestring(text.encode()).decode().replace("\n", end)
    assert normalise(wire).text == normalise(text).text
    assert_ordered(wire)


@pytest.mark.parametrize(
    "text",
    [
        "Before\nAgAAAA=\nAfter",
        "Summary=\n\nText",
    ],
)
def test_the_end_of_a_line_behind_a_sign_is_no_soft_one(text: str) -> None:
    assert normalise(text).text.split() == text.split()


@pytest.mark.parametrize(
    "text",
    [
        "Я хочу умереть, а он там.",
        "The poster said хочу умереть а он там in red letters on the ward.",
        "Θέλω να πεθάνω και δεν έχω κανέναν",
        "我想死" * 100,
        "أريد أن أموت",
        "I wrote: там кот, а он тут. Nobody here on the ward answered me at all about it.",
        "interferon γ and TNF α, 5 μg",
    ],
)
def test_messages_in_other_writings_stay_as_they_are(text: str) -> None:
    assert normalise(text).text == text


DISCLAIMER = (
    "This message may contain confidential information. If you are not the intended recipient please:\n"
    "i) inform the sender that you have received the message in error before deleting it; and\n"
    "ii) do not disclose, copy or distribute information in this e-mail or take any action in relation to its content "
    "(to do so is strictly prohibited and may be unlawful).\n\n"
    "For more information and to find out how you can switch visit Joining NHSmail – NHSmail Support"
)


def test_what_an_organisation_puts_under_every_mail_is_not_read() -> None:
    before, after = "Nobody supervises us at night — and a man died.", "PS It was Ward 4."
    found = normalise(f"{before}\n\n{DISCLAIMER}\n\n{after}")
    assert found.text.split() == f"{before} {after}".split()
    place = found.text.index("Ward")
    assert found.source[found.source_offset(place) :].startswith("Ward 4.")


LINK = "https://safelinks.example.test/?url=https%3A%2F%2Fexample.test%2F" + "abc%2F" * 20


@pytest.mark.parametrize("text", ["Bay4 is unsafe.", "SpR1 hit me.", "20mg of morphine was given."])
def test_what_follows_a_long_link_is_read(text: str) -> None:
    assert normalise(f"{LINK}\n{text}").text.strip() == text


def test_a_wish_behind_a_line_of_a_disclaimer_is_read() -> None:
    wish = "Please do not disclose it to the trust or the university."
    assert wish in normalise(f"I was fine.\nThis message may contain confidential information.\n{wish}").text


def test_a_mail_that_is_all_disclaimer_is_nothing() -> None:
    assert normalise(DISCLAIMER).text.strip() == ""
