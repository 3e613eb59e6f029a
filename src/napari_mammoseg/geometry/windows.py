"""Windows of one size that overlap by half and cover a picture."""

from __future__ import annotations

from collections.abc import Iterator

Slices = tuple[slice, slice]


def half_overlapping(shape: tuple[int, ...], size: int) -> Iterator[Slices]:
    """Windows of `size` pixels that overlap by half, row by row; the last ones end where a picture of `shape` ends.

    The picture is no smaller than a window.
    """
    rows, columns = ([*range(0, side - size, size // 2), side - size] for side in shape)
    for row in rows:
        for column in columns:
            yield slice(row, row + size), slice(column, column + size)
