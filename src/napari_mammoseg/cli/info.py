"""`mammoseg info`: what a file is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from napari_mammoseg.cli.inputs import for_each
from napari_mammoseg.findings import ImageRecord
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.readers import read
from napari_mammoseg.readers.truth import files_beside

SCHEMA = "mammoseg.info/1"


def info(
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT...", help="Mammograms, or folders of them.")],
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each input.")] = False,
) -> None:
    """Say what a file is: size, spacing and its source, view, intent, transfer syntax, windows, truth, notes."""
    for_each(inputs, read, text, record, as_json)


def record(image: Mammogram) -> dict[str, Any]:
    """What is known of the image, as plain numbers and texts; nothing that names a patient."""
    properties = {name: value for name, value in image.properties.items() if name not in ("windows", "transfer_syntax")}
    return {
        "schema": SCHEMA,
        "image": asdict(ImageRecord.of(image)),
        "format": image.format,
        "frames": image.frames,
        "intent": image.intent,
        "transfer_syntax": image.properties.get("transfer_syntax"),
        "windows": _windows(image),
        "truth": None if image.truth is None else [_lesion(each) for each in image.truth],
        "beside": _beside(image),
        "notes": list(image.notes),
        "properties": {name: _plain(value) for name, value in properties.items()},
    }


def text(image: Mammogram) -> str:
    """The same for a person: the name, then one fact a line."""
    return "\n".join([image.name, *(f"  {name:<28} {value}" for name, value in _lines(image))])


def _lines(image: Mammogram) -> Iterator[tuple[str, str]]:
    frames = f" x {image.frames} frames" if image.frames > 1 else ""
    yield "format", image.format
    yield "size", f"{image.rows} rows x {image.columns} columns{frames}"
    yield "spacing", _spacing(image)
    yield "view", " ".join(each for each in (image.laterality, image.view) if each) or "unknown"
    yield "intent", image.intent or "unknown"
    for name, value in image.properties.items():
        if name != "windows" and value not in (None, [], ()):
            yield name.replace("_", " "), _said(value)
    for window in image.windows:
        origin = "" if not window.origin or window.origin in window.explanation else f" ({window.origin})"
        yield "window", window.explanation + origin
    yield "truth", _truth(image)
    for name in _beside(image):
        yield "truth beside it", name
    for note in image.notes:
        yield "note", note


def _spacing(image: Mammogram) -> str:
    if image.spacing is None:
        return "unknown"
    return f"{image.spacing[0]:.4g} x {image.spacing[1]:.4g} mm, from {image.spacing_source}"


def _truth(image: Mammogram) -> str:
    if image.truth is None:
        return "none with the file"
    said = [f"{each.kind} {each.label or 'unknown'}" for each in image.truth]
    return ", ".join(f"{said.count(each)} {each}" for each in dict.fromkeys(said)) or "free of lesions"


def _beside(image: Mammogram) -> list[str]:
    """The files beside the image that tell its truth, by name."""
    return [] if image.path is None else [each.name for each in files_beside(image.path)]


def _windows(image: Mammogram) -> list[dict[str, Any]]:
    plain = [{"explanation": each.explanation, "low": each.low, "high": each.high} for each in image.windows]
    return list(image.properties.get("windows", plain))


def _lesion(lesion: Lesion) -> dict[str, Any]:
    shapes = {name: getattr(lesion, name) for name in ("mask", "contour", "circle", "box", "point")}
    name = next((name for name, shape in shapes.items() if shape is not None), None)
    place: dict[str, Any] = {}
    if name == "mask":
        place["mask_box"] = _box(shapes[name])
    elif name is not None:
        place[name] = _plain(shapes[name])
    return {"kind": lesion.kind, "label": lesion.label, **place, "attributes": dict(lesion.attributes)}


def _box(mask: np.ndarray) -> list[int]:
    """The half-open box of a mask: its pixels are too many to be told."""
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return [0, 0, 0, 0]
    return [int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1]


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return list(value) if isinstance(value, tuple) else value


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
