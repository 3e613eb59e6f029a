from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

import napari_mammoseg as mammoseg
from napari_mammoseg.gui import overview
from napari_mammoseg.readers.results import results_of


@pytest.mark.gui
def test_the_window_is_drawn_with_a_saved_result(make_napari_viewer, monkeypatch, scan: Path, tmp_path: Path) -> None:
    image = mammoseg.read(scan, 0.1)
    mammoseg.analyze(image, "calcifications", threshold=0.05).save(tmp_path)
    monkeypatch.setattr("napari.Viewer", lambda **options: make_napari_viewer(show=True, **options))
    viewer = overview.open_window(image, results_of(image.name, tmp_path))
    assert [each.name for each in viewer.layers][:2] == ["scan.png", "scan.png / calcifications"]
    path = tmp_path / "deep" / "overview.png"
    overview.picture(viewer, path)
    picture = np.asarray(Picture.open(path).convert("L"))
    assert picture.shape[1] > 1000
    assert picture.std() > 10
