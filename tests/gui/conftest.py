"""What the tests of the window share: a small mammogram, a quick pipeline, headless viewers."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pytest
from napari.components import ViewerModel
from PIL import Image as Picture
from scipy import ndimage

from napari_mammoseg import pipelines
from napari_mammoseg.findings import Finding, Findings, ProbabilityMap
from napari_mammoseg.gui.batch import dock as batch_dock
from napari_mammoseg.gui.dock.dock_window import DockWidget
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.preferences import Preferences
from napari_mammoseg.gui.reading import place as reading_place
from napari_mammoseg.gui.results import kept_results
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.models import Model, find
from napari_mammoseg.pipelines.found import Found
from napari_mammoseg.run import Run
from napari_mammoseg.settings import setting


@dataclass(frozen=True, slots=True)
class SpotSettings:
    """Settings of the pipeline `spots`."""

    model: str = setting("blob-contrast", "Model")
    threshold: float = setting(0.5, "Lowest score that is kept", low=0, high=1)
    steps: int = setting(3, "Steps of the run", low=1, high=10000)
    pause_s: float = setting(0.0, "Seconds a step", low=0, high=10)
    corners: bool = setting(False, "Count corners as neighbours")


def find_spots(image: Mammogram, settings: SpotSettings, run: Run) -> Found:
    """Bright spots, each scored by its brightest pixel, and one cluster around all of them."""
    for _ in run.track(range(settings.steps), "looking", settings.steps):
        time.sleep(settings.pause_s)
    structure = np.ones((3, 3)) if settings.corners else None
    mask, count = ndimage.label(image.pixels > 0.1, structure)
    scores = ndimage.maximum(image.pixels, mask, range(1, count + 1))
    places = ndimage.find_objects(mask)
    area = None if image.spacing is None else image.spacing[0] * image.spacing[1]
    found = [
        Finding(
            id,
            "calcification",
            (rows.start, columns.start, rows.stop, columns.stop),
            ((rows.start + rows.stop - 1) / 2, (columns.start + columns.stop - 1) / 2),
            float(score),
            area_mm2=None if area is None else float((mask == id).sum() * area),
            cluster=count + 1,
            features={"contrast": float(score)},
        )
        for id, ((rows, columns), score) in enumerate(zip(places, scores, strict=True), start=1)
    ]
    boxes = np.array([each.box for each in found])
    around = (*boxes[:, :2].min(0).tolist(), *boxes[:, 2:].max(0).tolist())
    found.append(Finding(count + 1, "cluster", around, (20.0, 20.0), 0.6, features={"count": count}))
    return Found(
        tuple(found),
        float(max(scores)),
        {"rule": "all spots are one cluster", "breast_area_cm2": 2.0},
        mask.astype(np.uint16),
        ProbabilityMap(image.pixels, (0, 0), image.pixels.shape),
    )


def networks(settings: SpotSettings) -> tuple[Model, ...]:
    return (find(settings.model),)


@pytest.fixture(autouse=True)
def _spots(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pipeline `spots` exists."""
    module = ModuleType("napari_mammoseg.pipelines.spots")
    module.find_spots, module.SpotSettings, module.networks = find_spots, SpotSettings, networks  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    pipeline = replace(
        pipelines.PIPELINES["calcifications"],
        name="spots",
        module="spots",
        function="find_spots",
        settings_class="spots:SpotSettings",
    )
    monkeypatch.setitem(pipelines.PIPELINES, "spots", pipeline)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def readings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where readings are kept; nobody has said who reads, no batch was run, and no result is open."""
    monkeypatch.setattr(kept_results, "_KEPT", WeakKeyDictionary())
    folder = tmp_path_factory.mktemp("readings")
    known = [Preferences(readings=str(folder))]
    for each in (reading_place, batch_dock):
        monkeypatch.setattr(each, "preferences", lambda: known[-1])
        monkeypatch.setattr(each, "remember", lambda **values: known.append(replace(known[-1], **values)))
    return folder


@pytest.fixture
def pixels() -> np.ndarray:
    """Spots of brightness 0.9, 0.6 and 0.3 at rows and columns 10, 20 and 30, three by two pixels each."""
    pixels = np.zeros((60, 40), np.float32)
    for place, brightness in ((10, 0.9), (20, 0.6), (30, 0.3)):
        pixels[place : place + 3, place : place + 2] = brightness
    return pixels


@pytest.fixture
def image(pixels: np.ndarray) -> Mammogram:
    return Mammogram.of(pixels, "x.png", spacing=(0.1, 0.2), spacing_source="test")


@pytest.fixture
def viewer(image: Mammogram) -> ViewerModel:
    """With the image alone."""
    viewer = ViewerModel()
    add(viewer, image_layers(image))
    return viewer


@pytest.fixture
def open_dock(qtbot, viewer: ViewerModel) -> Iterator[Callable[..., Any]]:
    """Opens docks of a class in the viewer, or in another one; they are closed after the test."""
    docks: list[DockWidget] = []

    def opened(dock_class: type[DockWidget], inside: ViewerModel = viewer) -> DockWidget:
        docks.append(dock_class(inside))
        qtbot.addWidget(docks[-1])
        return docks[-1]

    yield opened
    for each in docks:
        each.close()


@pytest.fixture
def disc() -> np.ndarray:
    """A bright disc of 12 pixels' radius in uneven tissue."""
    rows, columns = np.indices((90, 80))
    tissue = 0.3 + 0.05 * np.random.default_rng(0).random((90, 80))
    return tissue + 0.4 * (np.hypot(rows - 40, columns - 35) < 12)


@pytest.fixture
def everything(image: Mammogram) -> Findings:
    """Every candidate of `spots` on the image."""
    return pipelines.analyze_all(image, "spots", SpotSettings(), Run())


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A 16-bit PNG of smooth noise with ten bright dots of three pixels."""
    random = np.random.default_rng(0)
    tissue = 0.4 + 2 * ndimage.gaussian_filter(random.normal(size=(300, 300)), 5)
    for row, column in random.integers(100, 200, (10, 2)):
        tissue[row : row + 3, column : column + 3] += 0.3
    path = tmp_path / "scan.png"
    Picture.fromarray((np.clip(tissue, 0, 1) * 65535).astype(np.uint16)).save(path)
    return path
