"""The findings as a table: one row per finding. Lines after `#` come first: the run's record, and what sizes mean.

Reads back with `pandas.read_csv(path, comment="#")`.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from napari_mammoseg.files import atomic
from napari_mammoseg.findings import Findings
from napari_mammoseg.kinds import KINDS, Kind
from napari_mammoseg.writers.record import Record, as_text, record_of

COLUMNS = (
    "image",
    "id",
    "kind",
    "row0",
    "column0",
    "row1",
    "column1",
    "row",
    "column",
    "score",
    "label",
    "p_malignant",
    "area_mm2",
    "diameter_mm",
    "cluster",
)


def write(findings: Findings, folder: Path, stem: str) -> list[Path]:
    path = folder / f"{stem}.csv"
    rows = [_row(findings.image.name, each) for each in findings.to_dict()["findings"]]
    write_rows(path, rows, record_of(findings), notes=_sizes({each.kind for each in findings.findings}))
    return [path]


def _sizes(kinds: Collection[Kind]) -> list[str]:
    """What `diameter_mm` means for each kind of finding in the table."""
    return [f"diameter_mm of a {row.name}: {row.diameter}" for row in KINDS.values() if row.name in kinds]


def _row(image: str, finding: dict[str, Any]) -> dict[str, Any]:
    row0, column0, row1, column1 = finding.pop("box")
    row, column = finding.pop("centroid")
    places = {"row0": row0, "column0": column0, "row1": row1, "column1": column1, "row": row, "column": column}
    return {"image": image} | places | finding


def write_rows(
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    record: Record,
    columns: Sequence[str] = COLUMNS,
    notes: Sequence[str] = (),
) -> None:
    """Any rows as CSV: `columns` first, then what else the rows have, in the order of its appearance; None is empty.

    notes: further lines after `#`, below that of the record.
    """
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    text = StringIO()
    text.writelines(f"# {line}\n" for line in (as_text(record), *notes))
    # A "#" in a text would begin a comment there, were the text not in quotes.
    marked = any("#" in str(value) for row in rows for value in row.values())
    quoting = csv.QUOTE_NONNUMERIC if marked else csv.QUOTE_MINIMAL
    table = csv.DictWriter(text, names, lineterminator="\n", quoting=quoting)  # type: ignore[arg-type]
    table.writeheader()
    table.writerows(rows)
    with atomic(path) as temporary:
        temporary.write_bytes(text.getvalue().encode("utf-8", "backslashreplace"))
