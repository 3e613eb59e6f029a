"""How an image is turned to hang right: chest wall to the middle, head or outer side up. No pixel is changed."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.tissue.breast import breast_mask

Side = Literal["L", "R"]
Turn = NDArray[np.int64]
"""(2, 2): steps down and to the right on the screen for a step to the next row, and for one to the next column."""

AS_STORED: Turn = np.eye(2, dtype=np.int64)
_OPPOSITE = {"A": "P", "P": "A", "H": "F", "F": "H", "L": "R", "R": "L"}
_MASK = (96, 96)
_EDGE = 8
_CLEARLY = 1.2
"""How much more breast there is along the chest wall than at the nipple's side, at least."""


def turn_of(
    pixels: NDArray[np.float32], side: Side, view: str | None, orientation: tuple[str, str] | None = None
) -> Turn:
    """How an image of the breast `side` is turned.

    pixels: (rows, columns). orientation: where its rows and columns point as the file says (PS3.3 C.7.6.1.1.1); the
    picture itself goes before it where it shows the chest wall on the other side: mirrored copies keep their tags.
    """
    turn = _by_tag(side, view, orientation) if orientation else AS_STORED
    wall = chest_wall(breast_mask(pixels, grid=_MASK), turn)
    wanted = "left" if side == "L" else "right"
    return turn if wall in (None, wanted) else np.array([[1, 0], [0, -1]]) @ turn


def chest_wall(breast: NDArray[np.bool_], turn: Turn = AS_STORED) -> Literal["left", "right"] | None:
    """At which side of the turned breast (rows, columns) its chest wall is; None where neither side is broader."""
    rows, columns = np.nonzero(_turned(breast, turn))
    if not len(rows):
        return None
    low, high = columns.min(), columns.max()
    width = max(1, (high - low + 1) // _EDGE)
    left, right = int((columns < low + width).sum()), int((columns > high - width).sum())
    if max(left, right) < _CLEARLY * min(left, right):
        return None
    return "left" if left > right else "right"


def _turned(breast: NDArray[np.bool_], turn: Turn) -> NDArray[np.bool_]:
    if turn[0, 0] == 0:
        breast, turn = breast.T, turn[:, ::-1]
    return breast[:: turn[0, 0], :: turn[1, 1]]


def _by_tag(side: Side, view: str | None, orientation: tuple[str, str]) -> Turn:
    """By the file's directions along a row and down a column, as far as they are of the axes that the view shows.

    Wanted are: towards the nipple, which is to the right for a left breast, and downwards the feet, or in craniocaudal
    views the middle of the body.
    """
    right = "A" if side == "L" else "P"
    down = _OPPOSITE[side] if view in ("CC", "XCCL", "XCCM") else "F"
    along, below = orientation
    if along in _axis(down) and below in _axis(right):
        return np.array([[0, _sign(along, down)], [_sign(below, right), 0]])
    return np.diag([_sign(below, down), _sign(along, right)])


def _axis(letter: str) -> tuple[str, str]:
    return letter, _OPPOSITE[letter]


def _sign(said: str, wanted: str) -> int:
    return -1 if said == _OPPOSITE[wanted] else 1
