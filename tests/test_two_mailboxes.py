"""Several mailboxes at once, each by settings of its own; one that cannot be reached holds up no other."""

from pathlib import Path

from intake.demo.mailserver import EmbeddedMail
from models.work import Ending
from tests.product import OURS, PASSWORD, running, write_settings
from tests.waiting import until
from tests.worker import classify

SCHOOL, SECRET = "training@school.test", "another secret"
MORE = """
[[mailboxes]]
name = "away"
host = "127.0.0.1"
port = 1
security = "none"
user = "nobody@away.test"
password = "none"

[[mailboxes]]
name = "school"
host = "127.0.0.1"
port = {imap}
security = "none"
user = "{user}"
password = "{password}"
processed = "Taken in"
"""


def mail(who: str, to: str) -> bytes:
    lines = (f"From: {who}@student.test", f"To: {to}", f"Subject: From {who}", f"Message-ID: <{who}@student.test>")
    return "\r\n".join((*lines, "", "There was no registrar on site.", "")).encode()


def test_each_of_two_mailboxes_is_emptied_its_own_way_while_a_third_is_away(tmp_path: Path) -> None:
    hospital = EmbeddedMail({OURS: PASSWORD, SCHOOL: SECRET})
    hospital.start()
    try:
        settings = write_settings(tmp_path, hospital)
        with settings.open("a") as file:
            file.write(MORE.format(imap=hospital.imap_port, user=SCHOOL, password=SECRET))
        with running(settings, classify) as product:
            hospital.deliver(OURS, mail("ann", OURS))
            hospital.deliver(SCHOOL, mail("ben", SCHOOL))
            until(lambda: product.balance().tickets == 2 and hospital.folder(OURS) == hospital.folder(SCHOOL) == 0)
            accounts = sorted(row.account for row in product.rows(Ending.TICKET))
            moved = (hospital.folder(OURS, "Processed"), hospital.folder(SCHOOL, "Taken in"))
    finally:
        hospital.stop()
    assert (accounts, moved) == (["main/INBOX", "school/INBOX"], (1, 1))
