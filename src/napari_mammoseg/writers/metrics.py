"""The numbers of a result, as JSON with the run record and as a table of names and values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from napari_mammoseg.files import atomic
from napari_mammoseg.findings import Findings
from napari_mammoseg.writers.record import Record, record_of
from napari_mammoseg.writers.table_csv import write_rows


def write(findings: Findings, folder: Path, stem: str) -> list[Path]:
    values = {"image_score": findings.image_score, **findings.summary, **(findings.metrics or {})}
    as_json, as_table = folder / f"{stem}.metrics.json", folder / f"{stem}.metrics.csv"
    write_json(as_json, values, record_of(findings))
    write_csv(as_table, values, record_of(findings))
    return [as_json, as_table]


def write_json(path: Path, values: Mapping[str, Any], record: Record) -> None:
    """Any numbers by name as JSON."""
    document = {"schema": "mammoseg.metrics/1", "metrics": dict(values), "mammoseg": dict(record)}
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(document, indent=1, default=str) + "\n", "utf-8")


def write_csv(path: Path, values: Mapping[str, Any], record: Record) -> None:
    """Any numbers by name as a table; names of nested numbers are joined by dots."""
    rows = [{"name": name, "value": value} for name, value in _flat(values, "")]
    write_rows(path, rows, record, ("name", "value"))


def _flat(values: Mapping[str, Any], before: str) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value
