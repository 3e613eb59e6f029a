"""Images free of calcifications from which windows to train on are cut; each is read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from napari_mammoseg.data_sets import samples
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.training.calcifications.windows import Tissue


def normal_tissue(folder: Path, wanted: Callable[[str], bool]) -> list[list[Tissue]]:
    """Images free of calcifications of the patients that are `wanted`: digital ones, films, finely scanned fields."""

    def read(name: str, fits: Callable[[Mammogram], bool]) -> Iterator[Mammogram]:
        return _read(folder, name, wanted, fits)

    return [
        [_tissue(each) for each in read("inbreast", _free)],
        [_tissue(each, finer=0.45) for each in read("mias", lambda image: image.truth == ())],
        [_tissue(each, finer=0.8, blur=(0.5, 1.8), dust=True, sure=False) for each in read("infn-masses", _any)],
    ]


def _read(
    folder: Path, name: str, patients: Callable[[str], bool], images: Callable[[Mammogram], bool]
) -> Iterator[Mammogram]:
    kept = (each for each in samples(name, folder) if patients(each.patient))
    return (image for image in (each.read() for each in kept) if images(image))


def _any(image: Mammogram) -> bool:
    return True


def _free(image: Mammogram) -> bool:
    """Whether the image's truth says that there is none, and no box holds one."""
    return not image.properties["calcifications"] and all(each.kind in ("mass", "other") for each in image.truth or ())


def _tissue(image: Mammogram, **facts: Any) -> Tissue:
    assert image.spacing is not None
    return Tissue(np.round(image.pixels * 255).astype(np.uint8), image.spacing[0], **facts)
