"""Crops of real and of added masses for the experiments of Peterka 2020: who validates was not seen by the painter."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.batch.realism.crops import insertions, real_masses
from napari_mammoseg.batch.realism.methods import PASTED, Put, by_model, length, masses_of, pasted
from napari_mammoseg.data_sets import Sample
from napari_mammoseg.data_sets.split import Split, held_out_of
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.synthesis import LABELS
from napari_mammoseg.synthesis.looks import SIDE as CROP
from napari_mammoseg.synthesis.looks import crop_of
from napari_mammoseg.training.lesions.packed import squares
from napari_mammoseg.training.lesions.squares import women_of
from napari_mammoseg.training.masses import packed
from napari_mammoseg.training.masses.films import MassFilm
from napari_mammoseg.training.packed import file
from napari_mammoseg.training.papers.peterka.fitting import SIDE

SPACING_MM = 0.4
SETS = ("cbis-mass-films", "inbreast", "mias", "infn-masses")
CLASSES: tuple[Literal["benign", "malignant"] | None, ...] = ("benign", "malignant", None)
"""Of the labels of films: 0, 1 and -1."""
EXTRA = 40
"""Masses that are added to the more frequent class; the other one gets as many more as it lacks."""
REAL, VALIDATION, SYNTHETIC = "real", "validation", "synthetic"


@dataclass(frozen=True)
class Crop:
    """sort: REAL (they train), VALIDATION, SYNTHETIC or PASTED. pixels: (SIDE, SIDE) uint8."""

    sort: str
    woman: str
    label: str
    pixels: NDArray[np.uint8]


def crops(
    folder: Path,
    films: str,
    painters: str,
    split: Split,
    model: str,
    kept: Path,
    seed: int = 0,
    women: float = 1.0,
) -> list[Crop]:
    """All crops: read from the file `kept`, or made, which takes some minutes, and kept there.

    films, painters: files of packed films at SPACING_MM, and of the packed squares that the painter was trained on
    with `split`; made from `folder` where they are not there. Who validates has not been seen by the painter. women:
    the share of the others whose masses train.
    """
    if kept.is_file():
        return [Crop(pixels=each["pixels"], **record) for record, each in zip(*file.unpack(kept), strict=True)]
    found = list(_made(folder, films, painters, split, model, seed, women))
    records = [{"sort": each.sort, "woman": each.woman, "label": each.label} for each in found]
    file.pack(kept, records, [{"pixels": (each.pixels, file.EXACT)} for each in found])
    return found


def _made(folder: Path, films: str, painters: str, split: Split, model: str, seed: int, women: float) -> Iterator[Crop]:
    known = women_of(squares(folder, painters))
    trained = frozenset().union(*known) - held_out_of(known, split)
    some = _some(trained, women, seed)
    chosen = [each for each in packed.films(folder, films, SPACING_MM) if each.data_set in SETS]
    training = [_sample(each) for each in chosen if each.patient in some]
    yield from _real([_sample(each) for each in chosen if each.patient not in trained], VALIDATION)
    real = list(_real(training, REAL))
    yield from real
    sizes = [length(box) * SPACING_MM for _, _, boxes in real_masses(training) for box in boxes]
    for label, count in lacking([each.label for each in real]).items():
        for sort, put in ((SYNTHETIC, by_model(model, [label])), (PASTED, pasted(training, label))):
            yield from _added(training, sizes, put, sort, label, count, seed)


def _some(women: Collection[str], share: float, seed: int) -> set[str]:
    """A share of the women, drawn by the seed."""
    known = sorted(women)
    return set(np.random.default_rng(seed).permutation(known)[: max(1, round(share * len(known)))].tolist())


def lacking(labels: Sequence[str]) -> dict[str, int]:
    """How many masses of each class are added."""
    counts = {each: labels.count(each) for each in LABELS}
    return {each: EXTRA + max(counts.values()) - count for each, count in counts.items()}


def _real(found: Sequence[Sample], sort: str) -> Iterator[Crop]:
    for sample, image, boxes in real_masses(found):
        labels = {each.label for each in masses_of(image)}
        if len(labels) == 1 and None not in labels:  # of one class, so that no box must be matched with its label
            for box in boxes:
                yield Crop(sort, sample.patient, str(*labels), _seen(image.pixels, box))


def _added(
    found: Sequence[Sample], sizes: Sequence[float], put: Put, sort: str, label: str, count: int, seed: int
) -> Iterator[Crop]:
    for each in insertions(found, sizes, put, count, seed):
        yield Crop(sort, each.sample.patient, label, _seen(each.pixels, each.box))


def _seen(pixels: NDArray[np.float32], box: tuple[float, float, float, float]) -> NDArray[np.uint8]:
    step = CROP // SIDE
    crop = crop_of(pixels, box).reshape(SIDE, step, SIDE, step).mean((1, 3))
    return np.round(255 * crop).astype(np.uint8)


def _sample(film: MassFilm) -> Sample:
    return Sample(film.name, film.patient, partial(_image, film))


def _image(film: MassFilm) -> Mammogram:
    """The film with masses that fill their boxes as ellipses do: outlines are not known of all."""
    truth = tuple(
        Lesion("mass", CLASSES[int(label)], mask=_ellipse(box, film.pixels.shape))
        for box, label in zip(film.boxes, film.labels, strict=True)
    )
    pixels = film.pixels.astype(np.float32) / np.float32(255)
    spacing = SPACING_MM, SPACING_MM
    return Mammogram(pixels, film.name, film.data_set, spacing=spacing, truth=truth, patient=film.patient)


def _ellipse(box: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    middle, half = (box[:2] + box[2:] - 1) / 2, (box[2:] - box[:2]) / 2
    down, across = np.ogrid[: shape[0], : shape[1]]
    row, column = (down - middle[0]) / max(half[0], 1), (across - middle[1]) / max(half[1], 1)
    mask = row**2 + column**2 < 1
    return np.asarray(mask)
