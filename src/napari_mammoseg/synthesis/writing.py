"""A synthetic image as files: the image in the form of its source, its mask and its record.

The record comes last: where it is there, so is everything that it names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from napari_mammoseg import files
from napari_mammoseg.files import atomic
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers.dicom.opening import has_dicom_head
from napari_mammoseg.synthesis import dicom
from napari_mammoseg.writers.labels_png import write_labels
from napari_mammoseg.writers.record import as_text

DEPTHS = (8, 10, 12, 14, 16)
NEAR = 0.005
"""Grey steps by which pixels may miss whole numbers, for single precision; and half a step of 16 bits, to which PGM is
read."""


def save(
    image: Mammogram,
    source: Mammogram,
    mask: NDArray[np.uint16],
    record: Mapping[str, Any],
    folder: Path,
    number: int,
    beside: Mapping[str, Any],
) -> list[Path]:
    """Writes `NAME.synthetic-NUMBER` as DICOM or PNG, `.mask.png` and `.json` into `folder`; returns the paths.

    beside: what stands in the `.json` alone, not in the image."""
    files.folder(folder)
    stem = stem_of(source, number)
    told = folder / f"{stem}.json"
    with suppress(OSError):
        told.unlink()
    picture = folder / f"{stem}{'.dcm' if is_dicom(source) else '.png'}"
    if is_dicom(source):
        dicom.write(image, source, record, picture)
    else:
        write_png(image, source, record, picture)
    labels = folder / f"{stem}.mask.png"
    write_labels(labels, mask, image.spacing, record)
    with atomic(told) as temporary:
        document = {**record, **beside, "image": picture.name, "mask": labels.name}
        temporary.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    return [picture, labels, told]


def stem_of(source: Mammogram, number: int) -> str:
    """What the names of the files of synthetic image `number` of `source` begin with."""
    return f"{Path(source.name).stem}.synthetic-{number}"


def is_dicom(source: Mammogram) -> bool:
    """Whether the image was read from a DICOM file."""
    if source.values is None or source.path is None or not source.path.is_file():
        return False
    with source.path.open("rb") as file:
        return has_dicom_head(file.read(4096))


def write_png(image: Mammogram, source: Mammogram, record: Mapping[str, Any], path: Path) -> None:
    """A grey PNG that says that it is synthetic, and its depth: the source's own, 16 bits where that is not known."""
    depth = depth_of(source.pixels)
    grey = np.round(image.pixels * (2**depth - 1)).astype(np.uint8 if depth == 8 else np.uint16)
    text = PngInfo()
    text.add_text("Description", as_text({**record, "bits": depth}))
    extra: dict[str, Any] = {}
    if image.spacing is not None:
        extra["dpi"] = (25.4 / image.spacing[1], 25.4 / image.spacing[0])
    with atomic(path) as temporary:
        Image.fromarray(grey).save(temporary, format="PNG", compress_level=1, pnginfo=text, **extra)


def depth_of(pixels: NDArray[np.float32]) -> int:
    """The fewest bits in which the pixels are whole numbers; 16 where they are in none."""
    for depth in DEPTHS:
        top = 2**depth - 1
        steps = pixels * np.float32(top)
        if np.abs(steps - np.rint(steps)).max() < NEAR + 0.5 * top / (2**16 - 1):
            return depth
    return DEPTHS[-1]
