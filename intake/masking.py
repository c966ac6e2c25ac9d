"""What officers read of a message. The search for patients' data is loaded when the first message needs it."""

from collections.abc import Iterable
from importlib import import_module

import structlog

from models.masked_message import FindPersonal, MaskedMessage, by_rules_alone, mask_message
from models.masking import PersonalData
from models.message import Mail
from models.verdict import Verdict

NOTHING = MaskedMessage(subject="", text="", found=())
_log = structlog.get_logger(__name__)


class PersonalFinder:
    """text -> the personal data of patients in it. Where the classifier's search is missing, rough rules stand in."""

    def __init__(self) -> None:
        self._find: FindPersonal | None = None

    def __call__(self, text: str) -> Iterable[PersonalData]:
        """Search a text. Never raises: what cannot be searched is masked by rules that hide rather too much."""
        if self._find is None:
            self._find = _loaded()
        try:
            return tuple(self._find(text))
        except Exception as fault:  # noqa: BLE001 - a search that fails must not keep a message from being filed
            _log.error("masking.failed", fault=type(fault).__name__)
            return by_rules_alone(text)


def _loaded() -> FindPersonal:
    try:
        found: FindPersonal = import_module("classifiers.personal_data").found_in
    except Exception as fault:  # noqa: BLE001 - decision 2: a classifier that is missing still yields tickets
        _log.error("masking.missing", fault=type(fault).__name__)
        return by_rules_alone
    return found


def masks_of(mail: Mail, words: str, verdict: Verdict | None, find: FindPersonal) -> MaskedMessage:
    """What officers read of a mail. Identity stays apart from content: who wrote is masked as patients are.

    `words` is the text that the verdict is on.
    """
    return mask_message(
        subject=mail.subject,
        text=words,
        name=mail.sender.name if mail.sender else "",
        address=mail.sender.address if mail.sender else "",
        known=verdict.personal_data if verdict else (),
        find=find,
    )
