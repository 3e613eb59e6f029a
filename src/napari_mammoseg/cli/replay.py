"""`mammoseg replay`: a run again, and whether it gave the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from napari_mammoseg import pipelines
from napari_mammoseg.cli import SOME_FAILED
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Findings
from napari_mammoseg.readers import read
from napari_mammoseg.readers.results import read_findings
from napari_mammoseg.run import Run

TOLERANCE = 1e-4
"""Largest difference of a score that another processor's rounding may make."""


def replay(
    record: Annotated[Path, typer.Argument(metavar="RUN.json", help="The findings that a run wrote.")],
    image: Annotated[Path | None, typer.Option("--input", help="The image, where it has moved.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Do a run again with its own settings and say whether it gives the same findings."""
    before = _record(record)
    saved = read_findings(record)
    made = saved.run
    run = Run(device=made.device, backend=made.backend, seed=made.seed)
    picture = read(image or _image_of(saved, record), _given_spacing(before["image"]))
    if picture.sha256 != before["image"]["sha256"]:
        raise InputError(picture.name, "is not the image of that run", "give that one with --input")
    after = pipelines.analyze(picture, before["pipeline"], run, made.boxes, **before["run"]["settings"]).to_dict()
    differences = _differences(before, json.loads(json.dumps(after)))
    print(json.dumps({"same": not differences, "differences": differences}) if as_json else _said(differences))
    if differences:
        raise typer.Exit(SOME_FAILED)


def _record(path: Path) -> dict[str, Any]:
    try:
        before: dict[str, Any] = json.loads(path.read_text("utf-8"))
        read_findings(path)
        return before
    except (OSError, ValueError):
        raise InputError(
            path, "is not the record of a run", "give the NAME.PIPELINE.json that mammoseg analyze wrote"
        ) from None


def _image_of(saved: Findings, record: Path) -> Path:
    """The file of the image that the run was of. Raises InputError where it is not known or no longer there."""
    if saved.source is None:
        raise InputError(record, "does not say where its image lies", "give the image with --input")
    if not saved.source.exists():
        raise InputError(saved.source, "is no longer where the run found it", "give the image with --input")
    return saved.source


def _given_spacing(image: dict[str, Any]) -> tuple[float, float] | None:
    return tuple(image["spacing_mm"]) if image["spacing_source"] == "given" else None


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    found = []
    for part in ("version", "model", "image_score", "findings"):
        old, new = (each["run"][part] if part == "version" else each[part] for each in (before, after))
        if not _same(old, new):
            found.append(f"{part}: {_short(old)} became {_short(new)}")
    return found


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, float) and isinstance(new, int | float):
        return abs(old - new) <= TOLERANCE
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    return bool(old == new)


def _short(value: Any) -> str:
    return f"{len(value)} findings" if isinstance(value, list) else str(value)


def _said(differences: list[str]) -> str:
    return "\n".join(differences) or "the same"
