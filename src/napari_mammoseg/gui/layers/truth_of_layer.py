"""Truth that a person drew or opened in the window: a layer of shapes, labels or points as lesions of an image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.layers.transforms import Matrix, between, moved
from napari_mammoseg.kinds import LESION_KINDS, LesionKind
from napari_mammoseg.mammogram import Lesion
from napari_mammoseg.pipeline_table import PIPELINES
from napari_mammoseg.readers.truth import Truth, from_labels

if TYPE_CHECKING:
    from napari.layers import Image, Labels, Layer

LABELS = ("benign", "malignant", "normal")
_CORNERS = 64


@dataclass(frozen=True, slots=True)
class OfLayer:
    """The truth of the one image that is asked about, made when it is asked for."""

    make: Callable[[tuple[int, int]], Truth]

    def of(self, name: str, shape: tuple[int, int], folder: Path | None = None) -> Truth:
        return self.make(shape)


def truth_of(layer: Layer, image: Image, pipeline: str) -> OfLayer:
    """What `layer` marks on `image`, as it is now; its features may say what each mark is (`kind`).

    Else the pipeline's row says it. Raises InputError for shapes that surround nothing."""
    kind = PIPELINES[pipeline].drawn_as[layer._type_string]
    to_image = between(layer, image)
    if layer._type_string == "labels":
        return _of_labels(layer, to_image, kind)
    lesions = tuple(
        Lesion(**_described(layer.features.iloc[number], kind), **place)
        for number, place in enumerate(_places(layer, to_image))
    )
    return OfLayer(lambda shape: Truth(lesions))


def _places(layer: Layer, to_image: Matrix) -> list[dict[str, Any]]:
    if layer._type_string == "points":
        return [{"point": tuple(each)} for each in moved(layer.data, to_image).tolist()]
    kinds = zip(layer.shape_type, layer.data, strict=True)
    return [_place(kind, moved(vertices, to_image), layer.name) for kind, vertices in kinds]


def _place(kind: str, vertices: NDArray[np.float64], name: str) -> dict[str, Any]:
    """A shape in the image's pixels as the place of a lesion."""
    if kind not in ("rectangle", "ellipse", "polygon"):
        raise InputError(name, f"holds a {kind}, which surrounds nothing", "draw rectangles, ellipses or polygons")
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    upright = bool((np.isclose(vertices, low) | np.isclose(vertices, high)).all())
    if kind == "rectangle" and upright:
        return {"box": (*(low + 0.5).tolist(), *(high + 0.5).tolist())}
    if kind == "ellipse":
        return _ellipse(vertices, upright)
    return {"contour": vertices}


def _ellipse(corners: NDArray[np.float64], upright: bool) -> dict[str, Any]:
    """Of the rectangle around it: a circle where it is one."""
    centre, first, second = corners.mean(axis=0), corners[1] - corners[0], corners[3] - corners[0]
    if upright and np.isclose(np.abs(first).max(), np.abs(second).max()):
        return {"circle": (*centre.tolist(), float(np.abs(first).max() / 2))}
    angles = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    return {"contour": centre + np.outer(np.cos(angles), first / 2) + np.outer(np.sin(angles), second / 2)}


def _of_labels(layer: Labels, to_image: Matrix, kind: LesionKind) -> OfLayer:
    """Pixels are copied now and measured when they are asked for: a person may go on drawing."""
    labels = np.asarray(layer.data[0] if layer.multiscale else layer.data)
    labels = labels.max(axis=0) if labels.ndim == 3 else labels.copy()
    features, name = layer.features.copy(), layer.name

    def make(shape: tuple[int, int]) -> Truth:
        numbered = _numbered(_on_image(labels, to_image, shape), name, "index" in features)
        return _with_features(from_labels(numbered, kind), features)

    return OfLayer(make)


def _on_image(labels: NDArray[Any], to_image: Matrix, shape: tuple[int, int]) -> NDArray[Any]:
    """The labels at the image's pixels, wherever their layer lies: (rows, columns) of `shape`."""
    if labels.shape == shape and np.array_equal(to_image, np.eye(3)):
        return labels
    back = np.linalg.inv(to_image)
    return np.asarray(ndimage.affine_transform(labels, back[:2, :2], back[:2, 2], shape, order=0))


def _numbered(labels: NDArray[Any], name: str, described: bool) -> NDArray[np.uint16]:
    """Labels of lesions; a layer of one label alone, of which nothing is said, has one lesion per connected part."""
    highest = int(labels.max(initial=0))
    if highest > 65535:
        raise InputError(name, f"has the label {highest}", "use labels of 1 to 65535")
    if not described and highest and ((labels == 0) | (labels == highest)).all():
        labels = ndimage.label(labels, np.ones((3, 3)))[0]
    return labels.astype(np.uint16)


def _with_features(truth: Truth, features: Any) -> Truth:
    if "index" not in features:
        return truth
    rows = features.set_index("index")
    return replace(truth, lesions=tuple(_told(each, rows) for each in truth.lesions))


def _told(lesion: Lesion, rows: Any) -> Lesion:
    number = int(lesion.attributes["id"])
    return replace(lesion, **_described(rows.loc[number], lesion.kind)) if number in rows.index else lesion


def _described(row: Any, kind: str) -> dict[str, Any]:
    """Kind and label as a row of the layer's features has them."""
    known, label = row.get("kind"), row.get("label")
    return {"kind": known if known in LESION_KINDS else kind, "label": label if label in LABELS else None}
