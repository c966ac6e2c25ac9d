"""What we taught the base model: small corrections of its weights, kept apart from the weights themselves.

`adapter.npz` holds, for each linear map, two thin matrices whose product is added to its weights (a low-rank
adaptation), and new gains and shifts of the layers' norms. It was trained on our corpus by `classifiers/adapting/`,
together with the heads that judge its vectors, which it holds too.
"""

import hashlib
from importlib import resources
from pathlib import Path

import numpy as np

from classifiers.encoder.base import DIGESTS, LAYERS, LINEAR
from classifiers.encoder.values import Array

FILE = "adapter.npz"
HEADS, LABELS = "heads.", "labels"


def adapter_path() -> Path:
    """The shipped adapter."""
    return Path(str(resources.files("classifiers.encoder") / FILE))


def adapted(weights: dict[str, Array], path: Path) -> dict[str, Array]:
    """The base weights with the corrections of an adapter file."""
    with np.load(path, allow_pickle=False) as parts:
        corrected = dict(weights)
        for name in _linear_maps():
            if f"{name}.up" in parts:
                change = parts[f"{name}.up"].astype(np.float32) @ parts[f"{name}.down"].astype(np.float32)
                corrected[f"{name}.weight"] = weights[f"{name}.weight"] + change
        for name in weights:
            if "LayerNorm" in name and name in parts:
                corrected[name] = parts[name].astype(np.float32)
    return corrected


def learned_heads(path: Path) -> dict[str, Array]:
    """The heads in an adapter file: `sentence.weights` (inputs, outputs), `sentence.bias` and so on."""
    with np.load(path, allow_pickle=False) as parts:
        names = [name for name in parts.files if name.startswith(HEADS)]
        return {name.removeprefix(HEADS): parts[name].astype(np.float32) for name in names}


def labels_of_heads(path: Path) -> tuple[str, ...]:
    """The labels that the heads in an adapter file know, in the order of their columns."""
    with np.load(path, allow_pickle=False) as parts:
        return tuple(str(label) for label in parts[LABELS])


def version(path: Path) -> str:
    """Eight signs that change when the base model or the adapter does."""
    digest = hashlib.sha256(path.read_bytes())
    digest.update("".join(DIGESTS.values()).encode())
    return digest.hexdigest()[:8]


def _linear_maps() -> list[str]:
    return [f"encoder.layer.{layer}.{part}" for layer in range(LAYERS) for part in LINEAR]
