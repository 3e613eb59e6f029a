"""The images of an exam as layers that hang in their places, by their transforms alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.exams.exam import PLACES, Exam, ExamImage, Place
from napari_mammoseg.exams.layout import Extent, Hung, layout
from napari_mammoseg.exams.opening import Opened, sheet_of, turned
from napari_mammoseg.gui.exam.names_layer import Named, names_layer
from napari_mammoseg.gui.layers.belonging import belonging
from napari_mammoseg.gui.layers.image_layers import LayerData, image_layers, is_mammogram, mammogram_of
from napari_mammoseg.gui.layers.layer_spacing import DRAWN, KEY, placement

if TYPE_CHECKING:
    from napari.layers import Image, Layer

EXAM = "mammoseg_exam"
"""Where the metadata of a hung image keep its place, its role and its ExamImage."""
Role = Literal["current", "prior"]


def exam_layers(
    exam: Exam, opened: Mapping[Place, Opened], role: Role = "current", left: float = 0.0
) -> list[LayerData]:
    """The layers of the images that hang, their truths, and on top the names of the views. left: where they begin."""
    hung, empty = layout({place: each.sheet for place, each in opened.items()}, left)
    known = any(each.mammogram.spacing is not None for each in opened.values())
    layers: list[LayerData] = []
    names: list[Named] = []
    for place, each in opened.items():
        hanging = {EXAM: {"place": place, "role": role, "image": each.image}}
        first, *truth = image_layers(each.mammogram)
        image, *truth = (_placed(first, hung[place], hanging), *(_placed(one, hung[place]) for one in truth))
        if known and each.mammogram.spacing is None:
            image, *truth = (_in_mm(one, hung[place].affine) for one in (image, *truth))
        layers += belonging([image, *truth])
        names.append((place, hung[place].extent, each.image.label))
    if role == "current":
        names += _missing(empty)
    title = None if role == "current" else f"prior {exam.date}"
    return [*layers, names_layer(names, role, "mm" if known else "pixel", title)]


def hang_open(layers: Mapping[Place, tuple[Image, ExamImage]]) -> LayerData:
    """Hangs image layers that are open already, however they lie; returns the layer of their names."""
    turns = {}
    for place, (layer, image) in layers.items():
        mammogram = mammogram_of(layer)
        turns[place] = sheet_of(mammogram, turned(mammogram, image, place))
    hung, empty = layout(turns)
    known = any(each.spacing is not None for each in turns.values())
    for place, (layer, image) in layers.items():
        _lay(layer, hung[place].affine, turns[place].spacing, known)
        layer.metadata = {**layer.metadata, EXAM: {"place": place, "role": "current", "image": image}}
    names: list[Named] = [(place, hung[place].extent, layers[place][1].label) for place in layers]
    names += _missing(empty)
    return names_layer(names, "current", "mm" if known else "pixel")


def hung_in(layers: Iterable[Layer], role: Role = "current") -> dict[Place, Image]:
    """The image layers that hang, by their places."""
    found = {each.metadata[EXAM]["place"]: each for each in layers if is_hung(each, role)}
    return {place: found[place] for place in PLACES if place in found}


def is_hung(layer: Any, role: Role = "current") -> bool:
    """Whether `layer` is an image that hangs in that role."""
    return is_mammogram(layer) and layer.metadata.get(EXAM, {}).get("role") == role


def image_at(layer: Any) -> ExamImage:
    """Which image of its exam a hung layer is."""
    found: ExamImage = layer.metadata[EXAM]["image"]
    return found


def _missing(empty: Mapping[Place, Extent]) -> list[Named]:
    return [(place, extent, f"no {place[0]} {place[1:]}") for place, extent in empty.items()]


def _placed(layer: LayerData, hung: Hung, more: Mapping[str, Any] | None = None) -> LayerData:
    data, keywords, kind = layer
    dimensions = len(keywords["scale"])
    metadata = {**keywords["metadata"], **(more or {})} if "metadata" in keywords else dict(more or {})
    return data, {**keywords, "affine": _with_frames(hung.affine, dimensions), "metadata": metadata}, kind


def _with_frames(affine: NDArray[np.float64], dimensions: int) -> NDArray[np.float64]:
    """The transform of rows and columns for a layer of more dimensions, whose frames stay as they are."""
    whole = np.eye(dimensions + 1)
    whole[-3:, -3:] = affine
    return whole


def _in_mm(layer: LayerData, affine: NDArray[np.float64]) -> LayerData:
    """The layer of unknown pixel size in mm, as those beside it: napari draws all layers in one unit or warns."""
    data, keywords, kind = layer
    units = (*keywords["units"][:-2], "mm", "mm")
    record = {**keywords["metadata"].get(KEY, {}), DRAWN: _drawn_at(affine)}
    return data, {**keywords, "units": units, "metadata": {**keywords["metadata"], KEY: record}}, kind


def _drawn_at(affine: NDArray[np.float64]) -> tuple[float, float]:
    """The size of a pixel of unknown size as it is drawn, by rows and columns."""
    rows, columns = np.linalg.norm(affine[:2, :2], axis=0)
    return float(rows), float(columns)


def _lay(layer: Image, affine: NDArray[np.float64], spacing: tuple[float, float] | None, in_mm: bool) -> None:
    """Puts a layer in its place, whatever its transforms were; in mm if any other one is.

    Its pixel size stays unknown if it is.
    """
    place = placement(spacing, layer.ndim)
    if in_mm and spacing is None:
        place["units"] = (*place["units"][:-2], "mm", "mm")
        layer.metadata = {**layer.metadata, KEY: {**layer.metadata.get(KEY, {}), DRAWN: _drawn_at(affine)}}
    layer.rotate = np.eye(layer.ndim)
    layer.shear = np.zeros(layer.ndim * (layer.ndim - 1) // 2)
    layer.translate = np.zeros(layer.ndim)
    layer.units = place["units"]
    layer.scale = place["scale"]
    layer.affine = _with_frames(affine, layer.ndim)
