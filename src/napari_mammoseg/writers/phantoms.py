"""A phantom as files: the image in the form asked for, `NAME.mask.png` and `NAME.truth.json` beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from napari_mammoseg import files
from napari_mammoseg.files import atomic
from napari_mammoseg.findings import ImageRecord
from napari_mammoseg.phantom.mammograms import Phantom
from napari_mammoseg.phantom.planting import Planted
from napari_mammoseg.writers import dicom_mg, mias

SCHEMA = "mammoseg.truth/1"
Form = Literal["dicom", "mias", "png"]
_MIAS_TISSUE = {"a": "F", "b": "G", "c": "D", "d": "D"}
_MIAS_CLASS = {"circumscribed": "CIRC", "lobulated": "CIRC", "spiculated": "SPIC"}
MIAS_PAIRS = 499


def save(phantom: Phantom, folder: str | Path, form: Form, compression: dicom_mg.Compression = "none") -> list[Path]:
    """Writes image, mask and truth into `folder` (for MIAS a line in Info.txt, too); returns their paths.

    Raises InputError if the form cannot hold the phantom.
    """
    folder = files.folder(folder)
    name = mias_name(phantom) if form == "mias" else phantom.image.name
    phantom = replace(phantom, image=replace(phantom.image, name=name))
    written = [_image(phantom, folder, form, compression)]
    if form == "mias":
        written.append(mias.write_info(_mias_rows(phantom), folder / "Info.txt"))
    return [*written, _mask(phantom, folder / f"{name}.mask.png"), _truth(phantom, written[0])]


def mias_name(phantom: Phantom) -> str:
    """`mdbNNN`: even for left, odd for right; the two sides of one seed belong to one woman."""
    pair = phantom.request.seed % MIAS_PAIRS + 1
    return f"mdb{2 * pair - (phantom.request.laterality == 'R'):03d}"


def _image(phantom: Phantom, folder: Path, form: Form, compression: dicom_mg.Compression) -> Path:
    image = phantom.image
    if form == "dicom":
        path = folder / f"{image.name}.dcm"
        return dicom_mg.write(image, path, compression=compression, attributes=_woman(phantom.request.seed))
    if form == "mias":
        return mias.write_image(image, folder / f"{image.name}.pgm")
    path = folder / f"{image.name}.png"
    with atomic(path) as temporary:
        Image.fromarray(np.round(image.pixels * 65535).astype(np.uint16)).save(temporary, format="PNG")
    return path


def _woman(seed: int) -> dict[str, Any]:
    """All views and both sides of one seed are one woman's, of one exam."""
    from pydicom.uid import generate_uid

    study = generate_uid(entropy_srcs=["napari-mammoseg", "phantom", str(seed)])
    return {"PatientID": f"SYNTHETIC-{seed}", "StudyInstanceUID": study}


def _mask(phantom: Phantom, path: Path) -> Path:
    with atomic(path) as temporary:
        Image.fromarray(phantom.mask).save(temporary, format="PNG")
    return path


def _truth(phantom: Phantom, image: Path) -> Path:
    record = {
        "schema": SCHEMA,
        "image": asdict(ImageRecord.of(phantom.image)) | {"name": image.name},
        "phantom": asdict(phantom.request) | {"density": phantom.density},
        "lesions": [_lesion(each) for each in phantom.lesions],
    }
    path = image.with_name(f"{phantom.image.name}.truth.json")
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    return path


def _lesion(lesion: Planted) -> dict[str, Any]:
    return asdict(lesion) | {"centroid": [round(each, 2) for each in lesion.centroid]}


def _mias_rows(phantom: Phantom) -> Iterable[mias.Row]:
    """One row per mass and cluster (a calcified vessel counts as a cluster); a NORM row where there is none."""
    name, tissue = phantom.image.name, _MIAS_TISSUE[phantom.density]
    return list(_mias_lesions(phantom, name, tissue)) or [mias.Row(name, tissue)]


def _mias_lesions(phantom: Phantom, name: str, tissue: str) -> Iterator[mias.Row]:
    for each in phantom.lesions:
        if each.kind == "calcification":
            continue
        r0, c0, r1, c1 = each.box
        circle = (r0 + r1 - 1) / 2, (c0 + c1 - 1) / 2, max(r1 - r0, c1 - c0) / 2
        severity = "B" if each.label == "benign" else "M"
        yield mias.Row(name, tissue, _MIAS_CLASS.get(each.form, "CALC"), severity, circle)
