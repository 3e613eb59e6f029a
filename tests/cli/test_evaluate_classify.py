"""`mammoseg evaluate classify`: at the truth's boxes and of whole images, with and without the masses in view."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from napari_mammoseg.batch import truth_boxes
from napari_mammoseg.cli import app
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.models import MODELS, Facts
from napari_mammoseg.pipelines.classify.settings import ClassifySettings
from napari_mammoseg.readers.truth import Truth
from napari_mammoseg.run import Run


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Four pictures with a bright disc of 12 pixels' radius at row 40, column 30, and one without."""
    rows, columns = np.indices((90, 80))
    grain = 0.05 * np.random.default_rng(0).random((90, 80))
    for name in "abcde":
        disc = 0.4 * (np.hypot(rows - 40, columns - 30) < 12) * (name != "e")
        Image.fromarray(((0.3 + grain + disc) * 65535).astype(np.uint16)).save(tmp_path / f"{name}.png")
    labels = {"a": "benign", "b": "malignant", "c": "benign", "d": "malignant"}
    lines = [f"{name}.png,{name},mass,{label},40,30,12" for name, label in labels.items()]
    head = "image,patient,kind,label,row,column,radius"
    (tmp_path / "truth.csv").write_text("\n".join([head, *lines, "e.png,e,,,,,", ""]))
    return tmp_path


def test_boxes_and_images_are_scored_with_their_denominators_and_the_report_is_written(pictures: Path) -> None:
    common = ["evaluate", "classify", "--truth", pictures / "truth.csv", pictures, "--spacing", "0.2"]
    common += ["--samples", "50", "--json"]
    document, blank = (
        json.loads(CliRunner().invoke(app(), [str(each) for each in (*common, *more)], catch_exceptions=False).stdout)
        for more in (("--report", pictures / "report"), ("--boxes", "truth", "--set", "blank=noise"))
    )
    scores = {each["name"]: each for each in document["scores"]}
    assert scores["boxes: AUC"]["of"] == "2 malignant, 2 benign, 0 normal"
    assert scores["images, three classes: accuracy"]["of"] == "2 malignant, 2 benign, 1 normal"
    assert scores["boxes: AUC"]["value"] == 0.5  # the same picture benign and malignant
    assert all(each["rule"] and each["denominator"] for each in document["scores"])
    assert {name: sum(each["answers"] for each in bins) for name, bins in document["reliability"].items()} == {
        "images": 5,
        "boxes": 4,
    }
    assert blank["settings"]["blank"] == "noise"
    assert {each["name"].partition(":")[0] for each in blank["scores"]} == {"boxes"}
    assert blank["reliability"]["boxes"] != document["reliability"]["boxes"]
    assert "Reliability: boxes" in (pictures / "report" / "report.html").read_text("utf-8")


def tissue(name: str) -> Mammogram:
    """A half disc of tissue at the left side of a dark film, 0.2 mm."""
    row, column = np.mgrid[:600, :400]
    inside = np.hypot((row - 300) / 270, column / 320) < 1
    pixels = np.where(inside, 0.4 + 0.1 * np.random.default_rng(0).random((600, 400)), 0.02)
    return Mammogram.of(pixels.astype(np.float32), name).with_spacing(0.2)


def test_healthy_places_are_the_same_each_time_and_other_ones_on_another_image() -> None:
    (first,), (again,), (other,) = (truth_boxes.healthy_boxes(tissue(name)) for name in ("a", "a", "b"))
    assert first == again != other
    row0, column0, row1, column1 = first
    assert 8 <= 0.2 * (row1 - row0) <= 30.3
    assert (tissue("a").pixels[row0:row1, column0:column1] > 0.3).all()


@pytest.mark.parametrize(("classes", "count"), [((), 0), (("benign", "normal", "malignant"), 1)])
def test_only_models_that_know_normal_tissue_are_asked_of_healthy_places(
    monkeypatch: pytest.MonkeyPatch, classes: tuple[str, ...], count: int
) -> None:
    asked: list[object] = []
    model = replace(MODELS["mass-classifier"], facts=Facts(classes=classes))
    monkeypatch.setattr(truth_boxes.models, "find", lambda name: model)
    monkeypatch.setattr(truth_boxes.pipelines, "analyze_all", lambda *given: asked.append(given))
    truth_boxes.answers_at_boxes(tissue("a"), Truth(()), "classify", ClassifySettings(), Run)
    assert len(asked) == count
    mass = Lesion("mass", "benign", circle=(300, 100, 20))
    truth_boxes.answers_at_boxes(tissue("a"), Truth((mass, Lesion("mass"))), "classify", ClassifySettings(), Run)
    ((box,),) = asked[count][-1:]  # type: ignore[index]
    assert box == pytest.approx((280.5, 80.5, 320.5, 120.5), abs=0.51)
