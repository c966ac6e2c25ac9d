"""The guide through the demo: says what is where, sends the samples, and tells what became of them."""

from collections.abc import Callable
from smtplib import SMTPException
from threading import Event, Thread
from time import monotonic

from rich.console import Console

from intake.commands.reconcile import show
from intake.demo.parts import OURS, Demo
from intake.demo.report import Finding, as_table, find, what_is_missing
from intake.demo.sample_mails import Sample, load_samples
from intake.demo.web_visit import write_on_the_web

LOOK_EVERY = 0.25
OWN_MAIL = """\
{python} -c "import smtplib as s, email.utils as u; s.SMTP('127.0.0.1', {port}).sendmail('me@student.test', '{ours}', \
'From: me@student.test\\nMessage-ID: ' + u.make_msgid(domain='student.test') + '\\nSubject: My nights\\n\\n\
There was no registrar on my ward at Lincoln County Hospital last night.')\""""


class Tour:
    """Starts last among the demo's servers. `passed` tells in the end whether every sample was right.

    `ended` is called once all samples have come to their end, or `seconds` have passed.
    """

    def __init__(self, demo: Demo, console: Console, *, python: str, seconds: float, ended: Callable[[], None]) -> None:
        self.passed = False
        self._demo = demo
        self._console = console
        self._python = python
        self._seconds = seconds
        self._ended = ended
        self._stopping = Event()
        self._thread = Thread(target=self._walk, name="tour", daemon=True)

    def start(self) -> None:
        """Welcome the visitor and begin."""
        self._welcome()
        self._thread.start()

    def stop(self) -> None:
        """End, also in the middle."""
        self._stopping.set()
        self._thread.join(timeout=10)

    def _say(self, text: str = "") -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _welcome(self) -> None:
        demo = self._demo
        command = OWN_MAIL.format(python=self._python, port=demo.mail.delivery_port, ours=OURS)
        self._say("\nAll parts run. Nothing leaves this computer. You can:\n")
        self._say(f"1. Open the officers' desk with this link. It signs you in, and works once:\n   {demo.link}\n")
        self._say("2. There, on the page Demo, write a message as a learner would, and read the acknowledgements")
        self._say(f"   that were sent. It is here, once you have signed in:\n   {demo.desk.url}/demo\n")
        self._say("3. Be a learner yourself: write in the web chat, or all at once in its form. It is here:")
        self._say(f"   {demo.web.url}/\n")
        self._say("4. Write to the Telegram bot, on a small copy of Telegram that needs no account and no token:")
        self._say(f"   {demo.telegram.url}/\n")
        self._say(f"5. Or send a message by SMTP, with this line in another terminal:\n   {command}\n")
        self._say(f"All data stay in {demo.folder}\n")

    def _walk(self) -> None:
        samples = load_samples()
        self._say(f"Meanwhile {len(samples)} sample messages are sent, by SMTP, LMTP and through an IMAP mailbox ...")
        try:
            for sample in samples:
                self._demo.post(sample)
            reference = write_on_the_web(self._demo.web.url, seconds=self._seconds)
            findings = self._watch(samples)
        except (OSError, SMTPException) as fault:
            self._say(f"A sample could not be sent: {type(fault).__name__}. Please try again.")
        else:
            self._report(findings, reference)
        self._ended()

    def _watch(self, samples: tuple[Sample, ...]) -> tuple[Finding, ...]:
        until = monotonic() + self._seconds
        while True:
            findings = find(self._demo.app.store, samples, self._demo.mail.sink.mails)
            if all(one.is_right for one in findings) or monotonic() > until or self._stopping.wait(LOOK_EVERY):
                return findings

    def _report(self, findings: tuple[Finding, ...], reference: str) -> None:
        self._console.print(as_table(findings))
        with self._demo.app.store.read() as tx:
            balance = tx.inbox.balance()
        show(balance)
        missing = what_is_missing(findings)
        for fault in missing:
            self._say(fault)
        chatted = f"and got the reference {reference}." if reference else "and got no reference. It should have."
        self._say(f"A learner wrote in the web chat, {chatted}")
        self.passed = not missing and balance.holds and bool(reference)
        self._say("Every sample is where it should be." if self.passed else "Not every sample is where it should be.")
