"""The one tiler: any image in windows of one size, whose results join without a seam.

A window reaches `halo` pixels beyond what is kept of it, or to the image's border, where the network pads as it
would for the whole image. With a halo of at least the receptive field's radius the result is the whole image's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Region = tuple[slice, slice]


@dataclass(frozen=True, slots=True)
class Tile:
    """Read `window` of the image, keep `core` of the network's answer, put it at `target` of the result."""

    window: Region
    core: Region
    target: Region


def tiles(shape: tuple[int, int], size: int, halo: int = 0, multiple: int = 1) -> list[Tile]:
    """The tiles of an image of `shape` (rows, columns; both multiples of `multiple`), row by row.

    size: the side of what is kept of a tile, in pixels; halo: the context that the network needs on each side. Both are
    rounded up to multiples, so that a strided network sees every pixel at the same phase. All windows have one shape.
    """
    size, halo = up(size, multiple), up(halo, multiple)
    rows = list(_spans(shape[0], size, halo))
    columns = list(_spans(shape[1], size, halo))
    return [Tile((r[0], c[0]), (r[1], c[1]), (r[2], c[2])) for r in rows for c in columns]


def up(length: int, multiple: int) -> int:
    """`length` rounded up to a multiple."""
    return -(-length // multiple) * multiple


def _spans(length: int, size: int, halo: int) -> Iterator[tuple[slice, slice, slice]]:
    window = min(length, size + 2 * halo)
    for start in range(0, length, size):
        stop = min(start + size, length)
        first = max(0, min(start - halo, length - window))
        yield slice(first, first + window), slice(start - first, stop - first), slice(start, stop)
