"""Masses: whatever the picture's size and spacing, boxes come back in its own pixels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.models import MODELS, Calibration, Facts, Model, save_weights
from napari_mammoseg.pipelines import analyze, model_of
from napari_mammoseg.pipelines.masses import find as masses
from napari_mammoseg.pipelines.masses.find import calibrated, final_scores
from napari_mammoseg.pipelines.masses.marks import Marks, decoded, dense_marks
from napari_mammoseg.run import Run
from napari_mammoseg.tissue.sight import MARGIN


def breast(rows: int = 900, columns: int = 600, spacing: float | None = 0.2) -> Mammogram:
    """A half disc of tissue at the left side of a dark film."""
    row, column = np.mgrid[:rows, :columns]
    tissue = np.hypot((row - rows / 2) / (rows * 0.45), column / (columns * 0.8)) < 1
    pixels = np.where(tissue, 0.4 + 0.1 * np.random.default_rng(0).random((rows, columns)), 0.02)
    image = Mammogram.of(pixels.astype(np.float32), "phantom")
    return image if spacing is None else image.with_spacing(spacing)


def marks(*boxes: tuple[float, float, float, float]) -> Marks:
    return Marks(np.array(boxes, np.float64), np.linspace(0.9, 0.1, len(boxes)), np.full(len(boxes), 0.7))


@pytest.fixture
def network_says(monkeypatch: pytest.MonkeyPatch) -> dict[str, Marks]:
    """What the network would say on the picture that it is given, by the test."""
    said: dict[str, Marks] = {}

    def find(model: Model, picture: np.ndarray, highest_iou: float, run: Run) -> Marks:
        said["shape"] = picture.shape  # type: ignore[assignment]
        return said["marks"]

    monkeypatch.setattr(masses, "find_marks", find)
    found = replace(MODELS["mass-finder"], weights=None, facts=Facts())
    monkeypatch.setattr(masses.models, "find", lambda name, task: replace(found, name=name, task=task))
    return said


def test_boxes_come_back_in_the_images_own_pixels(network_says: dict[str, Marks]) -> None:
    network_says["marks"] = marks((200, 100, 300, 180))
    image = breast()
    found = analyze(image, "masses", threshold=0.0).findings[0]
    rows = network_says["shape"][0]  # type: ignore[index]
    zoom = 0.28 / 0.2
    top = int(np.flatnonzero((image.pixels > 0.2).any(axis=1))[0])
    assert rows < image.rows / zoom  # the breast alone was looked at
    assert found.box[1] == pytest.approx(100 * zoom, abs=2)
    assert found.box[0] == pytest.approx(top + (200 - MARGIN) * zoom, abs=4)
    assert found.box[2] - found.box[0] == pytest.approx(100 * zoom, abs=2)
    assert found.diameter_mm == pytest.approx(28, abs=0.5)
    assert found.label == "malignant"


def test_nothing_is_found_outside_the_breast(network_says: dict[str, Marks]) -> None:
    network_says["marks"] = marks((200, 100, 300, 180), (0, 300, 60, 360))
    assert len(analyze(breast(), "masses", threshold=0.0).findings) == 1


def test_without_a_spacing_there_are_boxes_and_no_lengths(network_says: dict[str, Marks]) -> None:
    network_says["marks"] = marks((200, 100, 300, 180))
    result = analyze(breast(spacing=None), "masses", threshold=0.0)
    assert result.findings[0].diameter_mm is None
    assert any("spacing unknown" in each for each in result.run.warnings)


def test_a_classifier_that_is_given_tells_benign_from_malignant(
    network_says: dict[str, Marks], monkeypatch: pytest.MonkeyPatch
) -> None:
    def classified(model: Model, picture: np.ndarray, found: Marks, run: Run) -> Marks:
        assert (model.name, model.task, picture.shape) == ("other", "classify", network_says["shape"])
        return replace(found, p_malignant=np.full(len(found.scores), 0.1))

    network_says["marks"] = marks((200, 100, 300, 180))
    monkeypatch.setattr(masses, "classified", classified)
    own, other = (analyze(breast(), "masses", threshold=0.0, classifier=each).findings[0] for each in ("", "other"))
    assert (own.p_malignant, own.label) == (0.7, "malignant")
    assert (other.p_malignant, other.label) == (0.1, "benign")
    assert own.box == other.box


def test_the_record_names_every_network_that_had_a_part(
    network_says: dict[str, Marks], monkeypatch: pytest.MonkeyPatch
) -> None:
    network_says["marks"] = marks((200, 100, 300, 180))
    monkeypatch.setattr(masses, "classified", lambda model, picture, found, run: found)
    assert dict(analyze(breast(), "masses").model.beside) == {}
    found = analyze(breast(), "masses", classifier="other")
    assert dict(found.model.beside) == {"other": None}
    assert found.model == model_of("masses", {"classifier": "other"})


def test_score_of_the_image_is_the_highest_and_does_not_depend_on_the_threshold(network_says: dict[str, Marks]) -> None:
    network_says["marks"] = marks((200, 100, 300, 180), (400, 100, 430, 180))
    low, high = (analyze(breast(), "masses", threshold=each) for each in (0.0, 0.95))
    assert low.image_score == high.image_score == low.findings[0].score
    assert not high.findings
    assert [each.id for each in low.findings] == [1, 2]


def test_an_operating_point_stands_for_its_threshold(network_says: dict[str, Marks]) -> None:
    network_says["marks"] = marks((200, 100, 300, 180), (400, 100, 430, 180), (500, 100, 530, 180))
    by_name, by_score = (
        analyze(breast(), "masses", **each) for each in ({"threshold": "0.25/image"}, {"threshold": 0.5})
    )
    assert by_name.findings == by_score.findings
    assert by_name.run.settings["threshold"] == 0.5


def test_calibrated_scores_rise_with_the_raw_ones_and_meet_the_knots() -> None:
    model = Model(
        "a",
        "masses",
        "",
        facts=Facts(calibration=Calibration({"score": 1.0}, knots=((0.1, 0.05), (0.3, 0.2), (0.6, 0.5)))),
    )
    assert calibrated(np.array([0.1, 0.3, 0.6]), model) == pytest.approx([0.05, 0.2, 0.5], abs=1e-6)
    scores = calibrated(np.linspace(0, 1, 101), model)
    assert (np.diff(scores) > 0).all()
    assert 0 <= scores.min() <= scores.max() <= 1


@pytest.mark.parametrize(("paper", "lowered"), [(None, True), ("jin-zheng-2019", False)])
def test_surer_marks_lower_the_scores_of_ours_and_not_of_a_paper_s_network(paper: str | None, lowered: bool) -> None:
    knots = ((0.1, 0.1), (0.9, 0.9))
    model = Model("a", "masses", "", paper=paper, facts=Facts(calibration=Calibration({"score": 1.0}, knots=knots)))
    beside, alone = final_scores(np.array([0.8, 0.5]), model)[1], final_scores(np.array([0.5]), model)[0]
    assert (beside < alone) == lowered
    assert lowered or beside == calibrated(np.array([0.5]), model)[0]


def test_one_mark_a_peak_with_the_box_that_its_cell_says() -> None:
    centre, reach = np.full((1, 20, 20), -9, np.float32), np.ones((4, 20, 20), np.float32)
    centre[0, 5, 7], centre[0, 5, 8], centre[0, 15, 3] = 2, 1, 0
    reach[:, 5, 7] = 1, 2, 3, 4
    found = decoded(centre, reach, np.zeros((1, 20, 20), np.float32), 8)
    assert found.scores == pytest.approx([1 / (1 + np.exp(-2)), 0.5])
    assert found.boxes[0] == pytest.approx([44 - 8, 60 - 16, 44 + 24, 60 + 32])


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files of random weights."""
    torch.manual_seed(0)
    folder, files = tmp_path_factory.mktemp("weights"), {}
    for name in ("mass-finder", "ssd256-separable"):
        files[name] = folder / f"{name}.safetensors"
        save_weights(MODELS[name].build(), MODELS[name], files[name])
    return files


@pytest.mark.parametrize("name", ["mass-finder", "ssd256-separable"])
@pytest.mark.parametrize(
    ("rows", "columns", "spacing"), [(60, 60, None), (256, 256, 0.2), (1, 500, 0.1), (500, 300, 0.4)]
)
def test_pictures_of_any_size_are_legal(
    untrained: dict[str, Path], name: str, rows: int, columns: int, spacing: float | None
) -> None:
    pixels = np.random.default_rng(0).random((rows, columns)).astype(np.float32)
    image = Mammogram.of(pixels, "patch")
    image = image if spacing is None else image.with_spacing(spacing)
    run = Run(device="cpu", backend="torch")
    for each in analyze(image, "masses", run, model=str(untrained[name]), threshold=0.0).findings:
        row0, column0, row1, column1 = each.box
        assert 0 <= row0 < row1 <= rows
        assert 0 <= column0 < column1 <= columns
        assert 0 <= each.score <= 1


def test_every_scale_of_a_picture_says_where_and_how_large_the_same_mass_is() -> None:
    picture = np.zeros((320, 256), np.float32)
    picture[96:112, 160:176] = 1
    seen = []

    def network(view: np.ndarray) -> list[np.ndarray]:
        """Sure where it is bright; every box reaches 24 pixels of the first picture."""
        rows, columns = view.shape[2:]
        seen.append((rows, columns))
        cells = view.reshape(1, 1, rows // 8, 8, columns // 8, 8).mean(axis=(3, 5))
        height, width = 3 * rows / 320, 3 * columns / 256
        reach = np.broadcast_to(np.array([height, width, height, width])[None, :, None, None], (1, 4, *cells.shape[2:]))
        return [9 * cells - 6, reach.astype(np.float32), np.zeros_like(cells)]

    marks = dense_marks(network, MODELS["mass-finder"], picture, 0.3, Run())
    assert seen == [(256, 192), (320, 256), (416, 320), (128, 96), (160, 128)]
    top, left, bottom, right = marks.boxes[0]
    assert (bottom - top, right - left) == pytest.approx((48, 48), abs=0.5)
    assert ((top + bottom) / 2, (left + right) / 2) == pytest.approx((104, 168), abs=8)


@pytest.mark.parametrize(("side_mm", "found"), [(30, False), (40, True)])
def test_a_large_mass_counts_where_the_coarse_scales_alone_see_it(side_mm: float, found: bool) -> None:
    shape, half = (640, 640), side_mm / 2 / 0.28 / 8

    def network(view: np.ndarray) -> list[np.ndarray]:
        rows, columns = view.shape[2] // 8, view.shape[3] // 8
        centre = np.full((1, 1, rows, columns), -9, np.float32)
        if view.shape[2] <= shape[0] / 2:
            centre[0, 0, rows // 2 - 1 : rows // 2 + 2, columns // 2 - 1 : columns // 2 + 2] = 2
        reach = np.full((1, 4, rows, columns), half * view.shape[2] / shape[0], np.float32)
        return [centre, reach, np.zeros_like(centre)]

    marks = dense_marks(network, MODELS["mass-finder"], np.zeros(shape, np.float32), 0.3, Run())
    assert (len(marks.boxes) == 1) is found
    if found:
        assert marks.scores == pytest.approx([1 / (1 + np.exp(-2))], abs=0.02)
        assert np.ptp(marks.boxes[0, ::2]) * 0.28 == pytest.approx(side_mm, abs=1)
