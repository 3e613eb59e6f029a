"""`mammoseg analyze segment`: boxes, the map, and the run again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

PROGRAM = [sys.executable, "-c", "from napari_mammoseg.cli import main; main()"]


def mammoseg_command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two pictures with a bright disc of 12 pixels' radius at different places."""
    folder = tmp_path / "in"
    folder.mkdir()
    rows, columns = np.indices((90, 80))
    for name, column in (("a", 30), ("b", 36)):
        pixels = (
            0.3 + 0.05 * np.random.default_rng(0).random((90, 80)) + 0.4 * (np.hypot(rows - 40, columns - column) < 12)
        )
        Image.fromarray((pixels * 65535).astype(np.uint16)).save(folder / f"{name}.png")
    return folder


def test_a_box_holds_for_every_input_and_the_map_is_written(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    common = ("analyze", "segment", pictures, "--out", out, "--spacing", "0.2", "--format", "probability")
    done = mammoseg_command(*common, "--box", "20,12,60,54", "--json")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [len(each["findings"]) for each in records] == [1, 1]
    assert [each["run"]["boxes"] for each in records] == [[[20, 12, 60, 54]]] * 2
    for name in ("a", "b"):
        labels = np.asarray(Image.open(out / f"{name}.segment.mask.png"))
        levels = np.asarray(Image.open(out / f"{name}.segment.probability.png"))
        assert labels.shape == levels.shape == (90, 80)
        assert (labels == 1).sum() == pytest.approx(np.pi * 12**2, rel=0.3)
        assert levels[labels == 1].mean() > levels[labels == 0].mean() + 20000
        assert not labels[:20].any()
        assert not levels[:20].any()
    assert mammoseg_command("replay", out / "a.segment.json").stdout == "the same\n"


def test_a_box_that_is_given_twice_is_one_region_and_resume_does_another_box_again(
    pictures: Path, tmp_path: Path
) -> None:
    common = ("analyze", "segment", pictures / "a.png", "--out", tmp_path, "--spacing", "0.2", "--resume", "--json")
    box, another = ("--box", "20,12,60,54"), ("--box", "24,14,58,48")
    first, same, other = (
        json.loads(mammoseg_command(*common, *boxes).stdout) for boxes in ((*box, *box), (*box, *box), another)
    )
    assert [each["id"] for each in first["findings"]] == [1]
    assert first["run"]["boxes"] == [[20, 12, 60, 54]]
    assert "box 20,12,60,54 was given 2 times and is one region" in first["run"]["warnings"]
    assert same == first
    assert other["run"]["boxes"] == [[24, 14, 58, 48]]


@pytest.mark.parametrize(
    ("pipeline", "box", "said"),
    [
        ("segment", "1,2,3", "four whole numbers"),
        ("segment", "a,b,c,d", "four whole numbers"),
        ("masses", "1,2,30,40", "is not for masses"),
    ],
)
def test_a_box_that_is_none_is_wrong_usage(pictures: Path, tmp_path: Path, pipeline, box, said) -> None:
    done = mammoseg_command("analyze", pipeline, pictures, "--out", tmp_path / "out", "--box", box)
    assert done.returncode == 2
    assert said in done.stderr


def test_an_image_that_the_box_does_not_fit_fails_alone(pictures: Path, tmp_path: Path) -> None:
    Image.fromarray(np.full((30, 30), 9000, np.uint16)).save(pictures / "small.png")
    done = mammoseg_command("analyze", "segment", pictures, "--out", tmp_path / "out", "--box", "20,12,60,54", "--json")
    assert done.returncode == 3
    assert "small.png: has no box 20,12,60,54" in done.stderr
    assert sum("findings" in json.loads(line) for line in done.stdout.splitlines()) == 2
