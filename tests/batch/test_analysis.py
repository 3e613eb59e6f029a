"""One input through several pipelines: what one found is not looked for again, what one cannot write stops no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from napari_mammoseg.batch.analysis import Analysis, analyze
from napari_mammoseg.errors import InputError
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines.masses import find as masses
from napari_mammoseg.pipelines.masses.marks import Marks
from napari_mammoseg.run import Run

SEARCHING = ("masses", "segment", "classify")


def found(record: dict[str, Any]) -> dict[str, Any]:
    """A record without what the run took."""
    return {name: value for name, value in record.items() if name != "run"}


def test_masses_are_looked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    searches: list[float] = []

    def counted(model: Model, picture: NDArray[np.float32], highest_iou: float, run: Run) -> Marks:
        searches.append(highest_iou)
        return Marks(np.array([[40.2, 30.4, 75.0, 65.0]]), np.array([0.9]), np.array([0.5]))

    monkeypatch.setattr(masses, "find_marks", counted)
    pixels = np.random.default_rng(0).normal(0.4, 0.02, (200, 200))
    image = tmp_path / "mass.png"
    Image.fromarray(np.uint8(255 * pixels.clip(0, 1))).save(image)
    together = list(analyze(Analysis(image, tmp_path, SEARCHING, spacing_mm=0.2)))
    assert len(searches) == 1
    assert all(each["findings"] for each in together)
    alone = [next(analyze(Analysis(image, tmp_path, (name,), spacing_mm=0.2))) for name in SEARCHING]
    assert len(searches) == 1 + len(SEARCHING)
    assert list(map(found, together)) == list(map(found, alone))
    other = {"masses": {"nms_iou": 0.5}}
    assert len(list(analyze(Analysis(image, tmp_path, SEARCHING, other, spacing_mm=0.2)))) == len(SEARCHING)
    assert searches[-2:] == [0.5, 0.3]
    with pytest.raises(InputError, match=r"not a DICOM file.*; the same for segment, classify; save as png"):
        list(analyze(Analysis(image, tmp_path / "report", SEARCHING, spacing_mm=0.2, formats=("dicom-sr",))))
    written = [tmp_path / "report" / f"mass.{name}.json" for name in SEARCHING]
    assert [bool(json.loads(each.read_text())["findings"]) for each in written] == [True] * len(SEARCHING)
