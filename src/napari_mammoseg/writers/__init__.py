"""Findings to files: one file per format, each with the same function `write(findings, folder, stem) -> list[Path]`.

Everything is written to a temporary name and moved into place (`files.atomic`), so that what is there is whole. The
findings themselves (JSON) come last: where they are there, so is everything that they say was written.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from napari_mammoseg import files
from napari_mammoseg.errors import InputError, needed
from napari_mammoseg.findings import Findings

RECORD = "json"
ALWAYS = (RECORD, "png")
WRITERS = {
    RECORD: "json_findings",
    "png": "labels_png",
    "tiff": "labels_tiff",
    "nifti": "labels_nifti",
    "csv": "table_csv",
    "coco": "coco",
    "probability": "probability",
    "metrics": "metrics",
    "dicom-seg": "dicom_seg",
    "dicom-sr": "dicom_sr",
}
EXTRAS = {"nifti": ("nibabel", "nifti"), "dicom-seg": ("highdicom", "dicom"), "dicom-sr": ("highdicom", "dicom")}
"""Formats that need an optional package: its module, and the extra that installs it."""


def save(findings: Findings, folder: str | Path, formats: Iterable[str] = ()) -> list[Path]:
    """Writes `NAME.PIPELINE.json`, the mask, and one more file for each of `formats`; returns the paths.

    Raises InputError for an unknown format, before anything is written. Where a format cannot be written the others
    are, and the InputError then names what was written and what was not.
    """
    wanted = [each for each in dict.fromkeys((*ALWAYS, *check_formats(formats))) if each != RECORD]
    folder = files.folder(folder)
    findings = _seen_from(folder, findings)
    stem = f"{Path(findings.image.name).stem}.{findings.pipeline}"
    with suppress(OSError):
        (folder / f"{stem}.json").unlink()
    written: dict[str, list[Path]] = {}
    refused: dict[str, InputError] = {}
    for name in [*wanted, RECORD]:
        made = tuple(each for each in wanted if each in written and each not in ALWAYS)
        result = replace(findings, run=replace(findings.run, formats=made)) if name == RECORD else findings
        try:
            written[name] = import_module(f"napari_mammoseg.writers.{WRITERS[name]}").write(result, folder, stem)
        except InputError as error:
            refused[name] = error
    if refused:
        raise _half_done(refused, [path.name for paths in written.values() for path in paths], folder)
    return [*written.pop(RECORD), *(path for paths in written.values() for path in paths)]


def _seen_from(folder: Path, findings: Findings) -> Findings:
    """The findings whose record says where the image's file is, seen from `folder`.

    Unless the record said so before, folders that may be called after a person are not named: an image beside or above
    the result is found again, another one is not.
    """
    if findings.source is None:
        return findings
    way = files.seen_from(folder, findings.source)
    if findings.run.input is None and set(Path(way).parts[:-1]) - {".."}:
        return findings
    return replace(findings, run=replace(findings.run, input=way))


def _half_done(refused: dict[str, InputError], written: list[str], folder: Path) -> InputError:
    first = next(iter(refused.values()))
    done = f"written to {folder}: {', '.join(written)}" if written else "nothing was written"
    return InputError(first.subject, f"{first.what} (not written: {', '.join(refused)}; {done})", first.do)


def check_formats(formats: Iterable[str]) -> tuple[str, ...]:
    """The formats themselves. Raises InputError for one that does not exist or needs a package that is missing."""
    formats = tuple(formats)
    for each in formats:
        if each not in WRITERS:
            raise InputError(f"--format {each}", "is not a format", f"choose from {', '.join(WRITERS)}")
        if each in EXTRAS:
            module, extra = EXTRAS[each]
            needed(module, f"--format {each}", extra)
    return formats
