"""`python -m classifiers.adapting.mean ONE TWO …`: the mean of several adapters.

They began alike and learned by other chances. The mean errs less than each: what one has learned by chance the others
have not. It is as fast as one, and needs no PyTorch.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from classifiers.encoder.adapter import LABELS, adapter_path
from classifiers.encoder.values import Array

RANK = 64
"""Of the corrections that are kept: twice that of one adapter holds nearly all of a mean."""
UP, DOWN = ".up", ".down"


def mean_of(adapters: Sequence[Mapping[str, Array]], *, rank: int = RANK) -> dict[str, Array]:
    """The mean of adapters, by the names in their files. Raises ValueError where they do not know the same labels."""
    first = adapters[0]
    if any(set(one) != set(first) or list(one[LABELS]) != list(first[LABELS]) for one in adapters):
        raise ValueError("these adapters do not know the same labels")
    found: dict[str, Array] = {LABELS: first[LABELS]}
    for name in first:
        if name.endswith(UP):
            stem = name.removesuffix(UP)
            found[name], found[stem + DOWN] = _thin(adapters, stem, rank)
        elif not name.endswith(DOWN) and name != LABELS:
            found[name] = np.mean([one[name].astype(np.float32) for one in adapters], axis=0).astype(first[name].dtype)
    return found


def _thin(adapters: Sequence[Mapping[str, Array]], stem: str, rank: int) -> tuple[Array, Array]:
    """The two thin matrices whose product is nearest to the mean correction of one linear map."""
    changes = [one[stem + UP].astype(np.float32) @ one[stem + DOWN].astype(np.float32) for one in adapters]
    left, sizes, right = np.linalg.svd(np.mean(changes, axis=0), full_matrices=False)
    half = np.sqrt(sizes[:rank])
    return (left[:, :rank] * half).astype(np.float16), (half[:, None] * right[:rank]).astype(np.float16)


def main() -> int:
    """Write the mean; 2 when the adapters do not fit together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("adapters", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=adapter_path())
    parser.add_argument("--rank", type=int, default=RANK)
    options = parser.parse_args()
    given = []
    for path in options.adapters:
        with np.load(path, allow_pickle=False) as parts:
            given.append({name: parts[name] for name in parts.files})
    try:
        found = mean_of(given, rank=options.rank)
    except ValueError as fault:
        sys.stderr.write(f"mean: {fault}\n")
        return 2
    np.savez(options.out, allow_pickle=False, **found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
