"""Where captions stand on the canvas: beside their marks, inside it, none on another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Rectangle = tuple[float, float, float, float]
"""Top, left, bottom and right, in pixels of the canvas."""
_GAP = 3.0
"""Pixels between a mark and its caption."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A caption of a size, in pixels of the canvas, and what it belongs to.

    mark: what it stands beside; of no extent: it stands in its middle. within: the part of the canvas it must stay in.
    """

    text: str
    colour: tuple[float, ...]
    height: float
    width: float
    mark: Rectangle
    within: Rectangle


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption in its place."""

    text: str
    colour: tuple[float, ...]
    place: Rectangle


def placed(
    wanted: Iterable[Wanted], taken: Iterable[Rectangle] = (), others: Iterable[Rectangle] = ()
) -> tuple[Caption, ...]:
    """Each caption in the first place beside its mark where it covers no earlier one and the least of any mark.

    A caption whose mark is out of sight, or for which no room is left, is not among them. taken: where none may stand.
    others: marks without a caption.
    """
    wanted, captions, full = list(wanted), list[Caption](), list(taken)
    marks = [*(each.mark for each in wanted), *others]
    for each in wanted:
        free = [place for place in _places(each) if not any(_common(place, other) for other in full)]
        if free and _is_seen(each):
            best = min(free, key=lambda place: sum(_common(place, mark) for mark in marks))
            captions.append(Caption(each.text, each.colour, best))
            full.append(best)
    return tuple(captions)


def _is_seen(wanted: Wanted) -> bool:
    top, left, bottom, right = wanted.mark
    first, start, last, end = wanted.within
    return top <= last and bottom >= first and left <= end and right >= start


def _places(wanted: Wanted) -> Iterator[Rectangle]:
    """From the best on: above, below, right and left of the mark; around the middle of a mark of no extent."""
    top, left, bottom, right = wanted.mark
    height, width = wanted.height, wanted.width
    above, below = top - _GAP - height, bottom + _GAP
    if (top, left) == (bottom, right):
        corners = [(top + step * height, left - width / 2) for step in (-0.5, -1.6, 0.6)]
    else:
        rows = (above, below, above - height - _GAP, below + height + _GAP)
        corners = [(row, column) for row in rows for column in (left, right - width)]
        corners[4:4] = [(top, right + _GAP), (top, left - _GAP - width)]
    for row, column in corners:
        yield _kept_in(row, column, height, width, wanted.within)


def _kept_in(top: float, left: float, height: float, width: float, within: Rectangle) -> Rectangle:
    top = max(min(top, within[2] - height), within[0])
    left = max(min(left, within[3] - width), within[1])
    return top, left, top + height, left + width


def _common(first: Rectangle, second: Rectangle) -> float:
    """The area that both cover."""
    rows = min(first[2], second[2]) - max(first[0], second[0])
    columns = min(first[3], second[3]) - max(first[1], second[1])
    return max(rows, 0.0) * max(columns, 0.0)
