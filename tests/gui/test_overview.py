from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image as Picture

import napari_mammoseg as mammoseg
from napari_mammoseg.findings import Finding, ImageRecord
from napari_mammoseg.gui import overview
from napari_mammoseg.readers.results import results_of


@pytest.mark.gui
def test_the_window_is_drawn_with_a_saved_result(make_napari_viewer, monkeypatch, scan: Path, tmp_path: Path) -> None:
    image = mammoseg.read(scan, 0.1)
    mammoseg.analyze(image, "calcifications", threshold=0.05).save(tmp_path)
    monkeypatch.setattr("napari.Viewer", lambda **options: make_napari_viewer(show=True, **options))
    viewer = overview.open_window(image, results_of(ImageRecord.of(image), tmp_path))
    assert [each.name for each in viewer.layers][:2] == ["scan.png", "scan.png / calcifications"]
    path = tmp_path / "deep" / "overview.png"
    overview.picture(viewer, path)
    picture = np.asarray(Picture.open(path).convert("L"))
    assert picture.shape[1] > 1000
    assert picture.std() > 10


def test_boxes_of_what_another_result_outlines_are_not_drawn_twice() -> None:
    found = (Finding(1, "mass", (2, 2, 8, 8), (4.5, 4.5), 0.5),)
    boxes, outlines = (SimpleNamespace(findings=found, mask=mask) for mask in (None, np.zeros((9, 9), np.uint16)))
    spots = SimpleNamespace(findings=(Finding(1, "calcification", (2, 2, 3, 3), (2, 2), 0.5),), mask=outlines.mask)
    assert overview._outlined(boxes, [spots, boxes, outlines])
    assert not overview._outlined(boxes, [spots, boxes])
    assert not overview._outlined(outlines, [spots, boxes, outlines])
