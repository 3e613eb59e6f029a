"""What is written of the exams of a folder, from the results that are there."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image

from napari_mammoseg.batch.exams import write_exams_of
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.readers import sha256_of


def write_result(
    folder: Path, image: Path, pipeline: str, score: float, sha256: str | None = None, p_malignant: float | None = None
) -> None:
    record = ImageRecord(image.name, sha256 or sha256_of(image), 60, 60, None, None, None, None)
    marks = [
        Finding(1, "mass", (0, 0, 9, 9), (4.0, 4.0), score, p_malignant=p_malignant),
        Finding(2, "mass", (20, 20, 29, 29), (24.0, 24.0), score / 2, p_malignant=0.99),
    ]
    Findings(record, pipeline, ModelRecord("m"), score, tuple(marks), RunRecord("1", {})).save(folder)


def test_results_of_another_image_do_not_count_and_outlines_do_not_repeat_masses(tmp_path: Path) -> None:
    for place in ("RCC", "LCC"):
        Image.new("L", (60, 60), ord(place[0])).save(tmp_path / f"{place}.png")
        write_result(tmp_path, tmp_path / f"{place}.png", "masses", 0.5, p_malignant=0.25)
        write_result(tmp_path, tmp_path / f"{place}.png", "segment", 0.5)
    write_result(tmp_path, tmp_path / "LCC.png", "masses", 0.9, sha256="0" * 64)
    refused: list[InputError] = []
    write_exams_of({tmp_path / f"{place}.png": tmp_path for place in ("RCC", "LCC")}, tmp_path, refused.append)
    (exam,) = json.loads((tmp_path / "exam.json").read_text())["exams"]
    scores = {"right": 0.5, "left": None, "highest": 0.5, "difference": None, "p_malignant_right": 0.25}
    assert exam["scores"] == {"masses": scores}
    assert str(refused[0]).startswith("LCC.masses.json: is a result of another image")


def test_outlines_alone_have_their_scores(tmp_path: Path) -> None:
    Image.new("L", (60, 60), 90).save(tmp_path / "RCC.png")
    write_result(tmp_path, tmp_path / "RCC.png", "segment", 0.5)
    write_exams_of({tmp_path / "RCC.png": tmp_path}, tmp_path, [].append)
    assert "segment_right" in (tmp_path / "exam.csv").read_text()
