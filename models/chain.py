"""Proving the audit chain: every altered, missing, added or reordered act is found, with its place.

The chain proves itself as long as nobody recomputes it to its end. What it cannot know is that it was cut off, or
written anew, with its head: that shows against heads that were published before, in a file or a mail elsewhere.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.audit import Action, Checkpoint, Head, Row, canonical, moment

LINE = re.compile(r"(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (?P<seq>\d{1,18}) (?P<hash>[0-9a-f]{64})")
Published = Mapping[int, frozenset[str]]
"""Sequence number -> the hashes that were published for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Something wrong with the chain, and at which act."""

    seq: int
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What a verification found: how many acts there are, from which on, the head, and every fault."""

    acts: int
    first: int
    head: Head
    faults: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def published_line(head: Head, at: datetime) -> str:
    """The line, without its end, by which a head is published."""
    return f"{moment(at)} {head.seq} {head.hash}"


def read_published(text: str) -> tuple[Published, tuple[int, ...]]:
    """The heads of a published file, and the numbers of lines that are none."""
    heads: dict[int, frozenset[str]] = {}
    broken = []
    for number, line in enumerate(text.splitlines(), start=1):
        found = LINE.fullmatch(line.strip())
        if found:
            seq = int(found["seq"])
            heads[seq] = heads.get(seq, frozenset()) | {found["hash"]}
        elif line.strip():
            broken.append(number)
    return heads, tuple(broken)


def verify(rows: Iterable[Row], *, head: Head, checkpoint: Checkpoint, published: Published | None = None) -> Proof:
    """Go through the whole chain, rows in the order of their numbers, and name every fault."""
    walk = _Walk(checkpoint, published or {})
    for row in rows:
        walk.step(row)
    walk.end(head)
    return Proof(acts=walk.acts, first=checkpoint.seq + 1, head=head, faults=tuple(walk.faults))


class _Walk:
    """One way along the chain. After a fault it goes on from what is there, so that one fault is told once."""

    def __init__(self, checkpoint: Checkpoint, published: Published) -> None:
        self.acts = 0
        self.faults: list[Fault] = []
        self._checkpoint = checkpoint
        self._published = published
        self._next = checkpoint.seq + 1
        self._before: frozenset[str] = frozenset({checkpoint.hash})
        self._last_hash = checkpoint.hash
        self._vouched = checkpoint.seq == 0
        self._compare(checkpoint.seq, checkpoint.hash)

    def step(self, row: Row) -> None:
        """Look at the next act."""
        self.acts += 1
        if row.seq < self._next:
            self._fault(row.seq, "it stands where no act can be: it was added, or should have been removed")
            return
        if row.seq > self._next:
            self._fault(self._next, f"missing: acts {self._next} to {row.seq - 1} were removed")
        elif row.previous not in self._before:
            self._fault(row.seq, "it does not follow the act before it: one of the two was replaced or altered")
        if row.hash != row.digest:
            self._fault(row.seq, "its content does not match its hash: it was altered")
        self._compare(row.seq, row.hash)
        if row.action == Action.AUDIT_CHECKPOINT and row.detail == vouching(self._checkpoint):
            self._vouched = True
        self._next = row.seq + 1
        # Where only the hash was altered the next act still follows what it should have been.
        self._before = frozenset({row.hash, row.digest})
        self._last_hash = row.hash

    def end(self, head: Head) -> None:
        """Look at the end of the chain."""
        last = self._next - 1
        if head.seq > last:
            self._fault(self._next, f"missing: acts {self._next} to {head.seq} were removed from the end")
        elif head.seq < last:
            self._fault(head.seq + 1, f"acts {head.seq + 1} to {last} were added behind the head")
        elif head.hash != self._last_hash:
            self._fault(head.seq, "the head has another hash than the last act")
        if not self._vouched:
            self._fault(self._checkpoint.seq, "older acts were removed, and no act says that they should be")
        for seq in sorted(self._published):
            if seq > last:
                self._fault(seq, "it was published, and is missing: the chain was cut off")

    def _compare(self, seq: int, found: str) -> None:
        if any(one != found for one in self._published.get(seq, ())):
            self._fault(seq, "it was published with another hash: the chain was written anew")

    def _fault(self, seq: int, what: str) -> None:
        self.faults.append(Fault(seq=seq, what=what))


def vouching(checkpoint: Checkpoint) -> str:
    """The detail of the act that vouches for a checkpoint."""
    return canonical({"seq": checkpoint.seq, "hash": checkpoint.hash})
