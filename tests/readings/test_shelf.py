"""Readings of several readers in one folder, found again and put into one table."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from napari_mammoseg import verdicts
from napari_mammoseg.cli import app
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.readings import Reading, Shelf, open_reading

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def found() -> Findings:
    masses = (
        Finding(1, "mass", (10, 10, 20, 20), (14.5, 14.5), 0.9),
        Finding(2, "mass", (30, 20, 44, 32), (36.5, 25.5), 0.6),
        Finding(3, "mass", (50, 5, 58, 12), (53.5, 8.0), 0.2),
    )
    image = ImageRecord("x [1].png", "a" * 64, 60, 40, (0.1, 0.2), "test", None, None)
    run = RunRecord("1", {"threshold": 0.5}, input="../Muster^Anna/x.png")
    return Findings(image, "masses", ModelRecord("m"), 0.9, masses, run)


def judged(found: Findings) -> Findings:
    read = verdicts.judge(found, 1, "accepted")
    read = verdicts.categorise(read, 1, "4B")
    read = verdicts.comment(read, 1, ' spiculated, "dense" # 2 ')
    return verdicts.timed(found, read, NOON)


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(line for line in path.open(newline="") if not line.startswith("#")))


def export(*arguments: object) -> int | None:
    """The exit status of `mammoseg readings`, None where all went well."""
    status: int | None = app(["readings"])([str(each) for each in ("readings", *arguments)], standalone_mode=False)
    return status


def test_a_reader_finds_her_own_reading_again_and_no_other_s(tmp_path: Path, found: Findings) -> None:
    anna, bert = Shelf(tmp_path / "new", "Anna/ä"), Shelf(tmp_path / "new", "Bert")
    anna.keep(Reading(found, judged(found)))
    again = anna.latest_on(found.image, "masses")
    assert again == anna.reading_of(found)
    assert again is not None
    assert again.read == replace(judged(found), run=replace(found.run, input=None))
    assert bert.latest_on(found.image, "masses") is None
    assert bert.reading_of(found) is None
    renamed = replace(found.image, sha256="b" * 64)
    assert anna.latest_on(renamed, "masses") is None


def test_another_run_of_the_same_image_does_not_write_over_the_first_reading(tmp_path: Path, found: Findings) -> None:
    shelf, other = Shelf(tmp_path, "Anna"), replace(found, findings=found.findings[:2])
    first = shelf.keep(Reading(found, judged(found)))
    assert shelf.keep(Reading(other, other)) != first
    assert shelf.latest_on(found.image, "masses").read.findings == other.findings


def test_labels_of_the_run_come_back_with_the_reading(tmp_path: Path, found: Findings) -> None:
    mask = np.zeros((60, 40), np.uint16)
    mask[10:20, 10:20] = 1
    with_labels = replace(found, mask=mask)
    Shelf(tmp_path).keep(Reading(with_labels, judged(with_labels)))
    np.testing.assert_array_equal(Shelf(tmp_path).latest_on(found.image, "masses").found.mask, mask)


def test_only_what_changed_has_the_time_of_the_change(found: Findings) -> None:
    first = judged(found)
    second = verdicts.timed(first, verdicts.judge(first, 2, "rejected"), NOON.replace(hour=13))
    when = {each.id: each.features.get("read_at") for each in second.findings}
    assert when == {1: "2026-05-04T12:00:00+00:00", 2: "2026-05-04T13:00:00+00:00", 3: None}
    with pytest.raises(InputError, match="4D: is no BI-RADS category"):
        verdicts.categorise(found, 1, "4D")


def test_all_readers_are_in_one_table_and_no_folder_s_name_is(tmp_path: Path, found: Findings) -> None:
    Shelf(tmp_path / "a", "Bert").keep(Reading(found, found))
    Shelf(tmp_path / "a", "Anna").keep(Reading(found, judged(found)))
    (tmp_path / "a" / "broken.reading.json").write_text("{}")
    assert export(tmp_path / "a", "--out", tmp_path / "all.csv") == 3
    rows = table(tmp_path / "all.csv")
    assert [(each["finding"], each["reader"], each["verdict"]) for each in rows] == [
        ("1", "Anna", "accepted"),
        ("1", "Bert", ""),
        ("2", "Anna", ""),
        ("2", "Bert", ""),
    ]
    assert (rows[0]["birads"], rows[0]["comment"]) == ("4B", 'spiculated, "dense" # 2')
    assert (rows[0]["image"], rows[0]["score"], rows[0]["time"]) == ("x [1].png", "0.9", "2026-05-04T12:00:00+00:00")
    written = [each.read_text() for each in tmp_path.rglob("*.reading.json")] + [(tmp_path / "all.csv").read_text()]
    assert not any("Muster" in each for each in written)


def test_an_image_that_was_seen_without_a_mark_has_a_row_of_its_own(tmp_path: Path, found: Findings) -> None:
    hidden = replace(found, run=replace(found.run, settings={"threshold": 0.95}))
    Shelf(tmp_path, "Anna").keep(Reading(hidden, verdicts.seen(hidden, NOON)))
    Shelf(tmp_path, "Bert").keep(Reading(found, verdicts.seen(judged(found), NOON)))
    again = Shelf(tmp_path, "Anna").latest_on(found.image, "masses")
    assert (again.found.summary, again.read.summary) == ({}, {"seen_at": "2026-05-04T12:00:00+00:00"})
    assert export(tmp_path, "--out", tmp_path / "all.csv") is None
    rows = table(tmp_path / "all.csv")
    assert [(each["reader"], each["finding"], each["verdict"]) for each in rows] == [
        ("Anna", "", ""),
        ("Bert", "1", "accepted"),
        ("Bert", "2", ""),
    ]
    assert (rows[0]["image"], rows[0]["kind"], rows[0]["time"]) == ("x [1].png", "", "")
    assert {each["seen"] for each in rows} == {"2026-05-04T12:00:00+00:00"}


def test_a_folder_without_readings_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(tmp_path, "--out", tmp_path / "all.csv") == 3
    assert "holds no readings called NAME.reading.json" in capsys.readouterr().err
    assert not (tmp_path / "all.csv").exists()
    assert export(tmp_path / "nowhere", "--out", tmp_path / "all.csv") == 3
    assert "nowhere: does not exist" in capsys.readouterr().err


def test_a_reading_of_an_earlier_version_has_no_reader(tmp_path: Path, found: Findings) -> None:
    path = Reading(found, judged(found)).save(tmp_path / "r.json")
    text = path.read_text().replace('"reader": "",', "").replace('"birads": null,', "").replace('"read_at": null,', "")
    path.write_text(text)
    assert open_reading(path).reader == ""
