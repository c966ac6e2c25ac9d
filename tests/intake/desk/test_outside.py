"""Facts about signing in by an account elsewhere, with a real provider over HTTPS: what it takes, what is refused."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from intake.openid import Provider
from intake.serving import WebServer
from intake.settings.providers import ProviderConfig
from models.audit import ActFilter, Action
from models.rights import Role
from models.sign_in import EntryRules
from tests.certificates import Certificate, certificate
from tests.intake.desk.conftest import EMAIL, PASSWORD, Clock, Site, Visitor
from tests.intake.desk.making import NOW
from tests.provider import CLIENT, SECRET, OpenIdProvider, new_key, openid_provider

PERSON = {"sub": "person-1", "email": EMAIL, "email_verified": True, "name": "Sam Officer"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("provider"), "localhost")


@pytest.fixture(scope="module")
def _running(made: Certificate, listening: tuple[FastAPI, WebServer, Clock]) -> Iterator[OpenIdProvider]:
    with openid_provider(made, listening[2]) as known:
        yield known


@pytest.fixture
def nhs(_running: OpenIdProvider) -> OpenIdProvider:
    """The provider, truthful, with its first key."""
    known = _running
    known.person, known.user_info, known.lies, known.about = dict(PERSON), {}, {}, {}
    known.published, known.client_key, known.algorithm = [], None, "ES256"
    known.key = new_key("one")
    known.asked.clear()
    return known


class Door:
    """The desk with that provider on its sign-in page, and somebody before it."""

    def __init__(self, site: Site, application: FastAPI, nhs: OpenIdProvider, made: Certificate) -> None:
        self.site, self.nhs = site, nhs
        self._application, self._made = application, made
        self._outside = httpx.Client(verify=ssl.create_default_context(cafile=made.chain))
        self.visitor = Visitor(base_url=site.url)
        self.set()

    def set(self, **facts: Any) -> Provider:
        usual: dict[str, Any] = {
            "name": "nhs",
            "label": "NHS test login",
            "issuer": self.nhs.issuer,
            "client_id": CLIENT,
        }
        usual |= {"secret": SECRET, "ca_file": self._made.chain}
        settings = ProviderConfig.model_validate(usual | facts)
        provider = Provider(settings, self.site.clock)
        desk = self._application.state.desk
        rules = replace(desk.settings, providers=(provider,), address=self.site.url, entry=EntryRules())
        self._application.state.desk = replace(desk, settings=rules)
        return provider

    def there(self, path: str = "/sign-in/with/nhs", *, who: Visitor | None = None) -> str:
        """Go to the provider and sign in there; gives the address that it sends one back to."""
        away = (who or self.visitor).get(path)
        assert away.status_code == 303, away.text
        return self._outside.get(away.headers["location"]).headers["location"]

    def sign_in(self, path: str = "/sign-in/with/nhs") -> httpx.Response:
        return self.visitor.get(self.there(path))

    def last_why(self) -> str:
        """Why somebody was not let in last."""
        with self.site.store.read() as tx:
            [act, *_] = tx.audit.find(ActFilter(action=Action.SIGN_IN_FAILED), limit=1)
        return act.detail

    def close(self) -> None:
        self._outside.close()
        self.visitor.close()


@pytest.fixture
def door(
    site: Site, listening: tuple[FastAPI, WebServer, Clock], nhs: OpenIdProvider, made: Certificate
) -> Iterator[Door]:
    application = listening[0]
    before = application.state.desk.settings
    door = Door(site, application, nhs, made)
    yield door
    door.close()
    application.state.desk = replace(application.state.desk, settings=before)


def test_an_officer_comes_in_by_their_account_elsewhere_and_is_known_again_by_its_number(door: Door) -> None:
    door.site.add_officer()
    assert 'href="/sign-in/with/nhs?after=/held"' in door.visitor.get("/sign-in?after=/held").text
    away = door.visitor.get("/sign-in/with/nhs?after=/held")
    asked = parse_qs(urlsplit(away.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert len(asked["nonce"][0]) > 40
    assert "samesite=lax" in away.headers["set-cookie"].lower()
    answer = door.sign_in("/sign-in/with/nhs?after=/held")
    assert (answer.status_code, answer.headers["location"]) == (303, "/held"), door.last_why()
    assert EMAIL in door.visitor.get("/account").text
    door.nhs.person["email"] = "married@nhs.test"
    door.visitor.cookies.clear()
    assert door.sign_in().status_code == 303, "issuer and number count, not an address that changes"
    assert EMAIL in door.visitor.get("/account").text


@pytest.mark.parametrize(
    ("lies", "why"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"iss": "https://evil.test"}, "iss"),
        ({"aud": "another-client"}, "aud"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "azp"),
        ({"exp": int(NOW.timestamp()) - 120}, "expired"),
        ({"iat": int(NOW.timestamp()) + 120}, "iat"),
        ({"nbf": int(NOW.timestamp()) + 120}, "nbf"),
        ({"exp": None}, "exp"),
        ({"sub": ""}, "nobody"),
        ({"email_verified": False}, "address not checked"),
        ({"email_verified": None}, "address not checked"),
        ({"email": "nobody@nhs.test"}, "no account"),
        ({"email": ["a@nhs.test"]}, "no address"),
    ],
)
def test_what_does_not_hold_lets_nobody_in_and_the_page_does_not_say_why(
    door: Door, lies: dict[str, Any], why: str
) -> None:
    door.site.add_officer()
    door.nhs.lies = lies
    answer = door.sign_in()
    assert (answer.status_code, "You could not be signed in with NHS test login" in answer.text) == (403, True)
    assert why in door.last_why()
    assert door.visitor.get("/").status_code == 303
    assert "intake" not in door.visitor.cookies


def test_a_clock_that_is_half_a_minute_off_is_no_reason_to_refuse(door: Door) -> None:
    door.site.add_officer()
    for off in (-45, 45):
        at = int(door.site.clock().timestamp()) + off
        door.nhs.lies = {"iat": at, "nbf": at, "exp": at + 10}
        assert door.sign_in().status_code == 303, off


def test_a_signature_by_nobody_or_by_a_stranger_is_refused_and_a_new_key_is_fetched(door: Door) -> None:
    door.site.add_officer()
    door.nhs.algorithm = "none"
    assert door.sign_in().status_code == 403
    door.nhs.algorithm = "ES256"
    assert door.sign_in().status_code == 303
    door.nhs.published = [door.nhs.key]
    door.nhs.key = new_key("one")
    assert door.sign_in().status_code == 403, "a key of the same name that was never published"
    door.nhs.rotate()
    door.site.clock.forward(timedelta(seconds=31))
    assert door.sign_in().status_code == 303
    door.nhs.asked.clear()
    assert door.sign_in().status_code == 303
    assert "/keys" not in door.nhs.asked, "known keys are not asked for again"


def test_an_answer_works_once_in_the_browser_that_was_sent_and_not_for_long(door: Door) -> None:
    door.site.add_officer()
    back = door.there()
    with Visitor(base_url=door.site.url) as another:
        assert another.get(back).status_code == 400, "somebody else's browser"
        another.get("/sign-in/with/nhs")
        assert another.get(back).status_code == 400, "a journey of its own is another one"
    assert door.visitor.get(back.replace("state=", "state=x")).status_code == 400
    assert door.sign_in().status_code == 303
    assert door.visitor.get(back).status_code == 400, "the cookie of the journey is gone"
    late = door.there()
    door.site.clock.forward(timedelta(minutes=11))
    assert door.visitor.get(late).status_code == 400
    assert door.visitor.get("/sign-in/from/nhs?error=access_denied&state=x").status_code == 400
    for value in ("x", "e30=", "bnVsbA==", "W10="):
        with Visitor(base_url=door.site.url, cookies={"intake-outside": value}) as hostile:
            assert hostile.get(back).status_code == 400, value
    assert door.visitor.get("/sign-in/with/other").status_code == 404


def test_groups_give_roles_and_who_has_none_is_refused(door: Door) -> None:
    roles = {"desk": ["officer"], "desk-leads": ["officer", "lead"]}
    door.set(roles=roles, roles_claim="groups", create_accounts=True, second_factor=["mfa"])
    for groups in (None, [], ["others"], "others", {"desk": 1}, [1]):
        door.nhs.person["groups"] = groups
        assert door.sign_in().status_code == 403, groups
        assert "no role" in door.last_why()
    door.nhs.person["groups"] = ["others", "desk"]
    assert door.sign_in().headers["location"] == "/"
    with door.site.store.read() as tx:
        made = tx.officers.by_email(EMAIL)
    assert made is not None
    assert (made.name, made.roles, made.password_hash) == ("Sam Officer", frozenset({Role.OFFICER}), "")
    door.nhs.person["groups"] = ["desk-leads"]
    door.nhs.person["amr"] = ["pwd"]
    assert door.sign_in().headers["location"] == "/sign-in/second-factor", "ours, or theirs"
    door.nhs.person["amr"] = ["pwd", "mfa"]
    assert door.sign_in().headers["location"] == "/"
    assert "lead, officer" in door.visitor.get("/account").text
    door.nhs.person["groups"] = ["others"]
    assert door.sign_in().status_code == 403


def test_no_account_is_made_unless_it_is_said_and_who_is_locked_out_stays_out(door: Door) -> None:
    door.set(roles={"desk": ["officer"]})
    door.nhs.person["roles"] = "desk"
    assert (door.sign_in().status_code, "no account" in door.last_why()) == (403, True)
    officer = door.site.add_officer()
    assert door.sign_in().status_code == 303
    with door.site.store.write() as tx:
        tx.officers.set_active(officer.id, False)
    assert (door.sign_in().status_code, "locked" in door.last_why()) == (403, True)


def test_the_last_administrator_is_not_lost_by_a_claim(door: Door) -> None:
    with door.site.store.write() as tx:
        tx.officers.add(email=EMAIL, name="Sam", roles=(Role.ADMINISTRATOR,))
    door.set(roles={"desk": ["officer"]})
    door.nhs.person["roles"] = ["desk"]
    assert (door.sign_in().status_code, "last administrator" in door.last_why()) == (403, True)


def test_an_address_that_stands_only_in_the_user_info_is_asked_for_and_must_be_of_the_same_person(door: Door) -> None:
    door.site.add_officer()
    door.nhs.person = {"sub": "person-1"}
    door.nhs.user_info = {"email": EMAIL, "email_verified": True, "sub": "person-2"}
    assert (door.sign_in().status_code, "somebody else" in door.last_why()) == (403, True)
    door.nhs.user_info["sub"] = "person-1"
    assert door.sign_in().status_code == 303


def test_a_client_may_sign_its_requests_with_a_key_in_place_of_a_secret(door: Door, tmp_path: Path) -> None:
    door.site.add_officer()
    door.nhs.client_key = new_key("client")
    (tmp_path / "key.pem").write_bytes(door.nhs.client_key.as_pem(private=True))
    door.set(secret="", key_file=tmp_path / "key.pem", key_algorithm="ES256", parameters={"vtr": "P9"})
    assert door.sign_in().status_code == 303, door.last_why()
    door.nhs.client_key = new_key("another")
    assert door.sign_in().status_code == 403


def test_a_fresh_sign_in_there_proves_who_it_is_here_and_an_old_one_does_not(door: Door) -> None:
    door.site.add_officer(password="")
    door.sign_in()
    door.site.clock.forward(timedelta(minutes=16))
    asked = door.visitor.get("/account/second-factor").headers["location"]
    assert "Sign in again with NHS test login" in door.visitor.get(asked).text
    prove = "/sign-in/with/nhs?prove=yes&after=/account/second-factor"
    away = door.visitor.get(prove).headers["location"]
    assert {"prompt": ["login"], "max_age": ["0"]}.items() <= parse_qs(urlsplit(away).query).items()
    old = int(door.site.clock().timestamp()) - 900
    for lies in ({"auth_time": old}, {"auth_time": None}, {"sub": "person-2"}):
        door.nhs.lies = lies
        assert door.sign_in(prove).status_code == 403, lies
        assert door.visitor.get("/account/second-factor").status_code == 303
    door.nhs.lies = {}
    assert door.sign_in(prove).headers["location"] == "/account/second-factor"
    assert door.visitor.get("/account/second-factor").status_code == 200
    with Visitor(base_url=door.site.url) as stranger:
        assert stranger.get(prove).headers["location"].startswith("/sign-in")


def test_who_signs_out_is_told_that_the_account_elsewhere_is_still_open(door: Door) -> None:
    door.site.add_officer()
    door.sign_in()
    door.visitor.csrf = door.visitor.get("/account").text.partition('name="csrf" value="')[2].partition('"')[0]
    out = door.visitor.send_form("/sign-out")
    assert out.headers["location"] == "/signed-out/nhs"
    told = door.visitor.get("/signed-out/nhs").text
    assert f"{door.nhs.issuer}/logout?client_id={CLIENT}&amp;post_logout_redirect_uri=" in told
    assert door.visitor.get("/").status_code == 303
    door.visitor.fill_in("/sign-in", email=EMAIL, password=PASSWORD)


def test_a_provider_that_is_away_or_calls_itself_another_is_told_and_the_password_still_works(door: Door) -> None:
    door.site.add_officer()
    for about in ({"issuer": "https://evil.test"}, {"token_endpoint": "http://localhost/token"}, {"jwks_uri": None}):
        door.nhs.about = about
        door.set()
        answer = door.visitor.get("/sign-in/with/nhs")
        assert (answer.status_code, "does not answer just now" in answer.text) == (503, True), about
    door.set(issuer="https://localhost:1")
    assert door.visitor.get("/sign-in/with/nhs").status_code == 503
    assert door.visitor.fill_in("/sign-in", email=EMAIL, password=PASSWORD).status_code == 303
