"""TIFF and BigTIFF: grey pictures of any depth, and stacks of them; the spacing where a credible one is written.

OME-TIFF and ImageJ give it as a length. A plain resolution counts where it is none of the values that programs write
without having measured anything (72, 96, 300 dots per inch and the like).
"""

from __future__ import annotations

import logging
import math
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tifffile import COMPRESSION, PHOTOMETRIC, TiffFile, TiffPage

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import grey, ome
from napari_mammoseg.readers.quiet import listening, quiet
from napari_mammoseg.readers.spacing import INCH_MM, Measured, from_dots, from_length, unit_mm

_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_DEFLATED = (COMPRESSION.ADOBE_DEFLATE, COMPRESSION.DEFLATE)
_TIFFFILES = (COMPRESSION.NONE, COMPRESSION.PACKBITS, *_DEFLATED)
_PILLOWS = (COMPRESSION.LZW, COMPRESSION.JPEG, COMPRESSION.OJPEG)  # those that tifffile leaves to another package
_RESOLUTION_UNITS_MM = {2: INCH_MM, 3: 10.0, 4: 1.0, 5: 1e-3}  # 4 and 5 are an extension
_PACKED = "is packed in a way that is not read", "save it without compression, or as PNG"
_CUT_OFF = "is cut off or damaged", "copy or export it again"

logging.getLogger("tifffile").addHandler(logging.NullHandler())  # what it finds odd is said by InputError or not at all


def accepts(path: Path, head: bytes) -> bool:
    return head[:4] in _MAGIC


def read(path: Path) -> Mammogram:
    """The picture (or the stack, where all pages are alike). Raises InputError if it is not grey, or damaged."""
    try:
        with TiffFile(path) as file:
            page = file.pages.first
            pages = _alike(path, file)
            values = np.stack([_values(path, file, each) for each in pages])
            measured = _measured(file, page)
            white_is_zero = page.photometric == PHOTOMETRIC.MINISWHITE
            bits = page.bitspersample if isinstance(page.bitspersample, int) else None
            left = [f"the first of {len(file.pages)} pictures was read"] if len(pages) < len(file.pages) else []
    except InputError:
        raise
    except Exception as error:
        raise _damaged(path, error) from error
    pixels, done = grey.unit_range(path.name, values, bits if bits and 8 < bits < 16 else None)
    return Mammogram(
        np.squeeze(1 - pixels if white_is_zero else pixels, 0) if len(pages) == 1 else pixels,
        path.name,
        "TIFF",
        spacing=measured.spacing,
        spacing_source=measured.source,
        notes=(*measured.notes, *left, *done),
        properties={"stored type": str(values.dtype), "white is zero": white_is_zero},
    )


def stored(path: Path) -> NDArray[Any]:
    """The first page's values as stored, (rows, columns). Raises InputError as `read` does."""
    try:
        with TiffFile(path) as file:
            _alike(path, file)
            return _values(path, file, file.pages.first)
    except InputError:
        raise
    except Exception as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: BaseException) -> InputError:
    if "imagecodecs" in str(error):
        return InputError(path, *_PACKED)
    return InputError(path, *_CUT_OFF)


def _alike(path: Path, file: TiffFile) -> list[TiffPage]:
    """All pages where they have one size and type, else the first."""
    first = file.pages.first
    pages = [each for each in file.pages if isinstance(each, TiffPage)] if len(file.pages) > 1 else [first]
    alike = all(each.shape == first.shape and each.dtype == first.dtype for each in pages)
    pages = pages if alike and first.samplesperpixel == 1 else [first]
    grey.check_size(path.name, len(pages) * first.imagelength * first.imagewidth)
    return pages


def _values(path: Path, file: TiffFile, page: TiffPage) -> NDArray[Any]:
    """One page's grey values as stored, (rows, columns)."""
    if page.imagedepth != 1 or page.photometric not in (0, 1, 2, 3, 5, 6):
        raise InputError(path, f"is a TIFF of a kind that is not read ({page.photometric!s})", "save it as plain grey")
    if not _whole(file, page):
        raise InputError(path, *_CUT_OFF)
    if page.compression in _PILLOWS or page.photometric in (PHOTOMETRIC.SEPARATED, PHOTOMETRIC.YCBCR):
        return _by_pillow(path, page)
    if page.compression not in _TIFFFILES:
        raise InputError(path, *_PACKED)
    values = page.asarray()
    if page.bitspersample == 1:
        values = values.astype(bool)
    if page.colormap is not None:
        values = np.moveaxis((page.colormap >> 8).astype(np.uint8)[:, values], 0, -1)
    elif values.ndim == 3 and values.shape[0] == page.samplesperpixel != values.shape[-1]:
        values = np.moveaxis(values, 0, -1)
    return _one(path.name, values)


def _whole(file: TiffFile, page: TiffPage) -> bool:
    """Whether all strips or tiles lie within the file (missing ones would be read as 0) and unpack to their size."""
    places = list(zip(page.dataoffsets, page.databytecounts, strict=True))
    within = all(size > 0 and start + size <= file.filehandle.size for start, size in places)
    if not within or len(places) not in (1, math.prod(page.chunked)):
        return False
    return page.compression not in _DEFLATED or all(_inflates(file, page, *each) for each in places)


def _inflates(file: TiffFile, page: TiffPage, start: int, size: int) -> bool:
    """Whether a deflated strip or tile gives no more than it should: a few bytes may stand for gigabytes."""
    file.filehandle.seek(start)
    most = math.prod(page.chunks) * (page.dtype.itemsize if page.dtype else 0)
    return len(zlib.decompressobj().decompress(file.filehandle.read(size), most + 1)) <= most


def _by_pillow(path: Path, page: TiffPage) -> NDArray[Any]:
    # libtiff writes to standard error
    with quiet(), listening(), Image.open(path, formats=["TIFF"]) as picture:
        picture.seek(page.index)
        colours = picture.mode in ("P", "YCbCr", "RGBA", "RGBX", "CMYK")
        values = np.asarray(picture.convert("RGB") if colours else picture)
    if page.photometric == PHOTOMETRIC.MINISWHITE and picture.mode == "L":
        values = 255 - values  # Pillow turns these round itself
    return _one(path.name, values, tolerance=2 if page.compression != COMPRESSION.LZW else 0)


def _one(name: str, values: NDArray[Any], tolerance: int = 0) -> NDArray[Any]:
    if values.ndim == 2:
        return values
    if values.ndim == 3 and values.shape[-1] == 2:
        return values[..., 0]
    if values.ndim == 3 and values.shape[-1] in (3, 4):
        return grey.one_channel(name, values[..., :3], tolerance)
    raise InputError(name, f"has {values.shape[-1]} channels", "save it as grey")


def _measured(file: TiffFile, page: TiffPage) -> Measured:
    """The spacing where the file states a credible one."""
    described = ome.pixel_size(file.ome_metadata) if file.ome_metadata else None
    if described is not None:
        return described
    across, down = (_per_unit(page, name) for name in ("XResolution", "YResolution"))
    if not across or not down:
        return Measured()
    unit = (file.imagej_metadata or {}).get("unit") if file.is_imagej else None
    length = unit_mm(str(unit))
    if length is not None:
        return from_length((length / down, length / across), "ImageJ")
    length = _RESOLUTION_UNITS_MM.get(int(_tag(page, "ResolutionUnit", 2)))
    if length is None or across == down == 1:
        return Measured()
    dots = INCH_MM / length
    return from_dots(down * dots, across * dots, "TIFF resolution")


def _per_unit(page: TiffPage, name: str) -> float:
    above, below = _tag(page, name, (0, 1))
    return above / below if below else 0.0


def _tag(page: TiffPage, name: str, default: Any) -> Any:
    return page.tags[name].value if name in page.tags else default
