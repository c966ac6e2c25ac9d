"""Component `encoder`: the message and each of its sentences as vectors, for the learned components after it."""

import structlog
from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import notebook
from classifiers.encoder.base import ModelMissing
from classifiers.encoder.hashing import Hashing
from classifiers.encoder.minilm import installed
from classifiers.encoder.values import Encoder

_log = structlog.get_logger(__name__)


def best_encoder() -> Encoder:
    """The adapted MiniLM where it is set up, the lighter one elsewhere. Says in the log when it falls back."""
    try:
        return installed()
    except (ModelMissing, FileNotFoundError) as fault:
        _log.warning("encoder.lighter", why=str(fault))
        return Hashing()


def fault_of_encoder() -> str:
    """Why the lighter encoder stands in for the adapted MiniLM; "" where it does not."""
    try:
        installed()
    except (ModelMissing, FileNotFoundError) as fault:
        return str(fault)
    return ""


ENCODERS = {"best": best_encoder, "minilm": installed, "hashing": Hashing}
"""Setting -> the encoder it names. `none` leaves the learned components without an answer."""


@Language.factory("encoder", default_config={"encoder": "best"})
def make_encoder(nlp: Language, name: str, encoder: str) -> "Encoding":  # noqa: ARG001  spaCy calls factories so
    """The component with the encoder of the setting. Raises KeyError for one that does not exist."""
    return Encoding(None if encoder == "none" else ENCODERS[encoder]())


class Encoding:
    """Writes `encoded` into the notebook, one row for each sentence, in their order."""

    def __init__(self, encoder: Encoder | None) -> None:
        self.encoder = encoder

    def __call__(self, doc: Doc) -> Doc:
        """Encode the text as it was normalised."""
        if self.encoder is not None:
            notes = notebook(doc)
            spans = [(sentence.words[0].start, sentence.words[-1].end) for sentence in notes.sentences]
            notes.encoder = self.encoder.name
            notes.encoded = self.encoder.encode(notes.source.text, spans)
        return doc
