"""All readers' verdicts as one table: one row per mark and reader, and one per reader for an image without marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Finding
from napari_mammoseg.pipeline_table import PIPELINES
from napari_mammoseg.readings.reading import Reading, open_reading
from napari_mammoseg.readings.shelf import ENDING
from napari_mammoseg.verdicts import CATEGORY, COMMENT, GIVEN, KEY, SEEN, WHEN, shown_score
from napari_mammoseg.writers.table_csv import write_rows

COLUMNS = (
    "reader",
    "image",
    "sha256",
    "pipeline",
    "model",
    "finding",
    "kind",
    *("row0", "column0", "row1", "column1"),
    "score",
    "verdict",
    "birads",
    "comment",
    "time",
    "seen",
)
NOTE = (
    "one row per mark and reader; marks that the reader saw and did not judge have no verdict; "
    "an image on which she saw no mark has one row without a finding; times are UTC"
)


def readings_in(inputs: Iterable[Path], fail: Callable[[InputError], None]) -> Iterator[Reading]:
    """The readings in files, and in and below folders, in the order of their paths.

    What is none is handed to `fail`, and so is a folder without any.
    """
    for given in inputs:
        paths = sorted(given.rglob(f"*{ENDING}")) if given.is_dir() else [given]
        if not paths:
            fail(InputError(given, f"holds no readings called NAME{ENDING}", "give the folder where readings are kept"))
        for path in paths:
            try:
                yield open_reading(path)
            except InputError as error:
                fail(error)


def write_table(readings: Iterable[Reading], path: Path) -> int:
    """Writes the table as CSV; returns how many rows it has. Raises InputError if it cannot be written.

    Marks stand together, whoever read them. The rows hold the name of the image's file and no other word on whom it
    shows.
    """
    rows = sorted((row for each in readings for row in list(_rows(each)) or [_of_image(each)]), key=_place)
    write_rows(path, rows, {"schema": "mammoseg.readings/1", "note": NOTE}, COLUMNS)
    return len(rows)


def _rows(reading: Reading) -> Iterator[dict[str, Any]]:
    """A row for each mark that the reader saw or judged."""
    read = reading.read
    threshold = float(read.run.settings.get("threshold", 0))
    kind = PIPELINES[read.pipeline].read_kind if read.pipeline in PIPELINES else None
    for each in read.findings:
        if _is_judged(each) or (each.score >= threshold and kind in (None, each.kind)):
            yield {
                **_of_image(reading),
                "finding": each.id,
                "kind": each.kind,
                **dict(zip(("row0", "column0", "row1", "column1"), each.box, strict=True)),
                "score": shown_score(each),
                "verdict": each.features.get(KEY),
                "birads": each.features.get(CATEGORY),
                "comment": each.features.get(COMMENT),
                "time": each.features.get(WHEN),
            }


def _of_image(reading: Reading) -> dict[str, Any]:
    """What a row says of whatever the reader saw."""
    read = reading.read
    known = {"reader": reading.reader, "image": read.image.name, "sha256": read.image.sha256}
    run = {"pipeline": read.pipeline, "model": read.model.name, "finding": None}
    return {**known, **run, "seen": read.summary.get(SEEN)}


def _is_judged(finding: Finding) -> bool:
    return any(finding.features.get(name) is not None for name in GIVEN)


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["image"], row["sha256"] or "", row["pipeline"], row["model"], row["finding"] or 0, row["reader"]
