"""Pictures: grey values of every depth as their writer put them in, and one clear line for what is none."""

from __future__ import annotations

import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

import napari_mammoseg as mammoseg
from napari_mammoseg.errors import InputError

RAMP8 = np.linspace(0, 255, 35 * 21).round().astype(np.uint8).reshape(35, 21)
RAMP16 = np.linspace(0, 65535, 35 * 21).round().astype(np.uint16).reshape(35, 21)


def refused(path: Path) -> str:
    """The one line that the file is refused with."""
    with pytest.raises(InputError) as error:
        mammoseg.read(path)
    line = str(error.value)
    assert line.startswith(f"{path.name}: ")
    assert "\n" not in line
    assert "; " in line
    return line


@pytest.mark.parametrize("suffix", ["png", "pgm", "webp", "tif"])
def test_eight_bits_come_back_divided_by_255(tmp_path, suffix):
    path = tmp_path / f"ramp.{suffix}"
    picture = Image.fromarray(np.stack([RAMP8] * 3, -1) if suffix == "webp" else RAMP8)
    picture.save(path, **({"lossless": True} if suffix == "webp" else {}))
    image = mammoseg.read(path)
    assert np.array_equal(image.pixels, RAMP8 / np.float32(255))
    assert (image.spacing, image.view, image.laterality, image.truth, image.notes) == (None, None, None, None, ())


@pytest.mark.parametrize("suffix", ["png", "pgm", "tif"])
def test_sixteen_bits_come_back_divided_by_65535(tmp_path, suffix):
    path = tmp_path / f"ramp.{suffix}"
    Image.fromarray(RAMP16).save(path)
    assert np.allclose(mammoseg.read(path).pixels, RAMP16 / 65535, atol=1e-7)


def test_plain_and_binary_pgm_of_any_largest_value_are_alike(tmp_path):
    values = np.arange(12).reshape(3, 4) * 91
    (tmp_path / "plain.pgm").write_text(f"P2\n# made by hand\n4 3\n1023\n{' '.join(map(str, values.ravel()))}\n")
    (tmp_path / "binary.pgm").write_bytes(b"P5 4 3 1023\n" + values.astype(">u2").tobytes())
    for name in ("plain.pgm", "binary.pgm"):
        assert np.allclose(mammoseg.read(tmp_path / name).pixels, values / 1023, atol=1e-5)


def test_jpeg_is_read_within_its_loss(tmp_path):
    Image.fromarray(RAMP8).save(tmp_path / "ramp.jpg", quality=95)
    assert np.abs(mammoseg.read(tmp_path / "ramp.jpg").pixels - RAMP8 / 255).max() < 0.03


def test_twelve_bits_in_sixteen_use_the_whole_range_and_say_so(tmp_path):
    Image.fromarray((RAMP16 >> 4).astype(np.uint16)).save(tmp_path / "twelve.png")
    image = mammoseg.read(tmp_path / "twelve.png")
    assert image.pixels.max() == 1
    assert "12-bit" in image.notes[0]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "LA"])
def test_grey_in_colour_channels_is_grey(tmp_path, mode):
    Image.fromarray(RAMP8).convert(mode).save(tmp_path / "grey.png")
    assert np.array_equal(mammoseg.read(tmp_path / "grey.png").pixels, RAMP8 / np.float32(255))


def test_grey_in_printers_colours_is_grey(tmp_path):
    black = Image.merge("CMYK", [Image.new("L", (21, 35))] * 3 + [Image.fromarray(255 - RAMP8)])
    for name in ("a.jpg", "a.tif"):
        black.save(tmp_path / name, quality=98)
        assert np.abs(mammoseg.read(tmp_path / name).pixels * 255 - RAMP8).max() <= 3


@pytest.mark.parametrize("error", [OSError, KeyError, RuntimeError, MemoryError, AssertionError])
def test_whatever_a_decoder_raises_is_one_line(tmp_path, monkeypatch, error):
    def fail(*_, **__):
        raise error("x")

    Image.fromarray(RAMP8).convert("P").save(tmp_path / "a.png")
    Image.fromarray(RAMP8).save(tmp_path / "a.tif")
    monkeypatch.setattr("PIL.Image.Image.convert", fail)
    monkeypatch.setattr("tifffile.TiffPage.asarray", fail)
    for name in ("a.png", "a.tif"):
        assert "is cut off or damaged" in refused(tmp_path / name)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif"])
def test_colour_is_refused(tmp_path, suffix):
    colour = np.stack([RAMP8, RAMP8[::-1], RAMP8], -1)
    Image.fromarray(colour).save(tmp_path / f"colour.{suffix}")
    assert "is a colour picture" in refused(tmp_path / f"colour.{suffix}")


def test_black_and_white_is_refused(tmp_path):
    Image.fromarray(RAMP8 > 99).save(tmp_path / "mask.png")
    assert "black and white" in refused(tmp_path / "mask.png")
    (tmp_path / "mask.pbm").write_bytes(b"P4 8 1\n\xaa")
    assert "black and white" in refused(tmp_path / "mask.pbm")


def test_a_picture_of_one_value_says_that_it_is_empty(tmp_path):
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(tmp_path / "black.png")
    assert mammoseg.read(tmp_path / "black.png").notes == ("every pixel is 0: the picture is empty",)


def png(rows: int, columns: int, data: bytes) -> bytes:
    """A PNG of 8-bit grey whose header says `rows` x `columns`."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def test_a_decompression_bomb_is_refused_before_it_is_unpacked(tmp_path):
    (tmp_path / "bomb.png").write_bytes(png(60000, 60000, bytes(1000)))
    assert "more pixels" in refused(tmp_path / "bomb.png")
    (tmp_path / "bomb.pgm").write_bytes(b"P5 90000 90000 255\n" + bytes(100))
    assert "more pixels" in refused(tmp_path / "bomb.pgm")


def test_truncated_empty_and_mislabelled_files_are_refused(tmp_path):
    Image.fromarray(RAMP16).save(tmp_path / "whole.png")
    whole = (tmp_path / "whole.png").read_bytes()
    for size in (9, 20, 40, len(whole) // 2, len(whole) - 30):
        (tmp_path / "cut.png").write_bytes(whole[:size])
        assert "is cut off or damaged" in refused(tmp_path / "cut.png")
    (tmp_path / "empty.png").write_bytes(b"")
    assert "is empty" in refused(tmp_path / "empty.png")
    (tmp_path / "text.png").write_text("a letter")
    assert "is not an image that can be read" in refused(tmp_path / "text.png")
    (tmp_path / "nothing.png").write_bytes(png(0, 0, b""))
    assert refused(tmp_path / "nothing.png")


def test_content_counts_and_not_the_name(tmp_path):
    Image.fromarray(RAMP8).save(tmp_path / "picture.jpg", format="PNG")
    assert mammoseg.read(tmp_path / "picture.jpg").format == "PNG"


@settings(max_examples=40, deadline=None)
@given(
    arrays(
        st.sampled_from([np.uint8, np.uint16]),
        st.tuples(st.integers(1, 9), st.integers(1, 9)),
    )
)
def test_any_grey_png_keeps_its_order(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("any") / "any.png"
    Image.fromarray(values).save(path)
    pixels = mammoseg.read(path).pixels
    assert pixels.dtype == np.float32
    assert (pixels.shape, pixels.min() >= 0, pixels.max() <= 1) == (values.shape, True, True)
    order = np.argsort(values, axis=None, kind="stable")
    assert (np.diff(pixels.ravel()[order]) >= 0).all()


def seeds(folder: Path) -> list[Path]:
    """One whole file of every kind."""
    for name in ("a.png", "a.jpg", "a.webp", "a.pgm"):
        Image.fromarray(RAMP8).save(folder / name)
    Image.fromarray(RAMP16).save(folder / "b.png")
    Image.fromarray(RAMP16).save(folder / "b.pgm")
    tifffile.imwrite(folder / "c.tif", RAMP16)
    tifffile.imwrite(folder / "d.tif", RAMP8, compression="zlib", tile=(16, 16))
    tifffile.imwrite(folder / "e.tif", np.stack([RAMP8] * 3), bigtiff=True, photometric="minisblack")
    Image.fromarray(RAMP8).save(folder / "f.tif", compression="tiff_lzw")
    return sorted(folder.iterdir())


def mutated(content: bytes, chance: random.Random) -> bytes:
    """`content` with a few bytes changed, sometimes cut off."""
    changed = bytearray(content)
    for _ in range(chance.choice([1, 2, 8])):
        changed[chance.randrange(min(len(changed), chance.choice([64, 400, 10**6])))] = chance.randrange(256)
    return bytes(changed[: chance.randrange(1, len(changed))] if chance.random() < 0.3 else changed)


def test_mutated_files_are_read_or_refused_in_one_line(tmp_path, capfd):
    chance = random.Random(7)
    whole = seeds(tmp_path)
    lines, reads = [], 0
    for number in range(600):
        seed = whole[number % len(whole)]
        broken = tmp_path / f"broken{seed.suffix}"
        broken.write_bytes(mutated(seed.read_bytes(), chance))
        try:
            pixels = mammoseg.read(broken).pixels
        except InputError as error:
            lines.append(str(error))
        else:
            assert np.isfinite(pixels).all()
            assert 0 <= pixels.min() <= pixels.max() <= 1
            reads += 1
    assert all(line.startswith("broken.") and "\n" not in line and "; " in line for line in lines)
    assert min(len(lines), reads) > 100
    assert capfd.readouterr().out == ""


def test_a_cut_off_tiff_is_refused_and_not_filled_with_black(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", RAMP16, rowsperstrip=5)
    whole = (tmp_path / "a.tif").read_bytes()
    (tmp_path / "a.tif").write_bytes(whole[: len(whole) - 40])
    assert "is cut off or damaged" in refused(tmp_path / "a.tif")
