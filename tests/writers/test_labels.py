"""Labels as PNG, TIFF and NIfTI: the same pixels, the right millimetres, the record beside them."""

from __future__ import annotations

import json
from dataclasses import replace

import nibabel
import numpy as np
import pytest
import tifffile
from PIL import Image

from napari_mammoseg.errors import InputError
from napari_mammoseg.writers import labels_nifti, labels_png, labels_tiff, probability


def test_png_holds_the_ids_the_spacing_and_the_record(findings, tmp_path):
    [path] = labels_png.write(findings, tmp_path, "x")
    with Image.open(path) as picture:
        assert np.array_equal(np.asarray(picture), findings.mask)
        assert [25.4 / each for each in picture.info["dpi"]] == pytest.approx([0.05, 0.1], rel=1e-3)
        assert json.loads(picture.info["Description"])["mammoseg"]["run"]["settings"] == {"threshold": 0.5}


def test_tiff_holds_the_ids_the_spacing_and_the_record(findings, tmp_path):
    [path] = labels_tiff.write(findings, tmp_path, "x")
    with tifffile.TiffFile(path) as file:
        page = file.pages[0]
        assert np.array_equal(page.asarray(), findings.mask)
        across, down = (page.tags[name].value for name in ("XResolution", "YResolution"))
        assert page.tags["ResolutionUnit"].value == 3
        assert (10 * across[1] / across[0], 10 * down[1] / down[0]) == pytest.approx((0.05, 0.1))
        assert json.loads(page.description)["mammoseg"]["model"]["name"] == "some-model"


def test_nifti_holds_the_ids_the_spacing_and_the_record(findings, tmp_path):
    [path] = labels_nifti.write(findings, tmp_path, "x")
    image = nibabel.load(path)
    assert np.array_equal(np.asarray(image.dataobj)[..., 0].T, findings.mask)
    assert image.header.get_zooms()[:2] == pytest.approx((0.05, 0.1))
    assert image.header.get_xyzt_units()[0] == "mm"
    assert json.loads(image.header.extensions[0].get_content())["mammoseg"]["pipeline"] == "calcifications"


def test_an_unknown_spacing_is_written_as_unknown(findings, tmp_path):
    unknown = replace(findings, image=replace(findings.image, spacing_mm=None))
    with tifffile.TiffFile(labels_tiff.write(unknown, tmp_path, "x")[0]) as file:
        assert file.pages[0].tags["ResolutionUnit"].value == 1
    assert nibabel.load(labels_nifti.write(unknown, tmp_path, "x")[0]).header.get_xyzt_units()[0] == "unknown"
    with Image.open(labels_png.write(unknown, tmp_path, "x")[0]) as picture:
        assert "dpi" not in picture.info


def test_probability_is_whole_at_65535(findings, tmp_path):
    [path] = probability.write(findings, tmp_path, "x")
    with Image.open(path) as picture:
        levels = np.asarray(picture)
    assert levels.max() == 65535
    assert levels / 65535 == pytest.approx(findings.probability.values, abs=1e-5)


def test_a_result_without_areas_gives_no_file(findings, tmp_path):
    bare = replace(findings, mask=None, probability=None)
    for module in (labels_png, labels_tiff, labels_nifti, probability):
        assert module.write(bare, tmp_path, "x") == []


@pytest.mark.parametrize("labels", [np.array([[70000]]), np.array([[-1]]), np.zeros((2, 3, 4), np.uint16)])
def test_labels_that_do_not_fit_are_refused(labels, tmp_path):
    with pytest.raises(InputError, match="cannot hold"):
        labels_png.write_labels(tmp_path / "x.png", labels, None, {})
    assert list(tmp_path.glob("x*")) == []
