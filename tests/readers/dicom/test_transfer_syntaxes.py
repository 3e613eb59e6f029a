"""One image in every transfer syntax for which there is an encoder: the same values, or nearly so where it is lossy."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import FileDataset, dcmread
from pydicom.encaps import encapsulate, encapsulate_extended, generate_frames, get_frame
from pydicom.uid import (
    HTJ2K,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from dicom_files import dataset, ramp, write
from napari_mammoseg.readers import dicom

NATIVE = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian)
LOSSLESS = (RLELossless, JPEGLSLossless, JPEG2000Lossless)
BY_GDCM = {JPEGLossless: "JPEGLosslessProcess14", JPEGLosslessSV1: "JPEGLosslessProcess14_1"}


def smooth(bits: int, frames: int = 0) -> np.ndarray:
    """An odd side, every line different, the whole range of `bits` bits."""
    rows, columns = np.mgrid[0:68, 0:91]
    grey = (np.sin(rows / 9) + np.cos(columns / 7) + 2) / 4 * (2**bits - 1)
    stored = np.round(grey).astype(np.uint8 if bits == 8 else np.uint16)
    return np.stack([np.roll(stored, each, 1) for each in range(frames)]) if frames else stored


def by_gdcm(path: Path, stored: np.ndarray, bits: int, syntax: UID) -> Path:
    """The file in a syntax that only GDCM can encode; frame by frame, for it ends the process over several."""
    gdcm = pytest.importorskip("gdcm")
    coded = []
    for frame in stored.reshape(-1, *stored.shape[-2:]):
        reader = gdcm.ImageReader()
        reader.SetFileName(str(write(dataset(frame, bits), path)))
        assert reader.Read()
        change = gdcm.ImageChangeTransferSyntax()
        change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, BY_GDCM[syntax])))
        change.SetInput(reader.GetImage())
        assert change.Change()
        writer = gdcm.ImageWriter()
        writer.SetFile(reader.GetFile())
        writer.SetImage(change.GetOutput())
        writer.SetFileName(str(path))
        assert writer.Write()
        coded.append(get_frame(dcmread(path).PixelData, 0, number_of_frames=1))
    return write(encapsulated(dataset(stored, bits), coded, syntax), path)


def encapsulated(data: FileDataset, coded: list[bytes], syntax: UID, fragments: int = 1) -> FileDataset:
    """The data set with frames that were compressed elsewhere."""
    data.PixelData = encapsulate(coded, fragments_per_frame=fragments)
    data["PixelData"].VR, data["PixelData"].is_undefined_length = "OB", True
    data.file_meta.TransferSyntaxUID = syntax
    return data


def written(path: Path, stored: np.ndarray, bits: int, syntax: UID) -> Path:
    return by_gdcm(path, stored, bits, syntax) if syntax in BY_GDCM else write(dataset(stored, bits), path, syntax)


@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("syntax", [*NATIVE, *LOSSLESS, *BY_GDCM], ids=lambda uid: uid.keyword)
@pytest.mark.parametrize("frames", [0, 3])
def test_what_is_stored_without_loss_is_read_without_loss(tmp_path: Path, syntax: UID, bits: int, frames: int):
    stored = smooth(bits, frames)
    image = dicom.read(written(tmp_path / "x.dcm", stored, bits, syntax))
    np.testing.assert_array_equal(image.values, stored)
    assert image.pixels.shape == stored.shape
    assert image.properties["transfer_syntax"] == syntax.name


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, *LOSSLESS, *BY_GDCM], ids=lambda uid: uid.keyword)
def test_negative_values_survive_every_syntax(tmp_path: Path, syntax: UID):
    stored = (smooth(12).astype(int) - 2048).astype(np.int16)
    path = written(tmp_path / "x.dcm", stored, 12, syntax)
    np.testing.assert_array_equal(dicom.read(path).values, stored)


def test_near_lossless_jpeg_ls_stays_within_its_error(tmp_path: Path):
    jpeg_ls = pytest.importorskip("jpeg_ls")
    stored = smooth(12)
    coded = bytes(jpeg_ls.encode(stored, lossy_error=3))
    data = encapsulated(dataset(stored, 12), [coded], JPEGLSNearLossless)
    image = dicom.read(write(data, tmp_path / "x.dcm"))
    assert np.abs(image.values.astype(int) - stored).max() <= 3


def test_jpeg_baseline_is_read(tmp_path: Path):
    stored, coded = smooth(8), io.BytesIO()
    Image.fromarray(stored).save(coded, "JPEG", quality=95)
    data = encapsulated(dataset(stored, 8, LossyImageCompression="01"), [coded.getvalue()], JPEGBaseline8Bit)
    image = dicom.read(write(data, tmp_path / "x.dcm"))
    assert np.abs(image.values.astype(int) - stored).max() <= 6
    assert "was compressed with loss" in image.notes


def test_frames_in_several_fragments_with_extended_offsets_are_read(tmp_path: Path):
    stored = smooth(12, 3)
    data = dataset(stored, 12)
    data.compress(JPEGLSLossless, encoding_plugin="pyjpegls", generate_instance_uid=False)
    coded = list(generate_frames(data.PixelData, number_of_frames=3))
    data.PixelData, offsets, lengths = encapsulate_extended(coded)
    data.ExtendedOffsetTable, data.ExtendedOffsetTableLengths = offsets, lengths
    np.testing.assert_array_equal(dicom.read(write(data, tmp_path / "x.dcm")).values, stored)


def test_one_frame_in_many_fragments_is_read(tmp_path: Path):
    data = dataset(smooth(12), 12)
    data.compress(JPEG2000Lossless, encoding_plugin="pylibjpeg", generate_instance_uid=False)
    coded = get_frame(data.PixelData, 0, number_of_frames=1)
    data = encapsulated(dataset(smooth(12), 12), [coded], JPEG2000Lossless, fragments=5)
    np.testing.assert_array_equal(dicom.read(write(data, tmp_path / "x.dcm")).values, smooth(12))


def test_a_file_without_preamble_and_meta_is_read(tmp_path: Path):
    data = dataset(ramp(), 12)
    write(data, tmp_path / "whole.dcm", ImplicitVRLittleEndian)
    whole = (tmp_path / "whole.dcm").read_bytes()
    bare = tmp_path / "bare"
    bare.write_bytes(whole[144 + int.from_bytes(whole[140:144], "little") :])
    assert dicom.accepts(bare, bare.read_bytes()[:4096])
    np.testing.assert_array_equal(dicom.read(bare).values, ramp())


HTJ2K_OF_A_SLOPE = base64.b85decode(
    "|4;u>04YEK0000K0000C00000000000000K0000C0000000000009pH0sl|{2mk^A000XAQUDA90ssL31q1{@0smY86Cj9?kdTm&kdTm&kdTmw"
    "h=~7W02crOPjF>!N>E53R%LP^FfKASE;BCwkN^q*00000lmG$$lfVEbv-"
    "1T9bO68r697W}0*7<}zyK1!02KiD0LOFy5EO#`0OB+NzyK1!02Lrr0K#+tr>D~Z008zj0KfnhFaQO3wl>?*58(@T07NA!QHe^_;3)o5fxfr^zy"
    "K>C02aUy1VIq=@5*{`f_DH`TCrlqiWMtXtXTQ{h&_;id-g&B?7RT~*#"
)
"""12 x 20 pixels, made once with imagecodecs 2026.3.6: no encoder comes with what the project needs."""


@pytest.mark.parametrize("syntax", [HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K], ids=lambda uid: uid.keyword)
def test_high_throughput_jpeg_2000_is_read(tmp_path: Path, syntax: UID):
    stored = ((np.arange(12)[:, None] * 300 + np.arange(20) * 41) % 4096).astype(np.uint16)
    data = encapsulated(dataset(stored, 12), [HTJ2K_OF_A_SLOPE], syntax)
    np.testing.assert_array_equal(dicom.read(write(data, tmp_path / "x.dcm")).values, stored)
