"""Grey pictures that are stored as colours are read as grey; those that have a colour are refused."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pydicom import FileDataset
from pydicom.encaps import encapsulate
from pydicom.pixels.processing import convert_color_space
from pydicom.uid import UID, JPEG2000Lossless, JPEGBaseline8Bit, JPEGLSLossless, RLELossless

from dicom_files import dataset, ramp, write
from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import dicom

GREY8 = ramp(48, 64, 8).astype(np.uint8)
GREY16 = ramp(48, 64, 12) * np.uint16(16)


def coloured(samples: NDArray, photometric: str, planar: int = 0) -> FileDataset:
    """A data set of (rows, columns, 3) samples, or of frames of them."""
    bits = 8 * samples.itemsize
    data = dataset(samples[..., 0], bits, SamplesPerPixel=3, PhotometricInterpretation=photometric)
    data.PlanarConfiguration = planar
    content = (np.moveaxis(samples, -1, -3) if planar else samples).tobytes()
    data.PixelData = content + b"\0" * (len(content) % 2)
    return data


def packed(tmp_path: Path, samples: NDArray, photometric: str, planar: int, syntax: UID | None) -> FileDataset:
    """The same, compressed; the order of samples within a compressed frame is its own, whatever the header says."""
    data = coloured(samples, photometric, 0 if syntax else planar)
    if syntax is not None:
        write(data, tmp_path / "x.dcm", syntax)
        data.PlanarConfiguration = planar
    return data


def read(tmp_path: Path, data: FileDataset) -> Mammogram:
    return dicom.read(write(data, tmp_path / "x.dcm"))


def three(grey: NDArray) -> NDArray:
    return np.stack([grey] * 3, -1)


@pytest.mark.parametrize("syntax", [None, RLELossless, JPEGLSLossless, JPEG2000Lossless])
@pytest.mark.parametrize("planar", [0, 1])
@pytest.mark.parametrize("grey", [GREY8, GREY16], ids=["8 bit", "16 bit"])
def test_equal_rgb_is_grey(tmp_path: Path, grey: NDArray, planar: int, syntax: UID | None):
    image = read(tmp_path, packed(tmp_path, three(grey), "RGB", planar, syntax))
    np.testing.assert_array_equal(image.values, grey)
    np.testing.assert_allclose(image.pixels, grey / np.iinfo(grey.dtype).max, atol=1e-6)


def test_grey_as_rgb_looks_as_the_same_picture_in_one_channel(tmp_path: Path):
    left_over = {"WindowCenter": 40000, "WindowWidth": 20000, "RescaleSlope": "3", "RescaleIntercept": "7"}
    data = coloured(three(GREY8), "RGB")
    for keyword, value in left_over.items():
        setattr(data, keyword, value)
    alone = read(tmp_path, dataset(GREY8, 8))
    np.testing.assert_array_equal(read(tmp_path, data).pixels, alone.pixels)


@pytest.mark.parametrize("planar", [0, 1])
@pytest.mark.parametrize("syntax", [None, RLELossless])
def test_ybr_without_chroma_is_grey(tmp_path: Path, planar: int, syntax: UID | None):
    ybr = convert_color_space(three(GREY8), "RGB", "YBR_FULL")
    image = read(tmp_path, packed(tmp_path, ybr, "YBR_FULL", planar, syntax))
    np.testing.assert_array_equal(image.values, GREY8)


def test_subsampled_ybr_without_chroma_is_grey(tmp_path: Path):
    data = coloured(three(GREY8), "YBR_FULL_422")
    pairs = GREY8.reshape(-1, 2)
    data.PixelData = np.concatenate([pairs, np.full_like(pairs, 128)], axis=1).tobytes()
    np.testing.assert_array_equal(read(tmp_path, data).values, GREY8)


@pytest.mark.parametrize("subsampling", [0, 1])
def test_grey_in_a_colour_jpeg_is_grey(tmp_path: Path, subsampling: int):
    smooth = np.add.outer(np.arange(48), np.arange(64)).astype(np.uint8)
    coded = io.BytesIO()
    Image.fromarray(three(smooth)).save(coded, "JPEG", quality=95, subsampling=subsampling)
    data = coloured(three(smooth), "YBR_FULL_422")
    data.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    data.PixelData = encapsulate([coded.getvalue()])
    data["PixelData"].VR, data["PixelData"].is_undefined_length = "OB", True
    assert np.abs(read(tmp_path, data).values.astype(int) - smooth).max() <= 3


def test_frames_of_equal_rgb_are_a_stack(tmp_path: Path):
    frames = np.stack([three(GREY8), three(GREY8[::-1])])
    data = coloured(frames, "RGB")
    data.NumberOfFrames, data.Rows, data.Columns = 2, 48, 64
    image = read(tmp_path, data)
    np.testing.assert_array_equal(image.values, frames[..., 0])


def with_palette(indices: NDArray, red: NDArray, green: NDArray, blue: NDArray, bits: int) -> FileDataset:
    data = dataset(indices, 8 * indices.itemsize, PhotometricInterpretation="PALETTE COLOR")
    for name, table in (("Red", red), ("Green", green), ("Blue", blue)):
        descriptor = [len(table) % 2**16, 0, bits]
        data.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", descriptor)
        data.add_new(f"{name}PaletteColorLookupTableData", "OW", table.astype(f"<u{bits // 8}").tobytes())
    return data


@pytest.mark.parametrize("bits", [8, 16])
def test_a_palette_of_greys_is_grey(tmp_path: Path, bits: int):
    table = (np.arange(256)[::-1] * (257 if bits == 16 else 1)).astype(f"u{bits // 8}")
    image = read(tmp_path, with_palette(GREY8, table, table, table, bits))
    np.testing.assert_array_equal(image.values, table[GREY8])
    np.testing.assert_allclose(image.pixels, 1 - GREY8 / 255, atol=1e-6)


def test_colours_of_a_palette_that_no_pixel_has_do_not_matter(tmp_path: Path):
    table = np.arange(256, dtype=np.uint8)
    image = read(tmp_path, with_palette(GREY8 // 2, table, table, np.minimum(table, 127), 8))
    np.testing.assert_array_equal(image.values, GREY8 // 2)


def refused(tmp_path: Path, data: FileDataset) -> str:
    with pytest.raises(InputError) as caught:
        read(tmp_path, data)
    return str(caught.value)


@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL"])
@pytest.mark.parametrize("planar", [0, 1])
def test_a_colour_is_refused(tmp_path: Path, photometric: str, planar: int):
    samples = three(GREY8)
    samples[5, 5, 0] ^= 128
    assert f"is a colour image ({photometric})" in refused(tmp_path, coloured(samples, photometric, planar))


def test_a_palette_with_colours_or_none_is_refused(tmp_path: Path):
    table = np.arange(256, dtype=np.uint8)
    assert "PALETTE COLOR" in refused(tmp_path, with_palette(GREY8, table, table[::-1], table, 8))
    assert "without a readable palette" in refused(
        tmp_path, dataset(GREY8, 8, PhotometricInterpretation="PALETTE COLOR")
    )


@pytest.mark.parametrize("called", ["RGB", "YBR_FULL_422", "MONOCHROME"])
def test_one_sample_per_pixel_is_grey_whatever_it_is_called(tmp_path: Path, called: str):
    image = read(tmp_path, dataset(GREY8, 8, PhotometricInterpretation=called))
    np.testing.assert_array_equal(image.values, GREY8)
    assert f"is called {called} but has one sample per pixel: taken as grey" in image.notes


@pytest.mark.parametrize("called", ["MONOCHROME1", "MONOCHROME2"])
def test_three_samples_are_rgb_whatever_they_are_called(tmp_path: Path, called: str):
    image = read(tmp_path, coloured(three(GREY8), called))
    np.testing.assert_allclose(image.pixels, GREY8 / 255, atol=1e-6)
    assert f"is called {called} but has three samples per pixel: taken as RGB" in image.notes
