"""Component `red_flags`: what a person must see at once. In doubt, it flags.

With learned heads a flag is given by its probability, from a threshold at which a missed flag costs more than one too
many; a rule that flags too lowers it. Words of a crisis always flag.
"""

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.crisis import FLAG, show_crisis
from classifiers.document import Notebook, notebook
from classifiers.settings import check
from classifiers.telling import show_label
from models.framework import Reference

THRESHOLD = 0.2
"""Probability from which a flag is given, where the heads do not say."""
SURE = 0.25
"""Share of the threshold that is enough where a rule flags too."""


@Language.factory("red_flags", default_config={"threshold": THRESHOLD, "by_rules_too": SURE})
def make_red_flags(nlp: Language, name: str, threshold: float, by_rules_too: float) -> "RedFlags":  # noqa: ARG001
    """The component without reference data; the pipeline puts them in with `use`. Raises SettingError."""
    return RedFlags(threshold, by_rules_too)


class RedFlags:
    """Writes `red_flags` into the notebook."""

    def __init__(self, threshold: float = THRESHOLD, by_rules_too: float = SURE) -> None:
        check("red_flags", "threshold", threshold)
        check("red_flags", "by_rules_too", by_rules_too)
        self._threshold, self._share = threshold, by_rules_too
        self._known: frozenset[str] = frozenset()

    def use(self, reference: Reference) -> None:
        """Raise only flags of this reference data: an operator may have taken some away."""
        self._known = frozenset(reference.red_flags)

    def __call__(self, doc: Doc) -> Doc:
        """Collect the flags; a flag whose rule knows doubt counts even when the words deny it."""
        notes = notebook(doc)
        flags = list(notes.rule_flags) if notes.scores is None else self._by_scores(notes)
        if notes.crisis is not None and FLAG not in flags:
            flags.insert(0, FLAG)
        notes.red_flags = tuple(code for code in flags if code in self._known)
        for code in notes.red_flags:
            if code == FLAG and notes.crisis is not None:
                show_crisis(notes)
            elif code in notes.rule_flags:
                notes.show(f"red_flag:{code}", notes.rule_flags[code])
            else:
                show_label(notes, f"red_flag:{code}")
        return doc

    def _by_scores(self, notes: Notebook) -> list[str]:
        """The flags that the heads think likely enough, the likeliest first; a rule that flags too lowers the bar."""
        assert notes.scores is not None
        own = {code: float(chance) for code, chance in dict(notes.settings.get("red_flags", {})).items()}
        chances = notes.scores.labels.items()
        flags = {name.removeprefix("red_flag:"): p for name, p in chances if name.startswith("red_")}
        shares = {code: self._share if code in notes.rule_flags else 1.0 for code in flags}
        given = [(p, code) for code, p in flags.items() if p >= own.get(code, self._threshold) * shares[code]]
        certain = {hit.cue.label for hit in notes.hits_of("red_flag") if hit.cue.certain and hit.asserted}
        given += [(1.0, code) for code in notes.rule_flags if code not in flags or code in certain]
        return list(dict.fromkeys(code for _, code in sorted(given, reverse=True)))
