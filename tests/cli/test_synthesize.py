"""`mammoseg synthesize` makes a data set of any images: balanced, the same for the same seed, resumable."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from napari_mammoseg.cli import app
from napari_mammoseg.geometry.regions import region
from napari_mammoseg.phantom.mammograms import Request, make
from napari_mammoseg.readers import read
from napari_mammoseg.readers.listing import images_below
from napari_mammoseg.readers.truth import open_truths
from napari_mammoseg.readers.truth.table import Table
from napari_mammoseg.writers import phantoms


def synthesize(*arguments: object) -> Result:
    return CliRunner().invoke(app(), ["synthesize", *map(str, arguments)])


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three images in DICOM and one in PNG, without lesions."""
    folder = tmp_path_factory.mktemp("films")
    for seed in range(4):
        phantom = make(Request(seed, "CC", "L", rows=500, columns=400, spacing_mm=0.25, lesions="none"))
        form = "png" if seed == 3 else "dicom"
        for path in phantoms.save(phantom, folder, form)[1:]:
            path.unlink()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_folder_becomes_a_balanced_data_set(films: Path, tmp_path: Path) -> None:
    done = synthesize(films, "--out", tmp_path, "--count", 3, "--spacing", 0.25)
    assert done.exit_code == 0, done.output
    ends = [f".synthetic-{number}.{end}" for number in (1, 2, 3) for end in ("dcm", "json", "mask.png")]
    assert [each for each in names(tmp_path) if each.startswith("phantom-0")] == [
        f"phantom-0-L-CC{end}" for end in ends
    ]
    assert "phantom-3-L-CC.synthetic-1.png" in names(tmp_path)
    rows = list(csv.DictReader((tmp_path / "synthetic.csv").open()))
    assert len(rows) == 12
    assert [row["label"] for row in rows].count("benign") == 6
    assert len({(row["row0"], row["column0"]) for row in rows}) == 12
    assert len({row["patient"] for row in rows}) == 4  # one for each source
    lesion = Table.read(tmp_path / "synthetic.csv").of(rows[0]["image"], (500, 400)).lesions[0]
    mask = np.asarray(Image.open(tmp_path / rows[0]["mask"]))
    assert (lesion.kind, lesion.label) == ("mass", rows[0]["label"])
    inside = np.argwhere(mask)
    assert region(lesion).box == (*inside.min(axis=0), *(inside.max(axis=0) + 1))
    assert np.array_equal(lesion.mask, mask > 0)
    beside = open_truths(tmp_path, "calcification").of(rows[0]["image"], (500, 400))
    assert [(each.kind, each.label) for each in beside.lesions] == [("mass", rows[0]["label"])]
    assert beside.patient == rows[0]["patient"]
    assert Image.open(tmp_path / "synthetic.sheet.png").size == (8 * 128, 2 * 128)
    assert len(list(images_below(tmp_path, pytest.fail))) == 12


def test_a_coco_file_holds_every_lesion_with_its_mask(films: Path, tmp_path: Path) -> None:
    done = synthesize(films, "--out", tmp_path, "--spacing", 0.25, "--format", "coco", "--model", "drawn-mass")
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "synthetic.coco.json").read_text())
    assert len(found["images"]) == len({each["image_id"] for each in found["annotations"]}) == 4
    assert [each["id"] for each in found["annotations"]] == [1, 2, 3, 4]
    first, image = found["annotations"][0], found["images"][0]
    mask = np.asarray(Image.open(tmp_path / image["file_name"].replace(".dcm", ".mask.png"))) > 0
    runs = first["segmentation"]["counts"]
    drawn = np.repeat(np.arange(len(runs)) % 2, runs).reshape(mask.shape[::-1]).T
    assert (drawn == mask).all()
    assert synthesize(films, "--out", tmp_path, "--format", "voc").exit_code == 2


def test_the_same_seed_gives_the_same_bytes_whoever_works(films: Path, tmp_path: Path) -> None:
    for name, workers in (("a", 1), ("b", 2)):
        options = ("--seed", 7, "--kind", "calcifications", "--workers", workers, "--spacing", 0.25)
        assert synthesize(films, "--out", tmp_path / name, *options).exit_code == 0
    assert names(tmp_path / "a") == names(tmp_path / "b")
    for name in names(tmp_path / "a"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_what_is_there_is_kept_and_what_is_missing_or_other_is_made(films: Path, tmp_path: Path) -> None:
    film, given = films / "phantom-0-L-CC.dcm", ("--out", tmp_path, "--count", 2, "--resume")
    assert synthesize(film, *given).exit_code == 0
    first, second = (tmp_path / f"phantom-0-L-CC.synthetic-{number}.dcm" for number in (1, 2))
    before, kept = second.read_bytes(), first.stat().st_mtime_ns
    for spoil in (second.unlink, lambda: second.write_bytes(b"")):
        spoil()
        assert synthesize(film, *given).exit_code == 0
        assert second.read_bytes() == before
    assert first.stat().st_mtime_ns == kept
    first.write_bytes(b"spoilt")  # is not in the way of the others
    assert synthesize(films / "phantom-1-L-CC.dcm", *given, "--model", "drawn-mass").exit_code == 0
    assert synthesize(film, *given, "--seed", 5).exit_code == 0
    assert first.stat().st_mtime_ns != kept
    record = next(tmp_path.glob("phantom-0-*-1.json"))
    told = json.loads(record.read_text())
    record.write_text(json.dumps({**told, "classifier": {"name": "another", "sha256": "0"}}))
    for other in (("--seed", 5), ("--size-mm", 7), (), ("--model", "drawn-mass"), ()):
        kept = first.stat().st_mtime_ns
        assert synthesize(film, *given, *other).exit_code == 0
        assert first.stat().st_mtime_ns != kept, other


def test_no_call_puts_lesions_into_what_an_earlier_one_made_or_overwrites_another_images(films, tmp_path) -> None:
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
    film = Image.open(films / "phantom-3-L-CC.png")
    film.save(tmp_path / "a" / "x.png")
    film.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(tmp_path / "b" / "x.png")
    drawn = ("--model", "drawn-mass", "--spacing", 0.25)
    for _ in range(2):
        assert synthesize(tmp_path / "a", "--out", tmp_path / "a", *drawn).exit_code == 0
        assert [each for each in names(tmp_path / "a") if each.endswith(".json")] == ["x.synthetic-1.json"]
    first = (tmp_path / "a" / "x.synthetic-1.png").read_bytes()
    assert synthesize(tmp_path / "b" / "x.png", "--out", tmp_path / "a", *drawn).exit_code == 0
    assert (tmp_path / "a" / "x.synthetic-1.png").read_bytes() == first
    assert (tmp_path / "a" / "b" / "x.synthetic-1.png").is_file()


def test_place_size_and_class_are_the_ones_asked_for(films: Path, tmp_path: Path) -> None:
    options = ("--at", "250,120", "--size-mm", "9,0", "--label", "malignant", "--json")
    done = synthesize(films / "phantom-1-L-CC.dcm", "--out", tmp_path, *options)
    record = json.loads(done.stdout)
    assert (record["at"], record["size_mm"], record["label"]) == ([250, 120], 9, "malignant")
    assert read(tmp_path / record["image"]).properties["synthetic"] == "yes"


def test_without_a_spacing_no_length_is_told(films: Path, tmp_path: Path) -> None:
    done = synthesize(films / "phantom-3-L-CC.png", "--out", tmp_path, "--model", "drawn-mass")
    told, *notes = done.stdout.splitlines()
    assert " mm " not in told
    assert " pixels at row" in told
    assert "lengths are not given" in notes[0]
    (row,) = csv.DictReader((tmp_path / "synthetic.csv").open())
    assert row["size_mm"] == ""


def test_a_drawn_mask_is_filled(films: Path, tmp_path: Path) -> None:
    mask = np.zeros((500, 400), np.uint8)
    mask[230:260, 100:140] = 255
    Image.fromarray(mask).save(tmp_path / "m.png")
    done = synthesize(films / "phantom-1-L-CC.dcm", "--out", tmp_path / "o", "--mask", tmp_path / "m.png")
    assert done.exit_code == 0
    made = np.asarray(Image.open(tmp_path / "o" / "phantom-1-L-CC.synthetic-1.mask.png"))
    assert np.array_equal(made > 0, mask > 0)


def test_one_image_that_fails_does_not_stop_the_others(films: Path, tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(b"no image")
    done = synthesize(tmp_path / "a.dcm", films / "phantom-1-L-CC.dcm", "--out", tmp_path / "o")
    assert done.exit_code == 3
    assert "phantom-1-L-CC.synthetic-1.dcm" in names(tmp_path / "o")
    alone = synthesize(tmp_path / "a.dcm", "--out", tmp_path / "p")
    assert (alone.exit_code, alone.stdout, names(tmp_path / "p")) == (3, "", [])  # no table of nothing


@pytest.mark.parametrize(
    "wrong",
    [
        ("--kind", "cyst"),
        ("--label", "odd"),
        ("--at", "12"),
        ("--at", "1,x"),
        ("--size-mm", "-3"),
        ("--model", "mass-finder"),
        ("--at", "1,2", "--mask", "m.png"),
        ("--device", "abacus"),
    ],
)
def test_wrong_usage_is_said_before_any_work(films: Path, tmp_path: Path, wrong: tuple[str, ...]) -> None:
    assert synthesize(films, "--out", tmp_path / "o", *wrong).exit_code == 2
    assert not (tmp_path / "o").exists()


def test_lesions_that_the_source_is_known_to_have_are_kept_clear_and_in_the_truth(tmp_path: Path) -> None:
    phantom = make(Request(3, "CC", "L", rows=700, columns=480, spacing_mm=0.2, lesions="mass"))
    film = phantoms.save(phantom, tmp_path / "films", "dicom")[0]
    assert synthesize(film, "--out", tmp_path, "--count", 2).exit_code == 0
    table = Table.read(tmp_path / "synthetic.csv")
    (known,) = (each for each in phantom.image.truth if each.kind == "mass")
    for number in (1, 2):
        made, before = table.of(f"{film.stem}.synthetic-{number}.dcm", (700, 480)).lesions
        assert (before.kind, before.label, before.box) == ("mass", known.label, region(known).box)
        assert not overlaps(region(made).box, before.box)


def overlaps(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(one[side] < other[side + 2] and other[side] < one[side + 2] for side in (0, 1))
