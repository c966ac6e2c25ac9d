"""The chat as a browser without JavaScript has it."""

import re
from datetime import timedelta

from intake.conversing.officers import ask_reporter
from storage.store import StoreBusy
from tests.intake.webchat.making import STORY, Running, Visitor, code_in_page, reference_in, said


def test_a_look_at_the_pages_stores_nothing_and_sets_no_cookie(site: Running, visitor: Visitor) -> None:
    for path in ("/", "/chat", "/form", "/return", "/privacy", "/help", "/ended", "/have-it"):
        assert visitor.get(path).status_code == 200, path
    assert not visitor.cookies
    assert site.received == []


def test_the_first_message_is_a_report_with_a_reference(site: Running, visitor: Visitor) -> None:
    page = visitor.fill_in(text=STORY)
    (ticket,) = site.tickets()
    assert ticket.row.reference == reference_in(page.text)
    assert ticket.entries[0].text == STORY
    assert STORY in said(page.text)
    assert page.url.path == "/chat"


def test_the_cookie_is_for_this_conversation_only_and_guarded(visitor: Visitor) -> None:
    html = visitor.get("/chat").text
    answer = visitor.post("/chat", data={**visitor.form(html, "/chat"), "text": STORY})
    header = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=7200"} <= set(header.split("; "))
    assert "Domain" not in header
    assert len(visitor.cookies) == 1


def test_buttons_lead_through_the_questions_to_the_end(site: Running, visitor: Visitor) -> None:
    visitor.fill_in(text=STORY)
    visitor.press("Carry on")
    visitor.press("No")
    visitor.press("Skip")
    visitor.press("Skip")
    visitor.press("3 Anonymous")
    page = visitor.press("Keep the link")
    assert "Check your report" in said(page.text)
    assert "Sent. Your reference is" in said(visitor.press("Yes, send it").text)
    with site.app.store.read() as tx:
        assert tx.inbox.balance().holds


def test_a_form_that_is_sent_twice_is_one_message_and_one_conversation(site: Running) -> None:
    with Visitor(base_url=site.url) as one, Visitor(base_url=site.url) as other:
        facts = {**one.form(one.get("/chat").text, "/chat"), "text": STORY}
        first, second = one.post("/chat", data=facts), other.post("/chat", data=facts)
        assert first.status_code == second.status_code == 303
        assert reference_in(one.get("/chat").text) == reference_in(other.get("/chat").text)
    (ticket,) = site.tickets()
    assert len(ticket.entries) == 1


def test_an_old_form_leads_nobody_into_the_conversation_that_it_began(site: Running) -> None:
    with Visitor(base_url=site.url) as one, Visitor(base_url=site.url) as other:
        facts = {**one.form(one.get("/chat").text, "/chat"), "text": STORY}
        one.post("/chat", data=facts)
        site.clock.forward(timedelta(minutes=5))
        page = other.post("/chat", data=facts, follow_redirects=True)
        assert page.url.path == "/have-it"
        assert not other.cookies
        other.post("/chat", data={**facts, "text": STORY + " More words."})
    assert [len(ticket.entries) for ticket in site.tickets()] == [1, 1]


def test_when_the_store_is_away_what_was_typed_stays_and_is_sent_once_later(site: Running, visitor: Visitor) -> None:
    site.fails = StoreBusy("away")
    page = visitor.fill_in(text=STORY)
    assert page.status_code == 503
    assert STORY in page.text
    assert "Not sent yet" in said(page.text)
    site.fails = None
    facts = {**visitor.form(page.text, "/chat"), "text": STORY}
    assert visitor.post("/chat", data=facts).status_code == 303
    assert len(site.tickets()) == 1


def test_no_page_says_that_we_have_a_message_before_it_is_on_disk(site: Running, visitor: Visitor) -> None:
    site.fails = StoreBusy("away")
    assert "We have your message" not in visitor.fill_in(text=STORY).text
    site.fails, site.answers = None, False
    page = visitor.fill_in(text=STORY)
    assert "We have your message." in said(page.text)
    with site.app.store.read() as tx:
        assert tx.inbox.balance().waiting == 1
    site.work()
    assert "Your reference is" in said(visitor.get("/chat").text)


def test_a_button_keeps_what_was_typed_meanwhile(visitor: Visitor) -> None:
    html = visitor.fill_in(text=STORY).text
    page = visitor.post("/chat", data={**visitor.form(html, "/chat"), "option": "carry_on", "text": "half a sentence"})
    assert page.status_code == 200
    assert ">\nhalf a sentence</textarea>" in page.text


def test_empty_and_endless_texts_get_the_form_again_with_what_is_wrong(visitor: Visitor) -> None:
    page = visitor.fill_in(text="  ")
    assert page.status_code == 422
    assert "There is a problem" in said(page.text)
    long = "word " * 12_000
    page = visitor.fill_in(text=long)
    assert page.status_code == 422
    assert long.strip() in page.text


def test_a_text_at_the_limit_arrives_whole(site: Running, visitor: Visitor) -> None:
    text = ("Nobody was there. " * 2_000)[:19_999].strip()
    visitor.fill_in(text=text)
    assert site.tickets()[0].entries[0].text == text


def test_a_form_from_another_site_or_from_long_ago_is_shown_again_and_loses_nothing(
    site: Running, visitor: Visitor
) -> None:
    facts = {**visitor.form(visitor.get("/chat").text, "/chat"), "text": STORY}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        page = visitor.post("/chat", data=facts, headers=headers)
        assert page.status_code == 409
        assert STORY in page.text
    site.clock.forward(timedelta(hours=25))
    assert visitor.post("/chat", data=facts).status_code == 409
    assert site.received == []


def test_the_code_stays_until_the_next_step_and_opens_the_report_elsewhere(site: Running, visitor: Visitor) -> None:
    visitor.fill_in(text=STORY)
    visitor.press("Get a code to come back")
    html = visitor.get("/chat").text
    code, reference = code_in_page(html), reference_in(html)
    assert code in visitor.get("/chat").text
    assert code not in visitor.press("I have saved it").text
    with Visitor(base_url=site.url) as elsewhere:
        page = elsewhere.fill_in("/return", reference=reference, code=code)
        assert f"{reference} is now open in this chat as well" in said(page.text)
        assert STORY not in page.text
        assert code.replace(" ", "") not in page.text.replace(" ", "")


def test_a_wrong_code_and_a_wrong_reference_get_the_same_answer(site: Running, visitor: Visitor) -> None:
    visitor.fill_in(text=STORY)
    html = visitor.press("Get a code to come back").text
    answers = set()
    for reference, code in ((reference_in(html), "0" * 25), ("QM-7K3F-2R", code_in_page(html))):
        with Visitor(base_url=site.url) as stranger:
            page = stranger.fill_in("/return", reference=reference, code=code)
            assert ("Come back with a code</h1>" in page.text, "Your chat" in page.text) == (True, False)
            found = re.search(r"There is a problem.*? once more\.", said(page.text), re.DOTALL)
            answers.add(found[0] if found else "")
    assert len(answers) == 1
    assert "do not belong together" in answers.pop()


def test_an_officers_question_is_seen_by_the_page_and_by_who_comes_back(site: Running, visitor: Visitor) -> None:
    visitor.fill_in(text=STORY)
    html = visitor.press("Get a code to come back").text
    code, reference = code_in_page(html), reference_in(html)
    visitor.press("I have saved it")
    before = visitor.get("/chat/state").json()
    with site.app.store.write() as tx:
        ask_reporter(site.room, tx, site.tickets()[0].row.id, officer="o@nhs.test", text="Which ward was it?")
    assert visitor.get("/chat/state").json()["newest"] > before["newest"]
    assert "You have a message from the Quality Team" in said(visitor.get("/chat").text)
    with Visitor(base_url=site.url) as elsewhere:
        elsewhere.fill_in("/return", reference=reference, code=code)
        assert "Which ward was it?" in said(elsewhere.press("Read it").text)
        elsewhere.fill_in(text="It was ward 7.")
    assert site.tickets()[0].entries[-1].text == "It was ward 7."


def test_ending_the_chat_and_leaving_let_the_browser_forget(visitor: Visitor) -> None:
    for path, method in (("/end", "POST"), ("/leave", "GET")):
        visitor.fill_in(text=STORY)
        assert visitor.cookies
        answer = visitor.request(method, path, data={"anyway": "yes"} if method == "POST" else None)
        assert answer.status_code == (200 if method == "POST" else 303)
        assert answer.headers["clear-site-data"] == '"cache"'
        assert not visitor.cookies
        assert STORY not in visitor.get("/chat").text


def test_who_has_no_code_is_asked_before_the_chat_ends(visitor: Visitor) -> None:
    reference = reference_in(visitor.fill_in(text=STORY).text)
    asked = visitor.post("/end")
    assert "You have no code yet" in said(asked.text)
    assert visitor.cookies
    code = code_in_page(visitor.fill_in(html=asked.text, command="/code").text)
    ended = said(visitor.post("/end").text)
    assert f"Your reference: {reference}" in ended
    assert "this reference and your code" in ended
    assert not visitor.cookies
    assert "is now open in this chat" in said(visitor.fill_in("/return", reference=reference, code=code).text)


def test_who_ends_the_chat_without_a_code_is_told_of_none(visitor: Visitor) -> None:
    reference = reference_in(visitor.fill_in(text=STORY).text)
    ended = said(visitor.post("/end", data={"anyway": "yes"}).text)
    assert f"Your reference: {reference}" in ended
    assert "code" not in ended.partition("Come back with a code")[0]
    assert not visitor.cookies
    assert visitor.post("/end").headers["location"] == "/ended"


def test_a_cookie_that_has_run_out_or_is_not_ours_opens_nothing(site: Running, visitor: Visitor) -> None:
    visitor.fill_in(text=STORY)
    value = next(iter(visitor.cookies.jar)).value or ""
    assert STORY in shown_to(site, value)
    for wrong in ("x", "a.b.c", value[:-2] + "AA", value.replace(".", ".."), "é"):
        assert STORY not in shown_to(site, wrong)
    site.clock.forward(timedelta(hours=3))
    assert STORY not in shown_to(site, value)


def shown_to(site: Running, cookie: str) -> str:
    """The chat as a browser with this cookie has it."""
    with Visitor(base_url=site.url) as other:
        return other.get("/chat", headers={b"Cookie": f"report={cookie}".encode()}).text


def test_files_are_kept_with_the_report_and_programs_are_not(site: Running, visitor: Visitor) -> None:
    html = visitor.fill_in(text=STORY).text
    picture = b"\x89PNG\r\n\x1a\n" + bytes(200)
    files = [("files", ("IMG of Sam.png", picture, "image/png")), ("files", ("x.exe", b"MZ" + bytes(99), "text/plain"))]
    page = visitor.post("/chat", data=visitor.form(html, "/chat"), files=files, follow_redirects=True)
    assert page.status_code == 200
    shown = [one for entry in site.tickets()[0].entries for one in entry.attachments]
    assert shown == ["photo (image/png, 208 bytes)", "document (application/octet-stream, 101 bytes): locked"]
    assert not any(b"Sam" in message.raw for message in site.received)


def test_more_files_than_allowed_are_told_and_the_words_stay(visitor: Visitor) -> None:
    html = visitor.get("/chat").text
    files = [("files", (f"{n}.txt", b"words", "text/plain")) for n in range(6)]
    page = visitor.post("/chat", data={**visitor.form(html, "/chat"), "text": STORY}, files=files)
    assert page.status_code == 422
    assert STORY in page.text
