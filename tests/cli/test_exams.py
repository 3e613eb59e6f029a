"""What `analyze` says of the exams of a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from napari_mammoseg.cli.exams import lines_of
from napari_mammoseg.exams import Exam, ExamImage
from napari_mammoseg.exams.scores import ImageScore, exam_record


@pytest.mark.parametrize(
    ("side", "said"),
    [("R", "masses R 0.200, L -  (no LCC, RMLO, LMLO)"), (None, "masses 0.200 (side unknown)")],
)
def test_a_line_says_the_score_of_each_breast_or_of_an_unknown_one(side: str | None, said: str) -> None:
    path = Path("a.png")
    exam = Exam((ExamImage(path, side, side and "CC", called="a"),))
    *_, line = lines_of([exam_record(1, exam, ["masses"], {path: {"masses": ImageScore(0.2)}})])
    assert line.split(maxsplit=1)[1].startswith(said)
