"""Windows to train a calcification network on: insertions into normal tissue, normal tissue, weakly labelled regions.

Every window is `WINDOW` pixels of `SPACING_MM` as the pipeline shows it to a network (`tissue.contrast`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.phantom.insertion import Detector, insert
from napari_mammoseg.tissue.blobs import blob_contrast
from napari_mammoseg.tissue.breast import breast_mask
from napari_mammoseg.tissue.contrast import local_contrast, texture_of
from napari_mammoseg.tissue.resample import resample, to_spacing
from napari_mammoseg.tissue.square import square
from napari_mammoseg.training.calcifications.detectors import another_detector
from napari_mammoseg.training.calcifications.drawn import drawn_detector
from napari_mammoseg.training.calcifications.planted import planted

SPACING_MM = 0.085
WINDOW = 128
CONTEXT = 192
"""Side of the square around a window from which its contrast is computed, in pixels."""
CELL = 8
NEAR_MM, FAR_MM = 2.0, 4.5
VISIBLE = 1.4
"""An inserted calcification counts in the loss where it adds at least this many times the tissue's texture."""


@dataclass(frozen=True, slots=True)
class TrainingWindow:
    """What a network sees and what it should say.

    contrast: float32 (rows, columns). calcified: 1, 0, or -1 where nothing counts in the loss, int8 (rows, columns).
    region: the same for each cell of 8 × 8 pixels. bag: bool (rows, columns), pixels of which some are calcified, but
    nobody knows which; or None.
    """

    contrast: NDArray[np.float32]
    calcified: NDArray[np.int8]
    region: NDArray[np.int8]
    bag: NDArray[np.bool_] | None = None


@dataclass(slots=True)
class Tissue:
    """An image that is free of calcifications.

    finer: the pixels may be taken for smaller ones, down to this share of the image's own spacing. blur: range of the
    detector's blur, in pixels. dust: whether sharp bright specks are added, as film has them.
    sure: readers looked for calcifications here and found none; else suspicious places are not taught as free.
    fooled_at: rows and columns (n, 2) where a detector wrongly sees calcifications; by default the plain method's.
    """

    pixels: NDArray[np.uint8]
    spacing_mm: float
    finer: float = 0.6
    blur: tuple[float, float] = (0.3, 1.1)
    dust: bool = False
    sure: bool = True
    fooled_at: NDArray[np.intp] | None = None
    inside: NDArray[np.bool_] = field(init=False)
    _places: NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        pixels = grey(self.pixels)
        self.inside = breast_mask(pixels, (self.spacing_mm, self.spacing_mm))
        places = np.argwhere(self.inside[::8, ::8]) * 8
        self._places = places if len(places) else np.array([[side // 2 for side in self.pixels.shape]])
        if self.fooled_at is None or not len(self.fooled_at):
            self.fooled_at = _fooling(blob_contrast(pixels, self.spacing_mm, self.inside))

    def draw(self, rng: Generator, with_calcifications: bool, visible: float = VISIBLE) -> TrainingWindow:
        """A window; half of those without calcifications are where a detector sees some.

        visible: a calcification counts in the loss where it adds at least so many times the tissue's texture.
        """
        anywhere = with_calcifications or not self.sure or rng.random() < 0.5
        places = self._places if anywhere or self.fooled_at is None else self.fooled_at
        row, column = places[rng.integers(len(places))]
        spacing = float(self.spacing_mm * (1 if rng.random() < 0.5 else rng.uniform(self.finer, 1)))
        side = int(np.ceil(CONTEXT * SPACING_MM / spacing)) + 2
        shift = rng.integers(-side // 5, side // 5 + 1, 2)
        cut = square(self.pixels.shape, (row + shift[0], column + shift[1]), side)
        pixels, inside = grey(self.pixels[cut]), self.inside[cut]
        texture = texture_of(pixels, spacing)
        drawn = drawn_detector(self.blur, self.dust, rng)
        labels, added = np.zeros(pixels.shape, np.int32), np.zeros(pixels.shape, np.float32)
        groups: list[int] = []
        if with_calcifications:
            wanted, groups = planted(pixels.shape, spacing, texture, rng)
            detector = Detector(spacing * float(drawn["speck_blur"]), float(drawn["speck_grain"]))
            inserted = insert(pixels, wanted, spacing, detector, rng)
            pixels, labels, added = inserted.pixels, inserted.labels, inserted.added
        pixels = another_detector(pixels, drawn, texture, rng)
        return _window(pixels, inside, labels, added / (texture * visible), groups, spacing, rng)


def _fooling(contrast: NDArray[np.float32], block: int = 16, count: int = 60) -> NDArray[np.intp]:
    """Rows and columns of the highest contrasts, at most one per block."""
    rows, columns = (each // block for each in contrast.shape)
    if not rows or not columns:
        return np.array([[side // 2 for side in contrast.shape]])
    blocks = contrast[: rows * block, : columns * block].reshape(rows, block, columns, block)
    flat = blocks.transpose(0, 2, 1, 3).reshape(rows * columns, block * block)
    best = np.argsort(-flat.max(axis=1))[:count]
    inner = flat[best].argmax(axis=1)
    return np.stack([best // columns * block + inner // block, best % columns * block + inner % block], axis=1)


def grey(stored: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Grey values in 0…1."""
    return np.multiply(stored, np.float32(1 / 255), dtype=np.float32)


def _window(
    pixels: NDArray[np.float32],
    inside: NDArray[np.bool_],
    labels: NDArray[np.int32],
    relative: NDArray[np.float32],
    groups: Sequence[int],
    spacing: float,
    rng: Generator,
) -> TrainingWindow:
    fine = to_spacing(pixels, (spacing, spacing), SPACING_MM)
    rows, columns = (((np.arange(n) + 0.5) * m / n).astype(int) for n, m in zip(fine.shape, labels.shape, strict=True))
    contrast = local_contrast(fine, SPACING_MM, inside[rows][:, columns])
    labels = labels[rows][:, columns]
    peaks = np.zeros(len(groups) + 1)
    if groups:
        peaks[1:] = ndimage.maximum(resample(relative, contrast.shape), labels, np.arange(1, len(groups) + 1))
    calcified = np.where(labels > 0, np.where(peaks[labels] >= 1, 1, -1), 0).astype(np.int8)
    region = _regions(labels, peaks, groups)
    window = _middle(contrast.shape)
    turn = int(rng.integers(8))
    arrays = contrast[window], calcified[window], region[window]
    contrast, calcified, region = (_turned(_filled(each), turn) for each in arrays)
    half = CELL // 2
    return TrainingWindow(contrast, calcified, np.ascontiguousarray(region[half::CELL, half::CELL]))


def _regions(labels: NDArray[np.int32], peaks: NDArray, groups: Sequence[int]) -> NDArray[np.int8]:
    """1 near the calcifications seen of a cluster of three or more, -1 around all others, 0 elsewhere."""
    seen = peaks >= 1
    group = np.concatenate([[0], groups]).astype(int)
    sizes = np.bincount(group[seen & (group > 0)], minlength=group.max() + 1)
    clustered = seen & (group > 0) & (sizes[group] >= 3)
    region = np.zeros(labels.shape, np.int8)
    if (labels > 0).any():
        region[ndimage.distance_transform_edt(labels == 0) * SPACING_MM < FAR_MM] = -1
    core = clustered[labels] & (labels > 0)
    if core.any():
        region[ndimage.distance_transform_edt(~core) * SPACING_MM < NEAR_MM] = 1
    return region


def _middle(shape: tuple[int, ...]) -> tuple[slice, slice]:
    starts = [max(0, (side - WINDOW) // 2) for side in shape]
    return slice(starts[0], starts[0] + WINDOW), slice(starts[1], starts[1] + WINDOW)


def _filled(values: NDArray) -> NDArray:
    """The piece at the window's size; beyond the image's end the last pixel is repeated, as in a network's input."""
    missing = [(0, WINDOW - side) for side in values.shape]
    return np.pad(values, missing, mode="edge")


def _turned(values: NDArray, turn: int) -> NDArray:
    """The window turned and mirrored in one of the eight possible ways."""
    turned = np.rot90(values, turn % 4)
    return np.ascontiguousarray(turned[:, ::-1] if turn >= 4 else turned)
