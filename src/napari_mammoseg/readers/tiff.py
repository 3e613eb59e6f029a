"""TIFF and BigTIFF: grey pictures of any depth, and stacks of them; the spacing where a credible one is written.

A resolution counts where ImageJ gives it in a length, or where it is no value that programs write without having
measured (72, 96, 300 dots an inch and the like) and gives a pixel of 0.02 to 0.5 mm. Otherwise the spacing is unknown.
"""

from __future__ import annotations

import logging
import math
import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tifffile import COMPRESSION, PHOTOMETRIC, TiffFile, TiffPage

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.readers import grey

_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_DAMAGE = (
    *(OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError, SyntaxError, EOFError),
    *(MemoryError, NotImplementedError, struct.error, zlib.error),
)
_DEFLATED = (COMPRESSION.ADOBE_DEFLATE, COMPRESSION.DEFLATE)
_TIFFFILES = (COMPRESSION.NONE, COMPRESSION.PACKBITS, *_DEFLATED)
_PILLOWS = (COMPRESSION.LZW, COMPRESSION.JPEG, COMPRESSION.OJPEG)  # those that tifffile leaves to another package
_UNMEASURED_DPI = (72, 75, 90, 96, 100, 120, 144, 150, 200, 240, 250, 300, 350, 360, 400, 600, 720, 1200, 2400)
_CREDIBLE_MM = (0.02, 0.5)
_INCH_MM = 25.4
_PACKED = "is packed in a way that is not read", "save it without compression, or as PNG"
_CUT_OFF = "is cut off or damaged", "copy or export it again"
_UNITS_MM = {"mm": 1.0, "cm": 10.0, "micron": 1e-3, "um": 1e-3, "µm": 1e-3, "\\u00B5m": 1e-3, "inch": _INCH_MM}

logging.getLogger("tifffile").addHandler(logging.NullHandler())  # what it finds odd is said by InputError or not at all


def accepts(path: Path, head: bytes) -> bool:
    return head[:4] in _MAGIC


def read(path: Path) -> Mammogram:
    """The picture (or the stack, where all pages are alike). Raises InputError for what is no whole grey picture."""
    try:
        with TiffFile(path) as file:
            page = file.pages.first
            pages = _alike(path, file)
            values = np.stack([_values(path, file, each) for each in pages])
            spacing, source, notes = _spacing(file, page)
            white_is_zero = page.photometric == PHOTOMETRIC.MINISWHITE
            bits = page.bitspersample if isinstance(page.bitspersample, int) else None
            if len(pages) < len(file.pages):
                notes = [*notes, f"the first of {len(file.pages)} pictures was read"]
    except _DAMAGE as error:
        raise _damaged(path, error) from error
    pixels, done = grey.unit_range(path.name, values, bits if bits and 8 < bits < 16 else None)
    return Mammogram(
        np.squeeze(1 - pixels if white_is_zero else pixels, 0) if len(pages) == 1 else pixels,
        path.name,
        "TIFF",
        spacing=spacing,
        spacing_source=source,
        notes=(*notes, *done),
        properties={"stored type": str(values.dtype), "white is zero": white_is_zero},
    )


def stored(path: Path) -> NDArray[Any]:
    """The first page's values as stored, (rows, columns). Raises InputError as `read` does."""
    try:
        with TiffFile(path) as file:
            _alike(path, file)
            return _values(path, file, file.pages.first)
    except _DAMAGE as error:
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
    if page.imagedepth != 1 or page.photometric not in (0, 1, 2, 3, 6):
        raise InputError(path, f"is a TIFF of a kind that is not read ({page.photometric!s})", "save it as plain grey")
    if not _whole(file, page):
        raise InputError(path, *_CUT_OFF)
    if page.compression in _PILLOWS:
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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(path, formats=["TIFF"]) as picture:
            picture.seek(page.index)
            colours = picture.mode in ("P", "YCbCr", "RGBA", "RGBX")
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


def _spacing(file: TiffFile, page: TiffPage) -> tuple[Spacing | None, str | None, list[str]]:
    """The spacing where the file says a credible one, where from, and a note where it says another."""
    across, down = (_per_unit(page, name) for name in ("XResolution", "YResolution"))
    if not across or not down:
        return None, None, []
    unit = (file.imagej_metadata or {}).get("unit") if file.is_imagej else None
    if unit in _UNITS_MM:
        spacing = _UNITS_MM[unit] / down, _UNITS_MM[unit] / across
        return (spacing, "ImageJ", []) if _credible(spacing) else (None, None, [_doubt(f"{across:g} pixels a {unit}")])
    millimetres = {2: _INCH_MM, 3: 10.0}.get(int(_tag(page, "ResolutionUnit", 2)))
    if millimetres is None:
        return None, None, []
    spacing = millimetres / down, millimetres / across
    dpi = _INCH_MM / spacing[1]
    if _credible(spacing) and not any(abs(dpi - each) < 0.5 for each in _UNMEASURED_DPI):
        return spacing, "TIFF resolution", []
    return None, None, [] if across == down == 1 else [_doubt(f"{dpi:.0f} dots an inch")]


def _per_unit(page: TiffPage, name: str) -> float:
    above, below = _tag(page, name, (0, 1))
    return above / below if below else 0.0


def _tag(page: TiffPage, name: str, default: Any) -> Any:
    return page.tags[name].value if name in page.tags else default


def _credible(spacing: Spacing) -> bool:
    return all(_CREDIBLE_MM[0] <= each <= _CREDIBLE_MM[1] for each in spacing)


def _doubt(resolution: str) -> str:
    return f"its resolution of {resolution} was not taken for a measured one; give --spacing, in mm"
