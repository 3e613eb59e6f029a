"""Bits outside those that are stored mean nothing (PS3.5 8.1.1), wherever HighBit says that the stored ones lie."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import FileDataset
from pydicom.uid import JPEG2000Lossless, RLELossless

from dicom_files import dataset, ramp, write
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import dicom

PLACES = [
    (allocated, bits, high)
    for allocated, bits in product((8, 16), (1, 2, 7, 8, 10, 12, 14, 16))
    for high in range(bits - 1, allocated)
]


def read(tmp_path: Path, data: FileDataset, syntax: Any = None) -> Mammogram:
    return dicom.read(write(data, tmp_path / "x.dcm", syntax))


@pytest.mark.parametrize(("allocated", "bits", "high"), PLACES)
@pytest.mark.parametrize("signed", [False, True])
def test_only_the_stored_bits_are_read(tmp_path: Path, allocated: int, bits: int, high: int, signed: bool):
    noise = np.random.default_rng(allocated * bits + high).integers(0, 2**allocated, (31, 47))
    first = -(2 ** (bits - 1)) if signed else 0
    meant = (noise >> (high + 1 - bits)) % 2**bits
    expected = np.where(meant > first + 2**bits - 1, meant - 2**bits, meant)
    stored = noise.astype(f"u{allocated // 8}")
    data = dataset(stored, bits, HighBit=high, PixelRepresentation=int(signed))
    np.testing.assert_array_equal(read(tmp_path, data).values, expected)


@pytest.mark.parametrize("syntax", [None, RLELossless, JPEG2000Lossless])
def test_what_is_in_unused_bits_is_cleared_and_said(tmp_path: Path, syntax: Any):
    stored = ramp() | np.uint16(0xA000)
    data = dataset(stored, 16, WindowCenter=2048, WindowWidth=4096)
    if syntax is not None:
        write(data, tmp_path / "x.dcm", syntax)
    data.BitsStored, data.HighBit = 12, 11
    image = read(tmp_path, data)
    np.testing.assert_array_equal(image.values, ramp())
    assert any("bits above the 12 that are stored" in note for note in image.notes)


def test_an_overlay_in_unused_bits_is_taken_off(tmp_path: Path):
    data = dataset(ramp() | np.uint16(0x1000))
    data.add_new(0x60000010, "US", 64)
    data.add_new(0x60000100, "US", 16)
    data.add_new(0x60000102, "US", 12)
    np.testing.assert_array_equal(read(tmp_path, data).values, ramp())


def test_an_overlay_below_the_stored_bits_is_taken_off(tmp_path: Path):
    image = read(tmp_path, dataset(ramp() * np.uint16(16) + np.uint16(5), 12, HighBit=15))
    np.testing.assert_array_equal(image.values, ramp())


def test_a_high_bit_that_no_pixel_reaches_is_ignored_and_said(tmp_path: Path):
    image = read(tmp_path, dataset(ramp(), 12, HighBit=15))
    np.testing.assert_array_equal(image.values, ramp())
    assert any("HighBit is 15" in note for note in image.notes)


@pytest.mark.parametrize(
    ("wrong", "used"),
    [
        ({"BitsStored": 0}, "BitsStored '0' cannot be: 12 is used"),
        ({"BitsStored": 40}, "BitsStored '40' cannot be: 12 is used"),
        ({"BitsStored": None}, "BitsStored is not said: 12 is used"),
        ({"HighBit": 3}, "HighBit '3' cannot be: 11 is used"),
        ({"HighBit": 99}, "HighBit '99' cannot be: 11 is used"),
        ({"HighBit": None}, "HighBit is not said: 11 is used"),
    ],
)
def test_an_impossible_number_of_bits_is_told_from_the_other(tmp_path: Path, wrong: dict[str, Any], used: str):
    image = read(tmp_path, dataset(ramp(), 12, **wrong))
    np.testing.assert_array_equal(image.values, ramp())
    assert used in image.notes


@pytest.mark.parametrize("padding", [63536, -2000])
def test_padding_that_needs_unused_bits_stays_padding(tmp_path: Path, padding: int):
    stored = ramp()
    stored[:8] = 63536
    data = dataset(stored, WindowCenter=2048, WindowWidth=4096)
    data.add_new("PixelPaddingValue", "SS" if padding < 0 else "US", padding)
    image = read(tmp_path, data)
    assert not image.pixels[:8].any()
    np.testing.assert_array_equal(image.values[8:], ramp()[8:])
