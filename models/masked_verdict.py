"""A verdict whose evidence stands in the masked text, so that it tells nothing that the masks hide."""

from collections.abc import Iterable
from dataclasses import replace

from models.identities import again_in, words_of
from models.masking import Cut, PersonalData, PersonalKind, cuts, masked, moved
from models.verdict import Evidence, Verdict


def masked_verdict(verdict: Verdict, text: str, found: Iterable[PersonalData]) -> Verdict:
    """The verdict on `text` as it may be kept beside the masked text; `found` is what the masks hide.

    Evidence that lies in a mask whole is left out; what touches one takes its brackets in. Where the personal data
    stood in the text is left out too: it would fit no text that is kept in the clear.
    """
    found = tuple(found)
    made = cuts(text, found)
    after = masked(text, found)
    words = words_of(text, found)
    kept = (_masked(one, text, after, made, words) for one in verdict.evidence)
    return replace(verdict, evidence=tuple(one for one in kept if one is not None), personal_data=())


def _masked(
    one: Evidence, text: str, after: str, made: tuple[Cut, ...], words: tuple[tuple[str, PersonalKind], ...]
) -> Evidence | None:
    if one.start is None or one.end is None:
        return replace(one, text=masked(one.text, again_in(one.text, words)))
    if text[one.start : one.end] != one.text or any(cut.start <= one.start and one.end <= cut.end for cut in made):
        return None
    start, end = moved(one.start, one.end, made)
    return replace(one, text=after[start:end], start=start, end=end)
