"""Facts about trailers: where those of organisations stand in a text, and that no person's words are taken for one."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.trailers import LONGEST, trailer_ranges

NHSMAIL = (
    "This message may contain confidential information. If you are not the intended recipient please:\n"
    "i) inform the sender that you have received the message in error before deleting it; and\n"
    "ii) do not disclose, copy or distribute information in this e-mail or take any action in relation to its content"
    " (to do so is strictly prohibited and may be unlawful).\n"
    "Thank you for your co-operation.\n\n"
    "NHSmail is the secure email, collaboration and directory service available for all NHS staff in England. "
    "NHSmail is approved for exchanging patient data and other sensitive information with NHSmail and other accredited"
    " email services.\n\n"
    "For more information and to find out how you can switch visit Joining NHSmail – NHSmail Support"
)
JOINED = " ".join(NHSMAIL.split())
TRAILERS = (
    NHSMAIL,
    ("You are receiving this because you subscribed to the Students mailing list. Unsubscribe | Manage preferences"),
    "Unsubscribe from this list | Manage your subscription",
    "Need help in a crisis? Call 111 or text SHOUT to 85258.",
    (
        "If you are struggling, Student Support is here for you: 01522 886400. Samaritans on 116 123, free, day or"
        " night."
    ),
    "Feeling suicidal? Call Samaritans on 116 123 or text SHOUT to 85258.",
    "If you are in crisis or need urgent support, please call NHS 111 (option 2).",
    "Need to talk? Samaritans are here 24/7 on 116 123",
    "You are receiving this email because you are a member of the F1 Doctors group.",
    "You have received this email because you are subscribed to Medical Students. To unsubscribe click here.",
    "Dial in by phone\n+44 20 1234 5678,,12345# United Kingdom, London\nPhone conference ID: 123 456 789#",
    "In a crisis, call 111 or Samaritans on 116 123.\nYou are not alone.",
    "Please take care when clicking links, and report suspicious emails to the IT service desk.",
    "Email communications with the University may be monitored where permitted by United Kingdom legislation.",
    (
        "Any views or opinions expressed by the author of this email do not necessarily reflect the views of the"
        " University of Lincoln."
    ),
    (
        "The information contained in this communication from the sender is confidential. It is intended solely for"
        " use by the recipient and others authorized to receive it. If you are not the recipient, you are hereby"
        " notified that any disclosure, copying, distribution or taking action in relation of the contents of this"
        " information is strictly prohibited and may be unlawful."
    ),
    (
        "This email has been scanned for viruses and malware, and may have been automatically archived by Mimecast"
        " Ltd, an innovator in Software as a Service (SaaS) for business. Providing a safer and more useful place for"
        " your human generated data. Specializing in; Security, archiving and compliance."
    ),
    "NHS England is committed to sexual safety. We have zero tolerance of violence, harassment and abuse.",
    (
        "Microsoft Teams meeting\nJoin on your computer, mobile app or room device\nClick here to join the meeting\n"
        "Meeting ID: 312 345 678 901\nPasscode: aBcD12"
    ),
    "We have a zero tolerance policy towards violence and abuse.",
    "Virus-free. www.avg.com",
    "Yahoo Mail: Search, organise, conquer",
    "Sent from my phone - please excuse brevity and typos",
    "[Message clipped] View entire message",
    "[cid:image001.png@01D9AB12.34567890]",
    "Charity registered in England no. 1234.",
    "My working hours may not be your working hours. Please do not feel obliged to reply outside yours.",
    JOINED,
    NHSMAIL.replace(" visit Joining NHSmail – NHSmail Support", ", https://portal.nhs.net/help/joiningnhsmail"),
    (
        "The information contained in this e-mail may be subject to public disclosure under the Freedom of"
        " Information Act"
        " 2000. Unless the information is legally exempt from disclosure, the confidentiality of this e-mail"
        " and your reply"
        " cannot be guaranteed."
    ),
    "This message may contain confidential information.",
    (
        "This message may contain confidential information. If you are not the intended recipient please inform the\n"
        "sender that you have received the message in error before deleting it.\nPlease do not disclose, copy or"
        " distribute information in this e-mail or take any action in relation to its contents. To do so is strictly"
        " prohibited and may be unlawful. Thank you for your co-operation."
    ),
    "This e-mail and its attachments may contain personal and confidential information",
    "For more information about NHSmail visit https://portal.nhs.test/help",
    "For further information on how to join, see www.nhs.test/mail",
    "This email has been scanned for viruses",
    "This e-mail has been scanned for all viruses by Mimecast.",
    "Please consider the environment before printing this email",
    (
        "The views expressed in this email are those of the author and do not necessarily represent those of Northmoor"
        " Teaching Hospitals NHS Trust."
    ),
    (
        "This e-mail and any attachments are confidential and intended solely for the addressee. If you have"
        " received this"
        " message in error, please notify the sender and delete it."
    ),
    (
        "DISCLAIMER: This email is confidential and may be privileged. Any unauthorised use or disclosure"
        " of it is prohibited."
    ),
    "Sent from my iPhone",
    "Sent from Outlook for Android",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    (
        "The University of Lincoln, located in the heart of the city of Lincoln, has established an international"
        " reputation based on high student satisfaction, excellent graduate employment and world-class research.\n\n"
        "The information in this e-mail and any attachments may be confidential. If you have received this email in"
        " error please notify the sender immediately and remove it from your system. Do not disclose the contents to"
        " another person or take copies.\n\nEmail is not secure and may contain viruses. The University of Lincoln"
        " makes every effort to ensure email is sent without viruses, but cannot guarantee this and recommends"
        " recipients take appropriate precautions.\n\nThe University may monitor email traffic data and content in"
        " accordance with its policies and English law. Further information can be found at:"
        " http://www.lincoln.test/legal."
    ),
    (
        "Any views or opinions expressed in this email are those of the author and do not necessarily represent the"
        " views of the University of Lincoln."
    ),
    "Email communications with the University may be monitored and recorded.",
    "All emails sent to or from the Trust may be monitored in accordance with the law.",
    "You don't often get email from x@y.test. Learn why this is important",
    "You don't often get email from jane.doe@y.test. Learn why this is important<https://aka.test/Learn>",
    "Sent from Proton Mail for iOS",
    "Sent from Proton Mail for Android.",
    "Sent with Proton Mail secure email.",
    "Sent with [Proton Mail](https://proton.test/) secure email.",
    "Sent via BT Email App",
    "Sent from my Galaxy",
    "Sent from my Galaxy S21",
    "Sent via the Samsung Galaxy S7, an Android smartphone",
    "Sent from AOL Mobile Mail",
    "Sent from the all new AOL app for Android",
    "Sent using the mail.com mail app",
    "This is a smoke free site",
    "This is a smoke-free site.",
    "We are a smoke-free Trust.",
    "The Trust is a smokefree organisation",
    "All of our hospitals are smoke-free",
    "No smoking or vaping on our grounds",
    "Please consider the environment",
    "Follow us on Twitter",
    "Follow us on Twitter/Facebook/Instagram/X",
    "Follow us on Twitter, Facebook and Instagram",
    "Follow us on X: @northmoor",
    "Find us on Facebook | LinkedIn | YouTube",
    "We are an inclusive employer",
    "Disability Confident Employer",
    "Stonewall Top 100 Employer",
    "We are proud to be a Disability Confident employer and a Stonewall Diversity Champion.",
    "We are a Disability Confident Leader. This is a smoke-free site. Follow us on Twitter",
    "Working flexibly: I do not expect you to answer outside your hours",
    "I work flexibly, so I do not expect you to reply outside of your working hours.",
    (
        "My working hours may not be your working hours. Please do not feel obliged to reply outside of your normal"
        " working hours."
    ),
    "I may send emails outside of normal working hours. Please do not feel obliged to respond.",
    "The University of Lincoln is an exempt charity.",
    (
        "[EXTERNAL] This email originated from outside of the organisation. Do not click links or open"
        " attachments unless"
        " you recognise the sender and know the content is safe."
    ),
    "CAUTION: This email originated from outside of the organization. Do not click links.",
)
WORDS_OF_PEOPLE = (
    "I called Samaritans on 116 123 last night.",
    "Need help in a crisis? I called 111 and nobody came.",
    "If you are struggling, Student Support is on 01522 886400, they said.",
    "If you are struggling, call 111\nand they did nothing.",
    "Feeling overwhelmed and struggling. Please call, 07700 900123.",
    "In crisis. Please call 07700 900123.",
    "Need help? Please call 07700 900 123.",
    "If you need help you call 111 and nobody is there.",
    "Samaritans on 116 123",
    "Feeling suicidal. Call Samaritans on 116 123.",
    "Suicidal. Please call 111.",
    "Need help? Suicidal, please call 111.",
    "You are receiving this because you are a member of the board and he is not.",
    "In an emergency call 999. The student is in danger, in distress.",
    "In an emergency call 999. The student is in crisis.",
    "Mrs Jones has zero tolerance of students.",
    "The Trust has zero tolerance of students.",
    "We are committed to sexual safety and have zero tolerance of violence, our patients abuse staff.",
    "You are receiving this because you are my tutor.",
    "NHS England is committed to sexual safety. My consultant touched me.",
    "We have zero tolerance of violence, they say, and I was hit.",
    "The Trust is committed to sexual safety. Patients abuse our staff.",
    "We are committed to ensuring safety.",
    "Violence and abuse of staff.",
    "Please take care when clicking links, my mentor said, and laughed.",
    "Please take care of him.",
    "Microsoft Teams meeting\nMy mentor shouted at me.",
    "Click here to join the meeting",
    "Sent from my phone - please excuse typos, I am crying.",
    "The charity no. 1234 is where he works.",
    "The information contained in this communication from the sender is a lie.",
    "The tutor reflects the views of the United Kingdom.",
    "This email contains confidential information about my supervisor.",
    "This message may contain confidential information about how he touched me.",
    "For more information see the attached log",
    "For more information about the assault visit https://x.test/log",
    "This message may contain confidential information. My mentor told me to delete the message.",
    "This email is confidential. Please do not forward it.",
    "The consultant asked me to delete the message and to tell nobody, although it is confidential information.",
    "If you are not the intended recipient of a referral here, you get shouted at.",
    "Any disclosure of this message is something I fear.",
    "Sent from my iPhone as the ward computer was down",
    "This email came from outside the ward and I am scared.",
    "They printed the views expressed in this survey and pinned them up.",
    "My mentor left patient records open. The information in this email is about a breach of data protection.",
    "NHSmail is the secure email that my supervisor used to send me photographs.",
    "Please consider the environment before printing rotas that nobody reads on our ward.",
    "This is supposed to be a smoke-free site but the consultant smokes in the office.",
    "This is a smoke-free site but the consultant smokes in the office.",
    "This is a smoke free site\nbut the consultant smokes in the office.",
    "This is a smoke-free site. The consultant smokes in the office.",
    "The sign above the office where my consultant sits and smokes all day says\nThis is a smoke-free site.",
    "The sign says:\nThis is a smoke-free site.",
    "No smoking on our grounds, they say, and the sister smokes.",
    "I often work outside of my contracted hours, and am expected to answer emails.",
    "We work outside of our hours and are expected to reply immediately.",
    "We work outside of our working hours. Please answer.",
    "I work flexibly, so I do not expect to be shouted at outside my hours.",
    "My working hours may not be your working hours, my mentor said, and laughed.",
    "We are an inclusive employer, they say, but I was called names.",
    "We are an inclusive employer. I was called names for my faith.",
    "Inclusive.",
    "We are mindful.",
    "They are Disability Confident on paper and refused my adjustments.",
    "Stonewall champions they are not: he mocked my partner.",
    "Follow us on the ward round and you will see.",
    "Follow us on Twitter, the sister said, and posted my photograph.",
    "Find us on Facebook where they mock patients.",
    "Sent via BT because they monitor the ward.",
    "Email communications with the University may be monitored by the tutor who harasses me.",
    "The University may monitor emails that I send about my tutor.",
    "Please consider the environment we work in.",
    "Any views or opinions expressed in this email were held against me.",
    "The trust is a charity case and nobody is paid.",
)


def without(text: str) -> str:
    kept, past = "", 0
    for start, end in trailer_ranges(text):
        kept, past = kept + text[past:start], end
    return kept + text[past:]


@pytest.mark.parametrize("trailer", TRAILERS)
def test_a_trailer_is_found_whole_with_words_above_and_below_it(trailer: str) -> None:
    assert trailer_ranges(trailer) == ((0, len(trailer)),)
    text = f"I was left alone.\n\n{trailer}\n\nMy mentor hit a patient."
    assert without(text) == "I was left alone.\n\n\n\nMy mentor hit a patient."


@pytest.mark.parametrize("trailer", TRAILERS)
@pytest.mark.parametrize("rule", ["*" * 116, "_" * 40, "-" * 30])
def test_rules_around_a_trailer_are_none_of_its_words(trailer: str, rule: str) -> None:
    assert without(f"I was left alone.\n{rule}\n{trailer}\n{rule}").split() == [
        "I",
        "was",
        "left",
        "alone.",
        rule,
        rule,
    ]


@pytest.mark.parametrize("width", [40, 60, 76])
def test_a_wrapped_trailer_is_found_whole(width: int) -> None:
    lines = [""]
    for word in JOINED.split():
        lines += [word] if len(lines[-1]) + len(word) > width else []
        lines[-1] = lines[-1] if lines[-1] == word else f"{lines[-1]} {word}".strip()
    text = "\n".join(lines)
    assert trailer_ranges(text) == ((0, len(text)),)


def test_words_on_the_line_of_a_trailer_stay() -> None:
    assert (
        without(f"I was left alone. {JOINED} My mentor hit a patient.") == "I was left alone.  My mentor hit a patient."
    )
    assert without("This email has been scanned for viruses\nMy mentor hit me.") == "\nMy mentor hit me."


def test_the_bracket_of_a_banner_is_its_own_behind_words_like_a_trailer() -> None:
    words, banner = "This email is confidential. Please do not forward it.", TRAILERS[-2]
    assert without(f"{words}\n\n{banner}") == f"{words}\n\n"


@pytest.mark.parametrize("words", WORDS_OF_PEOPLE)
def test_what_a_person_says_is_no_trailer(words: str) -> None:
    assert trailer_ranges(words) == ()


@settings(derandomize=True, max_examples=300, deadline=None, database=None)
@given(st.text(max_size=200), st.sampled_from(TRAILERS))
def test_any_text_before_a_trailer_comes_through_unchanged(text: str, trailer: str) -> None:
    assert without(f"{text}\n\n{trailer}") == f"{text}\n\n"


@pytest.mark.parametrize(
    "piece",
    [
        *("This email is confidential. ", "this ", "if you are not the the ", "Please note. ", "*", "[", "A of the "),
        *(
            "Need help in a crisis? ",
            "You are not alone ",
            "Microsoft Teams meeting\n",
            "Is committed to zero ",
            "We are ",
        ),
        *("To unsubscribe the A", "\nTo unsubscribe the AA AA of ", "In a crisis, call ", "\nAA of AA committed to "),
        *("This email is confidential.\n\n", "disclosure or copying or ", "nhsmail. ", "a@b.", "\n", "Sent from my "),
    ],
)
def test_hostile_text_is_searched_in_a_moment(piece: str) -> None:
    text = ("recipient " + piece * LONGEST)[:LONGEST]
    begin = time.process_time()
    trailer_ranges(text)
    assert time.process_time() - begin < 3


@pytest.mark.parametrize(
    "words",
    [
        "You don't often get email from x@y.test because they silence us.",
        "Sent from Proton Mail as I am afraid that they read my emails.",
        "Sent from my Galaxy because the ward computer was locked.",
    ],
)
def test_a_note_of_a_program_that_goes_on_is_what_a_person_says(words: str) -> None:
    assert trailer_ranges(words) == ()


@pytest.mark.parametrize(
    "words",
    [
        "Please report this, they access data without consent.",
        "This email is about a report of malware.",
    ],
)
def test_what_a_person_may_have_meant_is_no_trailer_even_beside_one(words: str) -> None:
    text = f"This email has been scanned for viruses. {words}"
    kept = text
    for start, end in reversed(trailer_ranges(text)):
        kept = kept[:start] + kept[end:]
    assert words in kept
