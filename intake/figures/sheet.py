"""Numbers on their way into tables: what must not be shown is taken out here, for all tables of one answer at once."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from models.statistics import Asked
from models.suppression import Sum, hidden, rounded


@dataclass(kw_only=True, slots=True)
class Sheet:
    """All numbers of one answer by name, and which of them add up to which."""

    asked: Asked
    numbers: Counter[Hashable] = field(default_factory=Counter)
    sums: list[Sum] = field(default_factory=list)

    def add_up(self, whole: Hashable, parts: Iterable[Hashable]) -> None:
        """Set a number to the sum of others; from then on none of them can be told by subtraction."""
        every = tuple(parts)
        self.numbers[whole] = sum(self.numbers[part] for part in every)
        self.sums.append(Sum(whole=whole, parts=every))

    def shown(self) -> "Shown":
        """The numbers as they may be shown."""
        if not self.asked.exact:
            return Shown(numbers={name: rounded(number) for name, number in self.numbers.items()})
        names = {name for line in self.sums for name in (line.whole, *line.parts)}
        numbers = {**dict.fromkeys(names, 0), **self.numbers}
        out = hidden(numbers, self.sums)
        return Shown(numbers={name: None if name in out else number for name, number in numbers.items()})


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """Numbers that may be shown, by name; None for those that may not."""

    numbers: dict[Hashable, int | None]

    def __call__(self, *name: Hashable) -> int | None:
        """One number; 0 where nothing was counted."""
        return self.numbers.get(name, 0)
