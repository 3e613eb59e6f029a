"""Masks: label numbers as they are, black and white by its parts."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile
from PIL import Image

from napari_mammoseg.errors import InputError
from napari_mammoseg.readers import masks

LABELS = np.zeros((12, 10), np.uint16)
LABELS[1:4, 1:4], LABELS[6:9, 2:5], LABELS[4, 4], LABELS[10, 9] = 1, 700, 1, 3


def test_label_numbers_come_back_as_they_are(tmp_path):
    Image.fromarray(LABELS).save(tmp_path / "a.mask.png")
    tifffile.imwrite(tmp_path / "a.mask.tif", LABELS)
    assert np.array_equal(masks.read_labels(tmp_path / "a.mask.png"), LABELS)
    assert np.array_equal(masks.read_labels(tmp_path / "a.mask.tif", (12, 10)), LABELS)


@pytest.mark.parametrize("white", [True, np.uint8(255), np.uint8(1), np.uint16(65535)])
def test_black_and_white_is_told_apart_by_its_parts(tmp_path, white):
    Image.fromarray((LABELS > 0) * white if white is not True else LABELS > 0).save(tmp_path / "a.png")
    labels = masks.read_labels(tmp_path / "a.png")
    assert labels.dtype == np.uint16
    assert np.array_equal(labels > 0, LABELS > 0)
    assert labels.max() == 3  # the corner-joined square and dot are one


def test_one_label_in_sixteen_bits_stays_one(tmp_path):
    Image.fromarray((LABELS > 0).astype(np.uint16)).save(tmp_path / "a.png")
    assert masks.read_labels(tmp_path / "a.png").max() == 1


def test_an_empty_mask_has_no_label(tmp_path):
    Image.fromarray(np.zeros((5, 5), np.uint8)).save(tmp_path / "a.png")
    assert not masks.read_labels(tmp_path / "a.png").any()


def test_what_is_no_mask_is_refused(tmp_path):
    tifffile.imwrite(tmp_path / "real.tif", LABELS.astype(np.float32))
    (tmp_path / "text.png").write_text("no picture")
    tifffile.imwrite(tmp_path / "negative.tif", LABELS.astype(np.int32) - 5)
    for name in ("real.tif", "text.png", "negative.tif", "absent.png"):
        with pytest.raises(InputError, match=name):
            masks.read_labels(tmp_path / name)
    tissue = np.random.default_rng(0).integers(80, 200, (60, 60), np.uint8)
    Image.fromarray(tissue).save(tmp_path / "grey.png")
    with pytest.raises(InputError, match="is an image, not a mask"):
        masks.read_labels(tmp_path / "grey.png")
    Image.fromarray(LABELS).save(tmp_path / "a.png")
    with pytest.raises(InputError, match="12 x 10 pixels, the image 12 x 11"):
        masks.read_labels(tmp_path / "a.png", (12, 11))


def test_the_mask_beside_an_image_is_found(tmp_path):
    assert masks.beside(tmp_path / "x.dcm") is None
    Image.fromarray(LABELS).save(tmp_path / "x.mask.png")
    assert masks.beside(tmp_path / "x.dcm") == tmp_path / "x.mask.png"
