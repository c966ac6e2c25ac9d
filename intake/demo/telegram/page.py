"""A page on which one writes to the bot as a learner would on Telegram: plain, server-rendered, no script needed."""

import html
import secrets

from intake.demo.telegram.people import Facts, People, Shown

PATH = "/"
LONGEST = 4_096
LEARNERS = {"1": "A learner", "2": "Another learner"}
_STYLE = """
body{font:19px/1.5 Arial,sans-serif;max-width:40em;margin:0 auto;padding:1em;color:#212b32;background:#f0f4f5}
h1{font-size:1.5em}.note{background:#fff;border-left:8px solid #005eb8;padding:.5em 1em}
ol{list-style:none;padding:0}
li{background:#fff;border:1px solid #aeb7bd;border-radius:8px;padding:.6em 1em;margin:.6em 0}
li.mine{background:#e3f2e8;margin-left:3em}li p{white-space:pre-wrap;overflow-wrap:anywhere;margin:.2em 0}
.who{font-weight:bold}textarea{font:inherit;width:100%;box-sizing:border-box;border:2px solid #4c6272}
button{font:inherit;min-height:44px;padding:.4em 1em;margin:.3em .3em 0 0;border:2px solid #005eb8;background:#fff;
color:#005eb8;cursor:pointer}button.send{background:#007f3b;border-color:#007f3b;color:#fff}
:focus{outline:4px solid #ffeb3b;box-shadow:0 0 0 4px #212b32}a{color:#005eb8}form.inline{display:inline}
"""


class ChatPage:
    """The page. It speaks for two learners, who know nothing of each other."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._key = secrets.token_urlsafe(16)
        self._base = 7_000_000_000 + secrets.randbelow(1_000_000)

    def __call__(self, method: str, path: str, given: Facts) -> tuple[int, str, bytes]:
        """Answer one request: show a chat, write into it, or press a button."""
        learner = given.get("learner", "1")
        if path != PATH or learner not in LEARNERS:
            return 404, "text/plain; charset=utf-8", b"There is no such page."
        if method == "GET":
            return 200, "text/html; charset=utf-8", self._html(learner).encode("utf-8", "replace")
        if given.get("key") != self._key:
            return 403, "text/plain; charset=utf-8", b"Please open the page again and send it once more."
        self._act(self._base + int(learner), given)
        return 303, f"{PATH}?learner={learner}#end", b""

    def _act(self, chat: int, given: Facts) -> None:
        if "data" in given and given.get("number", "").isdecimal():
            self._people.send_back(chat, int(given["number"]), given["data"])
        elif given.get("text", "").strip():
            self._people.write(chat, given["text"].replace("\r\n", "\n")[:LONGEST])

    def _html(self, learner: str) -> str:
        chat = self._base + int(learner)
        with self._people.changed:
            shown = [one for one in self._people.shown if one.chat == chat]
            own = [(number, facts) for (who, number), facts in self._people.own.items() if who == chat]
        lines = [(one.number, self._of_bot(one, learner)) for one in shown]
        lines += [(number, _of_learner(str(facts.get("text", "")))) for number, facts in own]
        # Another address each time, or a browser would only scroll.
        again = f"?learner={learner}&amp;look={secrets.token_hex(3)}#end"
        others = " ".join(f'<a href="?learner={one}">{name}</a>' for one, name in LEARNERS.items() if one != learner)
        talk = "".join(line for _, line in sorted(lines)) or "<li><p>Nothing has been said yet.</p></li>"
        return f"""<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Chat with the bot (demo)</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body><main>
<h1>Chat with the bot: {LEARNERS[learner]}</h1>
<p class="note">This is not Telegram. It is a small copy on this computer, so that you can try the bot. Nothing leaves
this computer. The bot waits a few seconds in case you have more to say. Then look again.</p>
<h2>What has been said</h2><ol>{talk}</ol><p id="end"><a href="{again}">Look again</a></p>
<form method="post" action="{PATH}">{self._hidden(learner)}
<label for="text">Your message</label><textarea id="text" name="text" rows="3" maxlength="{LONGEST}"></textarea>
<button class="send">Send</button></form>
<form method="post" action="{PATH}">{self._hidden(learner)}<input type="hidden" name="text" value="/start">
<button>Start</button></form><p>Write as {others}</p></main></body></html>"""

    def _of_bot(self, shown: Shown, learner: str) -> str:
        buttons = "".join(
            f'<form class="inline" method="post" action="{PATH}">{self._hidden(learner)}'
            f'<input type="hidden" name="number" value="{shown.number}">'
            f'<button name="data" value="{html.escape(data)}">{html.escape(label)}</button></form>'
            for label, data in shown.buttons
        )
        return f'<li><p class="who">The bot</p><p>{html.escape(shown.text)}</p>{buttons}</li>'

    def _hidden(self, learner: str) -> str:
        return (
            f'<input type="hidden" name="key" value="{self._key}">'
            f'<input type="hidden" name="learner" value="{learner}">'
        )


def _of_learner(text: str) -> str:
    return f'<li class="mine"><p class="who">You</p><p>{html.escape(text)}</p></li>'
