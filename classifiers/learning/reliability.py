"""Whether the confidence of a grade means what it says: of grades given with 70%, seven in ten should be right."""

from collections.abc import Sequence
from typing import Any

from classifiers.learning.measures import Pair
from models.verdict import Kind

BINS = 10
SIDE, MARGIN = 320, 40


def reliability(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    """For each tenth of confidence: from, to, how many grades, their mean confidence, and the share that was right."""
    concerns = [(one.isf == other.isf, other.confidence) for one, other in pairs if one.kind is Kind.CONCERN]
    rows = []
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        inside = [(right, sure) for right, sure in concerns if low <= sure < high or (high == 1 and sure == 1)]
        if inside:
            rows.append(
                {
                    "from": low,
                    "to": high,
                    "count": len(inside),
                    "confidence": round(sum(sure for _, sure in inside) / len(inside), 3),
                    "right": round(sum(right for right, _ in inside) / len(inside), 3),
                }
            )
    return rows


def drawn(rows: Sequence[dict[str, Any]], title: str) -> str:
    """The reliability as an SVG picture: on the dotted line confidence and truth agree."""
    size = SIDE + 2 * MARGIN

    def x(value: float) -> float:
        return round(MARGIN + value * SIDE, 1)

    def y(value: float) -> float:
        return round(MARGIN + (1 - value) * SIDE, 1)

    points = "".join(
        f'<circle cx="{x(row["confidence"])}" cy="{y(row["right"])}" r="{3 + min(row["count"], 80) ** 0.5:.1f}"'
        f' fill="#005eb8" fill-opacity="0.6"><title>{row["count"]} grades</title></circle>'
        for row in rows
    )
    marks = "".join(
        f'<text x="{x(value)}" y="{size - 20}" text-anchor="middle">{value:.1f}</text>'
        f'<text x="{MARGIN - 8}" y="{y(value) + 4}" text-anchor="end">{value:.1f}</text>'
        for value in (0.0, 0.5, 1.0)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" font-family="sans-serif"'
        f' font-size="12"><title>{title}</title><rect x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}"'
        f' fill="none" stroke="#425563"/><line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="#425563"'
        f' stroke-dasharray="4 4"/>{points}{marks}<text x="{size / 2}" y="{size - 4}" text-anchor="middle">confidence'
        f'</text><text x="{MARGIN}" y="{MARGIN - 12}">share that was right</text></svg>\n'
    )
