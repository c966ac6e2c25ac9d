"""How fast 40,000 imported organisations are built and found, and how often prose is taken for one.

`python -m bench.places`

The organisations are made up: practices, dentists, hospices and community sites, named as such places are. The floor is
spaCy's blank English tokenizer on the same texts in the same run: absolute figures drift with the machine.
"""

import argparse
import random
import statistics
import time
from dataclasses import replace

import spacy

from bench.classify import message
from classifiers.document import Notebook, Sentence, notebook
from classifiers.normalise import normalise
from classifiers.places import Places
from models.framework import Provider, Reference
from models.reference import load_reference

ROUNDS = 5
STARTS = (
    "Ash",
    "Brad",
    "Cald",
    "Dray",
    "Elm",
    "Fern",
    "Grim",
    "Hax",
    "Ings",
    "Kel",
    "Lang",
    "Mar",
    "Nor",
    "Oak",
    "Pen",
    "Rad",
    "Stan",
    "Thor",
    "Ul",
    "Wad",
    "Wy",
    "Birch",
    "Cran",
    "Dun",
    "Ever",
    "Gar",
    "Hath",
    "Kirk",
    "Lud",
    "Mid",
)
MIDDLES = ("", "en", "er", "ing", "al", "ow", "is", "or")
ENDS = (
    "ford",
    "ley",
    "ton",
    "wick",
    "thorpe",
    "by",
    "den",
    "well",
    "combe",
    "stead",
    "bourne",
    "field",
    "worth",
    "mere",
)
PLAIN = (
    "Park",
    "Station Road",
    "High Street",
    "The Village",
    "Church Lane",
    "Riverside",
    "Orchard",
    "Victoria",
    "Manor",
)
KINDS = {
    "gp": ("Surgery", "Medical Centre", "Health Centre", "Practice", "Medical Practice"),
    "dental": ("Dental Practice", "Dental Surgery", "Dental Care"),
    "other": ("Hospice", "Community Clinic", "Care Centre"),
}
PROSE = (
    "The practice manager said that the surgery was full and the health centre closed at five.",
    "I walk past the park and the station road to the clinic, and the old village is quiet in the evening.",
    "My family practice is fine; the medical centre at the university gave me a letter for the high street pharmacy.",
    "We need a better care centre for the elderly, a new surgery, and a practice where people listen.",
    "Victoria and Ashley run the church lane nursery; the orchard is behind the manor.",
)


def organisations(number: int) -> list[Provider]:
    """So many organisations with the names that such have: places, streets, saints and doctors."""
    chance = random.Random(11)
    towns = [chance.choice(STARTS) + chance.choice(MIDDLES) + chance.choice(ENDS) for _ in range(9000)]
    made: list[Provider] = []
    for at in range(number):
        kind = chance.choices(list(KINDS), weights=(70, 25, 5))[0]
        town = chance.choice(towns)
        first = chance.choice(
            (
                chance.choice(PLAIN),
                town,
                f"St {chance.choice(('Anne', 'Bede', 'Chad', 'Hugh', 'Oswald'))}'s",
                f"Dr {chance.choice(towns)[:-1]}",
                f"{chance.choice(towns)} {chance.choice(('Road', 'House', 'Lane'))}",
            )
        )
        made.append(Provider(code=f"X{at:05}", name=f"{first} {chance.choice(KINDS[kind])}", kind=kind, town=town))
    return made


def enlarged(reference: Reference, number: int) -> Reference:
    """The reference data with so many more organisations."""
    return replace(reference, providers={**reference.providers, **{one.code: one for one in organisations(number)}})


def sentences_of(texts: list[str]) -> list[tuple[Sentence, ...]]:
    """The texts cut into sentences, which is not what is measured here."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentences")
    cut: list[tuple[Sentence, ...]] = []
    for text in texts:
        doc = nlp.make_doc(text)
        doc._.notebook = Notebook(source=normalise(text), subject_length=0, text_start=0)
        cut.append(notebook(nlp.get_pipe("sentences")(doc)).sentences)
    return cut


def found_in(places: Places, sentences: tuple[Sentence, ...]) -> list[tuple[str, ...]]:
    """What is found in one text: for each name the organisations that it can be."""
    found: list[tuple[str, ...]] = []
    for sentence in sentences:
        names = places.gazetteer.corrected(sentence.words)
        matches = places.gazetteer.find(sentence, names) or places.alike(sentence, names)
        meanings = (places.meaning(one.name).organisations for one in matches)
        found += [organisations for organisations in meanings if organisations]
    return found


def show_matching(places: Places, made: list[Provider], number: int) -> None:
    """Texts a second beside the floor, and how many of the places that they name are found."""
    named = random.Random(3).sample(made, number)
    texts = [f"{message(random.Random(at), 130)} I train at {one.name} in {one.town}." for at, one in enumerate(named)]
    cut = sentences_of(texts)
    floor = spacy.blank("en")
    ours, bare = [], []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        for text in texts:
            floor.make_doc(text)
        middle = time.perf_counter()
        found = [found_in(places, sentences) for sentences in cut]
        bare.append((middle - begin) / number)
        ours.append((time.perf_counter() - middle) / number)
    one, least = statistics.median(ours), statistics.median(bare)
    right = sum(any(place.code in codes for codes in all_codes) for place, all_codes in zip(named, found, strict=True))
    print(f"matched   {1 / one:,.0f} texts/s, {one / least:.1f} x blank spaCy ({least * 1e3:.2f} ms a text)")
    print(f"found     {right} of {number} named; the others have names that name nothing, such as The Village Surgery")


def main() -> None:
    parser = argparse.ArgumentParser(description="How 40,000 organisations are built and found.")
    parser.add_argument("--organisations", type=int, default=40_000)
    parser.add_argument("--texts", type=int, default=400, help="texts a round (default 400)")
    given = parser.parse_args()
    reference = enlarged(load_reference(), given.organisations)
    built: list[float] = []
    for _ in range(3):
        begin = time.perf_counter()
        places = Places(reference)
        built.append(time.perf_counter() - begin)
    print(f"built in  {min(built):.2f} s: {given.organisations:,} organisations, {len(places.gazetteer.names):,} names")
    show_matching(places, organisations(given.organisations), given.texts)
    prose = [found for sentences in sentences_of(list(PROSE)) for found in found_in(places, sentences)]
    print(f"prose     {len(prose)} names taken for places in {len(PROSE)} texts that name none")


if __name__ == "__main__":
    main()
