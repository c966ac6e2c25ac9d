"""Two machines that answer each other must stop: a simulator over real SMTP, with every kind of machine known."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from models.ticket import EventKind
from tests.world import Letter, Machine, Service, World, letter, service, without, world

OURS, THEIRS, DESK, LIST = "quality@a.test", "quality@b.test", "help@desk.test", "juniors@lists.test"
ADA = "ada@student.test"
HEADERS = ("Auto-Submitted", "X-Auto-Response-Suppress")
THREAD = ("In-Reply-To", "References")
_numbers = count(1000)


@pytest.fixture
def around() -> Iterator[World]:
    with world() as found:
        yield found


@pytest.fixture
def ours(around: World, tmp_path: Path) -> Iterator[Service]:
    with service(around, OURS, tmp_path / "a") as found:
        yield found


def concern(sender: str, recipient: str = OURS, **headers: str) -> Letter:
    headers = {"Message_ID": f"<{next(_numbers)}@student.test>", **headers}
    return letter(sender, recipient, "Nights", "There was no registrar on site for two nights.", **headers)


@pytest.mark.parametrize(
    "lost",
    [(), HEADERS, (*HEADERS, *THREAD), (*HEADERS, *THREAD, "Message-ID"), (*HEADERS, *THREAD, "Message-ID", "Subject")],
    ids=["nothing", "what says automatic", "the thread too", "the id too", "the subject too"],
)
def test_two_services_of_ours_acknowledge_each_other_once_whatever_headers_are_lost_on_the_way(
    around: World, ours: Service, tmp_path: Path, lost: tuple[str, ...]
) -> None:
    if lost:
        around.changed = without(*lost)
    with service(around, THEIRS, tmp_path / "b") as theirs:
        around.post(concern(THEIRS, OURS))
        around.until_quiet()
        assert len(around.written(OURS, THEIRS)) == 1
        assert len([one for one in around.written(THEIRS, OURS) if one["Subject"] != "Nights"]) <= 1
        assert len(ours.tickets()) <= 2
        assert len(theirs.tickets()) <= 1


def vacation(**headers: str) -> Machine:
    """Answers every mail; an honest one says so in `headers`."""

    def answer(got: Letter) -> list[Letter]:
        mail = got.read()
        about = {"In_Reply_To": str(mail["Message-ID"]), "References": str(mail["Message-ID"])}
        words = "I am away until the first of the month. I will answer when I am back."
        to = str(mail["Reply-To"] or mail["From"]).rpartition("<")[2].rstrip(">")
        return [letter(ADA, to, f"Out of office: {mail['Subject']}", words, **{**about, **headers})]

    return answer


def helpdesk(*, keeps: str = "thread", **headers: str) -> Machine:
    """A ticket system that acknowledges every mail. `keeps` is what its answer has of ours."""

    def answer(got: Letter) -> list[Letter]:
        mail = got.read()
        number = next(_numbers)
        about = {"In_Reply_To": str(mail["Message-ID"])} if keeps == "thread" else {}
        subject = f"[HD-{number}] Your request has been received"
        subject += f": {mail['Subject']}" if keeps in ("thread", "subject") else ""
        words = f"Thank you for contacting the help desk. Your ticket number is HD-{number}. Agents answer in two days."
        own = {"Message_ID": f"<{number}@desk.test>"}
        return [letter(DESK, OURS, subject, words, **{**own, **about, **headers})]

    return answer


MACHINES = {
    "a vacation note by the book": vacation(Auto_Submitted="auto-replied"),
    "an old vacation note": vacation(Precedence="bulk"),
    "a vacation note without any sign": vacation(),
    "a ticket system by the book": helpdesk(Auto_Submitted="auto-generated"),
    "a ticket system that says bulk": helpdesk(Precedence="bulk"),
    "a ticket system that says nothing": helpdesk(),
    "a ticket system that begins a thread of its own": helpdesk(keeps="subject"),
    "a ticket system that keeps nothing of ours": helpdesk(keeps="nothing"),
}


@pytest.mark.parametrize("kind", MACHINES)
def test_a_machine_that_answers_everything_gets_one_acknowledgement_for_what_a_person_wrote(
    around: World, ours: Service, kind: str
) -> None:
    sender = ADA if "vacation" in kind else DESK
    around.homes[sender] = MACHINES[kind]
    around.post(concern(sender))
    around.until_quiet()
    assert len(around.written(OURS, sender)) == 1
    for ticket in ours.tickets():
        kinds = {event.kind for event in ticket.events}
        assert kinds & {EventKind.ACKNOWLEDGEMENT_SENT, EventKind.ACKNOWLEDGEMENT_WITHHELD}


def test_a_mailing_list_that_we_are_on_never_carries_an_acknowledgement(around: World, ours: Service) -> None:
    around.homes[LIST] = lambda got: [Letter(sender="", recipient=OURS, raw=LISTED + got.raw)]
    around.post(concern(ADA, LIST))
    around.post(concern(LIST, OURS, List_Id="<juniors.lists.test>", Precedence="list"))
    around.until_quiet()
    assert around.written(OURS) == []
    assert ours.tickets() == []


LISTED = b"List-Id: <juniors.lists.test>\r\nPrecedence: list\r\n"


def test_a_list_that_brings_our_own_acknowledgement_back_to_us_is_told_by_its_id(around: World, ours: Service) -> None:
    around.homes[ADA] = lambda got: [Letter(sender=ADA, recipient=OURS, raw=got.raw)]
    around.post(concern(ADA))
    around.until_quiet()
    assert (len(around.written(OURS, ADA)), len(ours.tickets())) == (1, 1)


def test_a_person_who_writes_about_two_matters_is_acknowledged_for_both(around: World, ours: Service) -> None:
    around.post(concern(ADA))
    around.until_quiet()
    own = {"Message_ID": f"<{next(_numbers)}@student.test>"}
    around.post(letter(ADA, OURS, "Theatre", "A consultant said things about women in theatre.", **own))
    around.until_quiet()
    assert (len(around.written(OURS, ADA)), len(ours.tickets())) == (2, 2)
