"""One number of an evaluation together with what it means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """A score, its matching rule, its denominator, what it is of, and its 95 % interval over patients."""

    name: str
    value: float
    rule: str
    denominator: str
    of: str
    interval: tuple[float, float] | None = None

    def __str__(self) -> str:
        between = "" if self.interval is None else f" (95 % {self.interval[0]:.3f} to {self.interval[1]:.3f})"
        return f"{self.name} {self.value:.3f}{between}; {self.rule}; {self.denominator}; {self.of}"


def counted(number: int, thing: str, things: str | None = None) -> str:
    """ "1 image", "2 images"."""
    return f"{number} {thing}" if number == 1 else f"{number} {things or thing + 's'}"
