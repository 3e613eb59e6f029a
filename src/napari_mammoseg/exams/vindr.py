"""VinDr-Mammo: `images/STUDY/IMAGE.dicom` (or a picture), side and view in `breast-level_annotations.csv`.

Both names are digests of 32 digits. The list lies up to three folders above the image. Nguyen et al 2023, Sci Data
10:277.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from napari_mammoseg.exams.exam import ExamImage
from napari_mammoseg.readers.companions import is_file

LISTS = ("breast-level_annotations.csv", "finding_annotations.csv")
_DIGEST = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)


def completed(image: ExamImage) -> ExamImage:
    """The image with the study, side and view of its row; unchanged where its name is not of the data set."""
    path = image.path.absolute()
    if not (_DIGEST.fullmatch(path.stem) and _DIGEST.fullmatch(path.parent.name)):
        return image
    row = _row(path)
    side, view = row.get("laterality", "").strip().upper(), row.get("view_position", "").strip().upper()
    study = path.parent.name
    return replace(
        image,
        laterality=side[:1] or image.laterality,
        view=view or image.view,
        patient=None,
        study=study,
        called=f"vindr-{study[:8]}",
    )


def _row(path: Path) -> Mapping[str, str]:
    lists = (folder / name for folder in path.parents[:4] for name in LISTS)
    found = next((each for each in lists if is_file(each)), None)
    return {} if found is None else _rows(found).get(path.stem.lower(), {})


@lru_cache(maxsize=4)
def _rows(listed: Path) -> Mapping[str, Mapping[str, str]]:
    try:
        with listed.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            return {(row.get("image_id") or "").lower(): row for row in csv.DictReader(file)}
    except (OSError, csv.Error):
        return {}
