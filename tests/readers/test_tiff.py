"""TIFF: every grey depth, both photometric senses, stacks, and a spacing only where it is credible."""

from __future__ import annotations

import struct
import tracemalloc
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

import napari_mammoseg as mammoseg
from napari_mammoseg.errors import InputError

RAMP8 = np.linspace(0, 255, 35 * 21).round().astype(np.uint8).reshape(35, 21)
RAMP16 = np.linspace(0, 65535, 35 * 21).round().astype(np.uint16).reshape(35, 21)


def as_miniswhite(path):
    """Turns the written PhotometricInterpretation 1 into 0, in place."""
    content = bytearray(path.read_bytes())
    entry = content.index(struct.pack("<HHI", 262, 3, 1))
    content[entry + 8] = 0
    path.write_bytes(content)


@pytest.mark.parametrize("values", [RAMP8, RAMP16], ids=["8 bit", "16 bit"])
@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate"])
def test_white_is_zero_is_turned_round_whatever_the_packing(tmp_path, values, compression):
    path = tmp_path / "white.tif"
    Image.fromarray(values).save(path, compression=compression)
    black = mammoseg.read(path).pixels
    assert np.allclose(black, values / np.iinfo(values.dtype).max, atol=1e-6)
    as_miniswhite(path)
    assert np.allclose(mammoseg.read(path).pixels, 1 - black, atol=1e-6)


@pytest.mark.parametrize(
    "options", [{"tile": (16, 16)}, {"compression": "zlib", "predictor": True}, {"bigtiff": True}, {"byteorder": ">"}]
)
def test_layouts_are_alike(tmp_path, options):
    tifffile.imwrite(tmp_path / "a.tif", RAMP16, **options)
    assert np.allclose(mammoseg.read(tmp_path / "a.tif").pixels, RAMP16 / 65535, atol=1e-6)


def test_real_numbers_are_scaled_and_said(tmp_path):
    tifffile.imwrite(tmp_path / "unit.tif", (RAMP8 / 255).astype(np.float32))
    assert mammoseg.read(tmp_path / "unit.tif").notes == ()
    tifffile.imwrite(tmp_path / "wide.tif", (RAMP8 * 40.0 - 1000).astype(np.float64))
    image = mammoseg.read(tmp_path / "wide.tif")
    assert np.allclose(image.pixels, RAMP8 / 255, atol=1e-6)
    assert image.notes == ("values -1000 to 9200 were scaled to 0 to 1",)
    tifffile.imwrite(tmp_path / "signed.tif", RAMP8.astype(np.int16) - 100)
    assert np.allclose(mammoseg.read(tmp_path / "signed.tif").pixels, RAMP8 / 255, atol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers_are_refused(tmp_path, bad):
    values = np.ones((4, 4), np.float32)
    values[2, 1] = bad
    tifffile.imwrite(tmp_path / "bad.tif", values)
    with pytest.raises(InputError, match="not numbers"):
        mammoseg.read(tmp_path / "bad.tif")


@pytest.mark.parametrize("values", [RAMP8 > 9, RAMP8.astype(np.complex64)], ids=["boolean", "complex"])
def test_boolean_and_complex_pixels_are_refused(tmp_path, values):
    tifffile.imwrite(tmp_path / "bad.tif", values)
    with pytest.raises(InputError):
        mammoseg.read(tmp_path / "bad.tif")


def test_grey_in_three_channels_is_grey_and_colour_is_refused(tmp_path):
    tifffile.imwrite(tmp_path / "grey.tif", np.stack([RAMP16] * 3, -1), photometric="rgb")
    assert np.allclose(mammoseg.read(tmp_path / "grey.tif").pixels, RAMP16 / 65535, atol=1e-6)
    tifffile.imwrite(tmp_path / "planes.tif", np.stack([RAMP16] * 3), photometric="rgb", planarconfig="separate")
    assert np.allclose(mammoseg.read(tmp_path / "planes.tif").pixels, RAMP16 / 65535, atol=1e-6)
    tifffile.imwrite(tmp_path / "colour.tif", np.stack([RAMP8, RAMP8, RAMP8.T.reshape(35, 21)], -1), photometric="rgb")
    with pytest.raises(InputError, match="colour"):
        mammoseg.read(tmp_path / "colour.tif")


@pytest.mark.parametrize(("mode", "compression"), [("P", None), ("LA", None), ("RGBA", "tiff_lzw"), ("L", "jpeg")])
def test_grey_in_other_colour_models_is_grey(tmp_path, mode, compression):
    Image.fromarray(RAMP8).convert(mode).save(tmp_path / "a.tif", compression=compression)
    loss = 3 if compression == "jpeg" else 0
    assert np.abs(mammoseg.read(tmp_path / "a.tif").pixels * 255 - RAMP8).max() <= loss + 1e-3


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_ycbcr_without_chroma_is_grey(tmp_path, compression):
    channels = np.stack([RAMP8, np.full_like(RAMP8, 128), np.full_like(RAMP8, 128)], -1)
    tifffile.imwrite(tmp_path / "a.tif", channels, photometric="ycbcr", compression=compression)
    assert np.abs(mammoseg.read(tmp_path / "a.tif").pixels * 255 - RAMP8).max() <= 1


def test_equal_pages_are_a_stack_and_unequal_ones_are_said(tmp_path):
    tifffile.imwrite(tmp_path / "stack.tif", np.stack([RAMP16, RAMP16[::-1]]), photometric="minisblack")
    image = mammoseg.read(tmp_path / "stack.tif")
    assert (image.frames, image.rows, image.columns) == (2, 35, 21)
    with tifffile.TiffWriter(tmp_path / "pyramid.tif") as file:
        file.write(RAMP16)
        file.write(RAMP16[::2, ::2])
    image = mammoseg.read(tmp_path / "pyramid.tif")
    assert image.pixels.shape == (35, 21)
    assert image.notes == ("the first of 2 pictures was read",)


@pytest.mark.parametrize(
    ("options", "spacing", "source"),
    [
        ({"resolution": (200, 100), "resolutionunit": "CENTIMETER"}, (0.1, 0.05), "TIFF resolution"),
        ({"resolution": (508, 508), "resolutionunit": "INCH"}, (0.05, 0.05), "TIFF resolution"),
        ({"resolution": (1 / 0.07, 1 / 0.07), "imagej": True, "metadata": {"unit": "mm"}}, (0.07, 0.07), "ImageJ"),
        ({"resolution": (0.02, 0.02), "imagej": True, "metadata": {"unit": "micron"}}, (0.05, 0.05), "ImageJ"),
    ],
)
def test_a_credible_resolution_is_the_spacing(tmp_path, options, spacing, source):
    tifffile.imwrite(tmp_path / "a.tif", RAMP16, **options)
    image = mammoseg.read(tmp_path / "a.tif")
    assert image.spacing == pytest.approx(spacing, rel=1e-4)
    assert image.spacing_source == source


@pytest.mark.parametrize(
    "options",
    [
        {"resolution": (300, 300), "resolutionunit": "INCH"},
        {"resolution": (72, 72), "resolutionunit": "INCH"},
        {"resolution": (5, 5), "resolutionunit": "CENTIMETER"},
        {"resolution": (3, 3), "imagej": True, "metadata": {"unit": "inch"}},
    ],
)
def test_a_resolution_that_may_not_be_measured_is_left_and_said(tmp_path, options):
    tifffile.imwrite(tmp_path / "a.tif", RAMP16, **options)
    image = mammoseg.read(tmp_path / "a.tif")
    assert image.spacing is None
    assert "give --spacing" in image.notes[0]


@pytest.mark.parametrize("options", [{}, {"resolution": (20, 20)}, {"resolution": (20, 20), "resolutionunit": "NONE"}])
def test_no_unit_is_no_spacing(tmp_path, options):
    tifffile.imwrite(tmp_path / "a.tif", RAMP16, **options)
    assert mammoseg.read(tmp_path / "a.tif").spacing is None


def test_a_size_that_cannot_be_held_is_refused_unread(tmp_path):
    tifffile.imwrite(tmp_path / "bomb.tif", RAMP8)
    content = bytearray((tmp_path / "bomb.tif").read_bytes())
    for tag in (256, 257):  # ImageWidth, ImageLength
        entry = content.index(struct.pack("<HH", tag, 4) + struct.pack("<I", 1))
        content[entry + 8 : entry + 12] = struct.pack("<I", 80000)
    (tmp_path / "bomb.tif").write_bytes(content)
    with pytest.raises(InputError, match="6400 million pixels"):
        mammoseg.read(tmp_path / "bomb.tif")


def test_a_strip_that_unpacks_to_gigabytes_is_refused_at_its_size(tmp_path):
    path = tmp_path / "bomb.tif"
    tifffile.imwrite(path, np.ones((40, 40), np.uint16), compression="zlib")
    content = bytearray(path.read_bytes())
    bomb = zlib.compress(bytes(50_000_000))
    for tag, value in ((273, len(content)), (279, len(bomb))):  # StripOffsets, StripByteCounts
        entry = next(place for kind in (3, 4) if (place := content.find(struct.pack("<HH", tag, kind))) >= 0)
        content[entry : entry + 12] = struct.pack("<HHII", tag, 4, 1, value)
    path.write_bytes(content + bomb)
    tracemalloc.start()
    with pytest.raises(InputError, match="is cut off or damaged"):
        mammoseg.read(path)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_packing_that_is_not_read_is_named_as_such(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", RAMP16, compression="lzma")
    with pytest.raises(InputError, match="packed in a way"):
        mammoseg.read(tmp_path / "a.tif")


def test_pages_that_run_in_a_circle_end(tmp_path):
    with tifffile.TiffWriter(tmp_path / "circle.tif") as file:
        file.write(RAMP16)
        file.write(RAMP16)
    with tifffile.TiffFile(tmp_path / "circle.tif") as file:
        first, second = (page.offset for page in file.pages)
    content = bytearray((tmp_path / "circle.tif").read_bytes())
    place = second + 2 + 12 * struct.unpack_from("<H", content, second)[0]
    content[place : place + 4] = struct.pack("<I", first)
    (tmp_path / "circle.tif").write_bytes(content)
    assert mammoseg.read(tmp_path / "circle.tif").frames == 2
