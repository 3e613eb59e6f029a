"""The loop over inputs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import typer

from napari_mammoseg.batch.inputs import images
from napari_mammoseg.cli.inputs import for_each
from napari_mammoseg.errors import InputError
from napari_mammoseg.readers import read


def names(*given: Path) -> list[str]:
    failures: list[InputError] = []
    found = [path.name for path in images(given, failures.append)]
    return found + [str(each) for each in failures]


def test_folders_are_walked_in_sorted_order_without_companions_and_masks(tmp_path: Path):
    for name in ("b/2.dcm", "b/1.dcm", "a/9", "a/Info.txt", "a/9.masses.mask.png", "a/.hidden", "DICOMDIR", "c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert names(tmp_path) == ["c.png", "9", "1.dcm", "2.dcm"]


@pytest.mark.parametrize(
    "name",
    [
        "DICOMDIR",
        "dicomdir",
        "Dicomdir",
        "DICOMDIR.;1",
        "AUTORUN.INF",
        "VIEWER.EXE",
        "README",
        "INFO.TXT",
        "X.MASK.PNG",
    ],
)
def test_what_lies_on_a_disc_beside_the_images_is_left_out_in_either_case(tmp_path: Path, name: str):
    for each in (name, "IM000001", "A.DCM", "B.PGM"):
        (tmp_path / each).touch()
    assert names(tmp_path) == ["A.DCM", "B.PGM", "IM000001"]


def test_a_folder_that_goes_while_it_is_listed_does_not_stop_the_others(tmp_path: Path):
    for each in ("a", "b"):
        (tmp_path / each).mkdir()
        (tmp_path / each / "x.dcm").touch()
    found = images([tmp_path], lambda error: None)
    assert next(found).parent.name == "a"
    (tmp_path / "b" / "x.dcm").unlink()
    (tmp_path / "b").rmdir()
    assert list(found) == []


@pytest.mark.parametrize("error", [OSError("gone"), MemoryError(), KeyError("x"), RecursionError()])
def test_whatever_one_input_raises_the_others_are_done(capsys: pytest.CaptureFixture[str], error: Exception):
    def fail(path: Path) -> str:
        if path.name == "b":
            raise error
        return path.name

    with pytest.raises(typer.Exit) as exit:
        for_each([Path("a"), Path("b"), Path("c")], fail, str, lambda name: {"name": name}, as_json=False)
    said = capsys.readouterr()
    assert (exit.value.exit_code, said.out, said.err.count("\n")) == (3, "a\nc\n", 1)
    assert said.err.startswith("b: ")


def test_a_name_that_is_too_long_or_links_to_itself_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "self").symlink_to(tmp_path / "self")
    with pytest.raises(typer.Exit):
        for_each([tmp_path / ("x" * 300), tmp_path / "self"], read, str, lambda image: {}, as_json=False)
    assert [line.split(":")[0][:4] for line in capsys.readouterr().err.splitlines()] == ["xxxx", "self"]


def test_a_loop_of_links_is_entered_once(tmp_path: Path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.dcm").touch()
    (tmp_path / "in" / "again").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    assert names(tmp_path) == ["self", "x.dcm"]


def test_a_folder_behind_a_link_is_read(tmp_path: Path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "x.dcm").touch()
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "link").symlink_to(tmp_path / "real")
    assert names(tmp_path / "given") == ["x.dcm"]


def test_an_input_given_twice_is_done_once(tmp_path: Path):
    (tmp_path / "x.dcm").touch()
    assert names(tmp_path / "x.dcm", tmp_path) == ["x.dcm"]


def test_a_folder_without_images_is_said(tmp_path: Path):
    assert "holds no image" in names(tmp_path)[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_may_not_be_listed_is_said_and_the_others_are_done(tmp_path: Path):
    (tmp_path / "closed").mkdir(mode=0o000)
    (tmp_path / "x.dcm").touch()
    found = names(tmp_path)
    assert found[0] == "x.dcm"
    assert "closed: cannot be listed" in found[1]


def fail_on_b(path: Path) -> str:
    if path.name == "b":
        raise InputError(path, "is bad", "give a good one")
    return path.name


def test_the_others_are_done_when_one_fails(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(typer.Exit) as exit:
        for_each([Path("a"), Path("b"), Path("c")], fail_on_b, str, lambda name: {"name": name}, as_json=False)
    said = capsys.readouterr()
    assert (exit.value.exit_code, said.out, said.err) == (3, "a\nc\n", "b: is bad; give a good one\n")


def test_json_has_one_line_an_input_in_input_order(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(typer.Exit):
        for_each([Path("b"), Path("a")], fail_on_b, str, lambda name: {"name": name}, as_json=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == {"schema": "mammoseg.error/1", "image": {"name": "b"}, "error": "is bad; give a good one"}
    assert lines[1] == {"name": "a"}


def test_all_done_is_status_zero(capsys: pytest.CaptureFixture[str]):
    for_each([Path("a")], fail_on_b, str, lambda name: {}, as_json=False)
    assert capsys.readouterr().err == ""
