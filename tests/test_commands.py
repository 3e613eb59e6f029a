from __future__ import annotations

import ast
import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from napari_mammoseg import read, synthesize
from napari_mammoseg.cli import app
from napari_mammoseg.commands import Command, as_command, as_evaluation, as_python, as_synthesis
from napari_mammoseg.errors import InputError
from napari_mammoseg.phantom.mammograms import Request, make
from napari_mammoseg.writers import phantoms


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


def test_a_synthetic_image_is_made_again_by_its_command(tmp_path: Path) -> None:
    image = read(phantoms.save(make(Request(1, "CC", "L", 500, 400, 0.25, "none")), tmp_path, "png")[0], 0.25)
    made = synthesize(image, seed=3, size_mm=9, model="drawn-mass")
    words = shlex.split(as_synthesis(made.record, image.path, str(tmp_path / "out")))
    assert CliRunner().invoke(app(), words[1:]).exit_code == 0
    again = json.loads((tmp_path / "out" / f"{image.path.stem}.synthetic-1.json").read_text())
    for same in ("label", "at", "size_mm", "box", "seed", "model"):
        assert again[same] == made.record[same]
    outlined = {**made.record, "outlined_by": "somebody"}
    with pytest.raises(InputError, match="drawn outline"):
        as_synthesis(outlined, image.path)


def test_an_image_without_a_file_cannot_be_copied() -> None:
    with pytest.raises(InputError, match="save the layer as a file first"):
        as_command(Command("calcifications", None, "Image [1]"))


def test_pixels_that_are_not_square_go_as_python_only(tmp_path: Path) -> None:
    command = Command("calcifications", tmp_path / "a.png", "a.png", {}, (0.05, 0.06))
    with pytest.raises(InputError, match="Python"):
        as_command(command)


NAMES = (
    b"a b.png",
    b"it's.png",
    b'"q".png',
    b"$HOME.png",
    b"-rf.png",
    b"a\nb.png",
    b"\xff \xc3\xa4'.png",
    b"*?[].png",
    b"`id`!.png",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_a_copied_command_reaches_the_program_as_it_is_whatever_the_path(
    tmp_path: Path, name: bytes, shell: str
) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    line = as_command(Command("calcifications", path, "x", {"model": str(path)}))
    line.encode("utf-8")  # what a clipboard takes
    show = "mammoseg() { printf '%s\\0' \"$@\"; }"
    said = subprocess.run([shell, "-c", f"{show}\n{line}"], capture_output=True, check=True, cwd=tmp_path).stdout
    words = said.split(b"\0")[:-1]
    assert words == [os.fsencode(each) for each in ("analyze", "calcifications", path, "--out", "out", "--model", path)]


@pytest.mark.parametrize("name", NAMES)
def test_copied_python_names_the_same_file(tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    code = as_python(Command("calcifications", path, "x"))
    code.encode("utf-8")
    (line,) = [each for each in code.splitlines() if "mammoseg.read(" in each]
    assert os.fsencode(ast.literal_eval(line.partition("read(")[2].removesuffix(")"))) == os.fsencode(path)
