"""`mammoseg analyze`, as a process of its own: files, standard output, exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import napari_mammoseg as mammoseg
from napari_mammoseg.cli.analyze import _line as analysis_line
from napari_mammoseg.cli.options import spacing_mm
from napari_mammoseg.files import PREFIX
from napari_mammoseg.models import MODELS, save_weights

PROGRAM = [sys.executable, "-c", "from napari_mammoseg.cli import main; main()"]


def mammoseg_command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Grainy tissue with eight bright specks within a square centimetre, 0.1 mm a pixel."""
    rng = np.random.default_rng(0)
    pixels = 0.4 + 0.02 * rng.standard_normal((256, 256))
    for row, column in rng.integers(90, 160, (8, 2)):
        pixels[row : row + 3, column : column + 3] += 0.4
    path = tmp_path_factory.mktemp("pictures") / "specks.png"
    Image.fromarray(np.round(np.clip(pixels, 0, 1) * 65535).astype(np.uint16)).save(path)
    return path


def test_files_standard_output_and_python_say_the_same(picture: Path, tmp_path: Path) -> None:
    run = mammoseg_command("analyze", "calcifications", picture, "--spacing", "0.1", "--out", tmp_path, "--json")
    assert run.returncode == 0, run.stderr
    printed = json.loads(run.stdout)
    written = json.loads((tmp_path / "specks.calcifications.json").read_text())
    python = mammoseg.analyze(mammoseg.read(picture, 0.1), "calcifications")
    assert printed == written
    assert printed["schema"] == "mammoseg.findings/1"
    assert printed["findings"] == json.loads(json.dumps(python.to_dict()["findings"]))
    assert printed["image_score"] == pytest.approx(python.image_score, abs=1e-9)
    mask = np.asarray(Image.open(tmp_path / "specks.calcifications.mask.png"))
    assert mask.shape == (256, 256)
    areas = {each["id"] for each in printed["findings"] if each["kind"] == "calcification"}
    assert set(np.unique(mask)) - {0} == areas


@pytest.mark.parametrize("text", ["0", "nan", "7", "-0.1", "wide"])
def test_a_spacing_that_cannot_be_is_wrong_usage(picture: Path, tmp_path: Path, text: str) -> None:
    run = mammoseg_command("analyze", "calcifications", picture, f"--spacing={text}", "--out", tmp_path)
    assert run.returncode == 2
    assert "--spacing" in run.stderr
    assert not list(tmp_path.iterdir())


def test_a_spacing_is_read_as_people_type_it() -> None:
    assert [spacing_mm(text) for text in ("0.07", "0,07", "70um", "70 µm")] == pytest.approx([0.07] * 4)


def test_the_threshold_only_cuts_the_list(picture: Path) -> None:
    image = mammoseg.read(picture, 0.1)
    low = mammoseg.analyze(image, "calcifications", threshold=0.1)
    high = mammoseg.analyze(image, "calcifications", threshold=0.7)
    assert low.image_score == high.image_score
    assert [each for each in low.findings if each.score >= 0.7] == list(high.findings)


def test_without_a_spacing_nothing_is_in_millimetres(picture: Path) -> None:
    findings = mammoseg.analyze(mammoseg.read(picture), "calcifications").to_dict()
    assert findings["image"]["spacing_mm"] is None
    assert all(each["area_mm2"] is each["diameter_mm"] is None for each in findings["findings"])
    assert any("spacing" in each for each in findings["run"]["warnings"])


def test_what_fails_is_one_line_and_the_others_are_done(picture: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(picture.read_bytes()[:300])
    run = mammoseg_command(
        "analyze", "calcifications", broken, picture, tmp_path / "none.png", "--out", tmp_path, "--json"
    )
    assert run.returncode == 3
    first, second, third = map(json.loads, run.stdout.splitlines())
    assert first["schema"] == third["schema"] == "mammoseg.error/1"
    assert (first["image"]["name"], third["image"]["name"]) == ("broken.png", "none.png")
    assert second["image"]["name"] == "specks.png"
    assert len(run.stderr.strip().splitlines()) == 2
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense", "PICTURE"),
        ("calcifications", "PICTURE", "--set", "thresold=0.5"),
        ("calcifications", "PICTURE", "--threshold", "2"),
        ("calcifications", "PICTURE", "--model", "no-such-model"),
        ("calcifications", "PICTURE", "--format", "docx"),
        ("calcifications", "PICTURE", "--device", "toaster"),
        ("calcifications", "PICTURE", "--no-such-option"),
    ],
)
def test_wrong_usage_is_status_2_and_no_traceback(arguments: tuple[str, ...], picture: Path, tmp_path: Path) -> None:
    given = [str(picture) if each == "PICTURE" else each for each in arguments]
    run = mammoseg_command("analyze", *given, "--out", tmp_path / "out")
    assert run.returncode == 2
    assert run.stderr.strip()
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "out").exists()


def test_resume_leaves_out_what_is_there_and_does_what_changed(picture: Path, tmp_path: Path) -> None:
    common = ("analyze", "calcifications", picture, "--spacing", "0.1", "--out", tmp_path, "--resume")
    result = tmp_path / "specks.calcifications.json"
    mammoseg_command(*common)
    first = result.stat().st_mtime_ns
    mammoseg_command(*common)
    assert result.stat().st_mtime_ns == first
    mammoseg_command(*common, "--threshold", "0.3")
    assert result.stat().st_mtime_ns != first


def test_resume_does_again_what_another_classifier_looks_at(picture: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    common = ("analyze", "masses", picture, "--spacing", "0.1", "--out", tmp_path, "--resume")
    given = ("--set", f"classifier={tmp_path / 'other.safetensors'}")
    records = []
    for _ in range(2):
        save_weights(MODELS["mass-classifier"].build(), MODELS["mass-classifier"], tmp_path / "other.safetensors")
        assert not mammoseg_command(*common, *given).returncode
        records.append(json.loads((tmp_path / "specks.masses.json").read_text())["model"]["beside"])
    assert all(list(each) == ["mass-classifier"] for each in records)
    assert records[0] != records[1]


def test_workers_give_the_same_in_the_same_order(picture: Path, tmp_path: Path) -> None:
    inputs = []
    for index in range(3):
        inputs.append(tmp_path / f"{2 - index}.png")
        inputs[-1].write_bytes(picture.read_bytes())
    run = mammoseg_command("analyze", "calcifications", *inputs, "--out", tmp_path / "o", "--workers", "2", "--json")
    assert run.returncode == 0, run.stderr
    assert [json.loads(line)["image"]["name"] for line in run.stdout.splitlines()] == ["2.png", "1.png", "0.png"]


@pytest.mark.skipif(os.name == "nt", reason="signals are another thing there")
def test_an_interrupted_run_is_status_130_and_what_is_there_is_whole(picture: Path, tmp_path: Path) -> None:
    inputs = []
    for index in range(60):
        inputs.append(tmp_path / f"{index:02}.png")
        inputs[-1].write_bytes(picture.read_bytes())
    out = tmp_path / "out"
    command = [*PROGRAM, "analyze", "calcifications", *map(str, inputs), "--spacing", "0.05", "--out", str(out)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background may ignore it
    )
    while not (out.is_dir() and list(out.glob("*.json"))) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert b"Traceback" not in said
    written = list(out.glob("*.json"))
    assert 0 < len(written) < 60
    assert all(json.loads(each.read_text())["schema"] == "mammoseg.findings/1" for each in written)


def test_a_run_done_again_gives_the_same(picture: Path, tmp_path: Path) -> None:
    mammoseg_command("analyze", "calcifications", picture, "--spacing", "0.1", "--out", tmp_path / "out")
    record = tmp_path / "out" / "specks.calcifications.json"
    assert mammoseg_command("replay", record).returncode == 0
    changed = json.loads(record.read_text())
    changed["run"]["input"] = None
    record.write_text(json.dumps(changed))
    unknown = mammoseg_command("replay", record)
    assert unknown.returncode == 2
    assert "does not say where its image lies; give the image with --input" in unknown.stderr
    assert mammoseg_command("replay", record, "--input", picture).returncode == 0
    changed["run"]["input"] = "../gone.png"
    record.write_text(json.dumps(changed))
    assert "gone.png: is no longer where the run found it" in mammoseg_command("replay", record).stderr
    changed["run"]["input"] = str(picture)
    changed["findings"][0]["score"] -= 0.01
    record.write_text(json.dumps(changed))
    again = mammoseg_command("replay", record, "--json")
    assert again.returncode == 3
    assert json.loads(again.stdout)["same"] is False


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_names_that_are_no_text_too_long_or_lead_nowhere_stop_nobody(
    picture: Path, tmp_path: Path, workers: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in (b"a.png", b"b_m\xe1.png", b"c" * 245 + b".png", b"z.png"):
        Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_bytes(picture.read_bytes())
    (folder / "self.png").symlink_to(folder / "self.png")
    (folder / "gone.png").symlink_to(folder / "nowhere.png")
    (folder / "x.png").mkdir()
    os.mkfifo(folder / "pipe.png")
    out = tmp_path / "out"
    run = subprocess.run(
        [*PROGRAM, "analyze", "calcifications", folder, "--out", out, "--workers", workers, "--format", "csv"],
        capture_output=True,
        check=False,
    )
    said = run.stderr.decode(errors="backslashreplace")
    assert run.returncode == 3, said
    assert "Traceback" not in said
    tables = [each for each in os.listdir(os.fsencode(out)) if each.endswith(b".calcifications.csv")]
    assert sorted(tables) == [
        b"a.calcifications.csv",
        b"b_m\xe1.calcifications.csv",
        b"z.calcifications.csv",
    ]
    failed = sorted(line.partition(":")[0][:8] for line in said.splitlines())
    assert failed == ["cccccccc", "gone.png", "pipe.png", "self.png"]


@pytest.mark.parametrize(
    "command",
    [
        ("analyze", "calcifications", "PICTURE", "--out", "FILE"),
        ("analyze", "calcifications", "PICTURE", "--out", "FILE/below"),
        ("phantom", "--size", "512x416", "--spacing", "0.2", "--out", "FILE"),
        ("train", "calcification-lite", "--data", "FOLDER", "--out", "FILE"),
        ("evaluate", "calcifications", "PICTURE", "--truth", "FOLDER", "--report", "FILE"),
    ],
)
def test_a_place_for_results_that_cannot_be_is_status_2_before_any_work(
    picture: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("precious")
    places = {"PICTURE": picture, "FOLDER": tmp_path}
    given = [str(places.get(each, each.replace("FILE", str(tmp_path / "file")))) for each in command]
    run = mammoseg_command(*given)
    assert run.returncode == 2, run.stderr
    assert len(run.stderr.splitlines()) == 1
    assert not run.stdout
    assert (tmp_path / "file").read_text() == "precious"


def test_resume_makes_formats_that_are_missing_and_clears_what_a_killed_run_left(picture: Path, tmp_path: Path) -> None:
    common = ("analyze", "calcifications", picture, "--spacing", "0.1", "--out", tmp_path)
    mammoseg_command(*common)
    (tmp_path / f"{PREFIX}0123456789abcdef.part").write_text("half")
    mammoseg_command(*common, "--resume", "--format", "csv")
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "specks.calcifications.csv",
        "specks.calcifications.json",
        "specks.calcifications.mask.png",
    ]


def test_resume_counts_an_input_once_when_one_of_the_same_name_is_added(picture: Path, tmp_path: Path) -> None:
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "x.png").write_bytes(picture.read_bytes())
    common = ("analyze", "calcifications", "--spacing", "0.1", "--out", tmp_path / "out", "--resume")
    mammoseg_command(*common, tmp_path / "a")
    first = (tmp_path / "out" / "x.calcifications.json").stat().st_mtime_ns
    assert mammoseg_command(*common, tmp_path / "a", tmp_path / "b").returncode == 0
    assert (tmp_path / "out" / "x.calcifications.json").stat().st_mtime_ns == first
    assert len(list((tmp_path / "out").rglob("*.calcifications.json"))) == 2


def test_a_named_threshold_is_recorded_as_its_number_and_gives_the_same_run(picture: Path, tmp_path: Path) -> None:
    runs = {}
    for given in ("0.25/image", "0.5"):
        run = mammoseg_command("analyze", "masses", picture, "--out", tmp_path, "--threshold", given, "--json")
        record = json.loads(run.stdout)
        runs[given] = record["run"]["settings"], record["findings"]
        assert mammoseg_command("replay", tmp_path / "specks.masses.json").returncode == 0
    assert runs["0.25/image"] == runs["0.5"]
    assert runs["0.5"][0]["threshold"] == 0.5


def test_a_study_has_its_exams_beside_the_findings_of_its_images(picture: Path, tmp_path: Path) -> None:
    study = tmp_path / "study"
    study.mkdir()
    for place in ("RCC", "LCC", "LMLO"):
        (study / f"{place}.png").write_bytes(picture.read_bytes())
    run = mammoseg_command("analyze", "calcifications", study, "--spacing", "0.1", "--out", tmp_path / "out")
    assert run.returncode == 0, run.stderr
    (exam,) = json.loads((tmp_path / "out" / "exam.json").read_text())["exams"]
    scores = [json.loads((tmp_path / "out" / f"{each}.calcifications.json").read_text()) for each in ("RCC", "LCC")]
    assert exam["scores"]["calcifications"]["right"] == scores[0]["image_score"]
    assert exam["missing"] == ["RMLO"]
    assert "(no RMLO)" in run.stdout
    alone = mammoseg_command("analyze", "calcifications", study, "--spacing", "0.1", "--out", tmp_path / "2", "--json")
    assert [json.loads(line)["schema"] for line in alone.stdout.splitlines()] == ["mammoseg.findings/1"] * 3


def test_an_exam_keeps_the_scores_of_pipelines_that_ran_before(picture: Path, tmp_path: Path) -> None:
    study = tmp_path / "study"
    study.mkdir()
    (study / "RCC.png").write_bytes(picture.read_bytes())
    for pipeline in ("masses", "calcifications"):
        assert mammoseg_command("analyze", pipeline, study, "--spacing", "0.1", "--out", tmp_path).returncode == 0
    (exam,) = json.loads((tmp_path / "exam.json").read_text())["exams"]
    assert list(exam["scores"]) == ["calcifications", "masses"]


def test_single_images_are_no_study(picture: Path, tmp_path: Path) -> None:
    mammoseg_command("analyze", "calcifications", picture, "--spacing", "0.1", "--out", tmp_path)
    assert not (tmp_path / "exam.json").exists()


def test_of_an_empty_folder_no_scores_are_announced(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = mammoseg_command("analyze", "calcifications", tmp_path / "empty", "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (3, "")


@pytest.mark.parametrize(("count", "said"), [(0, "nothing"), (1, "1 mass"), (2, "2 masses")])
def test_one_finding_is_not_told_in_the_plural(count: int, said: str) -> None:
    run = {"seconds": {"total": 1.0}, "warnings": []}
    record = {"image": {"name": "a"}, "pipeline": "masses", "image_score": 0.5, "run": run}
    assert analysis_line({**record, "summary": {"masses": count, "rule": "none"}}).endswith(f" {said}")
