"""What `analyze` says of the exams of a folder: a line for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def lines_of(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line per exam, after a head; none without exams."""
    return ["", "highest score per exam and breast", *map(_line, records)] if records else []


def _line(record: Mapping[str, Any]) -> str:
    said = [f"{name} {_breasts(each)}" for name, each in record["scores"].items()]
    missing = f"  (no {', '.join(record['missing'])})" if record["missing"] else ""
    return f"{record['name']:32} {'   '.join(said)}{missing}"


def _breasts(scores: Mapping[str, float | None]) -> str:
    if scores["right"] is scores["left"] is None and scores["highest"] is not None:
        return f"{_score(scores['highest'])} (side unknown)"
    difference = scores["difference"]
    said = "" if difference is None else f", L - R {difference:+.3f}"
    return f"R {_score(scores['right'])}, L {_score(scores['left'])}{said}"


def _score(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
