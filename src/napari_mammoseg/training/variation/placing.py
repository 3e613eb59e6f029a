"""Where and how a crop shows a film: turned, mirrored and scaled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from napari_mammoseg.tissue.standard import LOW

BLANK = round((LOW + 1) * 127.5)


@dataclass(frozen=True, slots=True)
class Placing:
    """The film's (x, y) to the crop's: matrix (p - centre) + side / 2."""

    matrix: NDArray[np.float64]
    centre: NDArray[np.float64]
    side: int

    def picture(self, pixels: NDArray[np.uint8]) -> Image.Image:
        inverse = np.linalg.inv(self.matrix)
        offset = self.centre - inverse @ np.full(2, self.side / 2)
        given = (*inverse[0], offset[0], *inverse[1], offset[1])
        size = (self.side, self.side)
        kind, method = Image.Transform.AFFINE, Image.Resampling.BILINEAR
        return Image.fromarray(pixels).transform(size, kind, given, method, fillcolor=BLANK)

    def back(self) -> NDArray[np.float32]:
        """(2, 3): from a crop pixel's (row, column, 1) to the film's row and column, pixel centres at whole numbers."""
        inverse = np.linalg.inv(self.matrix)[::-1, ::-1]
        first = self.centre[::-1] + inverse.sum(axis=1) * (1 - self.side) / 2 - 0.5
        return np.hstack([inverse, first[:, None]]).astype(np.float32)

    def boxes(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """The boxes around the ellipses that fill `boxes`, turned with the picture."""
        middle = (boxes[:, [1, 0]] + boxes[:, [3, 2]]) / 2
        half = (boxes[:, [3, 2]] - boxes[:, [1, 0]]) / 2
        moved = (middle - self.centre) @ self.matrix.T + self.side / 2
        reach = np.sqrt((half**2) @ (self.matrix**2).T)
        return np.hstack([(moved - reach)[:, ::-1], (moved + reach)[:, ::-1]])
