"""The sample images that come with the package."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent

SAMPLES = {
    "Right MLO, DICOM: lobulated mass, linear and vascular calcifications": "phantom-15-R-MLO.dcm",
    "Left CC, DICOM: spiculated mass, pleomorphic calcifications": "phantom-25-L-CC.dcm",
    "Left MLO, MIAS form: circumscribed mass, round calcifications": "mdb026.pgm",
    "Left CC, PNG without spacing: no lesion": "phantom-31-L-CC.png",
}
"""What a person reads, and the file."""
EXAM_TITLE = "Exam of four views, DICOM: mass and calcifications in the left breast"


def folder() -> Path:
    """Where the sample images lie: in the installed package, or at the top of a source checkout."""
    places = (_HERE / "sample_data", _HERE.parents[1] / "sample_data")
    return next(each for each in places if each.is_dir())


def exam() -> Path:
    """The folder of the sample exam."""
    return folder() / "exam"


def path(file: str) -> Path:
    """The sample `file`, one of `SAMPLES`' values."""
    return folder() / file
