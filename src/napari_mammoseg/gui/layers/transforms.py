"""Where a layer's rows and columns lie in the world, and on another layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from napari.layers import Image, Layer

Matrix = NDArray[np.float64]


def to_world(layer: Layer) -> Matrix:
    """(3, 3): from a layer's rows and columns to the world's."""
    frames = (0.0,) * (layer.ndim - 2)
    origin, down, right = (
        np.asarray(layer.data_to_world((*frames, *place)))[-2:] for place in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
    )
    return np.block([[np.stack([down - origin, right - origin, origin], axis=1)], [np.array([[0.0, 0.0, 1.0]])]])


def between(layer: Layer, image: Image) -> Matrix:
    """(3, 3): from a layer's rows and columns to those of the image; exactly 1 where they are the same."""
    matrix = np.linalg.inv(to_world(image)) @ to_world(layer)
    return np.eye(3) if np.allclose(matrix, np.eye(3), atol=1e-6) else matrix


def moved(vertices: Any, matrix: Matrix) -> NDArray[np.float64]:
    """Vertices (…, n) by rows and columns, of which the last two count, through a (3, 3) matrix: (…, 2)."""
    return np.asarray(vertices, float)[..., -2:] @ matrix[:2, :2].T + matrix[:2, 2]
