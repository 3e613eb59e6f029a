"""The measures of realism on a data set: told apart, kernel distance, nearest training lesion, found by a detector."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from napari_mammoseg.batch.realism import reader_sheet
from napari_mammoseg.batch.realism.copies import Copies, copies
from napari_mammoseg.batch.realism.crops import Crops, insertions, massless, real_masses
from napari_mammoseg.batch.realism.detected import Detected, Detector, detector
from napari_mammoseg.batch.realism.methods import Put, length, put_of, spacing_of, untouched
from napari_mammoseg.data_sets import Sample, samples
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.errors import InputError
from napari_mammoseg.evaluation.feature_distance import halves_apart, scaled_as, split_apart
from napari_mammoseg.training.lesions.realism import features, told_apart
from napari_mammoseg.training.lesions.vgg import Vgg

SETS = {"inbreast": "inbreast-outlines", "mias": "mias"}
"""Data sets that can be asked, and where their real masses come from."""
PAIRS = (("made", "real"), ("made", "healthy"), ("real", "healthy"), ("beside", "healthy"))
ALL_TRAINED = Split(1)
FEWEST = 10
"""Synthetic masses without which nothing is said."""


@dataclass(frozen=True)
class Asked:
    """What is measured beside the telling apart.

    patients: the women whose images masses are put into; None: all. detector: a model of `masses`, or nothing.
    squares: the file of packed squares that the model was trained on, with `split`; or nothing. sheet: the folder for
    a sheet of crops for a person to guess; None: none.
    """

    vgg: Path
    patients: Container[str] | None = None
    seed: int = 0
    detector: str = ""
    squares: str = ""
    split: Split = ALL_TRAINED
    sheet: Path | None = None


@dataclass(frozen=True)
class Realism:
    """made_real, made_healthy, real_healthy, floor: areas under the ROC curve of who tells two sorts of crops apart by
    the features of `training.lesions.realism`.

    made_real: synthetic from real masses, 0.5 where nobody can. made_healthy: synthetic masses from the tissue that
    they were put into. real_healthy: the ceiling. floor: healthy tissue of images with a mass from that of others.
    kernel_made, kernel_real: kernel distance (KID) of the same features, in deviations of the real masses, between
    halves of the women: synthetic from real masses, and real from real ones; mean and deviation over the draws.
    """

    data_set: str
    model: str
    real: int
    made: int
    women: int
    made_real: float
    made_healthy: float
    real_healthy: float
    floor: float
    kernel_made: tuple[float, float]
    kernel_real: tuple[float, float]
    copies: Copies | None = None
    detected: Detected | None = None


def measure(data_set: str, folder: Path, model: str, asked: Asked) -> Realism:
    """As many synthetic masses as the data set has real ones, put into images without a mass.

    model: of synthesis, or `discs`, `pasted`. Raises InputError where the data set or a file is not there, or too few
    places are left.
    """
    if data_set not in SETS:
        raise InputError(data_set, "is not judged for realism", f"choose from {', '.join(SETS)}")
    vgg, finder = Vgg(asked.vgg), detector(asked.detector) if asked.detector else None
    sorts = _sorts(data_set, folder, put_of(model, folder), asked, finder)
    rows = {name: features(each.pictures, vgg) for name, each in sorts.items()}
    apart = {(a, b): told_apart(rows[a], rows[b], [*sorts[a].women, *sorts[b].women]) for a, b in PAIRS}
    masses, made = sorts["real"], sorts["made"]
    if asked.sheet is not None:
        reader_sheet.write(asked.sheet, masses.pictures, made.pictures, asked.seed)
    scaled = scaled_as(rows["real"])
    return Realism(
        data_set=data_set,
        model=model,
        real=len(masses.women),
        made=len(made.women),
        women=len(set(made.women)),
        made_real=apart["made", "real"],
        made_healthy=apart["made", "healthy"],
        real_healthy=apart["real", "healthy"],
        floor=apart["beside", "healthy"],
        kernel_made=halves_apart(scaled(rows["made"]), made.women, scaled(rows["real"]), masses.women, asked.seed),
        kernel_real=split_apart(scaled(rows["real"]), masses.women, asked.seed),
        copies=copies(folder, asked.squares, asked.split, made, masses, vgg) if asked.squares else None,
        detected=None if finder is None else finder.rates(),
    )


def _sorts(data_set: str, folder: Path, put: Put, asked: Asked, finder: Detector | None) -> dict[str, Crops]:
    """Crops of each sort; the detector, if there is one, looks at the images on the way."""
    with_mass = samples(SETS[data_set], folder)
    real, healthy, made, beside = Crops(), Crops(), Crops(), Crops()
    for sample, image, boxes in real_masses(with_mass):
        for box in boxes:
            real.add(image.pixels, box, sample.patient, length(box) * spacing_of(image)[0])
        if finder is not None:
            finder.see_real(sample, image, boxes)
    for each in insertions(_hosts(data_set, folder, asked), real.sizes, put, len(real.sizes), asked.seed):
        healthy.add(each.image.pixels, each.box, each.sample.patient, each.size_mm)
        made.add(each.pixels, each.box, each.sample.patient, each.size_mm)
        if finder is not None:
            finder.see_made(each)
    if len(made.pictures) < FEWEST:
        raise InputError(data_set, f"has {len(made.pictures)} places on images of these women", "give more women")
    ill = [each for each in with_mass if each.patient in set(real.women)]
    for each in insertions(ill, real.sizes, untouched, len(real.sizes), asked.seed):
        beside.add(each.pixels, each.box, each.sample.patient, each.size_mm)
    return {"real": real, "healthy": healthy, "made": made, "beside": beside}


def _hosts(data_set: str, folder: Path, asked: Asked) -> Sequence[Sample]:
    """The images without a mass."""
    found = samples(data_set, folder)
    return massless([each for each in found if asked.patients is None or each.patient in asked.patients])
