"""`mammoseg evaluate`, from the shell's side."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from napari_mammoseg.cli import app
from napari_mammoseg.data_sets.held_out import patients_held_out
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.models import MODELS


def run(*arguments) -> tuple[int, str, str]:
    done = CliRunner().invoke(app(), ["evaluate", *map(str, arguments)], catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def saved(tmp_path):
    """Results of three images: a mass found, a free image with a false mark, an image of which nothing is known."""
    for name, box, score in (("a", (10, 10, 20, 20), 0.9), ("b", (40, 40, 50, 50), 0.6), ("c", (1, 1, 5, 5), 0.3)):
        Findings(
            image=ImageRecord(f"{name}.png", None, 80, 90, (0.2, 0.2), "given", None, None),
            pipeline="masses",
            model=ModelRecord("some-model"),
            image_score=score,
            findings=(Finding(1, "mass", box, (box[0] + 4.5, box[1] + 4.5), score),),
            run=RunRecord("1", {"threshold": 0.0}),
        ).save(tmp_path / "results")
    (tmp_path / "truth.csv").write_text("image,patient,kind,row,column,radius\na.png,p,mass,15,15,6\nb.png,q,,,,\n")
    return tmp_path


def test_saved_results_are_scored_and_an_image_without_truth_is_named(saved):
    status, out, err = run("masses", "--truth", saved / "truth.csv", "--findings", saved / "results", "--json")
    document = json.loads(out)
    assert status == 3
    assert err.strip().startswith("c.png: has no truth")
    assert (document["schema"], document["images"], document["patients"]) == ("mammoseg.evaluation/1", 2, 2)
    values = {(each["name"], each["denominator"]): each["value"] for each in document["scores"]}
    at_one = [value for (name, _), value in values.items() if name == "masses: sensitivity at 1"]
    assert at_one == [1, 1]
    assert all(each["rule"] and each["denominator"] for each in document["scores"])


def test_the_text_names_rule_and_denominator_and_the_report_is_written(saved):
    (saved / "truth.csv").write_text(
        "image,patient,kind,row,column,radius\na,p,mass,15,15,6\nb,q,,,,\nc,r,,,,\nd,r,,,,\n"
    )
    status, out, _ = run(
        *("masses", "--truth", saved / "truth.csv", "--findings", saved / "results"),
        *("--samples", "0", "--report", saved / "report"),
    )
    assert status == 0
    assert "the box's centre lies in the lesion" in out
    assert "; not counted: 1 image of the truth without a result; no intervals" in out
    assert "only images free of such lesions" in out
    assert "no intervals" in out.splitlines()[0]
    assert sorted(path.name for path in (saved / "report").iterdir()) == ["report.html", "scores.csv", "scores.json"]


def test_a_pipeline_is_run_on_images_and_held_against_masks(tmp_path):
    rng = np.random.default_rng(0)
    pixels = (rng.normal(0.3, 0.01, (160, 160)) * 65535).astype(np.uint16)
    mask = np.zeros((160, 160), np.uint8)
    for row, column in ((40, 50), (90, 100), (120, 60)):
        pixels[row : row + 3, column : column + 3] = 60000
        mask[row : row + 3, column : column + 3] = 255
    Image.fromarray(pixels).save(tmp_path / "x.png")
    Image.fromarray(mask).save(tmp_path / "x.mask.png")
    status, out, err = run(
        "calcifications", "--truth", tmp_path, tmp_path, "--spacing", "0.1", "--set", "model=blob-contrast", "--json"
    )
    assert (status, err) == (0, "")
    document = json.loads(out)
    values = {each["name"]: each["value"] for each in document["scores"]}
    assert values["calcifications: sensitivity at 1"] == 1
    assert document["settings"]["model"] == "blob-contrast"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["masses", "--truth", "no.csv", "x.png"], "no.csv: does not exist"),
        (["lungs", "--truth", "no.csv", "x.png"], "lungs: is not a pipeline"),
        (["masses", "--truth", "{csv}"], "give one of them"),
        (["masses", "--truth", "{csv}", "--data-set", "mias", "x.png"], "give one of them"),
        (["masses", "--truth", "{csv}", "--folds", "3", "x.png"], "give --data-set too"),
        (["masses", "--truth", "{csv}", "--patients", "{csv}", "x.png"], "give --data-set too"),
        (["masses", "--truth", "{empty}", "--data-set", "lungs"], "lungs: is no data set"),
        (["masses", "--truth", "{empty}", "--data-set", "mias"], "give the folder that holds mias/"),
        (["masses", "--truth", "{empty}", "--data-set", "mias", "--fold", "1"], "give 0 to 0"),
        (["masses", "--truth", "{csv}", "--rule", "kind of", "x.png"], "choose from iou-0.5"),
        (["masses", "--truth", "{csv}", "--findings", "{empty}"], "holds no results"),
        (["masses", "--truth", "{csv}", "--findings", "{empty}", "--set", "threshold=0.9"], "give them to analyze"),
        (["masses", "--truth", "{empty}", "--data-set", "mias", "--spacing", "0.1"], "leave it out"),
        (["masses", "--truth", "{empty}", "--data-set", "mias", "--boxes", "loose"], "is not for masses"),
        (["segment", "--truth", "{csv}", "--boxes", "loose", "x.png"], "give --data-set too"),
        (["segment", "--truth", "{empty}", "--data-set", "mias", "--boxes", "tight"], "give loose"),
        (["classify", "--truth", "{empty}", "--data-set", "mias", "--boxes", "loose"], "give truth"),
        (["segment", "--truth", "{empty}", "--data-set", "mias", "--model", "{{fold}}.safetensors"], "--folds too"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(tmp_path, arguments, said):
    (tmp_path / "t.csv").write_text("image,kind\nx,mass\n")
    (tmp_path / "empty").mkdir()
    filled = [each.format(csv=tmp_path / "t.csv", empty=tmp_path / "empty") for each in arguments]
    status, out, err = run(*filled)
    assert (status, out) == (2, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1


@pytest.fixture
def two_women(shared, tmp_path):
    """The folder of mini-MIAS with four films of two women, one with clusters."""
    (tmp_path / "mias").mkdir()
    for name in ("Info.txt", "mdb007.webp", "mdb008.webp", "mdb239.webp", "mdb240.webp"):
        (tmp_path / "mias" / name).symlink_to(shared / "data" / "mias" / name)
    return tmp_path


@pytest.mark.shared
def test_a_data_set_is_read_with_its_truth_and_its_part_is_named(two_women, tmp_path):
    arguments = ("calcifications", "--truth", two_women, "--data-set", "mias", "--model", "blob-contrast")
    arguments += ("--samples", "20")
    status, out, err = run(*arguments, "--report", tmp_path / "report")
    assert (status, err) == (0, "")
    assert "mias, every patient, 4 images, 2 patients" in out.splitlines()[0]
    assert "could not be opened again" not in (tmp_path / "report" / "report.html").read_text()
    patients = set()
    for fold in range(2):
        status, out, _ = run(*arguments, "--folds", "2", "--fold", str(fold), "--json")
        document = json.loads(out)
        assert (document["data set"], document["folds"], document["fold"]) == ("mias", 2, fold)
        assert (document["images"], document["patients"]) == (2, 1)
        patients.add(json.dumps(document["scores"]))
    assert len(patients) == 2


@pytest.mark.shared
def test_patients_on_every_list_are_scored_and_no_others(two_women, tmp_path):
    arguments = ("calcifications", "--truth", two_women, "--data-set", "mias", "--model", "blob-contrast")
    arguments += ("--samples", "0")
    lists = [tmp_path / "both.txt", tmp_path / "one.txt", tmp_path / "none.txt"]
    for path, names in zip(lists, ("mias-004\nmias-120\n", "mias-120\n", "mias-001\n"), strict=True):
        path.write_text(names)
    status, out, _ = run(*arguments, "--patients", lists[0], "--patients", lists[1])
    assert status == 0
    assert "mias, every patient on 2 lists, 2 images, 1 patient;" in out.splitlines()[0]
    for wrong in (lists[2], tmp_path / "missing.txt"):
        status, _, err = run(*arguments, "--patients", wrong)
        assert status == 2
        assert len(err.strip().splitlines()) == 1


@pytest.mark.shared
def test_masses_in_loose_boxes_are_pooled_over_the_folds_each_by_its_own_weights(shared, tmp_path):
    shipped = MODELS["outline-lite"].path
    for fold in range(2):
        (tmp_path / f"fold{fold}").mkdir()
        (tmp_path / f"fold{fold}" / "outline-lite.safetensors").symlink_to(shipped)
    women = [sorted(patients_held_out("segment", shared / "data", Split(2, fold), ["mias"]))[0] for fold in range(2)]
    (tmp_path / "women.txt").write_text("\n".join(women))
    arguments = ("--data-set", "mias-outlines", "--folds", "2", "--patients", tmp_path / "women.txt")
    model = tmp_path / "fold{fold}" / "outline-lite.safetensors"
    status, out, err = run(
        *("segment", "--truth", shared / "data", *arguments, "--model", model),
        *("--boxes", "loose", "--samples", "0", "--json"),
    )
    document = json.loads(out)
    assert (status, err) == (0, "")
    assert (document["fold"], document["patients"]) == ("0, 1", 2)
    dice = [each for each in document["scores"] if each["name"] == "in a loose box: dice"]
    ellipse = [each["value"] for each in dice if "ellipse" in each["denominator"]]
    assert len(ellipse) == 1
    assert min(each["value"] for each in dice if "ellipse" not in each["denominator"]) > ellipse[0] + 0.1


@pytest.mark.shared
def test_inserted_calcifications_are_counted_by_free_tissue_and_have_a_dice(two_women):
    status, out, _ = run(
        "calcifications", "--truth", two_women, "--data-set", "inserted-mias", "--samples", "0", "--json"
    )
    assert status == 0
    free = [each for each in json.loads(out)["scores"] if "cm² of breast, only images free of" in each["denominator"]]
    scores = {each["name"]: each for each in free}
    found = scores["calcifications: sensitivity at 0.4"]
    assert "4 images" in found["of"]
    assert found["value"] > 0.3
    assert 0.3 < scores["calcifications: Dice of those found at 0.4"]["value"] < 1
