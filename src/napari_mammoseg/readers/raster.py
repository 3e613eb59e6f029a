"""PNG, PGM, JPEG and WebP: grey pictures that do not know their view, and seldom the size of their pixels."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import SYNTHETIC, Mammogram
from napari_mammoseg.readers import grey
from napari_mammoseg.readers.spacing import Measured, from_dots

_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    **{b"P%d" % digit + space: "PPM" for digit in range(1, 7) for space in (b"\n", b" ", b"\t", b"\r", b"#")},
}
_NAMES = {"PPM": "PGM", "WEBP": "WebP"}
_EXIF_RESOLUTION, _EXIF_UNIT = (282, 283), 296
_LOSSY = 2  # grey levels by which the equal channels of a lossy picture may differ


def kind(head: bytes) -> str | None:
    """Pillow's name of the format that starts with `head`, or None."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), None)


def accepts(path: Path, head: bytes) -> bool:
    return kind(head) is not None


def read(path: Path) -> Mammogram:
    """The picture; view and side are unknown. Raises InputError if it is not grey, or damaged."""
    picture = stored(path)
    pixels, done = grey.unit_range(path.name, picture.values, picture.depth)
    return Mammogram(
        pixels,
        path.name,
        picture.format,
        spacing=picture.measured.spacing,
        spacing_source=picture.measured.source,
        notes=(*picture.measured.notes, *picture.notes, *done),
        properties={"stored type": str(picture.values.dtype)}
        | ({"synthetic": "yes"} if SYNTHETIC in picture.notes else {}),
    )


@dataclass(frozen=True, slots=True)
class Stored:
    """The values as stored (rows, columns), and what the file says of them; depth: their bits where it says them."""

    values: NDArray[Any]
    depth: int | None
    format: str
    measured: Measured
    notes: tuple[str, ...]


def stored(path: Path) -> Stored:
    """The picture before its values become grey. Raises InputError as `read` does."""
    with path.open("rb") as file:
        name = kind(file.read(16))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=[name] if name else []) as picture:
                notes = _oddities(picture, path, name)
                values = _values(picture, path.name)
                depth = _depth(picture, values)
                measured = _measured(picture, _NAMES.get(str(name), str(name)))
    except InputError:
        raise
    except Image.DecompressionBombError:
        raise InputError(path, "has more pixels than can be held", "give at most 178 million") from None
    except Exception as error:
        raise InputError(path, "is cut off or damaged", "copy or export it again") from error
    return Stored(values, depth, _NAMES.get(str(name), str(name)), measured, tuple(notes))


def _measured(picture: Image.Image, format: str) -> Measured:
    """The spacing by the dots per inch in the Exif data, else in the format's own; unknown where these are damaged."""
    try:
        dots = _exif_dots(picture.getexif())
        across, down = dots if all(dots) else (float(each) for each in picture.info.get("dpi", (0, 0)))
    except Exception:  # noqa: BLE001
        return Measured(notes=("its resolution cannot be read",))
    return from_dots(down, across, f"{format} resolution") if np.isfinite((across, down)).all() else Measured()


def _exif_dots(exif: Image.Exif) -> tuple[float, float]:
    """Dots per inch across and down; zeros where there are none."""
    per_inch = {2: 1.0, 3: 2.54}.get(exif.get(_EXIF_UNIT, 2), 0.0)
    return tuple(float(exif.get(each, 0)) * per_inch for each in _EXIF_RESOLUTION)  # type: ignore[return-value]


def _oddities(picture: Image.Image, path: Path, name: str | None) -> list[str]:
    notes = [SYNTHETIC] if _record(picture).get("synthetic") is True else []
    frames = getattr(picture, "n_frames", 1)
    if frames > 1:
        notes.append(f"the first of {frames} frames was read")
    if name == "PNG" and _png_depth(path) == 16 and picture.mode in ("RGB", "RGBA", "LA"):
        notes.append("of the 16 bits of its channels 8 were read; save it as 16-bit grey to keep all")
    if picture.mode in ("LA", "RGBA", "PA") or "transparency" in picture.info:
        notes.append("its transparency was left aside")
    return notes


def _record(picture: Image.Image) -> dict[str, Any]:
    """What this program said in a picture that it wrote: "synthetic", "bits"; else empty."""
    try:
        return dict(json.loads(picture.info["Description"])["mammoseg"])
    except (LookupError, TypeError, ValueError):
        return {}


def _depth(picture: Image.Image, values: NDArray[Any]) -> int | None:
    """The bits of 16-bit values where the file says them: PGM, and what this program wrote."""
    if values.dtype != np.uint16:
        return None
    if picture.format == "PPM":
        return 16
    bits = _record(picture).get("bits")
    return bits if isinstance(bits, int) and 8 < bits <= 16 and values.max() < 2**bits else None


def _png_depth(path: Path) -> int:
    with path.open("rb") as file:
        return file.read(25)[24]


def _values(picture: Image.Image, name: str) -> NDArray[Any]:
    tolerance = _LOSSY if picture.format in ("JPEG", "WEBP") else 0
    if picture.mode in ("P", "PA", "RGBA", "CMYK"):
        picture = picture.convert("RGB")
    if picture.mode == "RGB":
        return grey.one_channel(name, np.asarray(picture), tolerance)
    if picture.mode == "LA":
        picture = picture.getchannel(0)
    if picture.mode not in ("1", "L", "F", "I") and not picture.mode.startswith("I;16"):
        raise InputError(name, f"has the colour model {picture.mode}", "save it as 8- or 16-bit grey")
    values = np.asarray(picture)
    return values.astype(np.uint16) if picture.mode == "I" else values
