"""How good the classifier is on a labelled file: `python -m classifiers.evaluate FILE.jsonl`."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from classifiers.pipeline import Classifier
from models.reference import load_reference
from models.verdict import Verdict

Gold = dict[str, Any]
Pair = tuple[Gold, Verdict]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every figure for the file."""
    parser = argparse.ArgumentParser(description="Measure the classifier against labelled messages.")
    parser.add_argument("file", type=Path, help="one JSON object a line, labelled as in the labelling guide")
    parser.add_argument("--wrong", action="store_true", help="list where the grade, kind or place differs (ids only)")
    options = parser.parse_args(arguments)
    golds: list[Gold] = [
        json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    classifier = Classifier(load_reference())
    pairs = [
        (gold, classifier.classify(subject=gold["subject"], text=gold["text"], channel=gold["channel"]))
        for gold in golds
    ]
    for name, value in figures(pairs).items():
        sys.stdout.write(f"{name:<58} {value}\n")
    if options.wrong:
        for gold, verdict in pairs:
            sys.stdout.write(_differences(gold, verdict))
    return 0


def figures(pairs: Sequence[Pair]) -> dict[str, str]:
    """Every figure by its name. Grades are compared among messages that are concerns in truth."""
    concerns = [(gold, verdict) for gold, verdict in pairs if gold["kind"] == "concern"]
    named = [(gold, verdict) for gold, verdict in pairs if gold["provider"]]
    unnamed = [(gold, verdict) for gold, verdict in pairs if not gold["provider"]]
    serious = [(gold, verdict) for gold, verdict in concerns if gold["isf"] >= 2]
    highest = [(gold, verdict) for gold, verdict in concerns if gold["isf"] == 3]
    lower = [verdict.needs_person for _, verdict in highest if verdict.isf < 3]
    hidden = [gold["id"] for gold, verdict in serious if verdict.isf < 2 and not verdict.needs_person]
    flags = _scores(pairs, lambda gold: gold["red_flags"], lambda verdict: verdict.red_flags)
    return {
        "messages": str(len(pairs)),
        "kind: accuracy": _share(gold["kind"] == verdict.kind.value for gold, verdict in pairs),
        "provider: exact": _share(gold["provider"] == verdict.provider for gold, verdict in pairs),
        "provider: exact where one is labelled": _share(g["provider"] == v.provider for g, v in named),
        "provider: false where none is labelled": _share(v.provider is not None for _, v in unnamed),
        "provider: wrong one named": _share(v.provider not in {None, g["provider"]} for g, v in pairs),
        "site: exact": _share(gold["site"] == verdict.site for gold, verdict in pairs),
        "specialties: F1 micro / macro": _f1(pairs, "specialties", lambda verdict: verdict.specialties),
        "themes: F1 micro / macro": _f1(concerns, "themes", lambda verdict: verdict.themes),
        "ISF: exact (concerns)": _share(gold["isf"] == verdict.isf for gold, verdict in concerns),
        "ISF: within one (concerns)": _share(abs(gold["isf"] - verdict.isf) <= 1 for gold, verdict in concerns),
        "ISF: quadratic-weighted kappa (concerns)": f"{kappa([(g['isf'], v.isf) for g, v in concerns]):.2f}",
        "ISF: exact / share of concerns without asking a person": _sure(concerns),
        "serious (2, 3) graded below 2": f"{sum(v.isf < 2 for _, v in serious)} of {len(serious)}",
        "serious (2, 3) graded below 2 without asking a person": f"{len(hidden)} {' '.join(map(str, hidden))}".rstrip(),
        "category 3 graded lower / without asking a person": f"{len(lower)} / {lower.count(False)} of {len(highest)}",
        "red flags: recall / precision": f"{flags[0]:.2f} / {flags[1]:.2f}",
        "a person asked for (all / concerns)": f"{_share(v.needs_person for _, v in pairs)} / "
        f"{_share(v.needs_person for _, v in concerns)}",
    }


def kappa(grades: Sequence[tuple[int, int]], categories: int = 4) -> float:
    """Quadratic-weighted kappa of (true, given) grades; 1 when both never differ."""
    if not grades:
        return 1.0
    observed = sum((true - given) ** 2 for true, given in grades)
    truths = [sum(true == level for true, _ in grades) for level in range(categories)]
    givens = [sum(given == level for _, given in grades) for level in range(categories)]
    expected = sum(
        truths[one] * givens[other] * (one - other) ** 2 for one in range(categories) for other in range(categories)
    ) / len(grades)
    return 1.0 - observed / expected if expected else 1.0


def _share(values: Iterable[bool]) -> str:
    listed = list(values)
    return f"{sum(listed) / len(listed):.2f} ({sum(listed)} of {len(listed)})" if listed else "none to count"


def _scores(
    pairs: Sequence[Pair], true: Callable[[Gold], Iterable[str]], given: Callable[[Verdict], Iterable[str]]
) -> tuple[float, float]:
    right = sum(len(set(true(gold)) & set(given(verdict))) for gold, verdict in pairs)
    wanted = sum(len(set(true(gold))) for gold, _ in pairs)
    got = sum(len(set(given(verdict))) for _, verdict in pairs)
    return right / wanted if wanted else 1.0, right / got if got else 1.0


def _f1(pairs: Sequence[Pair], field: str, given: Callable[[Verdict], Iterable[str]]) -> str:
    labels = sorted({label for gold, _ in pairs for label in gold[field]})
    recall, precision = _scores(pairs, lambda gold: gold[field], given)
    singles: list[float] = []
    for label in labels:
        r, p = _scores(
            pairs,
            lambda gold, label=label: [label] if label in gold[field] else [],  # type: ignore[misc]  # bound per turn
            lambda verdict, label=label: [label] if label in given(verdict) else [],  # type: ignore[misc]
        )
        singles.append(_harmonic(r, p))
    macro = sum(singles) / len(singles) if singles else 1.0
    return f"{_harmonic(recall, precision):.2f} / {macro:.2f} (recall {recall:.2f}, precision {precision:.2f})"


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


def _sure(pairs: Sequence[Pair]) -> str:
    sure = [(gold, verdict) for gold, verdict in pairs if not verdict.needs_person]
    exact = sum(gold["isf"] == verdict.isf for gold, verdict in sure)
    return f"{exact / len(sure):.2f} / {len(sure) / len(pairs):.2f}" if sure else "none"


def _differences(gold: Gold, verdict: Verdict) -> str:
    parts = [
        f"{name} {true}>{given}"
        for name, true, given in (
            ("kind", gold["kind"], verdict.kind.value),
            ("isf", gold["isf"], verdict.isf),
            ("provider", gold["provider"], verdict.provider),
            ("flags", sorted(gold["red_flags"]), sorted(verdict.red_flags)),
        )
        if true != given
    ]
    return f"{gold['id']} {'; '.join(parts)}\n" if parts else ""


if __name__ == "__main__":
    sys.exit(main())
