from __future__ import annotations

import json
from pathlib import Path

import pytest

from napari_mammoseg import verdicts
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.readings import Reading, open_reading

BOXES = {1: (10, 10, 20, 20), 2: (30, 20, 44, 32), 3: (50, 5, 58, 12)}


@pytest.fixture
def findings() -> Findings:
    masses = (
        Finding(1, "mass", BOXES[1], (14.5, 14.5), 0.9, diameter_mm=2.1, label="malignant", p_malignant=0.8),
        Finding(2, "mass", BOXES[2], (36.5, 25.5), 0.6, label="benign", p_malignant=0.2),
        Finding(3, "mass", BOXES[3], (53.5, 8.0), 0.2),
    )
    image = ImageRecord("x.png", None, 60, 40, (0.1, 0.2), "test", None, None)
    return Findings(image, "masses", ModelRecord("m"), 0.9, masses, RunRecord("1", {"threshold": 0.5}))


def by_id(findings: Findings) -> dict[int, Finding]:
    return {each.id: each for each in findings.findings}


def drawn(*ids: int) -> list[verdicts.Drawn]:
    return [(id, BOXES[id]) for id in ids]


def test_a_box_that_was_moved_is_redrawn_and_measured_anew(findings: Findings) -> None:
    read = by_id(verdicts.compare(findings, "mass", [1, 2], [(1, (12, 10, 24, 20)), *drawn(2)]))
    assert read[1].features["reading"] == "redrawn"
    assert (read[1].box, read[1].centroid) == ((12, 10, 24, 20), (17.5, 14.5))
    assert read[1].diameter_mm == pytest.approx(2.0)
    assert read[2] == by_id(findings)[2]


def test_a_box_that_was_deleted_is_rejected_and_one_that_was_hidden_is_not(findings: Findings) -> None:
    read = by_id(verdicts.compare(findings, "mass", [1, 2], drawn(2)))
    assert read[1].features["reading"] == "rejected"
    assert "reading" not in read[3].features


def test_a_new_box_gets_its_own_id_and_no_score(findings: Findings) -> None:
    read = by_id(verdicts.compare(findings, "mass", [1, 2], [*drawn(1, 2), (None, (1, 2, 9, 8))]))
    assert set(read) == {1, 2, 3, 4}
    assert (read[4].box, read[4].features["reading"], verdicts.shown_score(read[4])) == ((1, 2, 9, 8), "added", None)
    assert read[4].diameter_mm == pytest.approx(1.2)


@pytest.mark.parametrize("id", [2, 3, 77])
def test_an_id_that_stands_twice_or_is_none_of_ours_is_that_of_a_new_box(findings: Findings, id: int) -> None:
    read = by_id(verdicts.compare(findings, "mass", [1, 2], [*drawn(1, 2), (id, (1, 2, 9, 8))]))
    assert {each: read[each] for each in BOXES} == by_id(findings)
    assert read[4].box == (1, 2, 9, 8)


def test_an_added_box_can_be_deleted_and_moved(findings: Findings) -> None:
    added = verdicts.add(findings, "mass", (1, 2, 9, 8))
    moved = verdicts.compare(added, "mass", [1, 2, 4], [*drawn(1, 2), (4, (2, 2, 10, 8))])
    assert (by_id(moved)[4].box, by_id(moved)[4].features["reading"]) == ((2, 2, 10, 8), "added")
    assert verdicts.compare(moved, "mass", [1, 2, 4], drawn(1, 2)) == findings


@pytest.mark.parametrize("judged", ["accepted", "rejected"])
def test_a_verdict_stays_when_the_box_is_moved_and_the_first_one_is_on_record(findings: Findings, judged) -> None:
    read = verdicts.redraw(verdicts.judge(findings, 1, judged), 1, (12, 10, 24, 20))
    assert by_id(read)[1].features["reading"] == judged
    read = verdicts.delete(read, 1)
    assert by_id(read)[1].features["reading"] == "rejected"
    assert verdicts.history(by_id(read)[1]) == [judged, "redrawn", "rejected"]


def test_nothing_done_is_nothing_changed(findings: Findings) -> None:
    assert verdicts.compare(findings, "mass", [1, 2], drawn(1, 2)) is findings


def test_a_box_is_cut_at_the_image_and_refused_outside_it_or_when_it_is_tiny(findings: Findings) -> None:
    assert verdicts.fitted((-5, 30, 10, 60), findings) == (0, 30, 10, 40)
    for box in ((-20, 0, -5, 10), (0, 45, 20, 60), (10, 10, 12, 12), (10, 10, 40, 14), (-20, 0, 3, 10)):
        with pytest.raises(InputError):
            verdicts.fitted(box, findings)


def test_a_saved_reading_holds_every_candidate_and_verdict(findings: Findings, tmp_path: Path) -> None:
    read = verdicts.judge(verdicts.judge(findings, 1, "accepted"), 3, "rejected")
    document = json.loads(Reading(findings, read).save(tmp_path / "r.json").read_text())
    assert document["schema"] == "mammoseg.reading/1"
    assert [each["reading"] for each in document["marks"]] == ["accepted", None, "rejected"]
    assert document["run"]["settings"] == {"threshold": 0.5}


def test_a_saved_reading_can_be_opened_and_goes_on(findings: Findings, tmp_path: Path) -> None:
    read = verdicts.redraw(verdicts.judge(findings, 1, "accepted"), 1, (12, 10, 24, 20))
    read = verdicts.add(verdicts.delete(read, 2), "mass", (1, 2, 9, 8))
    opened = open_reading(Reading(findings, read).save(tmp_path / "r.json"))
    assert opened == Reading(findings, read)
    document = json.loads((tmp_path / "r.json").read_text())
    assert document["marks"][3]["score"] is None
    assert document["marks"][0]["found"]["box"] == list(BOXES[1])


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": "mammoseg.findings/1"}', '{"schema": "mammoseg.reading/1"}']
)
def test_what_is_no_reading_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(InputError, match=r"r\.json: is not a saved reading"):
        open_reading(tmp_path / "r.json")
