"""Facts about the mean of several adapters."""

import numpy as np
import pytest

from classifiers.adapting.mean import mean_of
from classifiers.encoder.adapter import LABELS
from classifiers.encoder.values import Array

LAYER = "encoder.layer.0.attention.self.query"


def adapter(seed: int, *labels: str) -> dict[str, Array]:
    chance = np.random.default_rng(seed)
    return {
        f"{LAYER}.up": chance.normal(size=(12, 2)).astype(np.float16),
        f"{LAYER}.down": chance.normal(size=(2, 9)).astype(np.float16),
        "embeddings.LayerNorm.weight": chance.normal(size=9).astype(np.float16),
        LABELS: np.array(labels or ("theme:rota",)),
    }


def change(one: dict[str, Array]) -> Array:
    product: Array = one[f"{LAYER}.up"].astype(np.float32) @ one[f"{LAYER}.down"].astype(np.float32)
    return product


def test_the_mean_of_adapters_corrects_by_the_mean_of_their_corrections() -> None:
    one, other = adapter(1), adapter(2)
    found = mean_of([one, other], rank=4)
    assert np.allclose(change(found), (change(one) + change(other)) / 2, atol=0.01)
    norm = "embeddings.LayerNorm.weight"
    assert np.allclose(found[norm], (one[norm].astype(np.float32) + other[norm].astype(np.float32)) / 2, atol=0.01)


def test_a_lower_rank_keeps_the_greatest_part() -> None:
    one, other = adapter(1), adapter(2)
    wanted = (change(one) + change(other)) / 2
    far = [np.linalg.norm(change(mean_of([one, other], rank=rank)) - wanted) for rank in (1, 2, 3, 4)]
    assert far == sorted(far, reverse=True)
    assert far[-1] < 0.05 * np.linalg.norm(wanted)


def test_adapters_of_other_labels_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="same labels"):
        mean_of([adapter(1, "theme:rota"), adapter(2, "theme:teaching")])
