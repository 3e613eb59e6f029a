"""The paper's look at its errors, on a network whose answer is known: the brightness of the patch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_mammoseg.errors import InputError
from napari_mammoseg.models import MODELS, save_weights
from napari_mammoseg.networks.valvano import Valvano
from napari_mammoseg.training.papers.valvano.patch_map import FILE, PatchMap, examine, load
from napari_mammoseg.training.papers.valvano.report import write_report
from napari_mammoseg.training.papers.valvano.store import PatchStore
from napari_mammoseg.training.papers.valvano.table import PAPER, accuracy, mixes, row_of, rows

MODEL = replace(MODELS["valvano-segmentator"], arguments={"size": 29, "padding": "same"})
EACH = 30


@pytest.fixture
def store(tmp_path: Path) -> PatchStore:
    """Grey fields with a square of nine pixels: every class has EACH patches, those of C1 with it in the middle."""
    store = PatchStore(tmp_path / "patches.sqlite", 29)
    labels = np.zeros((101, 101), np.int32)
    labels[50:53, 50:53] = 1
    rng = np.random.default_rng(0)
    for _ in range(EACH // 6):
        pixels = rng.random(labels.shape, np.float32) * 0.2 + 0.7 * labels
        store.add("test", "field", pixels, labels, each=6, rng=rng)
    assert store.count("test") == dict.fromkeys((1, 2, 3, 4), EACH)
    return store


@pytest.fixture
def network() -> Valvano:
    torch.manual_seed(0)
    return Valvano(29).eval()


def made_up() -> PatchMap:
    """Four patches in a row of features 0, 1, 2 and 5; the second, of class 1, is misclassified."""
    return PatchMap(
        "valvano-segmentator",
        (1,),
        np.zeros((4, 29, 29), np.uint8),
        np.array([1, 1, 2, 4]),
        np.array([0.9, 0.2, 0.3, 0.1], np.float32),
        np.array([[0.0], [1.0], [2.0], [5.0]], np.float32),
        np.zeros((4, 2), np.float32),
    )


def test_the_neighbour_is_of_the_other_side_and_well_classified() -> None:
    seen = made_up()
    np.testing.assert_array_equal(seen.wrong, [False, True, False, False])
    assert seen.worst(1, 5).tolist() == [1]
    assert seen.error[1] == pytest.approx(0.8)
    assert seen.nearest(1) == 2
    assert seen.nearest(2) == 0  # not 1, which is nearer but misclassified


def test_the_features_are_what_the_last_layer_sees(store: PatchStore, network: Valvano) -> None:
    seen = examine(network, store, MODEL.name, (1,), "test")
    assert seen.features.shape == (4 * EACH, 64)
    with torch.inference_mode():
        whole = network(torch.from_numpy(seen.patches[:, None].astype(np.float32) / 255)).softmax(dim=1)[:, 1]
    np.testing.assert_allclose(seen.probability, whole, atol=1e-5)
    np.testing.assert_array_equal(seen.positive, seen.classes == 1)


def test_the_page_names_its_pictures_and_they_are_there(tmp_path: Path, store: PatchStore, network: Valvano) -> None:
    out = tmp_path / "training"
    out.mkdir()
    write_report(network, out, model=MODEL, store=store, positives=(1,))
    page = (out / "report.html").read_text()
    pictures = {each.name for each in out.glob("*.png")}
    assert {name for name in pictures if f'"{name}"' in page} == pictures
    assert page.count("<img") == len(pictures) > 1
    plane = load(out / FILE)
    assert plane.places.shape == (4 * EACH, 2)
    assert np.isfinite(plane.places).all()
    wrong = int(plane.wrong[plane.classes == 1].sum())
    assert f"{wrong} of {EACH} misclassified" in page


def test_a_file_of_something_else_is_refused(tmp_path: Path, network: Valvano) -> None:
    path = tmp_path / "weights.safetensors"
    save_weights(network, MODEL, path)
    with pytest.raises(InputError, match="holds no patches"):
        load(path)


@pytest.mark.parametrize("name", list(PAPER))
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_the_papers_mix_gives_the_papers_accuracies(name: str, padding: str) -> None:
    *errors, overall = PAPER[name][padding]
    by_class = dict(zip((1, 2, 3, 4), errors, strict=True))
    assert accuracy(by_class, mixes((1,))["paper"]) == pytest.approx(overall, abs=0.01)


def test_the_table_has_the_papers_rows_and_one_a_training(tmp_path: Path, network: Valvano) -> None:
    row = row_of({1: 4.0, 2: 6.0, 3: 0.0, 4: 0.0}, (1,))
    save_weights(network, MODEL, tmp_path / "a" / f"{MODEL.name}.safetensors", scores={"table 1": row})
    found = rows(MODEL.name, tmp_path)
    assert [each.title for each in found] == ["the paper, 49 valid", "the paper, 49 same", "ours, 29 same"]
    assert found[-1].cells == ("ours, 29 same", "4.00", "6.00", "0.00", "0.00", "97.00", "97.00")
