"""Films with the truth about calcifications in one file: made once where the data sets are, read where they are not.

Pixels are the images' own. The breast is kept as the small mask that `tissue.breast` works on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree
from skimage.draw import polygon2mask

from napari_mammoseg.data_sets import samples
from napari_mammoseg.data_sets.inbreast import free_films
from napari_mammoseg.data_sets.mias import normal_films
from napari_mammoseg.data_sets.split import Split, held_out_of
from napari_mammoseg.data_sets.table import DATA_SETS, trained_on
from napari_mammoseg.geometry.regions import region
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.tissue.breast import breast_mask
from napari_mammoseg.tissue.contrast import BACKGROUND_MM, surroundings
from napari_mammoseg.tissue.reduced import reduction, thinned
from napari_mammoseg.training.packed import file

FREE, CALCIFIED, UNASKED = 0, 128, 255
"""Grey values of the pictures that hold the truth."""
QUALITIES = {"digital": 85, "marked": 85, "film": 92, "circled": 92, "field": 87}
EVERY = 2
"""Nobody searched the fields for calcifications: one in so many of them is kept."""
POINT_MM = 0.25
"""A calcification may lie so far from the point that marks it."""
BESIDE_MM = 0.35
"""So near to a point or an outline, nothing counts in the loss."""
COARSE_MM = 1.5
"""Of calcifications larger than this not every pixel stands out from the tissue around."""
NEIGHBOURS, NEIGHBOUR_MM = 3, 5.0
"""A calcification with so many others this near is one of a cluster."""


@dataclass(frozen=True)
class Film:
    """sort: `digital`, `film` and `field` are free of calcifications (nobody searched the fields for any); in `marked`
    each is marked; `circled` has clusters in circles; `patch` is a small picture, `calcified` or not.

    pixels: uint8. breast: bool, each pixel the middle of a square of `step` pixels. truth: FREE, CALCIFIED, UNASKED
    (rows, columns), or None where all is free.
    marks (n, 4): row, column, radius of single calcifications in pixels, and 1 where it is one of a cluster.
    circles (n, 3): row, column, radius. texture: mean of how far grey (0…1) is from the tissue around.
    """

    data_set: str
    name: str
    patient: str
    sort: str
    spacing_mm: float
    step: int
    texture: float
    calcified: bool
    marks: NDArray[np.float32]
    circles: NDArray[np.float32]
    pixels: NDArray[np.uint8]
    breast: NDArray[np.bool_]
    truth: NDArray[np.uint8] | None


def films(data: Path, packed: str) -> list[Film]:
    """All films: read from the data sets in `data`, or from the file `packed`, which is made if it is not there."""
    if packed and Path(packed).is_file():
        return [_film(record, pictures) for record, pictures in zip(*file.unpack(Path(packed)), strict=True)]
    found = list(read_films(data))
    found += _others(data, found)
    if not packed:
        return found
    file.pack(Path(packed), [_record(each) for each in found], [_pictures(each) for each in found])
    return films(data, packed)  # as later trainings see them


def held_out(films: Sequence[Film], split: Split) -> frozenset[str]:
    """The patients who do not train, as `data_sets.held_out` deals them out."""
    women: dict[str, set[str]] = {}
    for each in films:
        women.setdefault(DATA_SETS[each.data_set].patients, set()).add(each.patient)
    return held_out_of(women.values(), split)


def read_films(data: Path) -> Iterator[Film]:
    """Free tissue of three data sets, INbreast's marked images, mini-MIAS's circles, and INFN's patches."""
    for sample in free_films(data):
        yield _of("inbreast", sample, sample.read(), "digital")
    for sample in samples("inbreast-calcifications", data):
        image = sample.read()
        marks = [each for each in image.truth or () if each.kind in ("calcification", "cluster")]
        if any(each.kind == "calcification" for each in marks):
            yield _of("inbreast", sample, image, "marked", marks)
    for sample in normal_films(data):
        yield _of("mias", sample, sample.read(), "film")
    for sample in samples("mias", data):
        image = sample.read()
        clusters = [each for each in image.truth or () if each.kind == "cluster" and each.circle is not None]
        if clusters:
            yield _of("mias", sample, image, "circled", clusters)
    for sample in samples("infn-masses", data)[::EVERY]:
        yield _of("infn-masses", sample, sample.read(), "field")
    for sample in samples("infn-calcifications", data):
        image = sample.read()
        yield _of("infn-calcifications", sample, image, "patch", calcified=bool(image.truth))


def _others(data: Path, found: Sequence[Film]) -> Iterator[Film]:
    """Patients of the data sets who have no film here; they take part in the split all the same."""
    known = {each.patient for each in found}
    nothing = (
        np.zeros((0, 4), np.float32),
        np.zeros((0, 3), np.float32),
        np.zeros((1, 1), np.uint8),
        np.zeros((1, 1), bool),
    )
    for name in trained_on("calcifications"):
        for each in samples(name, data):
            if each.patient not in known:
                known.add(each.patient)
                yield Film(name, each.name, each.patient, "none", 1.0, 1, 0.0, False, *nothing, None)


def _of(
    data_set: str, sample: Any, image: Mammogram, sort: str, lesions: Sequence[Lesion] = (), calcified: bool = False
) -> Film:
    assert image.spacing is not None
    spacing, shape = image.spacing[0], (image.rows, image.columns)
    breast = breast_mask(image.pixels, image.spacing)
    step = reduction(shape)
    small = thinned(breast)
    part = _extent(small, step, shape)
    corner = part[0].start, part[1].start
    truth = None if sort != "marked" else _truth(lesions, shape, spacing)[part]
    weight = breast.astype(np.float32)
    away = np.abs(image.pixels - surroundings(image.pixels * weight, weight, BACKGROUND_MM / spacing))
    return Film(
        data_set,
        sample.name,
        sample.patient,
        sort,
        spacing,
        step,
        float(away[breast].mean()) if breast.any() else 0.0,
        calcified,
        _marks(lesions, spacing, corner) if sort == "marked" else np.zeros((0, 4), np.float32),
        _circles(lesions, small, step, corner),
        np.round(image.pixels[part] * 255).astype(np.uint8),
        small[part[0].start // step : -(-part[0].stop // step), part[1].start // step : -(-part[1].stop // step)],
        truth,
    )


def _extent(small: NDArray[np.bool_], step: int, shape: tuple[int, int]) -> tuple[slice, slice]:
    """The rows and columns that the breast takes, in pixels of the image."""
    spans = []
    for axis in (1, 0):
        where = np.flatnonzero(small.any(axis=axis))
        first, last = (int(where[0]), int(where[-1])) if len(where) else (0, small.shape[1 - axis] - 1)
        spans.append(slice(first * step, min((last + 1) * step, shape[1 - axis])))
    return spans[0], spans[1]


def _truth(lesions: Sequence[Lesion], shape: tuple[int, int], spacing: float) -> NDArray[np.uint8]:
    calcified, unasked = np.zeros(shape, bool), np.zeros(shape, bool)
    for lesion in lesions:
        where = region(lesion)
        assert where is not None
        outlined = lesion.contour is not None
        if outlined:
            low = np.maximum(np.floor(where.box[:2]).astype(int) - 1, 0)
            high = np.minimum(np.ceil(where.box[2:]).astype(int) + 2, shape)
            part = slice(low[0], high[0]), slice(low[1], high[1])
            body = polygon2mask(tuple(high - low), lesion.contour - low)  # type: ignore
            small = (np.array(where.box[2:]) - where.box[:2]).max() * spacing < COARSE_MM
            (calcified if small and lesion.kind == "calcification" else unasked)[part] |= body
        else:
            row, column = (round(each) for each in where.centre)
            unasked[np.clip(row, 0, shape[0] - 1), np.clip(column, 0, shape[1] - 1)] = True
    radius = BESIDE_MM / spacing
    beside = ndimage.distance_transform_edt(~(calcified | unasked)) <= radius
    return np.select([calcified, beside], [CALCIFIED, UNASKED], FREE).astype(np.uint8)


def _marks(lesions: Sequence[Lesion], spacing: float, corner: tuple[int, int]) -> NDArray[np.float32]:
    rows = []
    for lesion in lesions:
        where = region(lesion)
        if lesion.kind == "calcification" and where is not None:
            rows.append([*where.centre, max(POINT_MM / spacing, float(np.sqrt(where.area / np.pi)))])
    marks = np.array(rows, np.float32).reshape(-1, 3)
    tree = cKDTree(marks[:, :2])
    near = [len(each) - 1 for each in tree.query_ball_point(marks[:, :2], NEIGHBOUR_MM / spacing)]
    clustered = np.array(near).reshape(-1, 1) >= NEIGHBOURS
    return np.hstack([marks - np.array([*corner, 0]), clustered]).astype(np.float32)


def _circles(
    lesions: Sequence[Lesion], small: NDArray[np.bool_], step: int, corner: tuple[int, int]
) -> NDArray[np.float32]:
    """Those that lie on the breast (a few of mini-MIAS do not)."""
    rows, columns = np.indices(small.shape) * step
    found = []
    for row, column, radius in (each.circle for each in lesions if each.circle is not None):
        within = (rows - row) ** 2 + (columns - column) ** 2 <= radius**2
        if within.any() and small[within].mean() > 0.5:
            found.append((row - corner[0], column - corner[1], radius))
    return np.array(found, np.float32).reshape(-1, 3)


_PLAIN = ("data_set", "name", "patient", "sort", "spacing_mm", "step", "texture", "calcified")


def _record(film: Film) -> file.Record:
    lists = {"marks": np.round(film.marks, 2).tolist(), "circles": np.round(film.circles, 2).tolist()}
    return {name: getattr(film, name) for name in _PLAIN} | lists


def _pictures(film: Film) -> dict[str, tuple[file.Picture, int]]:
    pictures = {
        "pixels": (film.pixels, QUALITIES.get(film.sort, file.EXACT)),
        "breast": (film.breast.astype(np.uint8) * np.uint8(255), file.EXACT),
    }
    return pictures if film.truth is None else pictures | {"truth": (film.truth, file.EXACT)}


def _film(record: Mapping[str, Any], pictures: Mapping[str, file.Picture]) -> Film:
    marks = np.array(record["marks"], np.float32).reshape(-1, 4)
    circles = np.array(record["circles"], np.float32).reshape(-1, 3)
    plain = {name: record[name] for name in _PLAIN}
    seen: dict[str, Any] = {"pixels": pictures["pixels"], "breast": pictures["breast"] > 127}
    return Film(**plain, marks=marks, circles=circles, truth=pictures.get("truth"), **seen)
