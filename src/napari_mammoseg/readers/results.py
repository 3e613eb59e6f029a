"""Results that were saved: `mammoseg.findings/1` documents, with their masks where they lie beside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from glob import escape
from pathlib import Path
from typing import Any

from napari_mammoseg.errors import InputError
from napari_mammoseg.files import reason
from napari_mammoseg.findings import SCHEMA, Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.pipeline_table import PIPELINES
from napari_mammoseg.readers import masks

_FIXED = {each.name for each in fields(Finding)} - {"features"}


def results_below(folder: Path, pipeline: str) -> list[Path]:
    """The documents `NAME.PIPELINE.json` in `folder` and below it, in order. Raises InputError if there is none."""
    found = sorted(folder.rglob(f"*.{pipeline}.json"))
    if not found:
        raise InputError(
            folder, f"holds no results called NAME.{pipeline}.json", "give the folder that analyze wrote to"
        )
    return found


def results_of(image: ImageRecord, folder: Path) -> list[Findings]:
    """The image's results in `folder` and below it, one per pipeline; of two, the one less deep.

    An image is known by its name and content: others of its name have folders of their own. Raises InputError if there
    is none.
    """
    found = [each for pipeline in sorted(PIPELINES) if (each := _result_of(image, folder, pipeline)) is not None]
    if not found:
        raise InputError(folder, f"holds no result of {image.name}", "give the folder that analyze wrote to")
    return found


def _result_of(image: ImageRecord, folder: Path, pipeline: str) -> Findings | None:
    places = folder.rglob(f"{escape(Path(image.name).stem)}.{pipeline}.json")
    read = map(read_findings, sorted(places, key=lambda path: (len(path.parts), path)))
    return next((each for each in read if _is_of(each, image)), None)


def _is_of(found: Findings, image: ImageRecord) -> bool:
    known = found.image.sha256 is not None and image.sha256 is not None
    return found.image.name == image.name and (not known or found.image.sha256 == image.sha256)


def read_findings(path: Path, with_mask: bool = True) -> Findings:
    """The result in a document, with the mask beside it. Raises InputError if it does not hold one."""
    try:
        document = json.loads(path.read_text("utf-8"))
        if document["schema"] != SCHEMA:
            raise ValueError(document["schema"])
        found = findings_from(document, path, with_mask)
        return replace(found, lowest=float(found.run.settings.get("threshold", 0)))
    except OSError as error:
        raise InputError(path, f"cannot be read ({reason(error)})", "check the path and its permissions") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(path, f"is not a result of the form {SCHEMA}", "give what mammoseg analyze wrote") from None


def findings_from(document: Mapping[str, Any], path: Path, with_mask: bool = True) -> Findings:
    """The result that a document read from `path` holds. Raises KeyError, TypeError or ValueError if it is not one."""
    image, run = document["image"], document["run"]
    spacing = image["spacing_mm"] and (float(image["spacing_mm"][0]), float(image["spacing_mm"][1]))
    mask = masks.beside(path.with_suffix(".png")) if with_mask else None
    shape = (image["rows"], image["columns"])
    return Findings(
        image=ImageRecord(**{**image, "spacing_mm": spacing}),
        pipeline=document["pipeline"],
        model=ModelRecord(**document["model"]),
        image_score=float(document["image_score"]),
        findings=tuple(_finding(each) for each in document["findings"]),
        run=RunRecord(**{**run, **_tuples(run)}),
        summary=document["summary"],
        metrics=document["metrics"],
        mask=None if mask is None else masks.read_labels(mask, shape, numbered=True),
        source=None if run.get("input") is None else path.parent / run["input"],
    )


def _tuples(run: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON holds as lists."""
    boxes = run.get("boxes")
    return {
        "warnings": tuple(run["warnings"]),
        "formats": tuple(run.get("formats", ())),
        "boxes": None if boxes is None else tuple(tuple(each) for each in boxes),
    }


def _finding(record: Mapping[str, Any]) -> Finding:
    fixed = {name: value for name, value in record.items() if name in _FIXED}
    places = {"box": tuple(record["box"]), "centroid": tuple(record["centroid"])}
    features = {name: value for name, value in record.items() if name not in _FIXED}
    return Finding(**{**fixed, **places, "features": features})
