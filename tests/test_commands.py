from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from napari_mammoseg.commands import Command, as_command, as_evaluation, as_python
from napari_mammoseg.errors import InputError


def test_only_what_differs_from_the_defaults_is_written(tmp_path: Path) -> None:
    values = {"model": "calcification-lite", "threshold": 0.5, "cluster_count": 7, "cluster_area_cm2": 1.0}
    words = shlex.split(as_command(Command("calcifications", tmp_path / "a b.png", "a b.png", values)))
    assert words[:4] == ["mammoseg", "analyze", "calcifications", str(tmp_path / "a b.png")]
    assert words[4:] == ["--out", "out", "--set", "cluster_count=7"]


def test_threshold_model_spacing_and_device_have_their_own_options(tmp_path: Path) -> None:
    command = Command(
        "calcifications", tmp_path / "a.png", "a.png", {"threshold": 0.2, "model": "m"}, (0.05, 0.05), "cuda"
    )
    words = shlex.split(as_command(command))[6:]
    assert words == ["--model", "m", "--threshold", "0.2", "--spacing", "0.05", "--device", "cuda"]


def test_a_comparison_asks_for_what_lies_beside_the_image_unless_a_truth_is_given(tmp_path: Path) -> None:
    command = Command("calcifications", tmp_path / "a.png", "a.png", {"threshold": 0.2, "model": "m"}, (0.05, 0.05))
    start = ["mammoseg", "evaluate", "calcifications", str(tmp_path / "a.png"), "--truth"]
    options = ["--model", "m", "--set", "threshold=0.2", "--spacing", "0.05"]
    assert shlex.split(as_evaluation(command, None)) == [*start, str(tmp_path), *options]
    table = tmp_path / "t.csv"
    assert shlex.split(as_evaluation(command, table, "centre")) == [*start, str(table), "--rule", "centre", *options]


def test_the_python_can_be_run(tmp_path: Path) -> None:
    command = Command("calcifications", tmp_path / "a.png", "a.png", {"threshold": 0.2}, (0.05, 0.06), "cpu")
    code = as_python(command)
    compile(code, "copied", "exec")
    assert "spacing_mm=(0.05, 0.06)" in code
    assert "run=Run(device=" in code
    assert "threshold=0.2" in code


def test_an_image_without_a_file_cannot_be_copied() -> None:
    with pytest.raises(InputError, match="open the file"):
        as_command(Command("calcifications", None, "Image [1]"))


def test_pixels_that_are_not_square_go_as_python_only(tmp_path: Path) -> None:
    command = Command("calcifications", tmp_path / "a.png", "a.png", {}, (0.05, 0.06))
    with pytest.raises(InputError, match="Python"):
        as_command(command)
