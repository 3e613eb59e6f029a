"""One element of a DICOM data set as plain numbers and texts, whatever state the file is in."""

from __future__ import annotations

import math
from collections.abc import Sequence as Many
from typing import Any

from pydicom import Dataset, Sequence
from pydicom.datadict import keyword_for_tag

LONGEST_TEXT = 64
_PIXELS = 0x7FE0


def raw(data: Dataset, keyword: str) -> Any:
    """The element's value, or None where it is absent, empty or unreadable.

    pydicom raises many kinds of exception over damaged bytes, so all of them are caught.
    """
    try:
        return data.get(keyword)
    except Exception:  # noqa: BLE001
        return None


def without_unreadable(data: Dataset) -> list[str]:
    """Removes the elements that pydicom cannot read, in the items of sequences too; their keywords.

    Private elements and the pixels stay as they are: they are not looked at here.
    """
    lost = []
    for tag in list(data.keys()):
        if tag.is_private or tag.group == _PIXELS:
            continue
        try:
            value = data[tag].value
            lost += [each for item in value for each in without_unreadable(item)] if _is_sequence(value) else []
        except Exception:  # noqa: BLE001
            del data[tag]
            lost.append(keyword_for_tag(tag) or str(tag))
    return lost


def _is_sequence(value: Any) -> bool:
    return isinstance(value, Sequence)


def many(data: Dataset, keyword: str) -> list[Any]:
    """The element's values, as a list whatever their number."""
    value = raw(data, keyword)
    if value is None or isinstance(value, bytes | Dataset | Sequence):
        return []
    return list(value) if isinstance(value, Many) and not isinstance(value, str) else [value]


def numbers(data: Dataset, keyword: str) -> list[float]:
    """The element's numbers; NaN for values that are not numbers."""
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


def as_written(data: Dataset, keyword: str) -> str:
    """The element's values as the file has them, to quote them."""
    return "\\".join(texts(data, keyword))


def text(data: Dataset, keyword: str) -> str | None:
    """The element's first text that says something."""
    return next((each for each in texts(data, keyword) if each), None)


def code_string(data: Dataset, keyword: str) -> str | None:
    """The element's first text in capital letters, as texts of the VR CS are to be."""
    said = text(data, keyword)
    return None if said is None else said.upper()


def items(data: Dataset, keyword: str) -> list[Dataset]:
    """The items of a sequence."""
    value = raw(data, keyword)
    return list(value) if _is_sequence(value) else []


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _printable(value: str) -> str:
    return "".join(each if each.isprintable() else " " for each in value[:LONGEST_TEXT]).strip()
