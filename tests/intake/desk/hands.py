"""Four ways to work at the desk: with a mouse, by the keyboard alone, by touch on a phone, and without JavaScript.

A journey says what an officer does; a hand does it, and at each page and state looks for what is wrong there.
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from hashlib import sha256
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Route, ViewportSize, expect

from tests.intake.desk.browser import DESKTOP, FOCUS_SHOWS, barriers, focused, sticks_out

SMALL: ViewportSize = {"width": 390, "height": 844}
MOST_STOPS = 250
AT = f"one => [document.activeElement === one, ({FOCUS_SHOWS})()]"
IN_GROUP = f"one => [document.activeElement.name === one.name, ({FOCUS_SHOWS})()]"
LIES_BEFORE = (
    "one => Boolean(document.activeElement.compareDocumentPosition(one) & 2) && !document.activeElement.contains(one)"
)
CHANGES = re.compile(
    r'nonce="[^"]*"|name="csrf" value="[^"]*"|QM-\d{4}-TT|combobox-\d+|since=\d+|id="(t|looking-)\d+"|for="t\d+"'
)
"""What differs between two visits of the same page."""
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)


class Mouse:
    """An officer at a desk with a mouse; the other ways differ from it."""

    name = "mouse"
    size: ViewportSize = DESKTOP
    context: dict[str, Any] = {}  # noqa: RUF012 - what a browser's context is made with
    scripted = True

    def __init__(self, page: Page, glass: Page, seen: set[str], url: str) -> None:
        self.page = page
        self._url = url
        self._glass = glass
        """A tab in which a page without scripts is measured."""
        self._seen = seen
        """Digests of what axe has measured already."""

    # What an officer does.

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self._url + path)

    def press(self, words: str, *, link: bool = False) -> None:
        """Press a button, or follow a link, that leads to another page."""
        target = self.named(words, link=link)
        with self.page.expect_navigation():
            self._hit(target)

    def follow(self, words: str) -> None:
        """Follow a link to another page."""
        self.press(words, link=True)

    def fetch(self, target: Locator) -> bytes:
        """Follow a link to a file; gives the file."""
        with self.page.expect_download() as coming:
            self._hit(target)
        return coming.value.path().read_bytes()

    def unfold(self, words: str) -> None:
        """Open what is folded under these words."""
        self._hit(self.page.locator("summary", has_text=words).first)

    def find(self) -> None:
        """Come to what finds tickets in the queue: on a phone it is folded."""

    def fill(self, label: str, words: str) -> None:
        """Write into a field, over what stands there."""
        self._write(self.field(label), words)

    def choose(self, label: str, option: str) -> None:
        """Choose in a list."""
        self.field(label).select_option(label=option)

    def tick(self, label: str) -> None:
        """Tick a box or a radio button."""
        self._hit(self.page.locator(f"label[for='{self.field(label).get_attribute('id')}']"))

    def pick(self, label: str, typed: str, option: str) -> None:
        """Type some letters and choose what is offered."""
        self.fill(label, typed)
        self.look(f"the choices of {label}")
        self._hit(self.page.get_by_role("option", name=option, exact=True))

    def rest_on(self, target: Locator) -> None:
        """Rest on a marked word until its reason shows."""
        target.hover()

    def single_key(self, key: str, words: str, *, second_step: bool = False) -> None:
        """Do with a button what by the keyboard a single key does, with Enter after it for a second step."""
        self.press(words)

    # How it is done.

    def named(self, words: str, *, link: bool) -> Locator:
        """The button or link of these words."""
        name = re.compile(
            rf"^{re.escape(words).replace(':', ' ?:').replace(',', ' ?,')}$"
        )  # words for the ear only may begin with a gap
        return self.page.get_by_role("link" if link else "button", name=name).first

    def field(self, label: str) -> Locator:
        """The field of this label."""
        return self.page.get_by_label(label, exact=True).first

    def _hit(self, target: Locator) -> None:
        target.click()

    def _write(self, target: Locator, words: str) -> None:
        target.fill(words)

    # What must hold everywhere.

    def look(self, name: str) -> None:
        """No barrier, nothing that sticks out, one heading, a title a language; what is the same is measured once."""
        page = self.page
        assert page.locator("h1").count() == 1, name
        assert page.title().endswith(" - Quality.me desk"), name
        assert page.locator("html").get_attribute("lang") == "en-GB", name
        assert sticks_out(page) == [], name
        html = page.content()
        digest = sha256(f"{self.size}{CHANGES.sub('', html)}".encode()).hexdigest()
        if digest not in self._seen:
            self._seen.add(digest)
            assert self._barriers(html) == [], name

    def _barriers(self, _html: str) -> list[str]:
        return barriers(self.page)

    def told(self, words: str) -> None:
        """The page says so where it is read out, and there is no barrier in it."""
        expect(self.page.get_by_role("alert")).to_contain_text(words)
        self.look(words)


class Keys(Mouse):
    """By the keyboard alone. At every stop the focus must be seen."""

    name = "keys"

    def choose(self, label: str, option: str) -> None:
        target = self.field(label)
        self._reach(target)
        names = [words.strip() for words in target.locator("option").all_inner_texts()]
        steps = names.index(option) - target.evaluate("one => one.selectedIndex")
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")

    def tick(self, label: str) -> None:
        target = self.field(label)
        if target.get_attribute("type") != "radio":
            self._reach(target)
            self.page.keyboard.press("Space")
            return
        self._reach(target, IN_GROUP)
        self.page.keyboard.press("Space")
        for _ in range(MOST_STOPS):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{label} was not reached with the arrows")

    def pick(self, label: str, typed: str, option: str) -> None:
        self.fill(label, typed)
        self.look(f"the choices of {label}")
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("ArrowDown")
            if self.page.locator("[role=option][aria-selected=true]:visible").inner_text() == option:
                return self.page.keyboard.press("Enter")
        raise AssertionError(f"{option} is not offered")

    def rest_on(self, target: Locator) -> None:
        self._reach(target)

    def single_key(self, key: str, words: str, *, second_step: bool = False) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
            if second_step:
                self.page.keyboard.press("Enter")

    def _hit(self, target: Locator) -> None:
        self._reach(target)
        self.page.keyboard.press("Enter")

    def _write(self, target: Locator, words: str) -> None:
        self._reach(target)
        if target.get_attribute("type") == "date":
            year, month, day = words.split("-")
            self.page.keyboard.type(f"{day}{month}{year}")
        else:
            self.page.keyboard.press("ControlOrMeta+A")
            self.page.keyboard.type(words)

    def _reach(self, target: Locator, at: str = AT) -> None:
        """Tab, or back with Shift, until the focus is there."""
        expect(target).to_have_count(1)
        key = "Shift+Tab" if target.evaluate(LIES_BEFORE) else "Tab"
        there, _ = target.evaluate(at)
        for _ in range(MOST_STOPS):
            if there:
                return
            self.page.keyboard.press(key)
            there, is_visible = target.evaluate(at)
            assert is_visible, f"the focus is not seen on {focused(self.page)[:80]}"
        raise AssertionError(f"{target} was not reached with the keyboard")


class Touch(Mouse):
    """By touch, on a phone."""

    name = "phone"
    size = SMALL
    context = {"has_touch": True, "is_mobile": True}  # noqa: RUF012 - as above

    def find(self) -> None:
        self.unfold("change or search")

    def rest_on(self, target: Locator) -> None:
        target.tap()

    def _hit(self, target: Locator) -> None:
        target.tap()


class Plain(Mouse):
    """Without JavaScript."""

    name = "plain"
    context = {"java_script_enabled": False}  # noqa: RUF012 - as above
    scripted = False

    def pick(self, label: str, typed: str, option: str) -> None:
        if self.field(label).count():
            return self.fill(label, option)
        return self.tick(option)

    def _barriers(self, html: str) -> list[str]:
        """axe is a script: it measures the page in another tab, with the scripts of the page taken out."""

        def answer(route: Route) -> None:
            route.fulfill(body=SCRIPT.sub("", html), content_type="text/html; charset=utf-8")

        self._glass.route("**/behind-glass", answer)
        self._glass.goto(f"{self._url}/behind-glass")
        self._glass.unroute("**/behind-glass")
        return barriers(self._glass)


WAYS = (Mouse, Keys, Touch, Plain)
OpenContext = Callable[..., AbstractContextManager[BrowserContext]]
