"""Fuzz by hand, for minutes or hours: what is found is written down with its bytes, and the exit code is 1."""

import argparse
import hashlib
import signal
import sys
import time
import traceback
from pathlib import Path
from random import Random
from types import FrameType

from tests.fuzzing.keeping import Keeping
from tests.fuzzing.mutating import mutated
from tests.fuzzing.readers import READERS

CPU_SECONDS = 5.0
"""What one reader may take for one mail."""
KEEP_EVERY = 20
"""Mails are few that also go through a listener and a store: that takes much longer than reading them."""


class TooLong(Exception):
    """A reader hangs, or nearly so."""


def _alarm(_number: int, _frame: FrameType | None) -> None:
    raise TooLong(f"more than {CPU_SECONDS:g} s")


def tried(name: str, raw: bytes) -> str:
    """What one reader does wrong with these bytes; nothing when all is well."""
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
    try:
        READERS[name](raw)
    except Exception:  # noqa: BLE001 - to find it is what this is for
        return traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return ""


def main() -> int:
    """Run until the time is over."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=None, help="another one than the last is taken if none is given")
    parser.add_argument("--out", type=Path, default=Path("fuzzing-findings"), help="where what is found is put")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else time.time_ns() % 2**32
    random, until, count, found = Random(seed), time.monotonic() + 60 * given.minutes, 0, set[str]()
    signal.signal(signal.SIGVTALRM, _alarm)
    print(f"seed {seed}", flush=True)  # noqa: T201
    with Keeping() as keeping:
        while time.monotonic() < until:
            raw = mutated(random)
            count += 1
            troubles = {name: tried(name, raw) for name in READERS}
            if count % KEEP_EVERY == 0:
                troubles["keeping"] = keeping.fault(raw)
            for name, trouble in troubles.items():
                last = trouble.strip().splitlines()[-3:]
                if trouble and (kind := "".join([name, *last])) not in found:
                    found.add(kind)
                    _write_down(given.out, name, raw, trouble)
    print(f"{count} mails, {len(found)} findings{f' in {given.out}' if found else ''}")  # noqa: T201
    return 1 if found else 0


def _write_down(folder: Path, name: str, raw: bytes, trouble: str) -> None:
    folder.mkdir(exist_ok=True)
    stem = f"{name}-{hashlib.sha256(raw).hexdigest()[:10]}"
    (folder / f"{stem}.eml").write_bytes(raw)
    (folder / f"{stem}.txt").write_text(trouble, encoding="utf-8")
    print(f"{stem}: {trouble.strip().splitlines()[-1]}", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
