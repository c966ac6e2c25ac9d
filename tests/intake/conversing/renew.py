"""Write the answers of all golden transcripts anew: `python -m tests.intake.conversing.renew [NAME…]`."""

import sys
import tempfile
from pathlib import Path

from intake.classifying import build_rules_or_do_without
from intake.shelf import Shelf
from storage.store import Store
from tests.intake.conversing.making import WORDS, Chats
from tests.intake.conversing.stories import FOLDER, Story, names, script_of


def main() -> None:
    """Tell each story once more and write down what is answered now."""
    with tempfile.TemporaryDirectory() as folder:
        rules = build_rules_or_do_without(WORDS, Shelf(Path(folder) / "models"))
        for name in sys.argv[1:] or names():
            path = FOLDER / f"{name}.txt"
            store = Store(f"sqlite:///{folder}/{name}.db")
            store.migrate()
            told = "\n".join(Story(Chats(store, fast=rules)).tell(script_of(path.read_text(encoding="utf-8"))))
            path.write_text(told + "\n", encoding="utf-8")
            store.close()


if __name__ == "__main__":
    main()
