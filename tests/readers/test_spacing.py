"""The size of a pixel wherever picture formats write it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

import napari_mammoseg as mammoseg
from napari_mammoseg.readers.spacing import unit_mm

RAMP8 = np.linspace(0, 255, 40 * 30).round().astype(np.uint8).reshape(40, 30)
RAMP16 = RAMP8.astype(np.uint16) * 257


def ome(tmp_path: Path, **metadata: Any) -> mammoseg.Mammogram:
    tifffile.imwrite(tmp_path / "a.ome.tif", RAMP16, ome=True, metadata={"axes": "YX", **metadata})
    return mammoseg.read(tmp_path / "a.ome.tif")


@pytest.mark.parametrize(
    ("unit", "number"),
    [(None, 85), ("µm", 85), ("mm", 0.085), ("cm", 0.0085), ("nm", 85e3), ("m", 85e-6), ("in", 0.085 / 25.4)],
)
def test_ome_xml_gives_the_size_in_any_unit(tmp_path: Path, unit: str | None, number: float):
    units = {} if unit is None else {"PhysicalSizeXUnit": unit, "PhysicalSizeYUnit": unit}
    image = ome(tmp_path, PhysicalSizeX=number, PhysicalSizeY=2 * number, **units)
    assert image.spacing == pytest.approx((0.17, 0.085))
    assert image.spacing_source == "OME-XML"
    assert image.notes == ()


@pytest.mark.parametrize(
    ("sizes", "quoted"),
    [
        ({"PhysicalSizeX": 1.0, "PhysicalSizeY": 1.0}, "0.001 mm"),
        ({"PhysicalSizeX": 85.0, "PhysicalSizeXUnit": "pixel", "PhysicalSizeY": 85.0}, "85.0 pixel"),
        ({"PhysicalSizeX": 85.0}, "85.0 µm"),
    ],
)
def test_a_size_that_cannot_be_or_is_half_is_said(tmp_path: Path, sizes: dict[str, Any], quoted: str):
    image = ome(tmp_path, **sizes)
    assert image.spacing is None
    assert quoted in image.notes[0]


def test_ome_xml_that_cannot_be_read_does_not_refuse_the_picture(tmp_path: Path):
    image = ome(tmp_path, PhysicalSizeX=85, PhysicalSizeY=85)
    content = (tmp_path / "a.ome.tif").read_bytes().replace(b"<Pixels", b"<Pixe<s")
    (tmp_path / "a.ome.tif").write_bytes(content)
    damaged = mammoseg.read(tmp_path / "a.ome.tif")
    np.testing.assert_array_equal(damaged.pixels, image.pixels)
    assert (damaged.spacing, damaged.notes) == (None, ("its OME-XML cannot be read",))


@pytest.mark.parametrize(
    ("unit", "per_unit"),
    [
        ("um", 1 / 85),
        ("\\u00B5m", 1 / 85),
        ("micron", 1 / 85),
        ("microns", 1 / 85),
        ("mm", 1 / 0.085),
        ("cm", 10 / 0.085),
        ("nm", 1 / 85e3),
        ("inch", 25.4 / 0.085),
    ],
)
def test_imagej_gives_the_size_in_any_unit(tmp_path: Path, unit: str, per_unit: float):
    tifffile.imwrite(tmp_path / "a.tif", RAMP16, imagej=True, resolution=(per_unit, per_unit), metadata={"unit": unit})
    image = mammoseg.read(tmp_path / "a.tif")
    assert image.spacing == pytest.approx((0.085, 0.085), rel=1e-3)
    assert image.spacing_source == "ImageJ"


@pytest.mark.parametrize(
    ("unit", "per_unit"), [("INCH", 508), ("CENTIMETER", 200), ("MILLIMETER", 20), ("MICROMETER", 0.02)]
)
def test_every_unit_of_a_tiff_resolution_is_known(tmp_path: Path, unit: str, per_unit: float):
    tifffile.imwrite(tmp_path / "a.tif", RAMP16, resolution=(per_unit, per_unit / 2), resolutionunit=unit)
    assert mammoseg.read(tmp_path / "a.tif").spacing == pytest.approx((0.1, 0.05), rel=1e-3)


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_a_picture_that_says_its_size_has_one(tmp_path: Path, name: str):
    Image.fromarray(RAMP8).save(tmp_path / name, dpi=(508, 254))
    image = mammoseg.read(tmp_path / name)
    assert image.spacing == pytest.approx((0.1, 0.05), rel=1e-3)
    assert image.spacing_source == f"{image.format} resolution"


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp"])
def test_exif_gives_the_size(tmp_path: Path, name: str):
    exif = Image.Exif()
    exif[282], exif[283], exif[296] = 200.0, 100.0, 3
    Image.fromarray(RAMP8).save(tmp_path / name, exif=exif)
    assert mammoseg.read(tmp_path / name).spacing == pytest.approx((0.1, 0.05), rel=1e-3)


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
@pytest.mark.parametrize("dpi", [72, 96, 300, 30, 5000])
def test_a_size_that_nobody_measured_or_that_cannot_be_is_said(tmp_path: Path, name: str, dpi: int):
    Image.fromarray(RAMP8).save(tmp_path / name, dpi=(dpi, dpi))
    image = mammoseg.read(tmp_path / name)
    assert image.spacing is None
    assert f"{dpi} dots per inch" in image.notes[0]


def test_a_picture_without_a_size_has_none_and_nothing_is_said(tmp_path: Path):
    for name in ("a.png", "a.jpg", "a.webp", "a.pgm", "a.tif"):
        Image.fromarray(RAMP8).save(tmp_path / name)
        image = mammoseg.read(tmp_path / name)
        assert (image.spacing, image.notes) == (None, ())


@pytest.mark.parametrize(
    ("unit", "length"),
    [
        ("µm", 1e-3),
        ("μm", 1e-3),
        (" MM ", 1),
        ("millimeters", 1),
        ("Micrometres", 1e-3),
        ("inches", 25.4),
        ("pixel", None),
        ("", None),
    ],
)
def test_units_are_known_however_they_are_spelled(unit: str, length: float | None):
    assert unit_mm(unit) == length
