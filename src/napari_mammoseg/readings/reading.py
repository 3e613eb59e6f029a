"""Readings as files: what a run found and what a person made of each of its candidates, to be opened again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_mammoseg.errors import InputError
from napari_mammoseg.files import atomic
from napari_mammoseg.findings import Finding, Findings
from napari_mammoseg.readers.results import findings_from, read_findings
from napari_mammoseg.verdicts import CATEGORY, COMMENT, GIVEN, HISTORY, KEY, SEEN, WHEN, history, shown_score
from napari_mammoseg.writers import labels_png

SCHEMA = "mammoseg.reading/1"
_KEPT = ("image", "pipeline", "model", "image_score", "summary", "run")


@dataclass(frozen=True, slots=True)
class Reading:
    """found: every candidate of the run. read: the same with a person's verdicts, boxes and additions.

    reader: the name or code of the person; empty where nobody said it.
    """

    found: Findings
    read: Findings
    reader: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As `mammoseg.reading/1`: one mark per candidate, whatever its score or verdict.

        `reading`: the present verdict (null: none); `verdicts`: all of them, the first one first; `birads`, `comment`:
        what else the person said; `read_at`: when she last changed something of the mark; `found`: the candidate as
        the run found it, where she drew another box. `seen_at`: when she said that she has read the whole image.
        """
        record, before = self.read.to_dict(), {each.id: each for each in self.found.findings}
        marks = [_mark(each, before.get(each.id)) for each in self.read.findings]
        record["run"]["input"] = None  # a way from another folder, through folders that may be called after a person
        seen = {SEEN: record["summary"].pop(SEEN, None)}
        return {
            "schema": SCHEMA,
            "reader": self.reader,
            **seen,
            **{each: record[each] for each in _KEPT},
            "marks": marks,
        }

    def save(self, path: Path) -> Path:
        """Writes the reading as JSON, and the labels of the run beside it, once, where it has any.

        Raises InputError if it cannot be written.
        """
        with atomic(path) as temporary:
            temporary.write_text(json.dumps(self.to_dict(), indent=1) + "\n", "utf-8")
        if self.found.mask is not None and not path.with_suffix(".mask.png").exists():
            labels_png.write(self.found, path.parent, path.stem)
        return path


def open_result(path: Path) -> Reading:
    """The reading, or the findings that nobody has read yet, in a file. Raises InputError for what is neither."""
    try:
        return open_reading(path)
    except InputError:
        found = read_findings(path)
        return Reading(found, found)


def open_reading(path: Path) -> Reading:
    """The reading in a file. Raises InputError for what is none."""
    try:
        document = json.loads(path.read_text("utf-8"))
        if document["schema"] != SCHEMA:
            raise ValueError(document["schema"])
        rest = {"metrics": None, **{name: document[name] for name in _KEPT}}
        read = [_read(each) for each in document["marks"]]
        found = [mark["found"] or _unread(mark) for mark in document["marks"] if "added" not in mark[HISTORY]]
        seen = {SEEN: document[SEEN]} if document.get(SEEN) else {}
        return Reading(
            findings_from({**rest, "findings": found}, path),
            findings_from({**rest, "findings": read, "summary": {**rest["summary"], **seen}}, path),
            str(document.get("reader") or ""),
        )
    except FileNotFoundError:
        raise InputError(path, "does not exist", "give what Save reading wrote, or a folder of readings") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError(path, f"is not a saved reading ({SCHEMA})", "give what Save reading wrote") from None


def _mark(finding: Finding, found: Finding | None) -> dict[str, Any]:
    redrawn = found is not None and found.box != finding.box
    return {
        **finding.to_dict(),
        "score": shown_score(finding),
        KEY: finding.features.get(KEY),
        HISTORY: history(finding),
        **{name: finding.features.get(name) for name in (CATEGORY, COMMENT, WHEN)},
        "found": found.to_dict() if found is not None and redrawn else None,
    }


def _read(mark: Mapping[str, Any]) -> dict[str, Any]:
    """A mark as a finding's record; one that was not judged has no verdict at all."""
    verdicts = {KEY: mark[KEY], HISTORY: ", ".join(mark[HISTORY])} if mark[HISTORY] else {}
    said = {name: mark[name] for name in (CATEGORY, COMMENT, WHEN) if mark.get(name) is not None}
    score = 1.0 if "added" in mark[HISTORY] else mark["score"]
    return {**_unread(mark), "score": score, **verdicts, **said}


def _unread(mark: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in mark.items() if name not in (*GIVEN, "found")}
