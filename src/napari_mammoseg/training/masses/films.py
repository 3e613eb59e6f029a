"""Every image with the truth about masses, as detectors see it: one definition for all networks that take crops.

Masses of the truth, at one spacing, in standardised grey values; what is neither a sure mass nor sure background
(architectural distortions, asymmetries, boxes of something unnamed, clusters) is ignored there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.data_sets import Sample, samples
from napari_mammoseg.data_sets.held_out import patients_held_out
from napari_mammoseg.data_sets.mass_truth import boxed_masses, uncertain_boxes
from napari_mammoseg.data_sets.split import Split, held_out_of
from napari_mammoseg.data_sets.table import data_set, trained_on
from napari_mammoseg.errors import InputError
from napari_mammoseg.tissue.resample import resample, shape_at
from napari_mammoseg.tissue.standard import breast_or_field, standardised

LABELS = {"benign": 0, "malignant": 1, None: -1}


@dataclass(frozen=True)
class MassFilm:
    """pixels: uint8 of the standardised -1…1; breast: packed bool; boxes (n, 4) in these pixels; labels (n,) as LABELS.

    ignored (m, 4): boxes where nothing is learned. dealt_with: whether the split counts the film's patient among
    those with a mass (None: where the film has boxes).
    """

    data_set: str
    name: str
    patient: str
    pixels: NDArray[np.uint8]
    packed: NDArray[np.uint8]
    boxes: NDArray[np.float64]
    labels: NDArray[np.int64]
    ignored: NDArray[np.float64]
    dealt_with: bool | None = None

    @property
    def breast(self) -> NDArray[np.bool_]:
        """(rows, columns) bool."""
        return np.unpackbits(self.packed, count=self.pixels.size).reshape(self.pixels.shape).astype(bool)

    @cached_property
    def places(self) -> NDArray[np.float64]:
        """Rows and columns of the breast, every eighth (n, 2)."""
        return (np.argwhere(self.breast[::8, ::8]) * 8).astype(np.float64)

    @property
    def picture(self) -> NDArray[np.float32]:
        """(rows, columns) float32 in -1…1, as the network gets it."""
        return self.pixels * np.float32(2 / 255) - 1


def mass_films(
    data: Path, spacing_mm: float, split: Split, data_sets: Iterable[str] = trained_on("masses")
) -> tuple[list[MassFilm], list[MassFilm]]:
    """The films that train and those held out, split by patient within each data set.

    Patients with a mass and those without are split separately. Films with a mass whose place is unknown are left out.
    """
    training, held_out = [], []
    for name in data_sets:
        films = [film for sample in samples(name, data) if (film := film_of(name, sample, spacing_mm)) is not None]
        if "masses" in data_set(name).trains:
            with_mass = {each.patient for each in films if len(each.boxes)}
            out = held_out_of([with_mass, {each.patient for each in films} - with_mass], split)
        else:
            out = patients_held_out("masses", data, split, [data_set(name).patients])
        training += [each for each in films if each.patient not in out]
        held_out += [each for each in films if each.patient in out]
    return training, held_out


def parted(films: Sequence[MassFilm], split: Split) -> tuple[list[MassFilm], list[MassFilm]]:
    """The films that train and those held out, dealt out as `mass_films` does."""
    groups: dict[tuple[str, bool], set[str]] = {}
    for each in films:
        with_mass = bool(len(each.boxes)) if each.dealt_with is None else each.dealt_with
        groups.setdefault((each.data_set, with_mass), set()).add(each.patient)
    for (name, with_mass), patients in groups.items():
        if not with_mass:
            patients -= groups.get((name, True), set())
    out = held_out_of(groups.values(), split)
    return [each for each in films if each.patient not in out], [each for each in films if each.patient in out]


def drawn_set(sets: Mapping[str, Sequence[Any]], shares: Mapping[str, float], random: np.random.Generator) -> str:
    """The name of a data set that is not empty, each as often as its share says."""
    names = [name for name in shares if sets.get(name)]
    odds = np.array([shares[name] for name in names])
    return names[int(random.choice(len(names), p=odds / odds.sum()))]


def film_of(data_set: str, sample: Sample, spacing_mm: float) -> MassFilm | None:
    """The sample as a film; None where it has a mass whose place is unknown."""
    image = sample.read()
    if image.spacing is None or image.truth is None:
        raise InputError(sample.name, "has no spacing or no truth", f"give the whole data set {data_set}")
    masses = boxed_masses(image)
    if masses is None:
        return None
    shape = shape_at((image.rows, image.columns), image.spacing, spacing_mm)
    pixels = np.array(resample(image.pixels, shape))
    breast = breast_or_field(pixels)
    standard = np.round((standardised(pixels, breast) + 1) * 127.5).astype(np.uint8)
    zoom = np.tile([shape[0] / image.rows, shape[1] / image.columns], 2)
    boxes = np.array([box for box, _ in masses]).reshape(-1, 4) * zoom
    labels = np.array([LABELS[label] for _, label in masses], np.int64)
    ignore = np.array(uncertain_boxes(image)).reshape(-1, 4) * zoom
    return MassFilm(data_set, sample.name, sample.patient, standard, np.packbits(breast), boxes, labels, ignore)
