"""The encoder on onnxruntime: one pass over the text gives every sentence in the light of the whole message."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

from classifiers.encoder.base import WIDTH, ModelMissing, verified
from classifiers.encoder.build import graph_path
from classifiers.encoder.values import Array, Encoded, Span

WINDOW = 384
"""Tokens of one pass; it was trained with as many. Longer texts are read in several passes."""
MOST_WINDOWS = 8
"""Passes at most: a longer text is read at its start and at its end."""

_SHOUTED = re.compile("!+")
REBUILD = "run python -m classifiers.encoder.build"
"""What puts a graph right: make setup does not look into one that is there."""


def calm(text: str) -> str:
    """The text with full stops for its exclamation marks, as long as before: no grade hangs on anger."""
    return _SHOUTED.sub(lambda marks: "." + " " * (len(marks[0]) - 1), text)


class MiniLm:
    """Sentence vectors by the adapted MiniLM."""

    width = WIDTH

    def __init__(self, path: Path) -> None:
        """Load the graph. Raises ModelMissing when the tokenizer's file is not the one we know."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.name = f"minilm-{path.stem.removeprefix('encoder-')}"
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(verified("tokenizer.json")))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def encode(self, text: str, spans: Sequence[Span]) -> Encoded:
        """The vectors of the sentences at these spans, and of the whole."""
        encoding = self._tokenizer.encode(calm(text))
        states, kept = self._states(encoding)
        offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)[kept]
        real = offsets[:, 1] > offsets[:, 0]
        rows = np.zeros((len(spans), WIDTH), dtype=np.float32)
        for number, (start, end) in enumerate(spans):
            inside = real & (offsets[:, 0] >= start) & (offsets[:, 1] <= end + 1)
            if inside.any():
                rows[number] = states[inside].mean(axis=0)
        return Encoded(sentences=rows, whole=states.mean(axis=0))

    def _states(self, encoding: Encoding) -> tuple[Array, "np.ndarray[tuple[int], np.dtype[np.int64]]"]:
        """The states of all tokens that were read, (tokens, width), and which tokens these are."""
        ids = np.array(encoding.ids, dtype=np.int64)
        first, last = ids[:1], ids[-1:]
        body = np.arange(1, len(ids) - 1)
        size = WINDOW - 2
        windows = [body[at : at + size] for at in range(0, max(len(body), 1), size)]
        if len(windows) > MOST_WINDOWS:
            windows = [*windows[: MOST_WINDOWS // 2], *windows[-MOST_WINDOWS // 2 :]]
        states = [self._run(np.concatenate([first, ids[window], last])) for window in windows]
        kept = np.concatenate([np.concatenate([[0], window, [len(ids) - 1]]) for window in windows])
        return np.concatenate(states), kept

    def _run(self, ids: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Array:
        given = {"input_ids": ids[None], "attention_mask": np.ones_like(ids)[None]}
        states: Array = self._session.run(None, given)[0][0]
        return states


def installed() -> MiniLm:
    """The encoder as set up, tried once. Raises ModelMissing or FileNotFoundError."""
    path = graph_path()
    if not path.exists():
        raise FileNotFoundError(f"the encoder has not been built: {path.name} is missing; {REBUILD}")
    try:
        encoder = MiniLm(path)
        sound = np.isfinite(encoder.encode("No registrar.", []).whole).all()
    except ModelMissing:
        raise
    except Exception as fault:  # onnxruntime has a type of its own for each way in which a file can be damaged
        raise ModelMissing(f"{path.name} cannot be read ({type(fault).__name__}); delete it and {REBUILD}") from fault
    if not sound:
        raise ModelMissing(f"{path.name} cannot be read (it gives no numbers); delete it and {REBUILD}")
    return encoder
