"""`python -m classifiers.adapting.run`: learn the encoder's corrections from the training part of the corpus."""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_model, save_model
from torch import Tensor
from torch.nn import functional

from classifiers.adapting.asides import in_tokens, with_asides
from classifiers.adapting.batches import SIZE, Batch, batches
from classifiers.adapting.items import Item, items, varied
from classifiers.adapting.net import Net, Pull
from classifiers.encoder.adapter import LABELS, adapter_path
from classifiers.encoder.base import weights
from classifiers.heads import MARKS
from classifiers.learning.corpus import PARTS, shipped
from classifiers.learning.examples import KINDS, examples, label_names
from classifiers.pipeline import Classifier
from models.reference import load_reference

RATE, HEAD_RATE, DECAY = 3e-4, 2e-3, 0.02
FLAGGED = 2.5
"""How many times as much a red flag counts as a theme: there are fewer of them, and more hangs on them."""
MASKED = 0.2
JOINED, CUT, BESIDE = 0.15, 0.2, 0.4
STEADY = 0.5
"""How much it counts that a message with words beside the matter is judged as it is without them."""
MASK, ENDS = 103, 104
"""The token that hides another one; those below `ENDS` are no words and stay."""
WARM_UP = 40
"""Steps in which the rate of learning rises; then it falls to nothing."""


def main() -> int:
    """Learn, and write the adapter."""
    options = _options()
    torch.manual_seed(options.seed)
    reference = load_reference()
    labels = label_names(reference)
    messages = shipped("train", tuple(options.authors))
    read = list(examples(Classifier(reference, encoder="hashing"), messages, labels))
    _say(f"{len(read)} messages by {len(options.authors)} authors")
    net, pull = Net(weights()), Pull(len(labels), len(KINDS))
    if options.start:
        with np.load(options.start, allow_pickle=False) as parts:
            net.start_from(parts)
            if tuple(parts[LABELS]) == labels:
                pull.start_from(parts)
    if options.state and options.state.exists():
        load_model(torch.nn.ModuleList([net, pull]), options.state)
    _learn(net, pull, items(read, labels), labels, options)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=RATE, help="of learning, for the encoder")
    parser.add_argument(
        "--masked", type=float, default=MASKED, help="share of the tokens that are hidden while it learns"
    )
    parser.add_argument(
        "--joined", type=float, default=JOINED, help="share of the messages that get another one behind"
    )
    parser.add_argument("--cut", type=float, default=CUT, help="share that lose the sentences of one label")
    parser.add_argument("--beside", type=float, default=BESIDE, help="share that get words beside the matter")
    parser.add_argument("--start", type=Path, help="an adapter to go on from; its heads too, unless labels changed")
    parser.add_argument("--out", type=Path, default=adapter_path())
    parser.add_argument("--state", type=Path, help="where to keep what was learned, and to go on from if it is there")
    parser.add_argument("--authors", nargs="+", default=PARTS["train"], help="whose messages to learn from")
    return parser.parse_args()


def _learn(net: Net, pull: Pull, given: Sequence[Item], labels: tuple[str, ...], options: argparse.Namespace) -> None:
    """Go through all messages several times; after each time the adapter and the state are written."""
    optimiser = torch.optim.AdamW(
        [
            {"params": list(net.parameters()), "lr": options.rate},
            {"params": list(pull.parameters()), "lr": HEAD_RATE},
        ],
        weight_decay=DECAY,
    )
    steps = options.epochs * -(-len(given) // SIZE)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / WARM_UP) * max(0.0, 1 - step / steps)
    )
    chance, begin = random.Random(options.seed), time.monotonic()  # noqa: S311  an order, no secret
    known = in_tokens()
    counts = torch.tensor([FLAGGED if label.startswith("red_flag:") else 1.0 for label in (*labels, *MARKS)])
    for epoch in range(options.epochs):
        losses = []
        told = with_asides(varied(given, chance, joined=options.joined, cut=options.cut), chance, known, options.beside)
        for batch in batches(told, chance):
            loss = loss_of(net, pull, masked(batch, options.masked), counts)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*net.parameters(), *pull.parameters()], 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        np.savez(options.out, allow_pickle=False, **net.parts(), **pull.parts(), **{LABELS: np.array(labels)})
        if options.state:
            save_model(torch.nn.ModuleList([net, pull]), str(options.state))
        _say(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {time.monotonic() - begin:.0f} s")


def masked(batch: Batch, share: float) -> Batch:
    """The same with some words hidden, so that it does not learn texts by heart."""
    hidden = (torch.rand(batch.ids.shape) < share) & (batch.ids >= ENDS)
    return replace(batch, ids=torch.where(hidden, MASK, batch.ids))


def loss_of(net: Net, pull: Pull, batch: Batch, counts: Tensor) -> Tensor:
    """How far the scores are from the labels; grades count for concerns alone.

    `counts` (labels + marks) says how much each column counts.
    """
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states = net(batch.ids, batch.seen)
    states = states.float()
    seen = batch.seen[..., None].float()
    whole = (states * seen).sum(1) / seen.sum(1)
    each, labels, kinds, impact, likelihood, isf = pull(batch.shares @ states, batch.there, whole)
    apart = functional.binary_cross_entropy_with_logits
    told = (apart(each, batch.asserts, reduction="none") * counts).sum(-1)
    sentences = (told * batch.there).sum(1) / batch.there.sum(1)
    grades = (
        1.5 * _steps(impact, batch.impact) + 1.5 * _steps(likelihood, batch.likelihood) + 2 * _steps(isf, batch.isf)
    )
    return (
        (sentences * batch.marked).mean()
        + 0.5 * (apart(labels, batch.labels, reduction="none") * counts[: labels.shape[1]]).sum(1).mean()
        + (functional.cross_entropy(kinds, batch.kinds, reduction="none") * batch.kinds_count).mean()
        + (grades * batch.weights).sum() / (batch.weights > 0).sum().clamp(min=1)
        + STEADY * _unsteady(batch, labels, (impact, likelihood, isf))
    )


def _unsteady(batch: Batch, labels: Tensor, grades: Sequence[Tensor]) -> Tensor:
    """How far twins are judged apart: squares of the labels' chances, and of the grades' scores where they count."""
    one, other = batch.twins.T
    if not len(one):
        return torch.zeros(())
    apart = (torch.sigmoid(labels[one]) - torch.sigmoid(labels[other])).square().sum(1)
    counts = (batch.weights[one] > 0).float()
    steps = [functional.smooth_l1_loss(scores[one], scores[other], reduction="none").mean(1) for scores in grades]
    return (apart + counts * torch.stack(steps).sum(0)).mean()


def _steps(scores: Tensor, level: Tensor) -> Tensor:
    """The loss of ordered levels: one yes or no for each step between them."""
    above = (level[:, None] > torch.arange(scores.shape[1])).float()
    return functional.binary_cross_entropy_with_logits(scores, above, reduction="none").mean(1)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
