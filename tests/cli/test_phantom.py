"""`mammoseg phantom` writes what it is asked for, the same for the same seed, and says what it cannot do."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from napari_mammoseg.cli import app

SMALL = ("--size", "400x300", "--spacing", "0.5")


def phantom(*arguments: object) -> object:
    return CliRunner().invoke(app(), ["phantom", *map(str, arguments)])


def test_seeds_count_up_and_the_same_seed_gives_the_same_bytes(tmp_path):
    for folder in ("a", "b"):
        assert phantom("--out", tmp_path / folder, "--count", 2, "--seed", 5, "--view", "MLO", *SMALL).exit_code == 0
    names = sorted(each.name for each in (tmp_path / "a").iterdir())
    assert names == [f"phantom-{seed}-L-MLO{end}" for seed in (5, 6) for end in (".dcm", ".mask.png", ".truth.json")]
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_json_is_the_truth_and_nothing_else(tmp_path):
    done = phantom("--out", tmp_path, *SMALL, "--format", "png", "--lesions", "mass:lobulated:12", "--json")
    (lesion,) = json.loads(done.stdout)["lesions"]
    assert (lesion["kind"], lesion["form"], lesion["diameter_mm"]) == ("mass", "lobulated", 12.0)


def test_mias_form_is_mlo_of_the_databases_size(tmp_path):
    assert phantom("--out", tmp_path, "--format", "mias", "--laterality", "R").exit_code == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "Info.txt",
        "mdb001.mask.png",
        "mdb001.pgm",
        "mdb001.truth.json",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--size", "wide"),
        ("--spacing", "0"),
        ("--lesions", "tumour"),
        ("--view", "XY"),
        ("--format", "mias", "--view", "CC"),
    ],
)
def test_wrong_usage_ends_with_status_two_and_no_file(tmp_path, wrong):
    done = phantom("--out", tmp_path / "out", *SMALL, *wrong)
    assert done.exit_code == 2
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()
