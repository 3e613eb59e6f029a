"""The size of a pixel as files state it: a length per pixel, or a number of pixels per unit of length."""

from __future__ import annotations

from dataclasses import dataclass

from napari_mammoseg.mammogram import Spacing, is_possible

INCH_MM = 25.4
_UNMEASURED_DPI = (72, 75, 90, 96, 100, 120, 144, 150, 200, 240, 250, 300, 350, 360, 400, 600, 720, 1200, 2400)
_ADVICE = "give --spacing, in mm"
_UNITS_MM = {
    **dict.fromkeys(("nm", "nanometer", "nanometre"), 1e-6),
    **dict.fromkeys(("um", "micron", "micrometer", "micrometre"), 1e-3),
    **dict.fromkeys(("mm", "millimeter", "millimetre"), 1.0),
    **dict.fromkeys(("cm", "centimeter", "centimetre"), 10.0),
    **dict.fromkeys(("m", "meter", "metre"), 1000.0),
    **dict.fromkeys(("in", "inch", "inche", '"'), INCH_MM),
}
_MICRO = ("\\u00b5", "\u00b5", "\u03bc")  # as ImageJ escapes it, the sign, the Greek letter


@dataclass(frozen=True, slots=True)
class Measured:
    """A spacing (None: unknown), where it is from, and what is to be said of it."""

    spacing: Spacing | None = None
    source: str | None = None
    notes: tuple[str, ...] = ()


def unit_mm(name: str) -> float | None:
    """The millimetres of a unit of length, however it is spelled; None if it is not one."""
    plain = name.strip().lower()
    for sign in _MICRO:
        plain = plain.replace(sign, "u")
    return _UNITS_MM.get(plain, _UNITS_MM.get(plain.removesuffix("s")))


def from_length(spacing: Spacing, source: str) -> Measured:
    """A size that the file gives as a length: known where it is possible."""
    if is_possible(spacing):
        return Measured(spacing, source)
    said = " x ".join(dict.fromkeys(f"{each:g}" for each in spacing))
    return Measured(notes=(f"{source} gives pixels of {said} mm, which a mammogram cannot have; {_ADVICE}",))


def from_dots(down: float, across: float, source: str) -> Measured:
    """A size that the file gives as pixels per inch, rows and columns.

    Known where it is possible and is none of the values that programs write without having measured anything.
    """
    if down <= 0 or across <= 0 or down == across == 1:
        return Measured()
    spacing = INCH_MM / down, INCH_MM / across
    if is_possible(spacing) and not any(abs(across - each) < 0.5 for each in _UNMEASURED_DPI):
        return Measured(spacing, source)
    return Measured(
        notes=(f"its resolution of {across:.0f} dots per inch was not taken for a measured one; {_ADVICE}",)
    )
