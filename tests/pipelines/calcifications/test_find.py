"""The calcification pipeline on tissue whose truth is exact."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.models import find, names
from napari_mammoseg.phantom.insertion import Calcification, Detector, insert
from napari_mammoseg.pipelines import analyze, analyze_all
from napari_mammoseg.pipelines.calcifications.evidence import Evidence
from napari_mammoseg.pipelines.calcifications.find import image_score
from napari_mammoseg.pipelines.calcifications.settings import CalcificationSettings
from napari_mammoseg.run import Run

PLACES_MM = [(12.0, 12.0), (13.5, 14.0), (15.0, 12.5), (14.0, 16.0), (16.5, 15.0), (12.5, 17.0), (17.0, 11.0), (30, 30)]
NETWORK = "calcification-lite"
FINE = (0.085, 0.085)
MODELS = ["blob-contrast", NETWORK]


def phantom(spacing, seed=0, side_mm=40.0):
    """Noise like tissue with seven calcifications in a cluster and one alone, the same at every spacing."""
    rng = np.random.default_rng(seed)
    fine = round(side_mm / 0.05)
    tissue = sum(ndimage.gaussian_filter(rng.standard_normal((fine, fine)), s) * s**1.3 for s in (2, 4, 8, 16, 32))
    tissue = (0.4 + 0.05 * tissue / tissue.std()).astype(np.float32)
    wanted = [Calcification(r / 0.05, c / 0.05, 0.5, "round", 0.35) for r, c in PLACES_MM]
    inserted = insert(tissue, wanted, 0.05, Detector(0.08, 0.0), rng)
    factor = round(spacing / 0.05)
    pixels = inserted.pixels.reshape(fine // factor, factor, fine // factor, factor).mean(axis=(1, 3))
    labels = inserted.labels[factor // 2 :: factor, factor // 2 :: factor]
    return Mammogram.of(pixels, "phantom").with_spacing(spacing), labels


@pytest.mark.parametrize("spacing", [0.05, 0.1, 0.2])
def test_the_same_tissue_gives_the_same_at_every_spacing(spacing):
    image, _ = phantom(spacing)
    found = analyze(image, "calcifications", model=NETWORK)
    singles = found.of_kind("calcification")
    places = (np.array([each.centroid for each in singles]) + 0.5) * spacing
    for place in np.array(PLACES_MM) + 0.025:
        assert np.hypot(*(places - place).T).min() < 0.3
    assert len(singles) <= 3 * len(PLACES_MM)
    (cluster,) = found.of_kind("cluster")
    members = [each for each in singles if each.cluster == cluster.id]
    assert len(members) >= 6
    assert all(np.hypot(*((np.array(each.centroid) + 0.5) * spacing - 30)) > 3 for each in members)


def test_areas_are_near_the_truth_and_the_mask_bears_the_ids():
    image, labels = phantom(0.05)
    found = analyze(image, "calcifications", model=NETWORK)
    assert found.mask.shape == image.pixels.shape
    overlap = 2 * ((found.mask > 0) & (labels > 0)).sum() / ((found.mask > 0).sum() + (labels > 0).sum())
    assert overlap > 0.6
    for each in found.of_kind("calcification"):
        row0, column0, row1, column1 = each.box
        inside = found.mask[row0:row1, column0:column1] == each.id
        assert inside.sum() == (found.mask == each.id).sum() > 0
        assert each.area_mm2 == pytest.approx(inside.sum() * 0.05**2, abs=1e-4)
        assert inside.any(axis=1).all()
        assert inside.any(axis=0).all()


def test_the_threshold_only_cuts():
    image, _ = phantom(0.1)
    everything = analyze_all(image, "calcifications", CalcificationSettings(), Run())
    scores = {each.id: each.score for each in everything.findings}
    assert [each.id for each in everything.findings] == sorted(scores)
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    for threshold in (0.1, 0.5, 0.9):
        cut = analyze(image, "calcifications", threshold=threshold)
        assert {each.id: each.score for each in cut.findings} == {k: v for k, v in scores.items() if v >= threshold}
        assert cut.image_score == everything.image_score
        for cluster in cut.of_kind("cluster"):
            assert sum(each.cluster == cluster.id for each in cut.findings) >= 6


def test_without_a_spacing_one_is_assumed_and_said_and_no_length_given():
    image, _ = phantom(0.1)
    run = Run()
    unknown = Mammogram.of(image.pixels, "unknown")
    found = analyze_all(unknown, "calcifications", CalcificationSettings(), run)
    assert any("spacing" in each and "assumed" in each for each in found.run.warnings)
    assert all(each.area_mm2 is None and each.diameter_mm is None for each in found.findings)
    assert "breast_area_cm2" not in found.summary


@pytest.mark.parametrize("shape", [(60, 60), (1, 1), (7, 300), (33, 65)])
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_any_small_picture_is_legal_and_an_even_one_has_nothing(shape, model, level):
    image = Mammogram.of(np.full(shape, level, np.float32)).with_spacing(0.085)
    found = analyze(image, "calcifications", model=model)
    assert found.findings == ()
    assert 0 <= found.image_score < 0.5


def test_the_rule_and_the_breast_area_are_said():
    image, _ = phantom(0.1)
    found = analyze(image, "calcifications", cluster_count=3, cluster_area_cm2=0.5)
    assert "more than 2 calcifications in 0.5 cm²" in found.summary["rule"]
    assert found.summary["breast_area_cm2"] == pytest.approx(16.0, rel=0.02)
    assert found.summary["calcifications_per_cm2"] == pytest.approx(found.summary["calcifications"] / 16, rel=0.03)


def test_the_network_is_the_default_and_the_plain_method_is_there():
    assert set(MODELS) <= set(names("calcifications"))


@pytest.mark.parametrize(("gain", "offset"), [(0.5, 0.1), (1.3, 0.0)])
def test_brightness_and_amplification_do_not_matter(gain, offset):
    image, _ = phantom(0.1)
    changed = Mammogram.of(np.clip(image.pixels * gain + offset, 0, 2), "changed").with_spacing(0.1)
    first, second = (analyze(each, "calcifications") for each in (image, changed))
    assert second.image_score == pytest.approx(first.image_score, abs=0.05)


def test_better_candidates_and_better_regions_say_more():
    model = find(NETWORK)
    scores = np.array([0.6, 0.4, 0.3, 0.2], np.float32)
    weak, strong = (Evidence(*(np.full((60, 60), each, np.float32),) * 3) for each in (-8, 4))
    assert image_score(scores + 0.3, weak, 0.25, FINE, model) > image_score(scores, weak, 0.25, FINE, model)
    assert image_score(scores, strong, 0.25, FINE, model) > image_score(scores, weak, 0.25, FINE, model)


def test_many_weak_marks_say_less_than_one_that_is_sure_and_the_same_marks_say_less_in_a_larger_breast():
    model = find(NETWORK)
    nothing = Evidence(*(np.full((60, 60), -20, np.float32),) * 3)
    sure, weak = np.array([0.95], np.float32), np.full(40, 0.2, np.float32)
    assert image_score(sure, nothing, 80, FINE, model) > image_score(weak, nothing, 80, FINE, model)
    assert image_score(sure, nothing, 80, FINE, model) > image_score(sure, nothing, 160, FINE, model)
    both = np.concatenate([sure, weak])
    assert image_score(both, nothing, 160, FINE, model) > image_score(sure, nothing, 160, FINE, model)


def test_the_same_marks_on_a_coarser_image_say_less():
    scores = np.array([0.6, 0.4, 0.3, 0.2], np.float32)
    evidence = Evidence(*(np.full((60, 60), -4, np.float32),) * 3)
    fine, finer, coarse = (image_score(scores, evidence, 80, (s, s), find(NETWORK)) for s in (0.085, 0.05, 0.2))
    assert fine == finer
    assert fine > coarse
