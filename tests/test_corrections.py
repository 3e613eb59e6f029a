from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.corrections import corrected
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord


@pytest.fixture
def findings() -> Findings:
    """Two calcifications of six pixels in a cluster whose id is the next one."""
    mask = np.zeros((20, 20), np.uint16)
    mask[2:5, 2:4], mask[10:13, 10:12] = 1, 2
    spots = (
        Finding(1, "calcification", (2, 2, 5, 4), (3.0, 2.5), 0.9, 0.06, 0.28, cluster=3),
        Finding(2, "calcification", (10, 10, 13, 12), (11.0, 10.5), 0.8, 0.06, 0.28, cluster=3),
        Finding(3, "cluster", (2, 2, 13, 12), (7.0, 7.0), 0.7, features={"count": 2}),
    )
    image = ImageRecord("x.png", None, 20, 20, (0.1, 0.1), "test", None, None)
    return Findings(image, "calcifications", ModelRecord("m"), 0.9, spots, RunRecord("1", {}), mask=mask)


def by_id(findings: Findings) -> dict[int, Finding]:
    return {each.id: each for each in findings.findings}


def test_a_changed_label_is_measured_anew_and_the_others_stay(findings: Findings) -> None:
    labels = findings.mask.copy()
    labels[2:7, 2:4] = 1
    now = corrected(findings, labels, "calcification")
    assert (by_id(now)[1].box, by_id(now)[1].centroid) == ((2, 2, 7, 4), (4.0, 2.5))
    assert by_id(now)[1].area_mm2 == pytest.approx(0.1)
    assert by_id(now)[1].score == 0.9
    assert by_id(now)[2] == by_id(findings)[2]
    np.testing.assert_array_equal(now.mask, labels)
    assert any("corrected by hand" in each for each in now.run.warnings)
    assert now.summary["corrected_by_hand"]


def test_an_erased_label_takes_its_finding_and_its_clusters_count_with_it(findings: Findings) -> None:
    now = corrected(findings, np.where(findings.mask == 1, 0, findings.mask), "calcification")
    assert set(by_id(now)) == {2, 3}
    assert by_id(now)[3].features["count"] == 1
    assert now.summary["calcifications"] == 1
    assert set(by_id(corrected(findings, np.zeros_like(findings.mask), "calcification"))) == set()


@pytest.mark.parametrize("label", [3, 8, 40])
def test_a_new_label_is_a_new_finding_whatever_else_had_its_id(findings: Findings, label: int) -> None:
    labels = findings.mask.copy()
    labels[16:18, 4:8] = label
    now = corrected(findings, labels, "calcification", taken=range(1, 10))
    (new,) = [each for each in now.findings if each.id not in (1, 2, 3)]
    assert (new.kind, new.box, new.id > 9) == ("calcification", (16, 4, 18, 8), True)
    assert (now.mask[16:18, 4:8] == new.id).all()


def test_labels_of_another_size_are_refused(findings: Findings) -> None:
    with pytest.raises(InputError, match="another size"):
        corrected(findings, np.zeros((5, 5), np.uint16), "calcification")
