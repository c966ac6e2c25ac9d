"""A learner who writes in the web chat of the demo, as a browser without JavaScript would."""

import re
import time
from html import unescape
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

STORY = (
    "There was no consultant on the labour ward at Royal Derby Hospital all weekend. "
    "I was told to manage a haemorrhage alone."
)
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
REFERENCE = re.compile(r"Your reference is (QM-[0-9A-Z]{4}-[0-9A-Z]{2})")
LOOK_EVERY = 0.5


def write_on_the_web(url: str, *, seconds: float) -> str:
    """Write in the chat at this address and wait for the receipt; gives the reference, or nothing when none comes.

    Raises OSError when the page cannot be reached.
    """
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    until = time.monotonic() + seconds
    fields = {**dict(HIDDEN.findall(_page(browser, f"{url}/chat"))), "text": STORY}
    page = _page(browser, f"{url}/chat", urlencode(fields).encode())
    while not (found := REFERENCE.search(page)):
        if time.monotonic() > until:
            return ""
        time.sleep(LOOK_EVERY)
        page = _page(browser, f"{url}/chat")
    return found[1]


def _page(browser: OpenerDirector, url: str, data: bytes | None = None) -> str:
    with browser.open(url, data=data, timeout=20) as answer:  # an address of ours on this machine
        return unescape(answer.read().decode("utf-8"))
