"""From what a detector's network says to boxes on the picture it saw: one function a kind of network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.special import expit

from napari_mammoseg.geometry.boxes import non_maximum_suppression
from napari_mammoseg.geometry.windows import half_overlapping
from napari_mammoseg.inference import compiled
from napari_mammoseg.inference.backends import Compiled
from napari_mammoseg.models import Model
from napari_mammoseg.networks import default_boxes
from napari_mammoseg.run import Run
from napari_mammoseg.tissue.resample import resample

Array = NDArray[np.float32]
FLOOR = 0.01
"""Marks with a raw score below this are not kept."""
LIMIT = 100
"""Marks on one image that are kept at most."""
LARGE_MM = 35.0
COARSE = (0.35, 0.5)
"""Masses from `LARGE_MM` on are looked for at these scales, too: a closer look sees parts of them."""


@dataclass(frozen=True, slots=True)
class Marks:
    """boxes (n, 4): row0, column0, row1, column1 in pixels; raw scores (n,) and p_malignant (n,), 0…1."""

    boxes: NDArray[np.float64]
    scores: NDArray[np.float64]
    p_malignant: NDArray[np.float64]

    def best(self, highest_iou: float) -> Marks:
        """Without those that overlap a better one, best first."""
        kept = non_maximum_suppression(self.boxes, self.scores, highest_iou, LIMIT)
        return Marks(self.boxes[kept], self.scores[kept], self.p_malignant[kept])

    def from_side(self, pixels: float) -> Marks:
        """Those whose longer side has at least so many pixels."""
        kept = (self.boxes[:, 2:] - self.boxes[:, :2]).max(axis=1, initial=0) >= pixels
        return Marks(self.boxes[kept], self.scores[kept], self.p_malignant[kept])

    @classmethod
    def joined(cls, parts: list[Marks]) -> Marks:
        none = cls(np.empty((0, 4)), np.empty(0), np.empty(0))
        parts = [none, *parts]
        return cls(
            np.concatenate([each.boxes for each in parts]),
            np.concatenate([each.scores for each in parts]),
            np.concatenate([each.p_malignant for each in parts]),
        )


Decoder = Callable[[Compiled, Model, Array, float, Run], Marks]


def find_marks(model: Model, picture: Array, highest_iou: float, run: Run) -> Marks:
    """Marks on `picture` (rows, columns), standardised, at the model's spacing; best first."""
    return marks_of(compiled(model, run.device, run.backend), model, picture, highest_iou, run)


def marks_of(network: Compiled, model: Model, picture: Array, highest_iou: float, run: Run) -> Marks:
    """The same with the network in hand: while it is trained, say."""
    return DECODERS[str(model.facts.decoder)](network, model, picture, highest_iou, run)


def dense_marks(network: Compiled, model: Model, picture: Array, highest_iou: float, run: Run) -> Marks:
    """The whole picture at several scales; a mark where on their average a centre is likeliest around.

    Large ones also where the mean of the coarse scales alone says so.
    Of the model's facts it needs `stride`, the cells' pitch in pixels, and `scales`.
    """
    assert model.spacing_mm is not None
    stride = model.facts.stride
    assert stride is not None
    filled = padded(picture, model.multiple)
    shape = filled.shape[0] // stride, filled.shape[1] // stride
    scales = *model.facts.scales, *COARSE
    maps = []
    for scale in run.track(scales, "detect", len(scales)):
        view = _scaled(filled, scale, model.multiple)
        maps.append(_on_grid(network(view[np.newaxis, np.newaxis]), shape))
    marks, coarse = (_of_mean(part, stride) for part in (maps[: -len(COARSE)], maps[-len(COARSE) :]))
    return Marks.joined([marks, coarse.from_side(LARGE_MM / model.spacing_mm)]).best(highest_iou)


def _of_mean(maps: Sequence[tuple[Array, Array, Array]], stride: int) -> Marks:
    centre, reach, malignant = (np.mean(each, axis=0) for each in zip(*maps, strict=True))
    return decoded(centre, reach, malignant, stride)


def padded(picture: Array, multiple: int) -> Array:
    """Sides that divide by `multiple`, the new rows and columns at the end without tissue."""
    rows, columns = (-length % multiple for length in picture.shape)
    return np.pad(picture, ((0, rows), (0, columns)), constant_values=picture.min())


def _scaled(picture: Array, scale: float, multiple: int) -> Array:
    """About `scale` times as large, with sides that divide by `multiple`."""
    rows, columns = (max(1, round(length * scale / multiple)) * multiple for length in picture.shape)
    return resample(picture, (rows, columns))


def _on_grid(outputs: Sequence[Array], shape: tuple[int, int]) -> tuple[Array, Array, Array]:
    """Centre, reach and malignancy (k, rows, columns) on another grid of cells over the same picture."""
    centre, reach, malignant = (np.stack([resample(each, shape) for each in output[0]]) for output in outputs)
    zoom = [new / old for new, old in zip(shape, outputs[0].shape[2:], strict=True)]
    return centre, reach * np.array(zoom * 2, np.float32)[:, None, None], malignant


def decoded(centre: Array, reach: Array, malignant: Array, stride: int) -> Marks:
    """Marks from the three maps (k, rows, columns) of a dense detector: one at each cell above its eight neighbours."""
    score = expit(centre[0].astype(np.float64))
    peak = (score == ndimage.maximum_filter(score, 3)) & (score > FLOOR)
    rows, columns = np.nonzero(peak)
    best = np.argsort(-score[rows, columns], kind="stable")[: 4 * LIMIT]
    rows, columns = rows[best], columns[best]
    middle = (np.stack([rows, columns], axis=1) + 0.5) * stride
    top_left, bottom_right = np.split(reach[:, rows, columns].T.astype(np.float64) * stride, 2, axis=1)
    p_malignant = expit(malignant[0][rows, columns].astype(np.float64))
    return Marks(np.hstack([middle - top_left, middle + bottom_right]), score[rows, columns], p_malignant)


def window_marks(network: Compiled, model: Model, picture: Array, highest_iou: float, run: Run) -> Marks:
    """Windows of the network's size with half an overlap, on the picture at several scales, merged over all of it.

    Of the model's facts it needs `side` and `scales`. Windows without breast are not looked at.
    """
    side = model.facts.side
    assert side is not None
    work = [each for scale in model.facts.scales for each in _windows(picture, scale, side)]
    parts = []
    for row, column, zoom, window in run.track(work, "detect", len(work)):
        confidence, offsets = network(np.repeat(window[np.newaxis, np.newaxis], 3, axis=1))
        parts.append(_decoded(confidence[0], offsets[0], side, (row, column), zoom))
    return Marks.joined(parts).best(highest_iou)


def _windows(picture: Array, scale: float, side: int) -> list[tuple[int, int, tuple[float, float], Array]]:
    shape = max(1, round(picture.shape[0] * scale)), max(1, round(picture.shape[1] * scale))
    scaled = resample(picture, shape)
    zoom = picture.shape[0] / shape[0], picture.shape[1] / shape[1]
    blank = float(picture.min())
    scaled = np.pad(scaled, [(0, max(0, side - length)) for length in shape], constant_values=blank)
    windows = []
    for rows, columns in half_overlapping(scaled.shape, side):
        window = scaled[rows, columns]
        if (window > blank).mean() > 0.05 or scaled.shape == (side, side):
            windows.append((rows.start, columns.start, zoom, window))
    return windows


def _decoded(confidence: Array, offsets: Array, side: int, corner: tuple[int, int], zoom: tuple[float, float]) -> Marks:
    """Marks of one window on the picture, benign and malignant together."""
    benign, malignant = _shares(confidence)[:, 1:].T
    kept = _best(benign + malignant)
    boxes = (_boxes(offsets, kept, side) + np.tile(corner, 2)) * np.tile(zoom, 2)
    score = benign[kept] + malignant[kept]
    return Marks(boxes, score, malignant[kept] / score)


def decoded_window(
    confidence: Array, offsets: Array, side: int, label: int, highest_iou: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Boxes and scores of one class on one window, as SSD's decoder gives them: label 0 benign, 1 malignant."""
    score = _shares(confidence)[:, 1 + label]
    kept = _best(score)
    boxes = _boxes(offsets, kept, side)
    best = non_maximum_suppression(boxes, score[kept], highest_iou, LIMIT)
    return boxes[best], score[kept][best]


def _shares(confidence: Array) -> NDArray[np.float64]:
    """Softmax of logits (boxes, 3): background, benign, malignant."""
    raised = np.exp(confidence.astype(np.float64) - confidence.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _best(score: NDArray[np.float64]) -> NDArray[np.intp]:
    kept = np.flatnonzero(score > FLOOR)
    return kept[np.argsort(-score[kept], kind="stable")[: 4 * LIMIT]]


def _boxes(offsets: Array, kept: NDArray[np.intp], side: int) -> NDArray[np.float64]:
    boxes = default_boxes.decode(offsets[kept], default_boxes.ssd256()[kept])
    return np.asarray(np.clip(boxes, 0, 1) * side)


DECODERS: Mapping[str, Decoder] = {"dense": dense_marks, "windows": window_marks}
