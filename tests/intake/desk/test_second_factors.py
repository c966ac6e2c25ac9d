"""Facts about codes of an app: who needs them, what they let in, and what one account page does."""

import re
from datetime import timedelta

import pyotp

from models.audit import ActFilter, Action
from models.rights import Role
from tests.intake.desk.conftest import EMAIL, PASSWORD, QUICK, Site, Visitor

HALF_A_MINUTE = timedelta(seconds=30)


def add_lead(site: Site) -> None:
    with site.store.write() as tx:
        tx.officers.add(email=EMAIL, name="Sam", password_hash=QUICK.hash(PASSWORD), roles=(Role.OFFICER, Role.LEAD))


def code(site: Site, secret: str) -> str:
    return pyotp.TOTP(secret).at(site.clock())


def set_up(site: Site, visitor: Visitor, path: str) -> tuple[str, list[str]]:
    """Set a second factor up on this page; gives its secret and the recovery codes."""
    shown = visitor.get(path).text
    secret = re.findall(r'<span class="desk-key">([A-Z2-7 ]+)</span>', shown)[0].replace(" ", "")
    assert "<svg" in shown
    assert "style=" not in shown
    told = visitor.fill_in(path, code=code(site, secret))
    assert told.status_code == 200, told.text
    return secret, re.findall(r"<code>([a-z0-9-]+)</code>", told.text)


def acts(site: Site) -> set[Action]:
    with site.store.read() as tx:
        return {Action(row.action) for row in tx.audit.find(ActFilter(subject=EMAIL), limit=50)}


def test_a_role_that_opens_much_gets_nowhere_before_a_second_factor_is_set_up(site: Site, visitor: Visitor) -> None:
    add_lead(site)
    answer = visitor.fill_in("/sign-in?after=/held", email=EMAIL, password=PASSWORD)
    assert answer.headers["location"] == "/sign-in/second-factor?after=/held"
    for path in ("/", "/held", "/account", "/account/second-factor", "/sign-in/code", "/prove"):
        assert visitor.get(path).status_code == 303, path
    wrong = visitor.fill_in("/sign-in/second-factor", code="000000")
    assert (wrong.status_code, visitor.get("/").status_code) == (422, 303)
    pending = visitor.cookies["intake"]
    secret, codes = set_up(site, visitor, "/sign-in/second-factor?after=/held")
    assert (len(codes), len(set(codes))) == (10, 10)
    assert visitor.get("/held").status_code == 200
    assert visitor.cookies["intake"] != pending, "the cookie of before opens nothing"
    assert secret not in visitor.get("/account").text
    assert {Action.SECOND_FACTOR_SET, Action.SIGNED_IN} <= acts(site)


def test_a_code_is_asked_for_after_the_password_and_works_once(site: Site, visitor: Visitor) -> None:
    add_lead(site)
    visitor.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
    secret, _ = set_up(site, visitor, "/sign-in/second-factor")
    visitor.send_form("/sign-out")
    visitor.cookies.clear()
    used = code(site, secret)
    assert visitor.fill_in("/sign-in?after=/held", email=EMAIL, password=PASSWORD).headers["location"] == (
        "/sign-in/code?after=/held"
    )
    assert visitor.get("/held").status_code == 303, "a password alone opens nothing"
    assert visitor.fill_in("/sign-in/code?after=/held", code=used).status_code == 401, "the code of the set-up is used"
    site.clock.forward(HALF_A_MINUTE)
    fresh = code(site, secret)
    spaced = f" {fresh[:3]} {fresh[3:]} "
    assert visitor.fill_in("/sign-in/code?after=/held", code=spaced).headers["location"] == "/held"
    assert visitor.get("/held").status_code == 200
    with Visitor(base_url=site.url) as thief:
        thief.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
        assert thief.fill_in("/sign-in/code", code=fresh).status_code == 401
        assert thief.get("/").status_code == 303


def test_a_recovery_code_works_once_and_new_ones_end_the_old(site: Site, officer: Visitor) -> None:
    _, codes = set_up(site, officer, "/account/second-factor")
    with Visitor(base_url=site.url) as again:
        again.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
        assert again.fill_in("/sign-in/code", code=codes[0].upper().replace("-", " ")).status_code == 303
        assert "You have 9 recovery codes left" in again.get("/account").text
        again.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
        assert again.fill_in("/sign-in/code", code=codes[0]).status_code == 401
    fresh = re.findall(r"<code>([a-z0-9-]+)</code>", officer.send_form("/account/recovery-codes").text)
    assert set(fresh).isdisjoint(codes)
    with Visitor(base_url=site.url) as again:
        again.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
        assert again.fill_in("/sign-in/code", code=codes[1]).status_code == 401
        assert again.fill_in("/sign-in/code", code=fresh[1]).status_code == 303
    assert {Action.RECOVERY_CODE_USED, Action.RECOVERY_CODES_MADE} <= acts(site)


def test_after_five_wrong_codes_the_password_is_asked_for_again_and_even_a_right_code_must_wait(
    site: Site, officer: Visitor
) -> None:
    secret, _ = set_up(site, officer, "/account/second-factor")
    site.clock.forward(HALF_A_MINUTE)
    with Visitor(base_url=site.url) as guesser:
        guesser.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
        for _ in range(5):
            assert guesser.fill_in("/sign-in/code", code="000000").status_code == 401
        assert guesser.fill_in("/sign-in/code", code=code(site, secret)).status_code == 429
        assert guesser.get("/sign-in/code").headers["location"].startswith("/sign-in?")
        guesser.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
        assert guesser.fill_in("/sign-in/code", code=code(site, secret)).status_code == 429
        site.clock.forward(timedelta(minutes=16))
        guesser.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
        assert guesser.fill_in("/sign-in/code", code=code(site, secret)).status_code == 303


def test_a_sign_in_that_is_never_finished_runs_out(site: Site, visitor: Visitor) -> None:
    add_lead(site)
    visitor.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
    site.clock.forward(timedelta(minutes=16))
    assert visitor.get("/sign-in/second-factor").status_code == 303


def test_setting_up_another_phone_takes_a_fresh_proof_and_ends_other_sessions(site: Site, officer: Visitor) -> None:
    old, _ = set_up(site, officer, "/account/second-factor")
    with Visitor(base_url=site.url) as elsewhere:
        site.clock.forward(HALF_A_MINUTE)
        elsewhere.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
        elsewhere.fill_in("/sign-in/code", code=code(site, old))
        site.clock.forward(timedelta(minutes=16))
        assert officer.get("/account/second-factor").headers["location"] == "/prove?after=/account/second-factor"
        assert officer.fill_in("/prove", proof=PASSWORD).status_code == 401, "the password is no proof any more"
        officer.fill_in("/prove", proof=code(site, old))
        assert elsewhere.get("/").status_code == 200
        new, _ = set_up(site, officer, "/account/second-factor")
        assert elsewhere.get("/").status_code == 303
        assert new != old
        elsewhere.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
        site.clock.forward(HALF_A_MINUTE)
        assert elsewhere.fill_in("/sign-in/code", code=code(site, old)).status_code == 401
        assert elsewhere.fill_in("/sign-in/code", code=code(site, new)).status_code == 303


def test_an_officer_sees_where_they_are_signed_in_and_ends_one_or_all_others(site: Site, officer: Visitor) -> None:
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"
    others = [Visitor(base_url=site.url, headers={"user-agent": agent}) for agent in (phone, "<script>x</script>", "y")]
    for one in others:
        one.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
        site.clock.forward(timedelta(minutes=2))
    shown = officer.get("/account").text
    assert shown.count("This device") == 1
    assert "Safari on iPhone" in shown
    assert "<script>x" not in shown
    handle = re.findall(r'name="handle" value="([0-9a-f]{16})"', shown.partition("Safari on iPhone")[2])[0]
    assert officer.send_form("/account/sessions/end", handle=handle).headers["location"] == "/account?done=ended"
    assert [one.get("/").status_code for one in others] == [303, 200, 200]
    assert officer.send_form("/account/sessions/end", handle=handle).status_code == 404
    officer.send_form("/account/sessions/end", handle="others")
    assert [one.get("/").status_code for one in others] == [303, 303, 303]
    assert officer.get("/").status_code == 200
    assert Action.SESSIONS_ENDED in acts(site)
    for one in others:
        one.close()
