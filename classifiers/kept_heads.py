"""Heads in files: arrays in an `.npz`, and everything else as one JSON text. No code is ever stored."""

import json
from collections.abc import Mapping
from io import BytesIO
from lzma import LZMAError
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile
from zlib import error

import numpy as np

from classifiers.heads import Heads, Linear
from classifiers.lexicon import Lexicon, rounded

FORMAT = 2
BROKEN = (OSError, ValueError, KeyError, TypeError, EOFError, RuntimeError, BadZipFile, LZMAError, error)
"""What NumPy and zipfile raise for a file that is none of ours or was damaged: RuntimeError if it seems encrypted."""
_MAPS = ("sentence", "document", "fusion", "kind", "impact", "likelihood", "isf")
_NAMES = ("encoder", "labels", "kinds", "settings", "card")


class HeadsError(ValueError):
    """A heads file cannot be used; the text says why."""


def save_heads(heads: Heads, file: Path | BinaryIO) -> None:
    """Write the heads. The wide tables of a lexicon are kept as whole numbers with a scale for each column."""
    about = {"format": FORMAT} | {name: getattr(heads, name) for name in _NAMES}
    arrays: dict[str, Any] = {"about": np.array(json.dumps(about, sort_keys=True))}
    wide = isinstance(heads, Lexicon)
    if isinstance(heads, Lexicon):
        arrays["known"] = heads.known
    for name in _MAPS:
        linear: Linear = getattr(heads, name)
        if wide and name != "fusion":
            arrays |= wide_arrays(linear, name)
        else:
            arrays |= {
                f"{name}.bias": linear.bias.astype(np.float32),
                f"{name}.weights": linear.weights.astype(np.float16),
            }
    np.savez_compressed(file, **arrays)


def load_heads(file: Path | BinaryIO) -> Heads:
    """Read what `save_heads` wrote. Raises HeadsError for anything else."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            about = json.loads(str(arrays["about"]))
            maps = {name: linear_of(arrays, name) for name in _MAPS}
            known = arrays.get("known")
    except BROKEN as fault:
        raise HeadsError(f"this is no heads file of ours ({type(fault).__name__})") from None
    if about.get("format") != FORMAT:
        raise HeadsError(f"heads of format {about.get('format')!r}; this version reads format {FORMAT}")
    facts: dict[str, Any] = {
        "encoder": about["encoder"],
        "labels": tuple(about["labels"]),
        "kinds": tuple(about["kinds"]),
        "settings": about["settings"],
        "card": about["card"],
        **maps,
    }
    return Heads(**facts) if known is None else Lexicon(**facts, known=known)


def packed(heads: Mapping[str, Heads]) -> bytes:
    """Name -> heads as one string of bytes: an archive of their files."""
    files: dict[str, Any] = {}
    for name, one in heads.items():
        file = BytesIO()
        save_heads(one, file)
        files[name] = np.frombuffer(file.getvalue(), dtype=np.uint8)
    archive = BytesIO()
    np.savez(archive, **files)
    return archive.getvalue()


def unpacked(data: bytes) -> list[Heads]:
    """The heads of `packed`, in their order. Raises HeadsError for anything else."""
    try:
        with np.load(BytesIO(data), allow_pickle=False) as files:
            found = [files[name].tobytes() for name in files.files]
    except BROKEN as fault:
        raise HeadsError(f"these bytes hold no heads of ours ({type(fault).__name__})") from None
    return [load_heads(BytesIO(one)) for one in found]


def wide_arrays(linear: Linear, name: str) -> dict[str, Any]:
    """The arrays of a map with many inputs: weights as whole numbers of 8 bits with a scale for each column."""
    whole, scale = rounded(linear.weights)
    return {f"{name}.bias": linear.bias.astype(np.float32), f"{name}.weights": whole, f"{name}.scale": scale}


def linear_of(arrays: Mapping[str, Any], name: str) -> Linear:
    """The map of this name among the arrays of a file. Raises KeyError and what else is in `BROKEN`."""
    weights = arrays[f"{name}.weights"].astype(np.float32)
    if f"{name}.scale" in arrays:
        weights *= arrays[f"{name}.scale"]
    return Linear(weights=weights, bias=arrays[f"{name}.bias"].astype(np.float32))
