"""One element of a DICOM data set as plain numbers and texts, whatever state the file is in."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Sequence as Many
from typing import Any

from pydicom import Dataset, Sequence
from pydicom.errors import BytesLengthException, InvalidDicomError

PARSING_ERRORS = (
    ArithmeticError,
    AttributeError,
    BytesLengthException,
    EOFError,
    InvalidDicomError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pydicom raises for bytes that are not what their tag, length or VR says."""

LONGEST_TEXT = 64


def raw(data: Dataset, keyword: str) -> Any:
    """The element's value, or None where it is absent, empty or not of its kind."""
    try:
        return data.get(keyword)
    except PARSING_ERRORS:
        return None


def many(data: Dataset, keyword: str) -> list[Any]:
    """The element's values, as a list whatever their number."""
    value = raw(data, keyword)
    if value is None or isinstance(value, bytes | Dataset | Sequence):
        return []
    return list(value) if isinstance(value, Many) and not isinstance(value, str) else [value]


def numbers(data: Dataset, keyword: str) -> list[float]:
    """The element's numbers, NaN for what is none."""
    return [_number(each) for each in many(data, keyword)]


def number(data: Dataset, keyword: str) -> float | None:
    """The element's first number, None where there is none."""
    given = numbers(data, keyword)
    return given[0] if given and math.isfinite(given[0]) else None


def whole(data: Dataset, keyword: str) -> int | None:
    """The element's first number if it is a whole one."""
    given = number(data, keyword)
    return int(given) if given is not None and given == int(given) else None


def texts(data: Dataset, keyword: str) -> list[str]:
    """The element's texts: printable, short."""
    return [_printable(str(each)) for each in many(data, keyword)]


def text(data: Dataset, keyword: str) -> str | None:
    """The element's first text that says something."""
    return next((each for each in texts(data, keyword) if each), None)


def items(data: Dataset, keyword: str) -> list[Dataset]:
    """The items of a sequence."""
    value = raw(data, keyword)
    return list(value) if isinstance(value, Sequence) else []


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _printable(value: str) -> str:
    return "".join(each if each.isprintable() else " " for each in value[:LONGEST_TEXT]).strip()
