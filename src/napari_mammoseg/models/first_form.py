"""Metadata of weights files as version 0.1 wrote it: what a pipeline needs lay in one dictionary without types."""

from __future__ import annotations

from typing import Any

from napari_mammoseg.models.calibration import Calibration

UNCHANGED = ("channels", "side", "context", "stride", "decoder", "scores")
LEFT_OUT = ("data", "weights", "reduced")


def converted(stored: dict[str, Any]) -> dict[str, Any]:
    """The same metadata in today's form, with only those facts that the file holds."""
    kept = {name: value for name, value in stored.items() if name not in LEFT_OUT}
    return {**kept, "facts": {**_window(stored["arguments"]), **_facts(stored["task"], stored["data"])}}


def _window(arguments: dict[str, Any]) -> dict[str, Any]:
    """A network whose class is told the size of its window takes no other."""
    return {"side": arguments["size"], "stride": None} if "size" in arguments else {}


def _facts(task: str, data: dict[str, Any]) -> dict[str, Any]:
    facts = {name: data[name] for name in UNCHANGED if name in data}
    if "scales" in data:
        facts["scales"] = tuple(data["scales"])
    if "detector" in data or "classifier" in data:
        facts["helper"] = data.get("detector", data.get("classifier"))
    if "calibration" in data:
        facts["calibration"] = _calibration(task, data["calibration"])
    if "image_score" in data:
        best, marks, regions, area, offset = data["image_score"]
        weights = {"marks": marks, "regions": regions, "area": area, "coarseness": data.get("coarseness", 0.0)}
        facts |= {"best_marks": best, "image_score": Calibration(weights, offset)}
    return facts


def _calibration(task: str, stored: list[Any]) -> Calibration:
    if task == "masses":
        raw, meant = stored
        return Calibration({"score": 1.0}, knots=tuple(zip(raw, meant, strict=True)))
    *weights, offset = stored
    names = ("logit",) if task == "classify" else ("pixel", "region")
    return Calibration(dict(zip(names, weights, strict=False)), offset)
