"""The encoder in PyTorch with low-rank corrections, and the heads that pull it towards our labels while it learns."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from classifiers.adapting.mean import RANK
from classifiers.encoder.adapter import HEADS as HEADS_OF
from classifiers.encoder.base import HEADS, LAYERS, LINEAR, WIDTH
from classifiers.encoder.graph import EPSILON
from classifiers.encoder.values import Array

DROPOUT = 0.1
HEAD_DROPOUT = 0.2
STATE_DROPOUT = 0.15
"""How much of what a layer adds is left out while it learns."""
SCALE = math.sqrt(16 / RANK)
MAPS = {name: name for name in ("sentence", "kind", "impact", "likelihood", "isf")} | {"document": "whole"}
"""The maps of `classifiers.heads.Heads`, and what they are called here."""
HIDDEN = -1e4
"""The score of what must not be looked at."""


class Corrected(nn.Module):
    """A linear map that stays as it is, and a low-rank correction that learns."""

    def __init__(self, weight: Array, bias: Array) -> None:
        super().__init__()
        self.register_buffer("weight", torch.tensor(weight))
        self.register_buffer("bias", torch.tensor(bias))
        outputs, inputs = weight.shape
        self.down = nn.Parameter(torch.randn(RANK, inputs) / math.sqrt(inputs))
        self.up = nn.Parameter(torch.zeros(outputs, RANK))
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, states: Tensor) -> Tensor:
        """(…, inputs) to (…, outputs)."""
        low = self.dropout(functional.linear(states, self.down))
        return functional.linear(states, self.weight, self.bias) + functional.linear(low, self.up) * SCALE


class Norm(nn.Module):
    """A layer's norm; its gain and shift learn."""

    def __init__(self, gain: Array, shift: Array) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(gain))
        self.shift = nn.Parameter(torch.tensor(shift))

    def forward(self, states: Tensor) -> Tensor:
        """States with mean 0 and deviation 1, then gain and shift."""
        return functional.layer_norm(states, (WIDTH,), self.gain, self.shift, EPSILON)


class Layer(nn.Module):
    """One layer of the encoder."""

    def __init__(self, weights: dict[str, Array], prefix: str) -> None:
        super().__init__()
        self.maps = nn.ModuleList(
            Corrected(weights[f"{prefix}{name}.weight"], weights[f"{prefix}{name}.bias"]) for name in LINEAR
        )
        names = (f"{prefix}attention.output.LayerNorm", f"{prefix}output.LayerNorm")
        self.norms = nn.ModuleList(Norm(weights[f"{name}.weight"], weights[f"{name}.bias"]) for name in names)
        self.dropout = nn.Dropout(STATE_DROPOUT)

    def forward(self, states: Tensor, seen: Tensor) -> Tensor:
        """(texts, tokens, WIDTH) to the same; `seen` says which tokens are there."""
        query, key, value, out, wide, narrow = self.maps
        texts, tokens, _ = states.shape
        heads = [one(states).view(texts, tokens, HEADS, -1).transpose(1, 2) for one in (query, key, value)]
        with torch.autocast("cpu", enabled=False):  # on short numbers it would be slower
            whole = [one.float() for one in heads]
            mixed = functional.scaled_dot_product_attention(*whole, attn_mask=seen[:, None, None, :])
        states = self.norms[0](states + self.dropout(out(mixed.transpose(1, 2).reshape(texts, tokens, WIDTH))))
        return self.norms[1](states + self.dropout(narrow(functional.gelu(wide(states)))))


class Net(nn.Module):
    """The encoder."""

    def __init__(self, weights: dict[str, Array]) -> None:
        super().__init__()
        places = (
            weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self.register_buffer("words", torch.tensor(weights["embeddings.word_embeddings.weight"]))
        self.register_buffer("places", torch.tensor(places))
        self.norm = Norm(weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        self.layers = nn.ModuleList(Layer(weights, f"encoder.layer.{number}.") for number in range(LAYERS))

    def forward(self, ids: Tensor, seen: Tensor) -> Tensor:
        """Token ids (texts, tokens) to states (texts, tokens, WIDTH)."""
        states = self.norm(self.words[ids] + self.places[: ids.shape[1]])
        for layer in self.layers:
            states = layer(states, seen)
        return states

    def maps(self) -> Iterator[tuple[str, Corrected]]:
        """Each linear map by its name in the base model."""
        for number, layer in enumerate(self.layers):
            yield from zip((f"encoder.layer.{number}.{name}" for name in LINEAR), layer.maps, strict=True)

    def norms(self) -> Iterator[tuple[str, Norm]]:
        """Each norm by its name in the base model."""
        yield "embeddings.LayerNorm", self.norm
        for number, layer in enumerate(self.layers):
            names = (f"encoder.layer.{number}.{name}.LayerNorm" for name in ("attention.output", "output"))
            yield from zip(names, layer.norms, strict=True)

    def parts(self) -> dict[str, Array]:
        """What was learned, under the names that `classifiers.encoder.adapter` reads."""
        learned: dict[str, Tensor] = {}
        for name, one in self.maps():
            learned |= {f"{name}.up": one.up * SCALE, f"{name}.down": one.down}
        for name, norm in self.norms():
            learned |= {f"{name}.weight": norm.gain, f"{name}.bias": norm.shift}
        return {name: value.detach().numpy().astype(np.float16) for name, value in learned.items()}

    def start_from(self, parts: Mapping[str, Array]) -> None:
        """Take what an earlier adapter had learned. Raises KeyError where it is none."""
        with torch.no_grad():
            for name, one in self.maps():
                one.up.copy_(torch.tensor(parts[f"{name}.up"].astype(np.float32)) / SCALE)
                one.down.copy_(torch.tensor(parts[f"{name}.down"].astype(np.float32)))
            for name, norm in self.norms():
                norm.gain.copy_(torch.tensor(parts[f"{name}.weight"].astype(np.float32)))
                norm.shift.copy_(torch.tensor(parts[f"{name}.bias"].astype(np.float32)))


class Pull(nn.Module):
    """The heads, on each sentence, and on the message through its most telling sentences, as in `classifiers.heads`.

    They pull the encoder towards our labels while both learn.
    """

    def __init__(self, labels: int, kinds: int) -> None:
        super().__init__()
        self.labels = labels
        self.sentence = nn.Linear(WIDTH, labels + 2)
        self.whole = nn.Linear(WIDTH, labels)
        self.kind = nn.Linear(2 * WIDTH, kinds)
        self.impact = nn.Linear(2 * WIDTH, 4)
        self.likelihood = nn.Linear(2 * WIDTH, 4)
        self.isf = nn.Linear(3 * WIDTH, 3)
        self.dropout = nn.Dropout(HEAD_DROPOUT)
        nn.init.constant_(self.sentence.bias, -3.0)
        nn.init.constant_(self.whole.bias, -2.0)

    def forward(self, rows: Tensor, there: Tensor, whole: Tensor) -> Sequence[Tensor]:
        """Sentences (texts, sentences, WIDTH), which of them are there, and wholes (texts, WIDTH) to all scores."""
        rows, whole = self.dropout(rows), self.dropout(whole)
        absent = (~there)[..., None] * HIDDEN
        each = self.sentence(rows)
        labels = torch.logsumexp(each[..., : self.labels] + absent, 1) + 0.5 * self.whole(whole) + 1.0
        impact, likelihood = (
            (torch.softmax(each[..., column] + absent[..., 0], 1)[..., None] * rows).sum(1) for column in (-2, -1)
        )
        extremes = rows.masked_fill(~there[..., None], HIDDEN).max(1).values
        return (
            each,
            labels,
            self.kind(torch.cat([whole, extremes], 1)),
            self.impact(torch.cat([whole, impact], 1)),
            self.likelihood(torch.cat([whole, likelihood], 1)),
            self.isf(torch.cat([whole, impact, likelihood], 1)),
        )

    def parts(self) -> dict[str, Array]:
        """What was learned, under the names that `classifiers.encoder.adapter` reads."""
        kept: dict[str, Array] = {}
        for name, column in MAPS.items():
            linear: nn.Linear = getattr(self, column)
            kept[f"{HEADS_OF}{name}.weights"] = linear.weight.detach().numpy().T.astype(np.float16)
            kept[f"{HEADS_OF}{name}.bias"] = linear.bias.detach().numpy().astype(np.float32)
        return kept

    def start_from(self, parts: Mapping[str, Array]) -> None:
        """Take the heads of an earlier adapter. Raises KeyError where it is none."""
        with torch.no_grad():
            for name, column in MAPS.items():
                linear: nn.Linear = getattr(self, column)
                linear.weight.copy_(torch.tensor(parts[f"{HEADS_OF}{name}.weights"].astype(np.float32).T))
                linear.bias.copy_(torch.tensor(parts[f"{HEADS_OF}{name}.bias"]))
