"""Outlines of masses on phantoms, whose truth is exact."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Findings
from napari_mammoseg.geometry.regions import fill
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.models import MODELS, save_weights
from napari_mammoseg.phantom.mammograms import Request, make
from napari_mammoseg.pipelines import analyze
from napari_mammoseg.pipelines.segment.find import AROUND_FOUND, cut_anew, widened


@pytest.fixture(scope="module")
def phantom() -> Mammogram:
    """A breast with one mass of known outline."""
    return make(Request(5, "CC", "L", rows=900, columns=600, spacing_mm=0.2, lesions="mass")).image


@pytest.fixture(scope="module")
def truth(phantom: Mammogram) -> np.ndarray:
    return fill(phantom.truth[0], (phantom.rows, phantom.columns))


def box_around(mask: np.ndarray, loose: float) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    height, width = np.ptp(rows) * loose, np.ptp(columns) * loose
    low = max(0, round(rows[0] - height)), max(0, round(columns[0] - width))
    return *low, round(rows[-1] + 1 + height), round(columns[-1] + 1 + width)


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return 2 * np.count_nonzero(one & other) / (np.count_nonzero(one) + np.count_nonzero(other))


@pytest.mark.parametrize("loose", [0.05, 0.2, 0.35])
def test_a_drawn_box_gives_the_outline_of_the_mass_in_it(phantom, truth, loose) -> None:
    box = box_around(truth, loose)
    found = analyze(phantom, "segment", boxes=[box])
    (mass,) = found.findings
    assert (mass.id, mass.kind, mass.score) == (1, "mass", 1.0)
    assert dice(found.mask == 1, truth) > 0.75
    assert not found.mask[: box[0]].any()
    assert found.run.boxes == (box,)


def test_sizes_are_those_of_the_labels(phantom, truth) -> None:
    found = analyze(phantom, "segment", boxes=[box_around(truth, 0.2)])
    (mass,) = found.findings
    rows, columns = np.nonzero(found.mask == mass.id)
    assert mass.box == (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1)
    assert mass.area_mm2 == pytest.approx(len(rows) * 0.04)
    assert mass.diameter_mm == pytest.approx(max(np.ptp(rows) + 1, np.ptp(columns) + 1) * 0.2)


def test_the_map_is_cut_where_the_outline_is(phantom, truth) -> None:
    found = analyze(phantom, "segment", boxes=[box_around(truth, 0.2)])
    (mass,) = found.findings
    top, left = found.probability.corner
    values = found.probability.values
    labels = found.mask[top : top + values.shape[0], left : left + values.shape[1]]
    assert dice(labels > 0, values >= mass.features["cut"]) > 0.98


def test_every_box_has_one_outline_on_its_own_label(phantom, truth) -> None:
    boxes = [box_around(truth, 0.2), (10, 10, 90, 60)]
    found = analyze(phantom, "segment", boxes=boxes, threshold=1.0)
    assert [each.id for each in found.findings] == [1, 2]
    assert set(np.unique(found.mask)) == {0, 1, 2}


def test_a_higher_cut_gives_a_smaller_outline(phantom, truth) -> None:
    box = box_around(truth, 0.2)
    areas = [analyze(phantom, "segment", boxes=[box], cut=cut).findings[0].area_mm2 for cut in (0.1, 0.5, 0.9)]
    assert areas[0] > areas[1] > areas[2]
    by_iou, by_g_mean = (
        analyze(phantom, "segment", boxes=[box], cut_by=each).findings[0] for each in ("iou", "g_mean")
    )
    assert by_g_mean.area_mm2 > by_iou.area_mm2


@pytest.mark.parametrize("network", ["outline-lite", "pixel-logistic"])
def test_cutting_again_gives_what_a_run_at_that_cut_gives(phantom, truth, tmp_path, network) -> None:
    """In a drawn box by a network of boxes, and in the whole image by one that sees all of it."""
    model, boxes = network, [box_around(truth, 0.2)]
    if network == "pixel-logistic":
        model, boxes = str(tmp_path / "p.safetensors"), None
        save_weights(MODELS[network].build(), MODELS[network], tmp_path / "p.safetensors")
    run = partial(analyze, phantom, "segment", boxes=boxes, model=model, threshold=0.0)
    first, wanted = run(cut=0.5), run(cut=0.3)
    again = cut_anew(first, 0.3, lambda: phantom)
    assert again.findings == wanted.findings
    assert again.run.settings == wanted.run.settings
    assert again.image_score == wanted.image_score
    np.testing.assert_array_equal(again.mask, wanted.mask)
    assert cut_anew(again, 0.5, lambda: phantom).findings == first.findings
    with pytest.raises(InputError, match="without probabilities"):
        cut_anew(replace(first, probability=None), 0.3, lambda: phantom)


def test_without_a_box_the_masses_that_are_found_are_outlined(phantom) -> None:
    found, masses = analyze(phantom, "segment", threshold=0.0), analyze(phantom, "masses", threshold=0.0)
    assert found.image_score == masses.image_score
    assert {(each.id, each.score, each.label) for each in found.findings} <= {
        (each.id, each.score, each.label) for each in masses.findings
    }
    assert set(np.unique(found.mask)) - {0} == {each.id for each in found.findings}


def test_the_grey_scale_decides_nothing(phantom, truth) -> None:
    box = box_around(truth, 0.2)
    darker = replace(phantom, pixels=(phantom.pixels * 0.3 + 0.2).astype(np.float32), values=None, windows=())
    outlines = [analyze(each, "segment", boxes=[box]).mask > 0 for each in (phantom, darker)]
    assert dice(*outlines) > 0.99


@pytest.mark.parametrize("shape", [(60, 60), (256, 256), (40, 200)])
@pytest.mark.parametrize("even", [True, False])
def test_a_small_picture_is_no_trouble(shape, even) -> None:
    pixels = np.full(shape, 0.5) if even else np.random.default_rng(0).random(shape)
    image = Mammogram.of(pixels)
    everything: Findings = analyze(image, "segment")
    assert everything.mask.shape == shape
    inside = analyze(image, "segment", boxes=[(0, 0, *shape)])
    assert len(inside.findings) == 1
    assert inside.findings[0].area_mm2 is None
    assert len(analyze(image, "segment", boxes=[(3, 3, 4, 4)]).findings) == 1


@pytest.mark.parametrize("box", [(0, 0, 61, 10), (5, 5, 5, 9), (-1, 0, 4, 4), (0.5, 0, 4, 4), (1, 2, 3)])
def test_a_box_that_is_none_is_refused(box) -> None:
    with pytest.raises(InputError):
        analyze(Mammogram.of(np.zeros((60, 60))), "segment", boxes=[box])


PAPERS = [name for name in MODELS if MODELS[name].task == "segment" and name != "outline-lite"]
SMALL = {"mlp-circle": 64, "shallow-cnn": 310, "unet": 256, "patch-classifier": 256}


@pytest.mark.parametrize("name", PAPERS)
def test_every_network_of_the_papers_outlines_whole_images_and_boxes(phantom, truth, tmp_path, name) -> None:
    """With fresh weights: that it runs, not how well."""
    model = MODELS[name]
    if name in SMALL:
        arguments = {**model.arguments, **({"side": SMALL[name]} if "side" in model.arguments else {})}
        model = replace(model, arguments=arguments, facts=replace(model.facts, side=SMALL[name]))
    path = tmp_path / f"{name}.safetensors"
    save_weights(model.build(), model, path)
    whole = analyze(phantom, "segment", model=str(path), threshold=0.0)
    assert set(np.unique(whole.mask)) - {0} == {each.id for each in whole.findings}
    box = box_around(truth, 0.2)
    (mass,) = analyze(phantom, "segment", boxes=[box], model=str(path)).findings
    assert box[0] <= mass.box[0] < mass.box[2] <= box[2]


def test_the_networks_are_those_of_the_record(phantom) -> None:
    found = analyze(phantom, "segment")
    assert found.model.name == "outline-lite"
    assert set(found.model.beside) == {"mass-finder"}


def test_a_found_box_is_widened_as_far_as_the_image_goes(phantom) -> None:
    """A detector's box lies close around the mass; a network that is used to loose ones sees it better."""
    assert widened((100, 200, 150, 240), phantom) == (90, 192, 160, 248)
    assert widened((2, 0, 102, phantom.columns), phantom) == (0, 0, 102 + round(AROUND_FOUND * 100), phantom.columns)
