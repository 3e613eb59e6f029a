"""Frames of stored values, whatever the transfer syntax; by pydicom's decoders, in the order that is fastest here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import get_frame
from pydicom.pixels.decoders.base import Decoder, get_decoder
from pydicom.uid import (
    JPEG2000,
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from napari_mammoseg.errors import InputError
from napari_mammoseg.readers.dicom import gdcm_region
from napari_mammoseg.readers.dicom.codestream import is_whole, stream_of
from napari_mammoseg.readers.dicom.layout import Layout
from napari_mammoseg.readers.dicom.tags import raw, text
from napari_mammoseg.readers.quiet import listening

TRUSTED = {
    RLELossless: ("pydicom",),
    JPEGBaseline8Bit: ("pillow",),
    JPEGExtended12Bit: ("pillow", "pylibjpeg"),
    JPEGLossless: ("gdcm", "pylibjpeg"),
    JPEGLosslessSV1: ("gdcm", "pylibjpeg"),
    JPEGLSLossless: ("pyjpegls",),
    JPEGLSNearLossless: ("pyjpegls",),
    JPEG2000Lossless: ("pylibjpeg", "pillow"),
    JPEG2000: ("pylibjpeg", "pillow"),
}
"""Decoders in the order in which they are tried. Others are faster in part, but end the process over damaged bytes:
GDCM at JPEG 2000 and JPEG-LS, pylibjpeg at RLE; they are taken only where none of these is installed."""
DAMAGED = ("premature end", "bad Huffman", "Unsupported marker", "inconsistent with stream")
"""What the libraries of GDCM write where they go on with a broken stream."""
PACKAGES = {
    "1.2.840.10008.1.2.4.5": "python-gdcm",
    "1.2.840.10008.1.2.4.7": "python-gdcm",
    "1.2.840.10008.1.2.4.8": "pyjpegls",
}
_AGAIN = "copy or export it again"
_CONVERT = "uncompress it first with another program (DCMTK, GDCM)"


def transfer_syntax(data: Dataset) -> UID:
    """The file's transfer syntax; without the element, the one by which it could be parsed."""
    said = text(data.file_meta, "TransferSyntaxUID") if hasattr(data, "file_meta") else None
    if said:
        return UID(said)
    implicit, little = data.original_encoding
    return ExplicitVRBigEndian if little is False else ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian


def frames(path: Path, data: Dataset, layout: Layout) -> Iterator[NDArray[Any]]:
    """Each frame's stored values, 8- or 16-bit integers, (rows, columns) or for three samples (rows, columns, 3).

    Raises InputError where decoding fails.
    """
    syntax = transfer_syntax(data)
    decoder = _decoder(path, syntax, layout)
    pixels: bytes = raw(data, "PixelData")
    if not syntax.is_encapsulated:
        _check_length(path, pixels, layout)
    for frame in range(layout.frames):
        if not syntax.is_encapsulated:
            yield _decoded(path, data, decoder, pixels, frame, layout)
            continue
        coded, bits = _coded(path, data, pixels, frame, layout, syntax)
        with listening() as said:
            values = None
            if syntax in (JPEGLossless, JPEGLosslessSV1) and bits > layout.bits_allocated - 8 and layout.is_grey:
                values = gdcm_region.decode(coded, syntax, layout)
            if values is None:
                values = _decoded(path, data, decoder, pixels, frame, layout)
        if any(damage in line for line in said for damage in DAMAGED):
            raise InputError(path, f"is damaged within frame {frame + 1} of its compressed pixels", _AGAIN)
        yield values


def _decoder(path: Path, syntax: UID, layout: Layout) -> Decoder:
    name = syntax.name if syntax.name != syntax else f"the private transfer syntax {syntax}"
    try:
        decoder = get_decoder(syntax)
    except NotImplementedError:
        raise InputError(path, f"is stored as {name}, for which there is no decoder", _CONVERT) from None
    if not decoder.is_available:
        package = next((each for start, each in PACKAGES.items() if syntax.startswith(start)), "pylibjpeg-openjpeg")
        raise InputError(path, f"needs a decoder for {name} that is not installed", f"pip install {package}")
    return decoder


def _check_length(path: Path, pixels: bytes, layout: Layout) -> None:
    needed = layout.frame_bytes * layout.frames
    if len(pixels) < needed:
        raise InputError(path, f"is cut short: it holds {len(pixels)} of {needed} bytes of pixels", _AGAIN)


def _coded(path: Path, data: Dataset, pixels: bytes, frame: int, layout: Layout, syntax: UID) -> tuple[bytes, int]:
    """A compressed frame and its bits per sample. Raises InputError if its size is not the file's, or it has no end."""
    try:
        offsets = _extended_offsets(data)
        coded = get_frame(pixels, frame, number_of_frames=layout.frames, extended_offsets=offsets)
    except Exception as error:
        raise InputError(path, f"has no frame {frame + 1} of {layout.frames}", _AGAIN) from error
    if syntax == RLELossless:
        return coded, layout.bits_allocated
    stream = stream_of(coded)
    if stream is None:
        raise InputError(path, f"holds no {syntax.name} where its pixels should be", _AGAIN)
    if (stream.rows, stream.columns, stream.samples) != (layout.rows, layout.columns, layout.samples):
        found = f"{stream.rows} x {stream.columns} x {stream.samples}"
        raise InputError(path, f"says {layout.rows} x {layout.columns} pixels but holds {found}", "export it again")
    if not 1 < stream.bits <= layout.bits_allocated:
        raise InputError(path, f"has compressed pixels of {stream.bits} bits in {layout.bits_allocated}", _AGAIN)
    if not is_whole(coded):
        raise InputError(path, "is cut short within its compressed pixels", _AGAIN)
    return coded, stream.bits


def _decoded(path: Path, data: Dataset, decoder: Decoder, pixels: bytes, frame: int, layout: Layout) -> NDArray[Any]:
    for plugin in _plugins(decoder):
        try:
            values, _ = decoder.as_array(
                pixels, index=frame, raw=True, decoding_plugin=plugin, **_options(data, decoder, layout)
            )
        except Exception as error:  # noqa: BLE001  decoders raise whatever their C libraries make of damaged bytes
            failure = error
        else:
            return values
    wide = f", {layout.bits_stored} bits" if layout.bits_stored != layout.bits_allocated else ""
    said = f"cannot be decoded ({decoder.UID.name}{wide}): damaged, or beyond the installed decoders"
    raise InputError(path, said, _CONVERT) from failure


def _plugins(decoder: Decoder) -> tuple[str, ...]:
    """Names of decoders in the order in which they are tried; an empty name stands for all that are installed."""
    return tuple(each for each in TRUSTED.get(decoder.UID, ()) if each in decoder.available_plugins) or ("",)


def _options(data: Dataset, decoder: Decoder, layout: Layout) -> dict[str, Any]:
    options: dict[str, Any] = {
        "rows": layout.rows,
        "columns": layout.columns,
        "number_of_frames": layout.frames,
        "samples_per_pixel": layout.samples,
        "planar_configuration": 0 if decoder.is_encapsulated else layout.planar,
        "photometric_interpretation": layout.photometric,
        "pixel_representation": int(layout.signed),
        "bits_allocated": layout.bits_allocated,
        "bits_stored": layout.bits_stored,
        "pixel_keyword": "PixelData",
        "pixel_vr": data["PixelData"].VR,
        "correct_unused_bits": False,
        "view_only": True,
    }
    offsets = _extended_offsets(data)
    return options if offsets is None else options | {"extended_offsets": offsets}


def _extended_offsets(data: Dataset) -> tuple[bytes, bytes] | None:
    offsets, lengths = raw(data, "ExtendedOffsetTable"), raw(data, "ExtendedOffsetTableLengths")
    return (offsets, lengths) if isinstance(offsets, bytes) and isinstance(lengths, bytes) else None
