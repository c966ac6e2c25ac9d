"""How fast the classifier is, and how it grows with a text's length: `python -m bench.classify`.

The floor is spaCy's blank English tokenizer on the same texts in the same run, turn by turn: absolute figures drift
with the machine, the ratio holds.
"""

import argparse
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import spacy

from classifiers.pipeline import COMPONENTS, Classifier
from models.reference import load_reference

ROUNDS = 5
OPENINGS = (
    "I am an F1 in general surgery at Lincoln County Hospital.",
    "hi im a 2nd yr student nurse at royal stoke",
    "Dear team, I write on behalf of four trainees in cardiology at Glenfield.",
    "Student ODP, New Cross theatres.",
)
MIDDLES = (
    "There was no registrar on site for three nights and I was the only doctor for five wards.",
    "The rota came out two days before the start and my leave was turned down.",
    "The team is kind and the teaching is good when it happens.",
    "My mentor shouts at me in front of patients and I cry before every shift.",
    "We have reported this twice and nothing has changed.",
    "A lady waited four hours for her antibiotics because nobody looked at the results.",
    "I have never been so tired, and my exception reports were rejected.",
    "The computers were down again, so we shared one login.",
    "If I ask for help he says that I should know this by now.",
    "I do not want to get anybody into trouble.",
)
CLOSINGS = ("I would just like it to be safe.", "thanks", "Kind regards\nSam", "Please do not tell the ward.")
STARTS = {
    "blank spaCy": "import spacy; spacy.blank('en')('No registrar on nights.')\n",
    "the classifier": (
        "from classifiers.pipeline import Classifier\nfrom models.reference import load_reference\n"
        "Classifier(load_reference()).classify(subject='', text='No registrar on nights.', channel='email')\n"
    ),
}
"""What is started, as programs."""
HELD = "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmRSS')))"
"""The last line of each: the kB that it holds, as Linux says."""


def message(chance: random.Random, words: int) -> str:
    """A made-up message of about so many words."""
    parts = [chance.choice(OPENINGS)]
    while sum(part.count(" ") + 1 for part in parts) < words:
        parts.append(chance.choice(MIDDLES))
    return " ".join(parts) + "\n\n" + chance.choice(CLOSINGS)


def seconds(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Seconds for one text, on average."""
    begin = time.perf_counter()
    for text in texts:
        work(text)
    return (time.perf_counter() - begin) / len(texts)


def show_speed(classifier: Classifier, texts: int, words: Sequence[int]) -> None:
    """Texts a second by length, beside the floor."""
    floor = spacy.blank("en")
    print(f"{'words':>6} {'ms':>8} {'texts/s':>8}   {'floor ms':>8} {'ratio':>7} x blank spaCy")
    for length in words:
        given = [message(random.Random(number), length) for number in range(texts)]
        ours, bare = [], []
        for _ in range(ROUNDS):
            bare.append(seconds(floor.make_doc, given))
            ours.append(seconds(lambda text: classifier.classify(subject="", text=text, channel="email"), given))
        one, least = statistics.median(ours), statistics.median(bare)
        print(f"{length:>6} {one * 1e3:>8.2f} {1 / one:>8,.0f}   {least * 1e3:>8.2f} {one / least:>7.1f}")


def show_slowest(classifier: Classifier) -> None:
    """The worst texts that we know: huge, without an end of a sentence, made of the cues' own words."""
    chance = random.Random(7)
    own = " ".join(MIDDLES).replace(".", "").replace(",", "").split()
    worst = {
        "1 MB of one token": "a" * 1_000_000,
        "1 MB of `not `": "not " * 250_000,
        "2 MB of single letters": "i " * 1_000_000,
        "300 kB of titles": "Mr " * 100_000,
        "200 kB of prose": message(chance, 36_000),
        "200 kB of cue words": " ".join(chance.choices(own, k=36_000)),
    }
    print(f"\n{'worst texts':<22} {'seconds':>8}")
    for name, text in worst.items():
        taken = seconds(lambda one: classifier.classify(subject="", text=one, channel="email"), [text])
        print(f"{name:<22} {taken:>8.2f}")


def show_start() -> None:
    """From nothing to the first answer, and what is then held, each in a process of its own beside blank spaCy's."""
    print(f"\n{'from nothing to the first answer':<34} {'seconds':>8} {'MB':>6}")
    for name, lines in STARTS.items():
        begin = time.perf_counter()
        told = subprocess.run([sys.executable, "-c", lines + HELD], check=True, capture_output=True, text=True)
        print(f"{name:<34} {time.perf_counter() - begin:>8.2f} {int(told.stdout) // 1024:>6}")


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast the classifier is beside blank spaCy.")
    parser.add_argument("--texts", type=int, default=60, help="texts a round (default 60)")
    parser.add_argument("--words", type=int, nargs="+", default=[20, 150, 600], help="lengths (default 20 150 600)")
    parser.add_argument("--encoder", default="best", help="best, another of classifiers.encoding, or none: rules alone")
    given = parser.parse_args()
    begin = time.perf_counter()
    classifier = Classifier(load_reference(), encoder=given.encoder)
    print(f"ready in {time.perf_counter() - begin:.2f} s, {len(COMPONENTS)} components\n")
    show_speed(classifier, given.texts, given.words)
    show_slowest(classifier)
    show_start()


if __name__ == "__main__":
    main()
