"""Facts about a message shown as a whole, inert and masked, and about what is told of its sender."""

import pytest

from intake.config import Config
from intake.trusting import SenderLook
from models.audit import Action
from storage.store import Store
from tests.channels.test_safe_html import HOSTILE
from tests.intake.desk.browser import DESKTOP, NARROWEST, PHONE, barriers, sticks_out
from tests.intake.desk.conftest import OpenTab, Site, Visitor
from tests.intake.desk.making import open_ticket
from tests.intake.desk.test_ticket import plain
from tests.intake.making import Office

CONFIG = Config.model_validate(
    {
        "identity": {"address": "quality.me@intake.test"},
        "mailboxes": [{"name": "main", "host": "imap.test", "authserv_ids": ["mx.intake.test"]}],
        "sender_trust": {"verify_dkim": False},
    }
)
QUOTED = (
    "It happened again. Lee Learner, learner@student.test\r\n\r\n"
    "On 1 Nov 2026 at 10:00, Quality.me <quality.me@intake.test> wrote:\r\n> The first time.\r\n"
)


def file(store: Store, *fields: str, body: str = QUOTED, kind: str = "text/plain") -> str:
    """A mail that was filed as the product does it; gives its ticket's reference."""
    office = Office(store, look=SenderLook(CONFIG))
    head = (
        "From: Lee Learner <learner@student.test>",
        "To: quality.me@intake.test",
        "Subject: Nights",
        f"Message-ID: <{len(office.tickets())}@student.test>",
        "MIME-Version: 1.0",
        f"Content-Type: {kind}; charset=utf-8",
        *fields,
    )
    office.file("\r\n".join((*head, "", body, "")).encode(), channel="imap", account="main/INBOX")
    return max(office.tickets(), key=lambda one: one.row.id).row.reference


def test_all_of_a_mail_is_one_click_away_and_masked(site: Site, officer: Visitor) -> None:
    reference = file(site.store, "In-Reply-To: <a@intake.test>")
    ticket = officer.get(f"/tickets/{reference}").text
    assert "The first time" not in ticket
    assert f'href="/tickets/{reference}/messages/1"' in ticket
    whole = plain(officer.get(f"/tickets/{reference}/messages/1").text)
    assert "> The first time." in whole
    assert "learner@student.test" not in whole
    assert "Lee Learner" not in whole
    assert "As it was laid out" not in whole
    assert officer.get(f"/tickets/{reference}/messages/1/html").status_code == 404


def test_who_looks_at_all_of_a_mail_has_read_the_ticket(site: Site, officer: Visitor) -> None:
    reference = file(site.store)
    officer.get(f"/tickets/{reference}/messages/1")
    with site.store.read() as tx:
        acts = [one for one in tx.audit.rows() if one.action == Action.TICKET_READ and one.subject == reference]
    assert len(acts) == 1


def test_there_is_no_message_beyond_those_of_a_ticket_and_none_for_strangers(
    site: Site, officer: Visitor, visitor: Visitor
) -> None:
    reference = file(site.store)
    for path in (f"{reference}/messages/2", f"{reference}/messages/0", "QM-NONE/messages/1", f"{reference}/messages/x"):
        assert officer.get(f"/tickets/{path}").status_code in {404, 422}
    assert visitor.get(f"/tickets/{reference}/messages/1").status_code == 303
    assert visitor.get(f"/tickets/{reference}/messages/1/html").status_code == 303


def test_html_is_shown_masked_in_a_frame_that_may_do_nothing(site: Site, officer: Visitor) -> None:
    body = "<p>I am <b>Lee</b> <i>Learner</i>, learner@student.test.</p><table><tr><td>Monday</td></tr></table>"
    reference = file(site.store, body=body, kind="text/html")
    outer = officer.get(f"/tickets/{reference}/messages/1")
    assert "frame-src 'self'" in outer.headers["content-security-policy"]
    assert outer.headers["x-frame-options"] == "DENY"
    inner = officer.get(f"/tickets/{reference}/messages/1/html")
    assert "<td>Monday</td>" in inner.text
    assert "Lee" not in inner.text
    assert "student.test" not in inner.text
    rules = inner.headers.get_list("content-security-policy")
    assert len(rules) == 1
    assert rules[0].startswith("default-src 'none'; style-src 'nonce-")
    assert "; sandbox; form-action 'none'; base-uri 'none'; frame-ancestors 'self'" in rules[0]
    assert inner.headers["x-frame-options"] == "SAMEORIGIN"


def test_a_mail_whose_bytes_have_gone_shows_what_is_left(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    shown = plain(officer.get(f"/tickets/{reference}/messages/1").text)
    assert "There are no words in it." in shown


def test_what_is_known_of_the_sender_stands_beside_the_ticket_in_plain_words(site: Site, officer: Visitor) -> None:
    fields = (
        "Authentication-Results: mx.intake.test; spf=fail; dmarc=fail",
        "X-Spam-Flag: YES",
        "Cc: Dean <dean@school.test>",
    )
    body = (
        "See this.\r\n\r\n-------- Forwarded Message --------\r\nFrom: Ward Manager <m@trust.test>\r\n\r\nStay alone."
    )
    reference = file(site.store, *fields, body=body)
    shown = plain(officer.get(f"/tickets/{reference}").text)
    for words in (
        "Sender doubtful Likely junk",
        "What we know of the sender",
        "Our mail server could not confirm the sender",
        "Checks: spf fail, dmarc fail",
        "It may come from somebody else than it says.",
        "The mail server called it junk",
        "It also went to: Dean <dean@school.test>",
        "It seems to pass on a message of: Ward Manager <m@trust.test>",
    ):
        assert words in shown.replace("&lt;", "<").replace("&gt;", ">"), words


def test_of_a_mail_that_tells_nothing_nothing_is_said(site: Site, officer: Visitor) -> None:
    assert "What we know of the sender" not in officer.get(f"/tickets/{file(site.store)}").text


def test_likely_junk_is_a_lane_of_the_queue_and_stays_in_the_others(site: Site, officer: Visitor) -> None:
    assert "Likely junk" not in officer.get("/").text
    junk = file(site.store, "X-Spam-Flag: YES")
    fine = open_ticket(site.store)
    queue = officer.get("/").text
    assert all(one in queue for one in (junk, fine, "Likely junk (1)"))
    lane = officer.get("/?junk=1").text
    assert junk in lane
    assert fine not in lane


@pytest.mark.parametrize("size", [DESKTOP, PHONE, NARROWEST], ids=lambda size: str(size["width"]))
def test_hostile_html_loads_and_runs_nothing_in_a_real_browser(site: Site, open_tab: OpenTab, size: object) -> None:
    token, _ = site.session()
    reference = file(site.store, "X-Spam-Flag: YES", "Cc: dean@school.test", body=HOSTILE, kind="text/html")
    page = open_tab(size=size, token=token)
    page.goto(f"/tickets/{reference}")
    page.get_by_role("link", name="Show the whole message").click()
    frame = page.frame_locator("iframe")
    assert "I was left alone." in frame.locator("body").inner_text()
    assert frame.locator("img, script, form, input, a, iframe, svg, link, meta[http-equiv]").count() == 0
    assert sticks_out(page) == []
    assert barriers(page) == []
    assert page.locator("h1").count() == 1
