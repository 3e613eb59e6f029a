"""Results that were written before, back as Findings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import SCHEMA, Finding, Findings, ImageRecord, ModelRecord, RunRecord


def load_findings(path: Path) -> Findings:
    """The findings in the file `NAME.PIPELINE.json`, with the mask if it lies beside it.

    Raises InputError if the file holds none.
    """
    record = _record(path)
    image, model, run = record["image"], record["model"], record["run"]
    return Findings(
        ImageRecord(**{**image, "spacing_mm": _pair(image["spacing_mm"])}),
        record["pipeline"],
        ModelRecord(**model),
        record["image_score"],
        tuple(_finding(each) for each in record["findings"]),
        RunRecord(**{**run, "warnings": tuple(run["warnings"])}),
        record["summary"],
        record["metrics"],
        mask=_mask(path.with_name(f"{path.stem}.mask.png")),
    )


def findings_of(image: str, folder: Path) -> list[Findings]:
    """All results in `folder` whose image is called `image`, by pipeline's name."""
    stem = Path(image).stem
    found = [load_findings(each) for each in sorted(folder.glob("*.json")) if each.name.startswith(f"{stem}.")]
    return [each for each in found if each.image.name == image]


def _record(path: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if record["schema"] != SCHEMA:
            raise KeyError
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(path, "holds no findings", "give a file NAME.PIPELINE.json that mammoseg wrote") from None
    return record


def _finding(record: Mapping[str, Any]) -> Finding:
    known = {name: record[name] for name in _FIXED}
    own = {name: value for name, value in record.items() if name not in _FIXED}
    return Finding(**{**known, "box": tuple(known["box"]), "centroid": tuple(known["centroid"])}, features=own)


def _pair(values: list[float] | None) -> tuple[float, float] | None:
    return None if values is None else (values[0], values[1])


def _mask(path: Path) -> NDArray[np.uint16] | None:
    return np.asarray(Image.open(path), np.uint16) if path.is_file() else None


_FIXED = tuple(each.name for each in fields(Finding) if each.name != "features")
