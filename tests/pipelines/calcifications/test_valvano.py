"""The system of Valvano 2018 on whole images, against one window after the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import expit

from napari_mammoseg.errors import Cancelled
from napari_mammoseg.geometry.windows import half_overlapping
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.models import MODELS, Model, find, save_weights
from napari_mammoseg.networks.valvano import Valvano
from napari_mammoseg.pipelines import analyze
from napari_mammoseg.pipelines.calcifications.valvano import evidence, suspects
from napari_mammoseg.run import Progress, Run
from napari_mammoseg.tissue.breast import breast_mask
from napari_mammoseg.tissue.contrast import as_grey, local_contrast

SHAPE = (83, 121)


def written(folder: Path, name: str, size: int, padding: str, grey: np.ndarray) -> Model:
    """A network with random weights as a file. About half of the windows of `grey` are positive to it."""
    torch.manual_seed(len(name))
    network = Valvano(size, padding)  # type: ignore[arg-type]
    network.train()
    for _ in range(3):
        network(torch.rand(16, 1, size, size))
    answers = by_windows(network.eval(), grey, list(half_overlapping(grey.shape, size)))
    with torch.no_grad():
        network.score.bias[1] -= float(np.median(answers))
    path = folder / f"{name}.safetensors"
    model = replace(MODELS[name], arguments={"size": size, "padding": padding})
    save_weights(network, model, path, helper=str(folder / "valvano-detector.safetensors"))
    return find(str(path))


def by_windows(network: torch.nn.Module, grey: np.ndarray, places: list[tuple[slice, slice]]) -> np.ndarray:
    """Log-odds of each window, one by one."""
    with torch.inference_mode():
        logits = [network(torch.from_numpy(grey[place].copy())[None, None])[0] for place in places]
    return np.array([float(positive - negative) for negative, positive in logits])


def around_each_pixel(grey: np.ndarray, size: int) -> tuple[np.ndarray, list[tuple[slice, slice]]]:
    """The image continued by its border, and in it the window centred on each pixel."""
    rows, columns = grey.shape
    places = [(slice(r, r + size), slice(c, c + size)) for r in range(rows) for c in range(columns)]
    return np.pad(grey, size // 2, mode="edge"), places


@pytest.fixture(scope="module")
def grey() -> np.ndarray:
    return np.random.default_rng(0).random(SHAPE, np.float32)


@pytest.fixture(scope="module", params=["torch", "openvino"])
def run(request: pytest.FixtureRequest) -> Run:
    return Run(device="cpu", backend=request.param)


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory, grey: np.ndarray) -> tuple[Model, Model]:
    """Detector and Segmentator."""
    folder = tmp_path_factory.mktemp("valid")
    detector = written(folder, "valvano-detector", 49, "valid", grey)
    return detector, written(folder, "valvano-segmentator", 49, "valid", grey)


def test_windows_overlap_by_half_and_leave_nothing_out() -> None:
    seen = np.zeros(SHAPE, int)
    places = list(half_overlapping(SHAPE, 49))
    for place in places:
        assert seen[place].shape == (49, 49)
        seen[place] += 1
    assert seen.min() == 1
    rows = sorted({row.start for row, _ in places})
    assert max(np.diff(rows)) <= 25


@pytest.mark.parametrize("whole", [True, False])
def test_the_detector_sees_what_it_sees_window_by_window(
    valid: tuple[Model, Model], grey: np.ndarray, run: Run, whole: bool
) -> None:
    breast = np.ones(SHAPE, bool)
    breast[:, 49:] = whole
    places = [place for place in half_overlapping(SHAPE, 49) if breast[place].any()]
    expected = np.zeros(SHAPE, bool)
    for place, odds in zip(places, by_windows(valid[0].load(), grey, places), strict=True):
        expected[place] |= bool(odds >= 0)
    found = suspects(grey, breast, valid[0], run)
    assert 0 < found.sum() < found.size
    np.testing.assert_array_equal(found, expected)


def test_the_segmentator_answers_as_pixel_by_pixel(valid: tuple[Model, Model], grey: np.ndarray, run: Run) -> None:
    breast = np.ones(SHAPE, bool)
    answer = evidence(grey, breast, valid[1], run)
    inside = suspects(grey, breast, valid[0], run)
    np.testing.assert_array_equal(np.isfinite(answer), inside)
    padded, places = around_each_pixel(grey, 49)
    wanted = np.flatnonzero(inside)[::7]
    expected = by_windows(valid[1].load(), padded, [places[each] for each in wanted])
    np.testing.assert_allclose(answer.ravel()[wanted], expected, atol=1e-4)


def test_the_plain_way_goes_patch_by_patch_to_the_same_answer(valid: tuple[Model, Model], grey: np.ndarray) -> None:
    breast = np.ones(SHAPE, bool)
    dense, plain = (evidence(grey, breast, valid[1], Run(device="cpu", backend=each)) for each in ("torch", "plain"))
    np.testing.assert_array_equal(np.isfinite(plain), np.isfinite(dense))
    inside = np.isfinite(dense)
    np.testing.assert_allclose(plain[inside], dense[inside], atol=1e-4)


@pytest.mark.parametrize(("size", "padding"), [(49, "valid"), (49, "same"), (29, "same")])
def test_tiles_do_not_change_the_answer(tmp_path: Path, grey: np.ndarray, size: int, padding: str) -> None:
    written(tmp_path, "valvano-detector", size, padding, grey)
    model = written(tmp_path, "valvano-segmentator", size, padding, grey)
    run, breast = Run(device="cpu", backend="torch"), np.ones(SHAPE, bool)
    one, many = (evidence(grey, breast, model, run, tile) for tile in (512, 32))
    inside = np.isfinite(one)
    np.testing.assert_array_equal(np.isfinite(many), inside)
    np.testing.assert_allclose(many[inside], one[inside], atol=1e-4)


def test_the_pipeline_gives_it_local_contrast_and_lists_what_it_finds(valid: tuple[Model, Model]) -> None:
    pixels = np.random.default_rng(1).random((150, 130), np.float32) * 0.3 + 0.4
    image = Mammogram.of(pixels, "noise").with_spacing(0.085)
    found = analyze(image, "calcifications", model=str(valid[1].path), threshold=0)
    breast = breast_mask(pixels, (0.085, 0.085))
    grey = as_grey(local_contrast(pixels, 0.085, breast))
    expected = expit(evidence(grey, breast, valid[1], Run(device="cpu", backend="torch")))
    assert found.model.name == "valvano-segmentator"
    np.testing.assert_allclose(found.probability.values, np.where(breast, expected, 0), atol=1e-4)
    assert all(0 <= each.score <= 1 for each in found.findings)
    assert not np.any((found.mask > 0) & (expected == 0))


def test_an_image_smaller_than_a_window_is_answered(valid: tuple[Model, Model], grey: np.ndarray) -> None:
    small = grey[:7, :20]
    assert evidence(small, np.ones(small.shape, bool), valid[1], Run(device="cpu")).shape == (7, 20)


def test_it_tells_how_far_it_is_and_stops_when_asked(valid: tuple[Model, Model], grey: np.ndarray) -> None:
    seen: list[Progress] = []
    breast = np.ones(SHAPE, bool)
    evidence(grey, breast, valid[1], Run(device="cpu", report=seen.append), tile=64)
    assert {each.stage for each in seen} == {"Detector", "Segmentator"}
    assert seen[-1].done == seen[-1].total > 1

    def stop(progress: Progress) -> None:
        if (progress.stage, progress.done) == ("Segmentator", 1):
            run.cancel()

    run = Run(device="cpu", report=stop)
    with pytest.raises(Cancelled):
        evidence(grey, breast, valid[1], run, tile=64)
