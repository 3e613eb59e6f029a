"""What is no mammogram, or a damaged one, gives one line that says what and what to do."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import FileDataset, Sequence, dataelem
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from dicom_files import FOR_PRESENTATION, code, dataset, item, ramp, write
from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import dicom, read

SYNTAXES = (ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, RLELossless, JPEGLSLossless, JPEG2000Lossless)


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    said = str(caught.value)
    assert "\n" not in said
    return said


def changed(**attributes: Any) -> Callable[[FileDataset], None]:
    def change(data: FileDataset) -> None:
        for keyword, value in attributes.items():
            if value is None:
                delattr(data, keyword)
            else:
                setattr(data, keyword, value)

    return change


def with_vr(keyword: str, vr: str, value: Any) -> Callable[[FileDataset], None]:
    def change(data: FileDataset) -> None:
        tag = data[keyword].tag
        del data[keyword]
        data.add_new(tag, vr, value)

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed(SOPClassUID="1.2.840.10008.5.1.4.1.1.88.67"), "structured report (X-Ray Radiation Dose SR Storage)"),
        (changed(SOPClassUID="1.2.840.10008.5.1.4.1.1.88.50"), "structured report (Mammography CAD SR Storage)"),
        (changed(SOPClassUID="1.2.840.10008.5.1.4.1.1.66.4"), "is a segmentation"),
        (changed(SOPClassUID="1.2.840.10008.5.1.4.1.1.11.1"), "is a presentation state"),
        (changed(SOPClassUID="1.2.840.10008.5.1.4.1.1.104.1"), "is an encapsulated document"),
        (changed(PixelData=None), "holds no pixels"),
        (changed(PixelData=None, EncryptedAttributesSequence=Sequence([item(EncryptedContent=b"12")])), "encrypted"),
        (changed(PhotometricInterpretation="RGB", SamplesPerPixel=3, Columns=21), "is a colour image (RGB)"),
        (changed(PhotometricInterpretation="ARGB", SamplesPerPixel=4), "is a colour image (ARGB)"),
        (changed(PhotometricInterpretation="PALETTE COLOR"), "is a colour image (PALETTE COLOR)"),
        (changed(PhotometricInterpretation=None), "does not say its PhotometricInterpretation"),
        (changed(Rows=None), "does not say its Rows"),
        (changed(Columns=0), "has 0 Columns"),
        (changed(NumberOfFrames=-3), "has -3 frames"),
        (changed(Rows=65535, Columns=65535), "says it has 65535 x 65535 pixels"),
        (changed(NumberOfFrames=2**30), "x 1073741824 pixels"),
        (changed(Rows=640), "is cut short: it holds 8192 of 81920 bytes"),
        (changed(NumberOfFrames=3), "is cut short: it holds 8192 of 24576 bytes"),
        (changed(BitsAllocated=32), "has 32 bits per pixel"),
        (changed(BitsAllocated=None), "does not say its BitsAllocated"),
        (with_vr("Rows", "LO", "many"), "does not say its Rows"),
        (with_vr("PixelData", "LT", "abcd"), "not stored as bytes"),
    ],
)
def test_one_line_says_what_is_wrong(tmp_path: Path, change: Callable[[FileDataset], None], said: str):
    data = dataset(ramp())
    change(data)
    assert said in refused(write(data, tmp_path / "x.dcm"))


UNNEEDED = ("ImagerPixelSpacing", "WindowCenter", "RescaleSlope", "NumberOfFrames", "HighBit", "PixelRepresentation")


@pytest.mark.parametrize("keyword", [*UNNEEDED, "ImageLaterality", "SOPClassUID", "Modality"])
@pytest.mark.parametrize("vr", ["LO", "OB", "SQ", "FD", "AT"])
def test_what_the_pixels_do_not_need_may_be_anything(tmp_path: Path, keyword: str, vr: str):
    junk = {"LO": "\x1b$B?%s", "OB": b"\xff\xfe", "SQ": Sequence([item(CodeValue="x")]), "FD": 1e300, "AT": 0}
    data = dataset(ramp(), WindowCenter=2048, WindowWidth=4096)
    if keyword in data:
        del data[keyword]
    data.add_new(keyword, vr, junk[vr])
    path = tmp_path / "x.dcm"
    data.save_as(path, enforce_file_format=False)
    np.testing.assert_array_equal(read(path).values, ramp())


def test_an_element_that_cannot_be_parsed_is_left_out_and_named(tmp_path: Path):
    view = code("R-10242", "SRT", "")
    view.add_new("ViewModifierCodeSequence", "OB", b"\xfe\xff\0\xe0\0\0\0\0wxyz")
    path = write(dataset(ramp(), ViewCodeSequence=Sequence([view])), tmp_path / "x.dcm")
    path.write_bytes(path.read_bytes().replace(b"\x54\0\x22\x02OB", b"\x54\0\x22\x02SQ"))
    image = read(path)
    np.testing.assert_array_equal(image.values, ramp())
    assert image.view == "CC"
    assert "could not be read and is left out: ViewModifierCodeSequence" in image.notes


@pytest.mark.parametrize("error", [OSError, KeyError, AssertionError, RecursionError, MemoryError, struct.error])
def test_whatever_pydicom_raises_over_a_value_is_no_refusal(tmp_path: Path, monkeypatch: Any, error: type[Exception]):
    path = write(dataset(ramp()), tmp_path / "x.dcm")
    convert = dataelem.convert_raw_data_element

    def fail(raw: Any, **options: Any) -> Any:
        if raw.tag == 0x00181164:
            raise error("x")
        return convert(raw, **options)

    monkeypatch.setattr("pydicom.dataset.convert_raw_data_element", fail)
    image = read(path)
    assert image.spacing is None
    assert "could not be read and is left out: ImagerPixelSpacing" in image.notes


def test_a_dicomdir_is_called_by_its_name(tmp_path: Path):
    data = dataset(ramp(), SOPClassUID="1.2.840.10008.1.3.10")
    data.DirectoryRecordSequence = Sequence([item(DirectoryRecordType="IMAGE")])
    del data.PixelData
    assert "is a DICOMDIR" in refused(write(data, tmp_path / "x"))


@pytest.mark.parametrize("value", ["512", 512.0])
def test_a_number_in_another_vr_is_still_a_number(tmp_path: Path, value: Any):
    data = dataset(ramp(512, 16))
    with_vr("Rows", "DS", value)(data)
    assert dicom.read(write(data, tmp_path / "x.dcm")).rows == 512


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\0" * 128 + b"DICM", "cut short"),
        (b"hello", "is not a DICOM file"),
        (b"PK\x03\x04" + b"x" * 500, "is not a DICOM file"),
        (bytes.fromhex("3082012006092a864886f70d010703a0") + b"x" * 500, "is encrypted"),
    ],
)
def test_what_is_called_dicom_and_is_none_is_said(tmp_path: Path, content: bytes, said: str):
    path = tmp_path / "x.dcm"
    path.write_bytes(content)
    assert said in refused(path)


def test_a_file_that_ends_within_its_compressed_pixels_is_said_to_be_cut_short_and_no_more(tmp_path: Path):
    path = write(dataset(ramp()), tmp_path / "x.dcm", JPEGLSLossless)
    path.write_bytes(path.read_bytes()[:-40])
    assert refused(path) == "x.dcm: is cut short; copy or export it again"


@pytest.mark.parametrize(
    ("syntax", "said"),
    [
        ("1.2.840.10008.1.2.4.103", "no decoder"),
        ("1.2.840.10008.1.2.4.94", "no decoder"),
        ("1.2.3.4.5", "private transfer syntax 1.2.3.4.5"),
    ],
)
def test_a_syntax_without_decoder_is_named(tmp_path: Path, syntax: str, said: str):
    data = dataset(ramp())
    data.file_meta.TransferSyntaxUID = UID(syntax)
    if not UID(syntax).is_private:
        data.PixelData = encapsulate([b"abcd"])
        data["PixelData"].is_undefined_length = True
    path = tmp_path / "x.dcm"
    data.save_as(path, implicit_vr=False, little_endian=True)
    assert said in refused(path)


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from pydicom.pixels.decoders.base import get_decoder

    path = write(dataset(ramp()), tmp_path / "x.dcm", JPEG2000Lossless)
    monkeypatch.setattr(get_decoder(JPEG2000Lossless), "_available", {})
    assert "is not installed; pip install pylibjpeg-openjpeg" in refused(path)


@pytest.mark.parametrize("syntax", [JPEGLSLossless, JPEG2000Lossless], ids=lambda uid: uid.keyword)
def test_a_stream_of_another_size_is_not_let_at_the_decoder(tmp_path: Path, syntax: UID):
    data = dataset(ramp())
    write(data, tmp_path / "x.dcm", syntax)
    data.Columns = 65
    assert "says 64 x 65 pixels but holds 64 x 64 x 1" in refused(write(data, tmp_path / "x.dcm"))


def test_a_deflated_file_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("napari_mammoseg.readers.dicom.opening.LARGEST_INFLATED", 2**20)
    path = write(dataset(np.zeros((1000, 1000), np.uint16)), tmp_path / "x.dcm", DeflatedExplicitVRLittleEndian)
    assert path.stat().st_size < 2**17
    assert "unpacks to more than" in refused(path)


def test_a_private_pixel_group_is_named_as_hologics(tmp_path: Path):
    data = dataset(ramp())
    del data.PixelData
    data.add_new(0x7E010010, "LO", "HOLOGIC, Inc.")
    assert "Hologic's private ones" in refused(write(data, tmp_path / "x.dcm"))


def test_overlays_outside_the_image_do_not_keep_it_from_being_read(tmp_path: Path):
    data = dataset(ramp())
    for element, vr, value in ((0x10, "US", 9999), (0x11, "US", 10), (0x50, "SS", [-5, 1]), (0x100, "US", 1)):
        data.add_new(0x60000000 | element, vr, value)
    data.add_new(0x60003000, "OW", b"\0" * 100)
    image = dicom.read(write(data, tmp_path / "x.dcm"))
    np.testing.assert_array_equal(image.values, ramp())
    assert "1 overlay plane left out, 1 of them reaching outside the image" in image.notes


def test_pydicom_says_nothing_to_the_person(tmp_path: Path, capfd: pytest.CaptureFixture[str], recwarn: Any):
    data = dataset(ramp(), ImageComments="MUSTERFRAU")
    data.add_new(0x00100010, "PN", "MUSTERFRAU^ERIKA" * 20)
    path = write(data, tmp_path / "x.dcm", JPEG2000Lossless)
    recwarn.clear()
    content = bytearray(path.read_bytes())
    for place in range(len(content) - 4000, len(content) - 3900):
        content[place] = 0
    path.write_bytes(content)
    assert "MUSTER" not in attempt(path)[1]
    said = capfd.readouterr()
    assert (said.out, said.err, list(recwarn)) == ("", "", [])


def mutations(count: int, seed: int, tmp_path: Path) -> Any:
    """Flipped bytes, cuts, lost and inserted pieces, and overwritten header bytes of files in several syntaxes."""
    chance = random.Random(seed)
    files = [write(dataset(ramp()), tmp_path / "x.dcm", syntax).read_bytes() for syntax in SYNTAXES]
    for _ in range(count):
        content = bytearray(chance.choice(files))
        kind, place = chance.choice(["flip", "cut", "lose", "insert", "head"]), chance.randrange(len(content))
        if kind == "flip":
            for each in range(chance.randint(1, 100)):
                content[chance.randrange(len(content))] ^= 1 << each % 8
        elif kind == "head":
            for _each in range(chance.randint(1, 6)):
                content[chance.randrange(132, 1200)] = chance.choice((0, 1, 127, 128, 255))
        elif kind == "insert":
            content[place:place] = chance.randbytes(chance.randint(1, 60))
        else:
            del content[place : place + chance.randint(1, 300) if kind == "lose" else None]
        yield kind, bytes(content)


def attempt(path: Path) -> tuple[Mammogram | None, str]:
    try:
        return read(path), ""
    except InputError as error:
        return None, str(error)


def test_mutated_files_are_read_or_refused_in_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    for number, (kind, content) in enumerate(mutations(150, 7, tmp_path)):
        path = tmp_path / f"{number}-{kind}.dcm"
        path.write_bytes(content)
        image, said = attempt(path)
        assert "\n" not in said, path
        if image is not None:
            assert np.isfinite(image.pixels).all(), path
            assert image.pixels.min() >= 0, path
            assert image.pixels.max() <= 1, path
    assert capfd.readouterr().err == ""


def test_the_same_class_is_named_for_pixels_that_are_missing(tmp_path: Path):
    data = dataset(ramp())
    del data.PixelData
    assert UID(FOR_PRESENTATION).name in refused(write(data, tmp_path / "x.dcm"))
