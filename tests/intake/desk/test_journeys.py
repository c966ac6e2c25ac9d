"""The ten journeys of a day, each with a mouse, by the keyboard alone, at phone width and without JavaScript.

At every page and state on the way: no barrier that axe knows, no console error, no request to another origin, nothing
that one must scroll sideways for; by the keyboard, the focus is seen at every stop.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.intake.desk.browser import PATIENCE, Watch
from tests.intake.desk.conftest import EMAIL, Site
from tests.intake.desk.hands import WAYS, Mouse
from tests.intake.desk.journeys import JOURNEYS, Journey


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Digests of what axe has measured: the same page is measured once, not once a journey."""
    return set()


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: way.name)
def way(
    request: pytest.FixtureRequest, browser: Browser
) -> Iterator[tuple[type[Mouse], BrowserContext, BrowserContext]]:
    """A way to work, its context, and one in which a page without scripts is measured."""
    kind: type[Mouse] = request.param
    context = browser.new_context(viewport=kind.size, locale="en-GB", **kind.context)
    glass = browser.new_context(viewport=kind.size, locale="en-GB")
    yield kind, context, glass
    context.close()
    glass.close()


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
def test_an_officer_gets_there(
    journey: Journey, way: tuple[type[Mouse], BrowserContext, BrowserContext], site: Site, seen: set[str]
) -> None:
    kind, context, glass = way
    context.clear_cookies()
    if journey.roles:
        sign_in(site, context, journey)
    watch = Watch(origin=site.url)
    page, behind = context.new_page(), glass.new_page()
    page.set_default_timeout(PATIENCE)
    watch.over(page)
    hand = kind(page, behind, seen, site.url)
    journey.walk(hand, site)
    page.close()
    behind.close()
    assert watch.faults == []


def sign_in(site: Site, context: BrowserContext, journey: Journey) -> None:
    """The officer of the journey, with their roles and a password, in this browser."""
    token, _ = site.session(EMAIL)
    with site.store.write() as tx:
        officer = tx.officers.by_email(EMAIL)
        assert officer is not None
        tx.officers.set_roles(officer.id, journey.roles)
    context.add_cookies([{"name": "intake", "value": token, "url": site.url}])
